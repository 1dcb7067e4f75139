//! A counter under a mutex that sleeps, on the futex of Linux. The source of its three states is Ulrich Drepper, "Futexes Are Tricky".

mod two_threads;

use std::cell::UnsafeCell;
use std::ffi::{c_int, c_long, c_void};
use std::ptr;
use std::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};

/// Nobody holds the mutex.
const UNLOCKED: u32 = 0;
/// Somebody holds it, and nobody sleeps.
const LOCKED: u32 = 1;
/// Somebody holds it, and threads may sleep.
const CONTENDED: u32 = 2;

#[derive(Default)]
struct Mutex {
    state: AtomicU32,
}

impl Mutex {
    fn lock(&self) {
        // Acquire: pairs with the Release in `unlock`. Relaxed on failure: nothing is used then.
        if self.state.compare_exchange(UNLOCKED, LOCKED, Acquire, Relaxed).is_ok() {
            return;
        }
        // Acquire: as above. Who has waited cannot know whether others sleep, and says that they may.
        while self.state.swap(CONTENDED, Acquire) != UNLOCKED {
            wait(&self.state, CONTENDED);
        }
    }

    fn unlock(&self) {
        // Release: pairs with the Acquire in `lock`; what this holder did happens before what the next one does.
        if self.state.swap(UNLOCKED, Release) == CONTENDED {
            wake_one(&self.state);
        }
    }
}

unsafe extern "C" {
    fn syscall(number: c_long, ...) -> c_long;
}

const SYS_FUTEX: c_long = if cfg!(target_arch = "x86_64") { 202 } else { 98 };
const FUTEX_WAIT_PRIVATE: c_int = 128;
const FUTEX_WAKE_PRIVATE: c_int = 129;

/// Sleeps while `word` is `expected`.
fn wait(word: &AtomicU32, expected: u32) {
    let nothing = ptr::null::<c_void>();
    // SAFETY: the word is valid during the call; without a time-out, the other pointers may be null.
    unsafe { syscall(SYS_FUTEX, word.as_ptr(), FUTEX_WAIT_PRIVATE, expected, nothing, nothing, 0) };
}

/// Wakes one thread that sleeps on `word`, if any does.
fn wake_one(word: &AtomicU32) {
    let nothing = ptr::null::<c_void>();
    // SAFETY: of the word, only the address is used.
    unsafe { syscall(SYS_FUTEX, word.as_ptr(), FUTEX_WAKE_PRIVATE, 1, nothing, nothing, 0) };
}

/// A counter whose bytes are all zero is new.
#[derive(Default)]
pub struct Counter {
    mutex: Mutex,
    /// Only for the holder of the mutex.
    value: UnsafeCell<u32>,
}

// SAFETY: only the holder of the mutex accesses the value, and `count` is called when nobody else does.
unsafe impl Sync for Counter {}

/// Adds one.
#[unsafe(no_mangle)]
pub extern "C" fn increment(counter: &Counter) {
    counter.mutex.lock();
    // SAFETY: the mutex is held, and what its last holder did happens before.
    unsafe { *counter.value.get() += 1 };
    counter.mutex.unlock();
}

/// The count.
#[unsafe(no_mangle)]
pub extern "C" fn count(counter: &Counter) -> u32 {
    // SAFETY: the caller has joined the threads that increment.
    unsafe { *counter.value.get() }
}

fn main() {
    two_threads::run(increment, count);
}
