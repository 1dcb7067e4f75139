//! The lock as one whose clients are known.

use super::super::subject::{Guard, SpinLock};
use clients::locks::{self, Data, Lock};

pub type Locks = locks::Locks<SpinLock<Data>>;

impl Lock for SpinLock<Data> {
    type Guard = Guard<'static, Data>;
    const NEW: &'static str = "let lock = SpinLock::new(0);";
    const HAS_TRY_LOCK: bool = false;

    fn new(data: Data) -> Self {
        Self::new(data)
    }

    fn lock(&'static self) -> Self::Guard {
        self.lock()
    }
}
