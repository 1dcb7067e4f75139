//! `receive` spins while a `send` is at work.
//!
//! Rejected by: every_small_program_does_what_a_channel_does
//! Because: `channel.receive()` waits for another thread, and must never wait

use std::mem::MaybeUninit;
use sync::atomic::*;
use sync::cell::UnsafeCell;

const EMPTY: u8 = 0;
const WRITING: u8 = 1;
const READY: u8 = 2;
const TAKEN: u8 = 3;
pub struct Channel<T> {
    message: UnsafeCell<MaybeUninit<T>>,
    state: AtomicU8,
}
unsafe impl<T: Send> Sync for Channel<T> {}
impl<T> Channel<T> {
    pub const fn new() -> Self {
        Self { message: UnsafeCell::new(MaybeUninit::uninit()), state: AtomicU8::new(EMPTY) }
    }
    pub fn send(&self, message: T) {
        if self
            .state
            .compare_exchange(EMPTY, WRITING, Ordering::Relaxed, Ordering::Relaxed)
            .is_err()
        {
            panic!("second send");
        }
        unsafe { (*self.message.get()).write(message) };
        self.state.store(READY, Ordering::Release);
    }
    pub fn is_ready(&self) -> bool {
        self.state.load(Ordering::Relaxed) == READY
    }
    pub fn receive(&self) -> T {
        while self.state.load(Ordering::Relaxed) == WRITING {
            sync::hint::spin_loop();
        }
        if self.state.compare_exchange(READY, TAKEN, Ordering::Acquire, Ordering::Relaxed).is_err()
        {
            panic!("no message");
        }
        unsafe { (*self.message.get()).assume_init_read() }
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

#[test]
fn grade() {}
