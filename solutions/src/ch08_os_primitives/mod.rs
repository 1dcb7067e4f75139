//! Chapter 8: what the operating system gives, and what is built on it.

pub mod auto_reset_event;
pub mod futex_buckets;
pub mod futex_wait;
pub mod parker;
#[cfg(unix)]
pub mod pthread_mutex_pinned;
/// Needs a system with pthreads.
#[cfg(not(unix))]
pub mod pthread_mutex_pinned {}
pub mod timed_wait;
