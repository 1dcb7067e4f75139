//! The lock as one whose clients are known.

use super::super::subject::{Guard, SpinLock};
use clients::Probe;
use clients::locks::{self, Lock};

pub type Locks = locks::Locks<SpinLock<Probe>>;

impl Lock for SpinLock<Probe> {
    type Guard = Guard<'static, Probe>;
    const NEW: &'static str = "let lock = SpinLock::new(0);";
    const HAS_TRY_LOCK: bool = true;

    fn new(data: Probe) -> Self {
        Self::new(data)
    }

    fn lock(&'static self) -> Self::Guard {
        self.lock()
    }

    fn try_lock(&'static self) -> Option<Self::Guard> {
        self.try_lock()
    }
}
