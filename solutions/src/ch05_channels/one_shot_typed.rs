//! A channel for one message with two ends, each of which is used up by its one use: misuse does not compile.
//!
//! # Invariants
//!
//! 1. A channel has one [`Sender`] and one [`Receiver`], and each changes the state at most once: by sending or being
//!    dropped, by receiving or being dropped. The receiver does not change it when it receives.
//! 2. The slot belongs to the sender until that changes the state. If it makes it [`READY`], there is a message in the slot,
//!    which belongs to the receiver; or still to the sender, if the receiver was gone before.
//! 3. The memory belongs to both ends while the state is [`EMPTY`]. The end that changes it from `EMPTY` does not touch the
//!    memory again; the other one frees it, after it has seen that change.

use std::mem::{self, MaybeUninit};
use std::ptr::NonNull;
use sync::atomic::{
    AtomicU8,
    Ordering::{AcqRel, Acquire},
};
use sync::cell::UnsafeCell;
use sync::free;

/// Both ends are there, and no message.
const EMPTY: u8 = 0;
/// The message is in the slot, and the sender is gone.
const READY: u8 = 1;
/// One end is gone, and there is no message.
const CLOSED: u8 = 2;

/// What the two ends share. The algorithm is that of the crate `oneshot`, without its waiting.
struct Shared<T> {
    state: AtomicU8,
    message: UnsafeCell<MaybeUninit<T>>,
}

/// The two ends of a new channel, which share one allocation.
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let shared = Box::leak(Box::new(Shared {
        state: AtomicU8::new(EMPTY),
        message: UnsafeCell::new(MaybeUninit::uninit()),
    }));
    let shared = NonNull::from(shared);
    (Sender { shared }, Receiver { shared })
}

/// Frees what the ends share. Returns the message, if `is_ready` says that there is one.
///
/// # Safety
///
/// The memory must belong to the caller alone (invariant 3), and is not to be used again. Where `is_ready` says so, there must
/// be a message, written before this.
unsafe fn take_and_free<T>(shared: NonNull<Shared<T>>, is_ready: bool) -> Option<T> {
    // SAFETY: `channel` got it from a box, and the caller is the only one who has it.
    let shared = unsafe { Box::from_raw(shared.as_ptr()) };
    // SAFETY: there is a message, and who owns the memory owns it. The slot itself drops nothing.
    let message = is_ready.then(|| unsafe { (*shared.message.get()).assume_init_read() });
    free(shared);
    message
}

/// The end that sends. If it is dropped without sending, the receiver learns that no message will come.
pub struct Sender<T> {
    shared: NonNull<Shared<T>>,
}

// SAFETY: the sender moves a message to the thread of the receiver, and may drop one that comes back to it; so `T: Send`. The
// memory goes to the last end, on whichever thread that is.
unsafe impl<T: Send> Send for Sender<T> {}

impl<T> Sender<T> {
    /// Puts the message into the channel. Never waits.
    ///
    /// # Errors
    ///
    /// If the receiver was dropped: the message comes back. With `Ok` the message belongs to the receiver, which may still be
    /// dropped without having received it; then it drops the message.
    #[inline]
    pub fn send(self, message: T) -> Result<(), SendError<T>> {
        let shared = self.shared;
        // The end is used up here: its `drop` would change the state a second time.
        mem::forget(self);
        // SAFETY: the memory is there, as this end is (invariant 3). The slot is ours: this end has not changed the state yet
        // (invariants 1 and 2).
        let state = unsafe {
            (*shared.as_ref().message.get()).write(message);
            // Release: pairs with the Acquire of the receiver; the message is written before it may be read.
            // Acquire: pairs with the Release in the receiver's `drop`, if that came first; its accesses happen before the
            // memory is freed.
            shared.as_ref().state.swap(READY, AcqRel)
        };
        if state == EMPTY {
            return Ok(());
        }
        // SAFETY: the receiver is gone, so the memory is ours (invariant 3), and so is the message (invariant 2).
        let message = unsafe { take_and_free(shared, true) };
        Err(SendError(message.expect("the message that this end has put there")))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        // SAFETY: the memory is there, as this end is (invariant 3).
        // Release: pairs with the Acquire of the receiver, which may free the memory.
        // Acquire: pairs with the Release in the receiver's `drop`, as in `send`.
        let state = unsafe { self.shared.as_ref() }.state.swap(CLOSED, AcqRel);
        if state != EMPTY {
            // SAFETY: the receiver is gone (invariant 3), and there is no message, as this end did not send.
            unsafe { take_and_free(self.shared, false) };
        }
    }
}

/// The receiver is gone. This is the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendError<T>(pub T);

/// The end that receives. If it is dropped, so is a message that was sent to it.
pub struct Receiver<T> {
    shared: NonNull<Shared<T>>,
}

// SAFETY: the receiver has a message that comes from the thread of the sender, so `T: Send`. The memory goes to the last end,
// on whichever thread that is.
unsafe impl<T: Send> Send for Receiver<T> {}

impl<T> Receiver<T> {
    /// Takes the message, if it is there. What came before its `send` happens before this returns. Never waits.
    ///
    /// # Errors
    ///
    /// [`Empty`](ReceiveError::Empty) with the receiver, if nothing was sent and the sender is there. Otherwise
    /// [`Disconnected`](ReceiveError::Disconnected): the sender was dropped without sending.
    #[inline]
    pub fn receive(self) -> Result<T, ReceiveError<T>> {
        let shared = self.shared;
        // SAFETY: the memory is there, as this end is (invariant 3).
        // Acquire: pairs with the Release in `send`, and with the one in the sender's `drop`.
        let state = unsafe { shared.as_ref() }.state.load(Acquire);
        if state == EMPTY {
            return Err(ReceiveError::Empty(self));
        }
        // The end is used up here: its `drop` would drop the message and free the memory a second time.
        mem::forget(self);
        // SAFETY: the sender is gone, so the memory is ours (invariant 3), and so is a message (invariant 2); the Acquire has
        // seen it written.
        let message = unsafe { take_and_free(shared, state == READY) };
        message.ok_or(ReceiveError::Disconnected)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        // SAFETY: the memory is there, as this end is (invariant 3).
        // Acquire: pairs with the Release in `send`, whose message is dropped here, and with the one in the sender's `drop`.
        // Release: pairs with the Acquire of the sender, which may free the memory that `receive` has read.
        let state = unsafe { self.shared.as_ref() }.state.swap(CLOSED, AcqRel);
        if state == EMPTY {
            return;
        }
        // SAFETY: the sender is gone, so the memory is ours (invariant 3), and so is a message (invariant 2); the Acquire has
        // seen it written.
        let message = unsafe { take_and_free(self.shared, state == READY) };
        // When the memory is freed: the message's own `drop` may panic.
        drop(message);
    }
}

/// Why there is no message.
pub enum ReceiveError<T> {
    /// Not yet: the sender is still there. This is the receiver, to try again with.
    Empty(Receiver<T>),
    /// Nor will there be: the sender was dropped without sending.
    Disconnected,
}
