//! A futex over loom, which has none: a list of sleepers beside the word.

use loom::sync::atomic::{AtomicU32, Ordering::Relaxed};
use loom::thread::{Thread, current, park};
use std::cell::RefCell;

thread_local! {
    /// Who sleeps. One word is enough here, and loom runs its threads on one of the system's.
    static SLEEPERS: RefCell<Vec<Thread>> = const { RefCell::new(Vec::new()) };
}

/// Sleeps while `word` is `expected`. Adding 0 reads the newest value, and lets loom see that this and a wake-up depend on
/// each other.
pub fn wait(word: &AtomicU32, expected: u32) {
    if word.fetch_add(0, Relaxed) == expected {
        SLEEPERS.with_borrow_mut(|sleepers| sleepers.push(current()));
        park();
    }
}

pub fn wake_one(word: &AtomicU32) {
    wake(word, 1);
}

pub fn wake_all(word: &AtomicU32) {
    wake(word, usize::MAX);
}

fn wake(word: &AtomicU32, most: usize) {
    word.fetch_add(0, Relaxed);
    let woken: Vec<Thread> = SLEEPERS.with_borrow_mut(|sleepers| {
        let count = most.min(sleepers.len());
        sleepers.drain(..count).collect()
    });
    woken.iter().for_each(Thread::unpark);
}
