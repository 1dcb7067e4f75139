//! The lock as one whose clients are known.

use super::super::subject::{ClhGuard, ClhLock};
use clients::locks::{self, Data, Lock};

pub type Locks = locks::Locks<ClhLock<Data>>;

impl Lock for ClhLock<Data> {
    type Guard = ClhGuard<'static, Data>;
    const NEW: &'static str = "let lock = ClhLock::new(0);";
    const HAS_TRY_LOCK: bool = false;
    const HAS_DEBUG: bool = true;

    fn new(data: Data) -> Self {
        Self::new(data)
    }

    fn lock(&'static self) -> Self::Guard {
        self.lock()
    }

    fn shown(&self) -> Option<String> {
        Some(format!("{self:?}"))
    }
}
