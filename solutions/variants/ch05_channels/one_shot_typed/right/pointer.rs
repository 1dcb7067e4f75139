//! The ends share a pointer to the message, in a box of its own.

use std::ptr;
use std::sync::Arc;
use sync::atomic::{
    AtomicPtr,
    Ordering::{AcqRel, Acquire},
};

/// A box that holds a message; or null, when there is none yet; or an address that no box has, when an end is gone.
type Slot<T> = AtomicPtr<Message<T>>;

/// Not of size 0, so that each has an address of its own.
struct Message<T>(T, #[allow(dead_code)] u8);

fn gone<T>() -> *mut Message<T> {
    ptr::without_provenance_mut(usize::MAX)
}

pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let slot = Arc::new(Slot::new(ptr::null_mut()));
    (Sender { slot: slot.clone() }, Receiver { slot })
}

pub struct Sender<T> {
    slot: Arc<Slot<T>>,
}

// SAFETY: a message goes from one end to the other.
unsafe impl<T: Send> Send for Sender<T> {}

impl<T> Sender<T> {
    pub fn send(self, message: T) -> Result<(), SendError<T>> {
        let message = Box::into_raw(Box::new(Message(message, 0)));
        // Release: pairs with the Acquire of the receiver.
        match self.slot.compare_exchange(ptr::null_mut(), message, AcqRel, Acquire) {
            Ok(_) => Ok(()),
            // SAFETY: nobody has seen it.
            Err(_) => Err(SendError(unsafe { Box::from_raw(message) }.0)),
        }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        // Does nothing if there is a message. A failure is as good as a success.
        let _ = self.slot.compare_exchange(ptr::null_mut(), gone(), AcqRel, Acquire);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendError<T>(pub T);

pub struct Receiver<T> {
    slot: Arc<Slot<T>>,
}

// SAFETY: as for the sender.
unsafe impl<T: Send> Send for Receiver<T> {}

impl<T> Receiver<T> {
    pub fn receive(self) -> Result<T, ReceiveError<T>> {
        // Acquire: pairs with the Release in `send`.
        let message = self.slot.load(Acquire);
        if message.is_null() {
            return Err(ReceiveError::Empty(self));
        }
        if message == gone() {
            return Err(ReceiveError::Disconnected);
        }
        // Nobody else changes the slot any more.
        self.slot.store(gone(), std::sync::atomic::Ordering::Relaxed);
        // SAFETY: `send` made it from a box.
        Ok(unsafe { Box::from_raw(message) }.0)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let message = self.slot.swap(gone(), AcqRel);
        if !message.is_null() && message != gone() {
            // SAFETY: `send` made it from a box.
            drop(unsafe { Box::from_raw(message) });
        }
    }
}

pub enum ReceiveError<T> {
    Empty(Receiver<T>),
    Disconnected,
}
