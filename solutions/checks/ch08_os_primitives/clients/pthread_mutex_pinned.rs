//! The mutex, as a lock that clients use. Over the checker the functions of the system are the checker's: it tries every order in
//! which threads meet, and tells what those functions must not be called with.

use super::super::subject::{Guard, Mutex};
use clients::locks::{Data, Lock, Locks};

impl Lock for Mutex<Data> {
    type Guard = Guard<'static, Data>;
    const NEW: &'static str = "let lock = Mutex::new(0);";
    const HAS_TRY_LOCK: bool = true;
    const GUARDS_MOVE: bool = false;
    // The first to use it may make it, and another one wait for that: a `OnceLock` does.
    const NEVER_WAITS: bool = false;
    // As an errorcheck mutex lets it.
    const MAY_PANIC: bool = true;

    fn new(data: Data) -> Self {
        Self::new(data)
    }

    fn lock(&'static self) -> Self::Guard {
        self.lock()
    }

    fn try_lock(&'static self) -> Option<Self::Guard> {
        self.try_lock()
    }
}

pub type Mutexes = Locks<Mutex<Data>>;
