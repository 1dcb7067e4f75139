//! A mutex as a lock whose clients are known, in each of its stages.

use super::super::subject::{Mutex, MutexGuard};
use clients::Probe;
use clients::locks::{self, Lock};

pub type Locks = locks::Locks<Mutex<Probe>>;

impl Lock for Mutex<Probe> {
    type Guard = MutexGuard<'static, Probe>;
    const NEW: &'static str = "let lock = Mutex::new(0);";
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
