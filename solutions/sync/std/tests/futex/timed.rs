//! Waits with a time.

use super::{A_WHILE, BOTH, leaked, until, waits_once};
use std::thread;
use std::time::{Duration, Instant};
use sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};

#[test]
fn a_timed_wait_without_a_wake_up_ends_after_its_time_and_says_so() {
    for futex in BOTH {
        let word = AtomicU32::new(7);
        for time in [0, 1, 999, 1_000, 20_500].map(Duration::from_micros) {
            // A wait may return spuriously, which is no end of the time. It does not do so for ever.
            let ended = (0..1_000).find_map(|_| {
                let start = Instant::now();
                (!(futex.wait_timeout)(&word, 7, time)).then(|| start.elapsed())
            });
            let ended = ended.expect("the time runs out");
            assert!(ended >= time, "{}: {time:?} was over after {ended:?}", futex.name);
        }
    }
}

#[test]
fn a_wake_up_in_time_is_not_the_end_of_the_time() {
    const LONG: Duration = Duration::from_secs(3600);
    for futex in BOTH {
        let word = leaked(AtomicU32::new(0));
        let waiter = thread::spawn(move || {
            // Relaxed: the word is all there is.
            while word.load(Relaxed) == 0 {
                assert!((futex.wait_timeout)(word, 0, LONG), "{}: an hour is over", futex.name);
            }
        });
        thread::sleep(A_WHILE);
        word.store(1, Relaxed);
        (futex.wake_one)(word);
        waiter.join().expect("the waiter has been woken");
    }
}

#[test]
fn the_longest_time_that_can_be_said_does_not_overflow() {
    let secs = |n| Duration::new(n, 999_999_999);
    let times = [u64::MAX, i64::MAX as u64, u64::from(u32::MAX), i32::MAX as u64].map(secs);
    for futex in BOTH {
        for time in times {
            let word = leaked(AtomicU32::new(0));
            let waiter = thread::spawn(move || {
                while word.load(Relaxed) == 0 {
                    assert!((futex.wait_timeout)(word, 0, time), "{}: {time:?}", futex.name);
                }
            });
            thread::sleep(A_WHILE);
            // Relaxed: the word is all there is.
            word.store(1, Relaxed);
            (futex.wake_all)(word);
            waiter.join().expect("the time is not over, and did not overflow");
        }
    }
}

#[test]
fn a_wake_up_is_not_spent_on_a_sleeper_whose_time_is_over() {
    for futex in BOTH {
        let word = leaked(AtomicU32::new(0));
        while (futex.wait_timeout)(word, 0, Duration::from_millis(1)) {}
        let about_to = leaked(AtomicUsize::new(0));
        let waiter = waits_once(futex, word, about_to);
        until(about_to, 1);
        // Relaxed: a waiter that does not sleep yet sees it, or is woken.
        word.store(1, Relaxed);
        // One is enough, if it goes to the one that sleeps.
        (futex.wake_one)(word);
        waiter.join().expect("the waiter has been woken");
    }
}
