//! The crate `libc` over the model checker: everything as it is, but for mutexes, which are the checker's. It tries every order in
//! which threads meet at one, and knows what POSIX leaves undefined.
#![cfg(unix)]

#[cfg(not(feature = "loom"))]
pub use sync::pthread::{
    PTHREAD_MUTEX_INITIALIZER, pthread_mutex_destroy, pthread_mutex_init, pthread_mutex_lock,
    pthread_mutex_trylock, pthread_mutex_unlock, pthread_mutexattr_destroy, pthread_mutexattr_init,
    pthread_mutexattr_settype,
};
pub use system::*;
