//! A channel without room for a message: `send` returns when the receiver has taken it.
//!
//! # Invariants
//!
//! 1. A channel has at most one [`Sender`] and one [`Receiver`] at a time: only [`split`](Channel::split) makes them, and
//!    what they borrow keeps the next `split` away.
//! 2. One thread at a time is inside [`send`](Sender::send): the one that holds `turn`.
//! 3. The slot belongs to the receiver while the state is [`FULL`], and otherwise to the thread that holds `turn`. `EMPTY`
//!    becomes `FULL` by that thread alone, and `FULL` becomes something else by the receiver alone.
//! 4. A sender sleeps only while the state is `FULL`, the receiver only while it is `EMPTY`; so they never sleep at once.
//!    Whoever makes one of the two into something else wakes one thread.

use parts::Mutex;
use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::futex;

/// No sender waits with a message.
const EMPTY: u32 = 0;
/// A sender waits, and its message is in the slot.
const FULL: u32 = 1;
/// One end is gone.
const CLOSED: u32 = 2;

/// A channel that holds no message: the two threads meet. [`split`](Self::split) it for its ends.
///
/// The rendezvous of C. A. R. Hoare, "Communicating Sequential Processes", Communications of the ACM 21 (1978).
pub struct Channel<T> {
    turn: Mutex<()>,
    state: AtomicU32,
    message: UnsafeCell<Option<T>>,
}

// SAFETY: each message moves from one thread to another, or back to the first (invariant 3), which takes `T: Send`. No two
// threads ever share one.
unsafe impl<T: Send> Sync for Channel<T> {}

impl<T> Channel<T> {
    /// A channel. Allocates nothing.
    pub const fn new() -> Self {
        Self { turn: Mutex::new(()), state: AtomicU32::new(EMPTY), message: UnsafeCell::new(None) }
    }

    /// Two new ends.
    pub fn split(&mut self) -> (Sender<'_, T>, Receiver<'_, T>) {
        *self = Self::new();
        let channel = &*self;
        (Sender { channel }, Receiver { channel })
    }
}

impl<T> Default for Channel<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// The end that sends. Several threads may share it.
pub struct Sender<'a, T> {
    channel: &'a Channel<T>,
}

impl<T> Sender<'_, T> {
    /// Hands the message to the receiver. Waits for those who send at the same time, and then until the message is taken.
    ///
    /// What the receiver did before it took the message happens before the return. Blocks in the operating system.
    ///
    /// # Errors
    ///
    /// The message itself, if the receiver is gone and has not taken it.
    pub fn send(&self, message: T) -> Result<(), T> {
        let Channel { turn, state, message: slot } = self.channel;
        // The next sender's write comes after our last look into the slot, and after what the receiver did before that.
        let _turn = turn.lock();
        // SAFETY: we hold `turn`, and the state is not `FULL`, which only we could make it (invariant 3).
        unsafe { *slot.get() = Some(message) };
        // Release: pairs with the Acquire in `receive`, which must see the message.
        // Relaxed: a failure means `CLOSED`. The receiver is gone and has left nothing to learn.
        if state.compare_exchange(EMPTY, FULL, Release, Relaxed).is_ok() {
            futex::wake_one(state);
            // Acquire: pairs with the Release in `receive`; the message was taken before we look for it.
            while state.load(Acquire) == FULL {
                futex::wait(state, FULL);
            }
        }
        // SAFETY: as above: the state is not `FULL`, and we hold `turn`. If the receiver was in the slot, that happens before:
        // the Acquire has read its store, or the `swap` that follows it.
        match unsafe { (*slot.get()).take() } {
            None => Ok(()),
            Some(message) => Err(message),
        }
    }
}

impl<T> Drop for Sender<'_, T> {
    fn drop(&mut self) {
        // Relaxed: nothing is handed over. Nobody is inside `send`, so nobody's message is lost.
        self.channel.state.store(CLOSED, Relaxed);
        futex::wake_one(&self.channel.state);
    }
}

/// No message will come: the sender is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnected;

/// The end that receives.
pub struct Receiver<'a, T> {
    channel: &'a Channel<T>,
}

impl<T> Receiver<'_, T> {
    /// Waits for a message, takes it, and lets its sender go on.
    ///
    /// What its sender did before happens before the return. Blocks in the operating system.
    ///
    /// # Errors
    ///
    /// If the sender is gone.
    pub fn receive(&mut self) -> Result<T, Disconnected> {
        let Channel { state, message: slot, .. } = self.channel;
        loop {
            // Acquire: pairs with the Release in `send`; the message was written before we read it.
            match state.load(Acquire) {
                EMPTY => futex::wait(state, EMPTY),
                FULL => break,
                _ => return Err(Disconnected),
            }
        }
        // SAFETY: the state is `FULL`: the slot is ours (invariant 3).
        let message = unsafe { (*slot.get()).take() };
        // Release: pairs with the Acquire in `send`; we have left the slot.
        state.store(EMPTY, Release);
        futex::wake_one(state);
        Ok(message.expect("the slot of a `FULL` channel holds a message"))
    }
}

impl<T> Drop for Receiver<'_, T> {
    fn drop(&mut self) {
        // Relaxed: what the sender must learn of, our last look into the slot, was published by the store in `receive`. This
        // is a read-modify-write, which goes on with that store's release sequence.
        if self.channel.state.swap(CLOSED, Relaxed) == FULL {
            futex::wake_one(&self.channel.state);
        }
    }
}
