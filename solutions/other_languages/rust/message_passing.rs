//! A number in plain memory, and a flag that says that it is there.

use std::cell::UnsafeCell;
use std::sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};
use std::thread;

/// A channel whose bytes are all zero is new.
#[derive(Default)]
pub struct Channel {
    message: UnsafeCell<u32>,
    /// Is the message there?
    ready: AtomicBool,
}

// SAFETY: the message is written before the flag is set and read afterwards, and the flag orders the two.
unsafe impl Sync for Channel {}

/// To be called once.
#[unsafe(no_mangle)]
pub extern "C" fn publish(channel: &Channel, message: u32) {
    // SAFETY: this is called once, and nobody reads before the flag is set.
    unsafe { *channel.message.get() = message };
    // Release: pairs with the Acquire in `receive`; the message is written before who sees the flag reads it.
    channel.ready.store(true, Release);
}

/// Waits for the message.
#[unsafe(no_mangle)]
pub extern "C" fn receive(channel: &Channel) -> u32 {
    // Acquire: pairs with the Release in `publish`.
    while !channel.ready.load(Acquire) {
        thread::yield_now();
    }
    // SAFETY: the message was written before the flag was set, and nobody writes any more.
    unsafe { *channel.message.get() }
}

fn main() {
    let channel = Channel::default();
    thread::scope(|scope| {
        scope.spawn(|| publish(&channel, 200_000));
        println!("{}", receive(&channel));
    });
}
