//! The ends share an `Arc`, and each sets a bit when it does something.

use std::mem::MaybeUninit;
use std::sync::Arc;
use sync::atomic::{
    AtomicU8,
    Ordering::{AcqRel, Acquire},
};
use sync::cell::UnsafeCell;

const SENT: u8 = 1;
const SENDER_GONE: u8 = 2;
const RECEIVER_GONE: u8 = 4;

struct Shared<T> {
    flags: AtomicU8,
    message: UnsafeCell<Option<T>>,
}

// SAFETY: the message goes from one end to the other, and is never shared.
unsafe impl<T: Send> Sync for Shared<T> {}

pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let shared = Arc::new(Shared { flags: AtomicU8::new(0), message: UnsafeCell::new(None) });
    (Sender { shared: shared.clone() }, Receiver { shared })
}

pub struct Sender<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Sender<T> {
    pub fn send(self, message: T) -> Result<(), SendError<T>> {
        // SAFETY: the receiver looks at the message after `SENT`.
        unsafe { *self.shared.message.get() = Some(message) };
        // Release: the message is written before it may be read. Acquire: the receiver is done.
        let before = self.shared.flags.fetch_or(SENT, AcqRel);
        if before & RECEIVER_GONE == 0 {
            return Ok(());
        }
        // SAFETY: the receiver was gone before it could see the message.
        Err(SendError(
            unsafe { (*self.shared.message.get()).take() }.expect("it was just put there"),
        ))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.shared.flags.fetch_or(SENDER_GONE, AcqRel);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendError<T>(pub T);

pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Receiver<T> {
    pub fn receive(self) -> Result<T, ReceiveError<T>> {
        // Acquire: pairs with the Release in `send`.
        let flags = self.shared.flags.load(Acquire);
        if flags & SENT != 0 {
            // SAFETY: the sender is done with it.
            return Ok(unsafe { (*self.shared.message.get()).take() }.expect("it was sent"));
        }
        if flags & SENDER_GONE != 0 {
            return Err(ReceiveError::Disconnected);
        }
        Err(ReceiveError::Empty(self))
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        // Acquire: pairs with the Release in `send`.
        let before = self.shared.flags.fetch_or(RECEIVER_GONE, AcqRel);
        if before & SENT != 0 {
            // SAFETY: the sender is done with it.
            drop(unsafe { (*self.shared.message.get()).take() });
        }
    }
}

pub enum ReceiveError<T> {
    Empty(Receiver<T>),
    Disconnected,
}
