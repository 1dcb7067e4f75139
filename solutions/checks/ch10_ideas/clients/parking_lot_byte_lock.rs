//! The mutex as a lock whose clients are known: as it is, and with guards that unlock fairly.

use super::super::subject::{Mutex, MutexGuard};
use clients::locks::{self, Data, Lock};
use std::ops::{Deref, DerefMut};

pub type AsItIs = locks::Locks<Mutex<Data>>;

pub type FairLocks = locks::Locks<FairMutex>;

impl Lock for Mutex<Data> {
    type Guard = MutexGuard<'static, Data>;
    const NEW: &'static str = "let lock = Mutex::new(0);";
    const WAKES: bool = true;
    const HAS_TRY_LOCK: bool = true;
    const GUARDS_MOVE: bool = false;
    const HAS_DEBUG: bool = true;
    const EXECUTIONS: u64 = 8_000;

    fn new(data: Data) -> Self {
        Self::new(data)
    }

    fn lock(&'static self) -> Self::Guard {
        self.lock()
    }

    fn try_lock(&'static self) -> Option<Self::Guard> {
        self.try_lock()
    }

    fn shown(&self) -> Option<String> {
        Some(format!("{self:?}"))
    }
}

pub struct FairMutex(Mutex<Data>);

/// Unlocks fairly when it is dropped.
pub struct FairGuard(Option<MutexGuard<'static, Data>>);

impl Deref for FairGuard {
    type Target = Data;

    fn deref(&self) -> &Data {
        self.0.as_ref().expect("it is there until it is dropped")
    }
}

impl DerefMut for FairGuard {
    fn deref_mut(&mut self) -> &mut Data {
        self.0.as_mut().expect("it is there until it is dropped")
    }
}

impl Drop for FairGuard {
    fn drop(&mut self) {
        self.0.take().into_iter().for_each(MutexGuard::unlock_fair);
    }
}

impl Lock for FairMutex {
    type Guard = FairGuard;
    const NEW: &'static str = "let lock = Mutex::new(0); // each guard is dropped by unlock_fair";
    const WAKES: bool = true;
    const HAS_TRY_LOCK: bool = true;
    const GUARDS_MOVE: bool = false;
    const EXECUTIONS: u64 = 6_000;

    fn new(data: Data) -> Self {
        Self(Mutex::new(data))
    }

    fn lock(&'static self) -> Self::Guard {
        FairGuard(Some(self.0.lock()))
    }

    fn try_lock(&'static self) -> Option<Self::Guard> {
        self.0.try_lock().map(|guard| FairGuard(Some(guard)))
    }
}
