//! Sharing and moving whatever the type.

/// Shares a value between threads whether or not its type allows it.
///
/// Models must compile for a type that lacks `Send` or `Sync`, so that the fact that says so is the one that fails, with a
/// reason, instead of the whole file.
#[derive(Debug)]
pub struct Shared<T>(std::sync::Arc<T>);

// SAFETY: for checks only. Whether `T` may be shared is a fact checked apart; the model watches every access to the data.
unsafe impl<T> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    /// Puts the value where all threads reach it.
    pub fn new(value: T) -> Self {
        Self(std::sync::Arc::new(value))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> std::ops::Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Takes a value to another thread whether or not its type allows it, for the same reason as [`Shared`].
#[derive(Debug)]
pub struct Moved<T>(pub T);

// SAFETY: as for `Shared`.
unsafe impl<T> Send for Moved<T> {}

impl<T> Moved<T> {
    /// The value, on the thread that it has come to. A closure that calls this takes the whole of `self` along, and not the field alone.
    pub fn here(self) -> T {
        self.0
    }
}
