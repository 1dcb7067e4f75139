//! Waits and wake-ups: none is lost, and each reaches those that it is for.

use super::{A_WHILE, BOTH, leaked, until, waits_once};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};

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
            // Four times as many words as the table has queues: the first one's queue serves others too.
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
