//! A signal that one thread waits for.

use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::{Acquire, Release};
use rc11::futex;

const SILENT: u32 = 0;
const SIGNALLED: u32 = 1;

/// A signal that one thread waits for. What came before the signal happens before the end of the wait.
#[derive(Debug, Default)]
pub struct Notify(AtomicU32);

impl Notify {
    /// No signal has been given.
    pub const fn new() -> Self {
        Self(AtomicU32::new(SILENT))
    }

    /// Gives the signal. Two that nobody has waited for in between are one.
    #[track_caller]
    pub fn notify(&self) {
        // Release: pairs with the Acquire in `wait`. An exchange, so that the signals before are not lost with it.
        self.0.swap(SIGNALLED, Release);
        futex::wake_one(&self.0);
    }

    /// Waits for the signal, and takes it back.
    #[track_caller]
    pub fn wait(&self) {
        // Acquire: pairs with the Release in `notify`.
        while self.0.swap(SILENT, Acquire) == SILENT {
            futex::wait(&self.0, SILENT);
        }
    }
}
