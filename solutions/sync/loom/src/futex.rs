//! Sleeping until a word changes: a model of the platform's wait.
//!
//! Reading the newest value and going to sleep are one step, so a missing wake-up is a deadlock found.

use crate::atomic::AtomicU32;
use crate::atomic::Ordering::Relaxed;
use crate::engine;
use crate::exec;
use std::cell::RefCell;
use std::time::Duration;

thread_local! {
    /// Who sleeps where: execution, address, thread.
    static SLEEPERS: RefCell<Vec<(u64, usize, usize)>> = const { RefCell::new(Vec::new()) };
}

/// Sleeps while `word` is `expected`; may return at any time without a wake-up.
#[track_caller]
pub fn wait(word: &AtomicU32, expected: u32) {
    // Adding 0 reads the newest value, and makes the search see that this and a wake-up depend on each other.
    exec::with(|exec| exec.in_kernel = true);
    let asleep = word.fetch_add(0, Relaxed) == expected;
    let asleeper = exec::with(|exec| {
        exec.counters.waits += 1;
        let what = if asleep { "asleep" } else { "the value has changed" };
        exec.rename(format!("wait({expected})"), Some(what.into()));
        (exec.number, std::ptr::from_ref(word).addr(), exec.current)
    });
    if let (true, Some(sleeper)) = (asleep, asleeper) {
        SLEEPERS.with_borrow_mut(|all| {
            all.retain(|s| s.0 == sleeper.0);
            all.push(sleeper);
        });
        engine::park();
        SLEEPERS.with_borrow_mut(|all| all.retain(|s| *s != sleeper));
    }
}

/// As [`wait`], but the time may run out. Returns false if it did.
///
/// The duration does not matter, and nobody is woken: such a sleep is two looks at the word. It counts as a wake-up if others
/// have changed the word in between, and as the end of the time if not. That is less than may happen (a spurious return
/// is not tried), and never more.
#[track_caller]
pub fn wait_timeout(word: &AtomicU32, expected: u32, _timeout: Duration) -> bool {
    // Adding 0 reads the newest value, as in `wait`.
    exec::with(|exec| exec.in_kernel = true);
    let asleep = word.fetch_add(0, Relaxed) == expected;
    exec::with(|exec| {
        exec.counters.waits += 1;
        let what = if asleep { "asleep for a time" } else { "the value has changed" };
        exec.rename(format!("wait_timeout({expected})"), Some(what.into()));
    });
    if !asleep {
        return true;
    }
    exec::with(|exec| exec.in_kernel = true);
    let woken = word.fetch_add(0, Relaxed) != expected;
    exec::with(|exec| {
        let what = if woken { "woken" } else { "the time is over" };
        exec.rename(format!("wait_timeout({expected})"), Some(what.into()));
    });
    if !woken {
        // Callers that wait again must not keep the others from running.
        engine::spin();
    }
    woken
}

/// Wakes one thread that sleeps on `word`, if any does.
#[track_caller]
pub fn wake_one(word: &AtomicU32) {
    wake(word, 1, "wake_one()");
}

/// Wakes all threads that sleep on `word`.
#[track_caller]
pub fn wake_all(word: &AtomicU32) {
    wake(word, usize::MAX, "wake_all()");
}

#[track_caller]
fn wake(word: &AtomicU32, most: usize, text: &str) {
    word.fetch_add(0, Relaxed);
    let number = exec::with(|exec| {
        exec.counters.wakes += 1;
        exec.enter_kernel();
        exec.rename(text.into(), None);
        exec.number
    });
    let address = std::ptr::from_ref(word).addr();
    for _ in 0..most {
        let woken = SLEEPERS.with_borrow_mut(|all| {
            let place = all.iter().position(|s| Some(s.0) == number && s.1 == address)?;
            Some(all.remove(place).2)
        });
        let Some(thread) = woken else { break };
        engine::unpark(thread);
    }
}
