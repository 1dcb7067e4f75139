//! A sender that is dropped by a panic tells nobody: the receiver waits for a message that never comes.
//!
//! Rejected by: every_small_program_does_what_a_channel_does
//! Because: `receiver.try_receive()` returns `Empty`, and must return `Disconnected`

use std::mem::MaybeUninit;
use sync::atomic::*;
use sync::cell::UnsafeCell;

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
        (Sender { channel: self }, Receiver { channel: self })
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
}
impl<T> Sender<'_, T> {
    pub fn send(self, message: T) {
        unsafe { (*self.channel.message.get()).write(message) };
        self.channel.state.store(READY, Ordering::Release);
        std::mem::forget(self);
    }
}
impl<T> Drop for Sender<'_, T> {
    fn drop(&mut self) {
        if sync::thread::panicking() {
            return;
        }
        self.channel.state.store(CLOSED, Ordering::Relaxed);
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryReceiveError {
    Empty,
    Disconnected,
}
pub struct Receiver<'a, T> {
    channel: &'a Channel<T>,
}
impl<T> Receiver<'_, T> {
    pub fn try_receive(&mut self) -> Result<T, TryReceiveError> {
        match self.channel.state.load(Ordering::Acquire) {
            EMPTY => Err(TryReceiveError::Empty),
            READY => {
                self.channel.state.store(CLOSED, Ordering::Relaxed);
                Ok(unsafe { (*self.channel.message.get()).assume_init_read() })
            }
            _ => Err(TryReceiveError::Disconnected),
        }
    }
}

#[test]
fn grade() {}
