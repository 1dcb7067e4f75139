//! A mutex as a lock whose clients are known, in each of its stages.

use super::{Mutex, MutexGuard};
use clients::locks::{self, Data, Lock};

pub type Locks = locks::Locks<Mutex<Data>>;

impl Lock for Mutex<Data> {
    type Guard = MutexGuard<'static, Data>;
    const NEW: &'static str = "let lock = Mutex::new(0);";
    const WAKES: bool = true;
    const HAS_TRY_LOCK: bool = true;
    const GUARDS_MOVE: bool = false;
    const HAS_DEBUG: bool = true;

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
