//! Everything is under a mutex, and two counters to sleep on say that it has changed.

use parts::Mutex;
use sync::atomic::{AtomicU32, Ordering::Relaxed};
use sync::futex;

struct Inner<T> {
    /// The number of the message in the slot, or of the last one.
    number: u32,
    slot: Option<T>,
    has_receiver: bool,
    has_sender: bool,
}

/// A channel that holds no message.
pub struct Channel<T> {
    inner: Mutex<Inner<T>>,
    changes: AtomicU32,
}

impl<T> Channel<T> {
    /// A channel.
    pub const fn new() -> Self {
        Self {
            inner: Mutex::new(Inner {
                number: 0,
                slot: None,
                has_receiver: true,
                has_sender: true,
            }),
            changes: AtomicU32::new(0),
        }
    }

    /// Two new ends.
    pub fn split(&mut self) -> (Sender<'_, T>, Receiver<'_, T>) {
        *self = Self::new();
        (Sender { channel: self }, Receiver { channel: self })
    }

    /// Looks until `f` has an answer, and sleeps in between.
    fn until<R>(&self, mut f: impl FnMut(&mut Inner<T>) -> Option<R>) -> R {
        loop {
            // Relaxed: read and changed with the mutex held, which orders it.
            let mut inner = self.inner.lock();
            let before = self.changes.load(Relaxed);
            if let Some(result) = f(&mut inner) {
                self.changes.store(before + 1, Relaxed);
                drop(inner);
                futex::wake_all(&self.changes);
                return result;
            }
            drop(inner);
            futex::wait(&self.changes, before);
        }
    }
}

impl<T> Default for Channel<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// The end that sends.
pub struct Sender<'a, T> {
    channel: &'a Channel<T>,
}

impl<T> Sender<'_, T> {
    /// Hands the message to the receiver.
    pub fn send(&self, message: T) -> Result<(), T> {
        let mut message = Some(message);
        let number = self.channel.until(|inner| {
            if inner.slot.is_some() {
                return None;
            }
            inner.slot = message.take();
            inner.number += 1;
            Some(inner.number)
        });
        self.channel.until(|inner| {
            if inner.number != number || inner.slot.is_none() {
                return Some(Ok(()));
            }
            if inner.has_receiver { None } else { inner.slot.take().map(Err) }
        })
    }
}

impl<T> Drop for Sender<'_, T> {
    fn drop(&mut self) {
        self.channel.until(|inner| {
            inner.has_sender = false;
            Some(())
        });
    }
}

/// No message will come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnected;

/// The end that receives.
pub struct Receiver<'a, T> {
    channel: &'a Channel<T>,
}

impl<T> Receiver<'_, T> {
    /// Waits for a message, takes it, and lets its sender go on.
    pub fn receive(&mut self) -> Result<T, Disconnected> {
        self.channel.until(|inner| match inner.slot.take() {
            Some(message) => Some(Ok(message)),
            None if inner.has_sender => None,
            None => Some(Err(Disconnected)),
        })
    }
}

impl<T> Drop for Receiver<'_, T> {
    fn drop(&mut self) {
        self.channel.until(|inner| {
            inner.has_receiver = false;
            Some(())
        });
    }
}
