//! Signal handlers that run while a thread waits.

use super::{BOTH, leaked};
use std::os::unix::thread::JoinHandleExt;
use std::thread;
use std::time::{Duration, Instant};
use sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};

static HANDLED: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count(_: libc::c_int) {
    // Relaxed: only counted. A lock-free atomic is all that a handler may touch.
    HANDLED.fetch_add(1, Relaxed);
}

/// Lets [`count`] handle `SIGUSR1`. Without `SA_RESTART`: a sleep that it interrupts ends with `EINTR`.
fn install() {
    // SAFETY: all zeroes is a valid `sigaction`: no flags, and no signals blocked.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = count as *const () as libc::sighandler_t;
    // SAFETY: `action` is complete, and its handler does nothing that a handler may not.
    let done = unsafe { libc::sigaction(libc::SIGUSR1, &raw const action, std::ptr::null_mut()) };
    assert_eq!(done, 0);
}

#[test]
fn a_signal_neither_ends_a_timed_wait_early_nor_lengthens_it() {
    const TIME: Duration = Duration::from_millis(120);
    const MOST_SIGNALS: usize = 5_000;
    install();
    for futex in BOTH {
        let waiter = thread::spawn(move || {
            let word = AtomicU32::new(0);
            let start = Instant::now();
            let woken = (futex.wait_timeout)(&word, 0, TIME);
            (woken, start.elapsed())
        });
        // Handlers run all the time, for 10 s at least. A wait that counted its time anew after each would outlast them.
        let before = HANDLED.load(Relaxed);
        let mut signals = 0;
        while !waiter.is_finished() && signals < MOST_SIGNALS {
            // SAFETY: the thread has not been joined, so its identity is still its own.
            unsafe { libc::pthread_kill(waiter.as_pthread_t(), libc::SIGUSR1) };
            thread::sleep(Duration::from_millis(2));
            signals += 1;
        }
        assert!(signals < MOST_SIGNALS, "{}: a wait of {TIME:?} has not ended", futex.name);
        let (woken, time) = waiter.join().expect("the waiter has ended");
        assert!(HANDLED.load(Relaxed) > before, "no handler has run: the test shows nothing");
        assert!(!woken, "{}: nobody woke", futex.name);
        assert!(time >= TIME, "{}: over after {time:?}", futex.name);
    }
}

#[test]
fn a_wake_up_after_a_signal_still_arrives() {
    install();
    for futex in BOTH {
        let word = leaked(AtomicU32::new(0));
        let waiter = thread::spawn(move || {
            // Relaxed: the word is all there is.
            while word.load(Relaxed) == 0 {
                (futex.wait)(word, 0);
            }
        });
        for _ in 0..20 {
            // SAFETY: the thread has not been joined, so its identity is still its own.
            unsafe { libc::pthread_kill(waiter.as_pthread_t(), libc::SIGUSR1) };
            thread::sleep(Duration::from_millis(1));
        }
        word.store(1, Relaxed);
        (futex.wake_one)(word);
        waiter.join().expect("the waiter has been woken");
    }
}
