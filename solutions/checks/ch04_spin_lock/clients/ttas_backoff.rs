//! The lock as one whose clients are known.

use super::super::subject::{Guard, SpinLock};
use clients::locks::{self, Data, Lock};

pub type Locks = locks::Locks<SpinLock<Data>>;

impl Lock for SpinLock<Data> {
    type Guard = Guard<'static, Data>;
    const NEW: &'static str = "let lock = SpinLock::new(0);";
    const HAS_TRY_LOCK: bool = true;

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
