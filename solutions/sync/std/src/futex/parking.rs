//! A futex for systems that have none: a table of queues, found by the address of the word.
//!
//! This is the idea of WebKit's parking lot, which `parking_lot` brought to Rust, in its plainest form: the queues are
//! guarded by std's `Mutex`, the sleepers lie on std's `Condvar`. It is built and tested on every system, though only those
//! without a wait of their own use it.
//!
//! # Invariants
//!
//! 1. A sleeper is in the bucket of its word from before it sleeps until a waker or its own time-out takes it out. Both hold
//!    the bucket's lock, so exactly one of them does.
//! 2. A sleeper goes into the bucket under the lock under which it has found the expected value. A waker that changes
//!    the word and then takes the lock comes after that and finds the sleeper, or comes before it, and the lock shows the
//!    change to the comparison. So no wake-up is lost.
//!
//! Source: F. Pizlo, "Locking in WebKit" (2016).

use crate::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many buckets there are, as a power of two. Words that share one are told apart by address.
const BUCKETS_LOG2: u32 = 6;

static TABLE: [Bucket; 1 << BUCKETS_LOG2] =
    [const { Bucket(Mutex::new(Vec::new())) }; 1 << BUCKETS_LOG2];

/// Who sleeps, in order of arrival. Apart from its neighbours by a cache line or two, so that words in different buckets
/// do not disturb each other.
#[repr(align(128))]
struct Bucket(Mutex<Vec<Entry>>);

struct Entry {
    address: usize,
    sleeper: Arc<Sleeper>,
}

/// Where one thread sleeps, once. The next wait has a new one, so that a late notification does not reach it.
#[derive(Default)]
struct Sleeper {
    woken: Mutex<bool>,
    changed: Condvar,
}

/// The queue for the words at `address`, locked. Nothing here panics while it holds a lock, so poison means nothing.
fn bucket(address: usize) -> MutexGuard<'static, Vec<Entry>> {
    // Fibonacci hashing: the high bits of the product depend on all bits of the address.
    const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
    let hash = (address as u64).wrapping_mul(GOLDEN) >> (u64::BITS - BUCKETS_LOG2);
    TABLE[hash as usize].0.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sleeper {
    /// Sleeps until woken. Returns false if the moment came first.
    fn sleep(&self, end: Option<Instant>) -> bool {
        let mut woken = self.woken.lock().unwrap_or_else(PoisonError::into_inner);
        while !*woken {
            let Some(end) = end else {
                woken = self.changed.wait(woken).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let result = self.changed.wait_timeout(woken, left);
            woken = result.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    fn wake(&self) {
        *self.woken.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_one();
    }
}

/// See [`futex::wait`](super::wait). It does not return spuriously, but callers must not rely on that.
pub fn wait(word: &AtomicU32, expected: u32) {
    wait_for(word, expected, None);
}

/// See [`futex::wait_timeout`](super::wait_timeout).
#[must_use = "only the result tells a wake-up from the end of the time"]
pub fn wait_timeout(word: &AtomicU32, expected: u32, timeout: Duration) -> bool {
    wait_for(word, expected, Some(timeout))
}

/// Sleeps while `word` is `expected`. Returns false if the time ran out.
pub fn wait_for(word: &AtomicU32, expected: u32, timeout: Option<Duration>) -> bool {
    let end = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let address = word.as_ptr().addr();
    let sleeper = Arc::new(Sleeper::default());
    let mut queue = bucket(address);
    // Relaxed: the lock of the bucket orders this after the change of a waker that has had it (invariant 2).
    if word.load(Relaxed) != expected {
        return true;
    }
    queue.push(Entry { address, sleeper: Arc::clone(&sleeper) });
    drop(queue);
    if sleeper.sleep(end) {
        return true;
    }
    let mut queue = bucket(address);
    let place = queue.iter().position(|entry| Arc::ptr_eq(&entry.sleeper, &sleeper));
    // Gone: a waker chose us when the time was already over (invariant 1). Its wake-up is ours, and is not to be lost.
    place.map(|place| queue.remove(place)).is_none()
}

/// Wakes the thread that has slept on `word` for longest, if any does.
pub fn wake_one(word: &AtomicU32) {
    let address = word.as_ptr().addr();
    let mut queue = bucket(address);
    let place = queue.iter().position(|entry| entry.address == address);
    let chosen = place.map(|place| queue.remove(place));
    drop(queue);
    if let Some(entry) = chosen {
        entry.sleeper.wake();
    }
}

/// Wakes all threads that sleep on `word`.
pub fn wake_all(word: &AtomicU32) {
    let address = word.as_ptr().addr();
    let mut queue = bucket(address);
    let chosen: Vec<_> = queue.extract_if(.., |entry| entry.address == address).collect();
    drop(queue);
    for entry in chosen {
        entry.sleeper.wake();
    }
}
