//! What every platform's wait promises. Each sentence is held against the system's own and against the table of queues.
//!
//! Nothing here is decided by who is fast. A time is only ever bounded from below, and a test that waits for what must
//! happen waits as long as it takes.

use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};
use sync::futex;

/// One way to wait and to wake.
#[derive(Clone, Copy)]
struct Futex {
    name: &'static str,
    wait: fn(&AtomicU32, u32),
    wait_timeout: fn(&AtomicU32, u32, Duration) -> bool,
    wake_one: fn(&AtomicU32),
    wake_all: fn(&AtomicU32),
}

const BOTH: [Futex; 2] = [
    Futex {
        name: "the system",
        wait: futex::wait,
        wait_timeout: futex::wait_timeout,
        wake_one: futex::wake_one,
        wake_all: futex::wake_all,
    },
    Futex {
        name: "the table of queues",
        wait: futex::parking::wait,
        wait_timeout: futex::parking::wait_timeout,
        wake_one: futex::parking::wake_one,
        wake_all: futex::parking::wake_all,
    },
];

/// Long enough for a thread to fall asleep on most days. Where it is not, a test sees less, and fails no more.
const A_WHILE: Duration = Duration::from_millis(30);

/// A thread that waits once on `word` while it is 0, having said so in `about_to`.
fn waits_once(
    futex: Futex,
    word: &'static AtomicU32,
    about_to: &'static AtomicUsize,
) -> JoinHandle<()> {
    thread::spawn(move || {
        // Relaxed: only counted.
        about_to.fetch_add(1, Relaxed);
        (futex.wait)(word, 0);
    })
}

/// Returns once `count` has become `n`, and a while after.
fn until(count: &AtomicUsize, n: usize) {
    // Relaxed: only counted.
    while count.load(Relaxed) < n {
        thread::yield_now();
    }
    thread::sleep(A_WHILE);
}

fn leaked<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

#[test]
fn no_wake_up_is_lost_between_the_comparison_and_the_sleep() {
    const ROUNDS: u32 = 20_000;
    for futex in BOTH {
        // Even: the ball is with this thread; odd: with the other. A lost wake-up leaves both asleep for ever.
        let ball = AtomicU32::new(0);
        let play = |mine: u32| {
            for _ in 0..ROUNDS {
                loop {
                    // Relaxed: the ball is all there is.
                    let seen = ball.load(Relaxed);
                    if seen % 2 == mine {
                        break;
                    }
                    (futex.wait)(&ball, seen);
                }
                ball.fetch_add(1, Relaxed);
                (futex.wake_one)(&ball);
            }
        };
        thread::scope(|scope| {
            scope.spawn(|| play(1));
            play(0);
        });
        assert_eq!(ball.into_inner(), 2 * ROUNDS, "{}", futex.name);
    }
}

#[test]
fn no_wake_up_is_lost_when_many_words_share_a_few_queues() {
    const ROUNDS: u32 = 500;
    const PAIRS: usize = 4;
    for futex in BOTH {
        // Neighbours in one cache line, and more threads than most machines have processors.
        let balls: [AtomicU32; PAIRS] = Default::default();
        thread::scope(|scope| {
            for ball in &balls {
                for mine in 0..2 {
                    scope.spawn(move || {
                        for _ in 0..ROUNDS {
                            loop {
                                // Relaxed: the ball is all there is.
                                let seen = ball.load(Relaxed);
                                if seen % 2 == mine {
                                    break;
                                }
                                (futex.wait)(ball, seen);
                            }
                            ball.fetch_add(1, Relaxed);
                            (futex.wake_all)(ball);
                        }
                    });
                }
            }
        });
        for ball in balls {
            assert_eq!(ball.into_inner(), 2 * ROUNDS, "{}", futex.name);
        }
    }
}

#[test]
fn a_wait_for_another_value_returns_at_once() {
    for futex in BOTH {
        let word = AtomicU32::new(u32::MAX);
        // Nobody wakes: a wait that slept would never return.
        (futex.wait)(&word, 0);
        assert!((futex.wait_timeout)(&word, 0, Duration::MAX), "{}", futex.name);
        assert!((futex.wait_timeout)(&word, 0, Duration::ZERO), "{}: no time ran out", futex.name);
    }
}

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
fn wake_one_wakes_at_most_one_of_two() {
    const TRIES: usize = 5;
    for futex in BOTH {
        // A spurious return looks like a second wake-up. It may come, but not in most tries.
        let both_awake = (0..TRIES).filter(|_| {
            let word = leaked(AtomicU32::new(0));
            let about_to = leaked(AtomicUsize::new(0));
            let waiters = [0; 2].map(|_| waits_once(futex, word, about_to));
            until(about_to, 2);
            (futex.wake_one)(word);
            thread::sleep(2 * A_WHILE);
            let both = waiters.iter().all(JoinHandle::is_finished);
            // Relaxed: whoever does not sleep yet sees it, or is woken.
            word.store(1, Relaxed);
            (futex.wake_all)(word);
            for waiter in waiters {
                waiter.join().expect("the waiter has been woken");
            }
            both
        });
        let both_awake = both_awake.count();
        assert!(both_awake <= TRIES / 2, "{}: both were awake in {both_awake} tries", futex.name);
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

#[test]
fn wake_all_wakes_all() {
    const SLEEPERS: usize = 8;
    for futex in BOTH {
        let word = leaked(AtomicU32::new(0));
        let about_to = leaked(AtomicUsize::new(0));
        let waiters = [0; SLEEPERS].map(|_| waits_once(futex, word, about_to));
        until(about_to, SLEEPERS);
        // Relaxed: joined below.
        word.store(1, Relaxed);
        // Once: those that sleep must all hear it, and those that do not yet sleep find the word changed.
        (futex.wake_all)(word);
        for waiter in waiters {
            waiter.join().expect("the waiter has been woken");
        }
    }
}

#[test]
fn a_wake_up_does_not_reach_sleepers_of_other_words() {
    const TRIES: usize = 5;
    for futex in BOTH {
        // A spurious return looks like a wake-up of another word. It may come, but not in most tries.
        let awake = (0..TRIES).filter(|_| {
            // More words than the table has queues: whatever the hash, the first shares a queue with another word or others
            // share one. Its neighbours in its cache line are among them too.
            let words: &'static [AtomicU32; 256] = leaked([const { AtomicU32::new(0) }; 256]);
            let about_to = leaked(AtomicUsize::new(0));
            let waiter = waits_once(futex, &words[0], about_to);
            until(about_to, 1);
            words[1..].iter().for_each(futex.wake_one);
            words[1..].iter().for_each(futex.wake_all);
            thread::sleep(A_WHILE);
            let awake = waiter.is_finished();
            // Relaxed: a waiter that does not sleep yet sees it, or is woken.
            words[0].store(1, Relaxed);
            (futex.wake_all)(&words[0]);
            waiter.join().expect("the waiter has been woken");
            awake
        });
        let awake = awake.count();
        assert!(awake <= TRIES / 2, "{}: awake in {awake} of {TRIES} tries", futex.name);
    }
}

#[cfg(unix)]
mod signals {
    use super::*;
    use std::os::unix::thread::JoinHandleExt;

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
        let done =
            unsafe { libc::sigaction(libc::SIGUSR1, &raw const action, std::ptr::null_mut()) };
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
}
