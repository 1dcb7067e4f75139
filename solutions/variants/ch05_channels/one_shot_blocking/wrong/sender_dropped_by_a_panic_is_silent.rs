//! A sender that is dropped by a panic tells nobody: the receiver sleeps for ever.
//!
//! Rejected by: every_small_program_does_what_a_channel_does
//! Because: `receiver.receive()` waits for ever, and must return `Disconnected`

use std::mem::MaybeUninit;
use sync::atomic::*;
use sync::cell::UnsafeCell;

use std::marker::PhantomData;
use sync::thread::{self, Thread};
const EMPTY: u8 = 0;
const READY: u8 = 1;
const CLOSED: u8 = 2;
pub struct Channel<T> {
    state: AtomicU8,
    message: UnsafeCell<MaybeUninit<T>>,
}
unsafe impl<T: Send> Sync for Channel<T> {}
impl<T> Channel<T> {
    pub const fn new() -> Self {
        Self { state: AtomicU8::new(EMPTY), message: UnsafeCell::new(MaybeUninit::uninit()) }
    }
    pub fn split(&mut self) -> (Sender<'_, T>, Receiver<'_, T>) {
        *self = Self::new();
        (
            Sender { channel: self, receiver: thread::current() },
            Receiver { channel: self, p: PhantomData },
        )
    }
}
impl<T> Default for Channel<T> {
    fn default() -> Self {
        Self::new()
    }
}
impl<T> Drop for Channel<T> {
    fn drop(&mut self) {
        if *self.state.get_mut() == READY {
            unsafe { self.message.get_mut().assume_init_drop() }
        }
    }
}
pub struct Sender<'a, T> {
    channel: &'a Channel<T>,
    receiver: Thread,
}
impl<T> Sender<'_, T> {
    pub fn send(self, message: T) {
        unsafe { (*self.channel.message.get()).write(message) };
        self.channel.state.store(READY, Ordering::Release);
    }
}
impl<T> Drop for Sender<'_, T> {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        if self.channel.state.load(Ordering::Relaxed) == EMPTY {
            self.channel.state.store(CLOSED, Ordering::Relaxed);
        }
        self.receiver.unpark();
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnected;
pub struct Receiver<'a, T> {
    channel: &'a Channel<T>,
    p: PhantomData<*const ()>,
}
impl<T> Receiver<'_, T> {
    pub fn receive(self) -> Result<T, Disconnected> {
        loop {
            match self.channel.state.load(Ordering::Acquire) {
                EMPTY => thread::park(),
                READY => {
                    self.channel.state.store(CLOSED, Ordering::Relaxed);
                    return Ok(unsafe { (*self.channel.message.get()).assume_init_read() });
                }
                _ => return Err(Disconnected),
            }
        }
    }
}

#[test]
fn grade() {}
