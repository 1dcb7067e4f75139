//! Memory of the checker's own that several handles of the program keep.

use crate::runtime::sight;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::sync::Arc;

/// What several handles share. Whoever drops the last one frees it: that depends on the order in which this execution happens to run, and
/// nothing that the program could know of orders it. So neither the counting nor the freeing is the program's.
///
/// A destructor of the program's must not be left to it: it would not be seen.
pub struct Shared<T: ?Sized>(ManuallyDrop<Arc<T>>);

impl<T> Shared<T> {
    /// The first handle. The memory is asked for by the program: what it never gives back is lost.
    pub fn new(value: T) -> Self {
        Self(ManuallyDrop::new(Arc::new(value)))
    }
}

impl From<String> for Shared<str> {
    fn from(text: String) -> Self {
        Self(ManuallyDrop::new(text.into()))
    }
}

impl<T: ?Sized> Clone for Shared<T> {
    fn clone(&self) -> Self {
        sight::closed(|| Self(self.0.clone()))
    }
}

impl<T: ?Sized> Drop for Shared<T> {
    fn drop(&mut self) {
        // SAFETY: the handle ends here, and is not used again.
        sight::closed(|| unsafe { ManuallyDrop::drop(&mut self.0) });
    }
}

impl<T: ?Sized> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
