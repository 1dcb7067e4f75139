//! What surrounds the code under test. With this engine it is an ordinary mutex of the facade's own parts.

#[path = "../../../parts/src/mutex.rs"]
pub(crate) mod plain;

pub use plain::MutexGuard;

/// Mutual exclusion; never poisoned.
pub struct Mutex<T>(plain::Mutex<T>);

impl<T> std::fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mutex")
    }
}

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    pub const fn new(value: T) -> Self {
        Self(plain::Mutex::new(value))
    }

    /// Waits until the mutex is free, and takes it.
    ///
    /// # Errors
    ///
    /// Never; the type is std's.
    pub fn lock(&self) -> std::sync::LockResult<MutexGuard<'_, T>> {
        Ok(self.0.lock())
    }
}
