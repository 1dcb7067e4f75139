//! Chapter 5: messages, and who owns them.

use super::handed_over::{RACE, handed_over, written_and_raised};
use crate::{Thread, failure, outcomes, two};
use rc11::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use rc11::atomic::{AtomicU32, fence};
use rc11::cell::Watch;
use rc11::{sync, thread};
use std::collections::BTreeSet;

#[test]
fn two_that_count_themselves_out_after_their_look_may_both_see_2() {
    let all = outcomes(|| {
        let (count, mutex) = (AtomicU32::new(2), sync::Mutex::new(()));
        let leave = || {
            let guard = mutex.lock().unwrap();
            let seen = count.load(SeqCst);
            drop(guard);
            count.fetch_sub(1, SeqCst);
            seen
        };
        thread::scope(|scope| {
            let other = scope.spawn(leave);
            (leave(), other.join().unwrap())
        })
    });
    assert_eq!(all, BTreeSet::from([(1, 2), (2, 1), (2, 2)]));
}

#[test]
fn after_a_relaxed_look_somebody_must_acquire_before_the_message_is_read() {
    let relaxed = |flag: &AtomicU32| flag.load(Relaxed) == 1;
    assert_eq!(handed_over(written_and_raised(Release), relaxed), RACE);
    assert_eq!(handed_over(written_and_raised(SeqCst), relaxed), RACE);
    let loads_again = move |flag: &AtomicU32| relaxed(flag) && flag.load(Acquire) == 1;
    assert_eq!(handed_over(written_and_raised(Release), loads_again), None);
    let fences = move |flag: &AtomicU32| {
        let ready = relaxed(flag);
        fence(Acquire);
        ready
    };
    assert_eq!(handed_over(written_and_raised(Release), fences), None);
}

#[test]
fn a_flag_that_is_raised_before_the_message_is_written_races() {
    let send = |message: &Watch, flag: &AtomicU32| {
        flag.swap(1, AcqRel);
        message.write();
    };
    assert_eq!(handed_over(send, |flag| flag.load(Acquire) == 1), RACE);
}

#[test]
fn a_relaxed_claim_lets_only_one_in() {
    let claim: Thread =
        |state, _| u32::from(state.compare_exchange(0, 1, Relaxed, Relaxed).is_ok());
    assert_eq!(two(claim, claim), BTreeSet::from([(0, 1), (1, 0)]));
}

#[test]
fn after_a_relaxed_look_an_acquiring_exchange_succeeds_and_has_the_message() {
    let receive = |flag: &AtomicU32| {
        let ready = flag.load(Relaxed) == 1;
        if ready {
            assert!(flag.compare_exchange(1, 2, Acquire, Relaxed).is_ok());
        }
        ready
    };
    assert_eq!(handed_over(written_and_raised(Release), receive), None);
}

#[test]
fn a_swap_that_only_releases_does_not_learn_what_the_pointer_that_it_gets_points_to() {
    let by_swap = |order| move |flag: &AtomicU32| flag.swap(2, order) == 1;
    assert_eq!(handed_over(written_and_raised(Release), by_swap(Release)), RACE);
    assert_eq!(handed_over(written_and_raised(Release), by_swap(AcqRel)), None);
}

#[test]
fn the_end_that_frees_must_acquire_what_the_other_released() {
    // The sender swaps its state in with `sent`, and frees if the receiver has left.
    let fate = |sent: Ordering, left: Ordering| {
        failure(move || {
            let (memory, state) = (Watch::new(), AtomicU32::new(0));
            thread::scope(|scope| {
                scope.spawn(|| {
                    memory.read();
                    if state.swap(2, left) != 0 {
                        memory.write();
                    }
                });
                if state.swap(1, sent) != 0 {
                    memory.write();
                }
            });
        })
    };
    assert_eq!(fate(AcqRel, AcqRel), None);
    assert_eq!(fate(Release, AcqRel), RACE);
    assert_eq!(fate(AcqRel, Acquire), RACE);
}

#[test]
fn a_look_and_a_store_miss_a_receiver_that_leaves_between_them() {
    // The sender sees nobody leave, and so does the receiver that leaves: it finds no message.
    let send: Thread = |state, _| {
        let seen = state.load(SeqCst);
        state.store(1, SeqCst);
        seen
    };
    let leave: Thread = |state, _| state.swap(2, SeqCst);
    assert!(two(send, leave).contains(&(0, 0)));
    let send: Thread = |state, _| state.swap(1, Relaxed);
    assert!(!two(send, leave).contains(&(0, 0)));
}

#[test]
fn a_relaxed_swap_passes_a_release_on_and_a_relaxed_store_does_not() {
    let fate = |swaps: bool| {
        let send = move |message: &Watch, flag: &AtomicU32| {
            message.write();
            flag.store(1, Release);
            match swaps {
                true => _ = flag.swap(2, Relaxed),
                false => flag.store(2, Relaxed),
            }
        };
        handed_over(send, |flag| flag.load(Acquire) == 2)
    };
    assert_eq!(fate(true), None);
    assert_eq!(fate(false), RACE);
}

#[test]
fn a_sender_that_is_dropped_after_its_send_frees_what_the_receiver_uses() {
    const READY: u32 = 1;
    const CLOSED: u32 = 2;
    let fate = |forgets: bool| {
        failure(move || {
            let (memory, state) = (Watch::new(), AtomicU32::new(0));
            thread::scope(|scope| {
                scope.spawn(|| {
                    memory.read();
                    state.swap(READY, AcqRel);
                    // Whoever finds that the other end has left frees the memory.
                    if !forgets && state.swap(CLOSED, AcqRel) != 0 {
                        memory.write();
                    }
                });
                if state.load(Acquire) == READY {
                    memory.write();
                }
            });
        })
    };
    assert_eq!(fate(false), RACE);
    assert_eq!(fate(true), None);
}

#[test]
fn who_empties_a_channel_has_nothing_to_publish() {
    // The word names a message, or nobody's: 0. What is got out is dropped.
    let program = |receives: Ordering| {
        move || {
            let (channel, messages) = (AtomicU32::new(0), [Watch::new(), Watch::new()]);
            let drops = |message: u32| {
                if message > 0 {
                    messages[message as usize - 1].write();
                }
            };
            let send = |message: u32| {
                messages[message as usize - 1].write();
                drops(channel.swap(message, AcqRel));
            };
            thread::scope(|scope| {
                scope.spawn(|| send(1));
                scope.spawn(|| send(2));
                drops(channel.swap(0, receives));
            });
        }
    };
    assert_eq!(failure(program(Acquire)), None);
    assert_eq!(failure(program(Relaxed)), RACE);
}

#[test]
fn a_look_at_a_message_races_with_whoever_takes_it_out() {
    let program = |drops: bool| {
        move || {
            let (channel, message) = (AtomicU32::new(0), Watch::new());
            message.write();
            channel.store(1, Release);
            thread::scope(|scope| {
                scope.spawn(|| {
                    if channel.swap(0, Acquire) == 1 && drops {
                        message.write();
                    }
                });
                if channel.load(Acquire) == 1 {
                    message.read();
                }
            });
        }
    };
    assert_eq!(failure(program(true)), RACE);
    assert_eq!(failure(program(false)), None);
}
