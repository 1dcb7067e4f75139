//! What the book's questions say of executions: each proof is a test, and a question names it (`data-proof`). `cargo book check` holds the
//! one against the other.

mod told;

use rc11::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use rc11::atomic::{AtomicU32, Ordering, fence};
use rc11::cell::Watch;
use rc11::{FailureKind, futex, hint, sync, thread};
use std::collections::BTreeSet;
use std::ptr;
use std::sync::{Arc, Mutex};

/// What the executions return, each value once. Nothing is left out.
fn outcomes<T: Ord + Send + 'static>(f: impl Fn() -> T + Send + Sync + 'static) -> BTreeSet<T> {
    let found = Arc::new(Mutex::new(BTreeSet::new()));
    let sink = found.clone();
    let report = told::builder().check(move || {
        let outcome = f();
        sink.lock().unwrap().insert(outcome);
    });
    assert!(report.unwrap().complete);
    std::mem::take(&mut *found.lock().unwrap())
}

/// What goes wrong in some execution, if anything does.
fn fate(f: impl Fn() + Send + Sync + 'static) -> Option<FailureKind> {
    told::builder().check(f).err().map(|failure| failure.kind)
}

const RACE: Option<FailureKind> = Some(FailureKind::Race);
const DEADLOCK: Option<FailureKind> = Some(FailureKind::Deadlock);

/// What a thread does with two words, and what it has read.
type Thread = fn(&AtomicU32, &AtomicU32) -> u32;

/// What two threads read, in all executions. The words are 0 before.
fn two(first: Thread, second: Thread) -> BTreeSet<(u32, u32)> {
    outcomes(move || {
        let (x, y) = (AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|scope| {
            let other = scope.spawn(|| second(&x, &y));
            let read = first(&x, &y);
            (read, other.join().unwrap())
        })
    })
}

#[test]
fn both_threads_of_store_buffering_may_read_0() {
    let all = two(
        |x, y| {
            x.store(1, Release);
            y.load(Acquire)
        },
        |x, y| {
            y.store(1, Release);
            x.load(Acquire)
        },
    );
    assert!(all.contains(&(0, 0)), "{all:?}");
}

// Chapter 5

#[test]
fn a_thread_that_locks_its_own_mutex_again_never_gets_it() {
    let fate = fate(|| {
        let mutex = sync::Mutex::new(());
        let _guard = mutex.lock();
        let _again = mutex.lock();
    });
    assert_eq!(fate, DEADLOCK);
}

#[test]
fn a_notification_after_the_unlock_is_not_lost_if_the_change_was_under_the_mutex() {
    let fate = |locks: bool| {
        fate(move || {
            let (mutex, condvar) = (sync::Mutex::new(()), sync::Condvar::new());
            let messages = AtomicU32::new(0);
            thread::scope(|scope| {
                scope.spawn(|| {
                    let guard = locks.then(|| mutex.lock().unwrap());
                    messages.store(1, Relaxed);
                    drop(guard);
                    condvar.notify_one();
                });
                let mut guard = mutex.lock().unwrap();
                while messages.load(Relaxed) == 0 {
                    guard = condvar.wait(guard).unwrap();
                }
            });
        })
    };
    assert_eq!(fate(true), None);
    assert_eq!(fate(false), DEADLOCK);
}

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

/// A thread that writes a message and raises a flag, and one that looks at the flag and reads the message if `ready` says that it may.
fn handed_over(
    send: impl Fn(&Watch, &AtomicU32) + Send + Sync + 'static,
    ready: impl Fn(&AtomicU32) -> bool + Send + Sync + 'static,
) -> Option<FailureKind> {
    fate(move || {
        let (message, flag) = (Watch::new(), AtomicU32::new(0));
        thread::scope(|scope| {
            scope.spawn(|| send(&message, &flag));
            if ready(&flag) {
                message.read();
            }
        });
    })
}

/// Writes the message and then raises the flag.
fn written_and_raised(order: Ordering) -> impl Fn(&Watch, &AtomicU32) {
    move |message, flag| {
        message.write();
        flag.store(1, order);
    }
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
fn the_end_that_frees_must_acquire_what_the_other_released() {
    // The sender swaps its state in with `sent`, and frees if the receiver has left.
    let fate = |sent: Ordering, left: Ordering| {
        fate(move || {
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
fn a_park_before_the_look_may_sleep_beside_the_message() {
    let fate = |looks_first: bool| {
        fate(move || {
            let (state, other) = (AtomicU32::new(0), AtomicU32::new(0));
            let receiver = thread::current();
            thread::scope(|scope| {
                for word in [&state, &other] {
                    let receiver = &receiver;
                    scope.spawn(move || {
                        word.store(1, Release);
                        receiver.unpark();
                    });
                }
                // Somebody else's code parks on this thread.
                while other.load(Acquire) == 0 {
                    thread::park();
                }
                if !looks_first {
                    thread::park();
                }
                while state.load(Acquire) == 0 {
                    thread::park();
                }
            });
        })
    };
    assert_eq!(fate(false), DEADLOCK);
    assert_eq!(fate(true), None);
}

/// A thread that parks until a word changes, and then reads what was written before.
fn woken(order: Ordering, reads: bool) -> Option<FailureKind> {
    fate(move || {
        let (message, state) = (Watch::new(), AtomicU32::new(0));
        let receiver = thread::current();
        thread::scope(|scope| {
            scope.spawn(|| {
                message.write();
                state.store(1, order);
                receiver.unpark();
            });
            while state.load(Acquire) == 0 {
                thread::park();
            }
            if reads {
                message.read();
            }
        });
    })
}

#[test]
fn a_receiver_that_need_not_park_needs_the_release() {
    assert_eq!(woken(Relaxed, true), RACE);
    assert_eq!(woken(Release, true), None);
}

#[test]
fn a_relaxed_store_before_unpark_is_seen_after_the_park() {
    assert_eq!(woken(Relaxed, false), None);
}

#[test]
fn a_sender_that_waits_may_see_only_the_last_of_two_changes() {
    let send: Thread = |state, _| {
        loop {
            let seen = state.load(Acquire);
            if seen != 0 {
                return seen;
            }
            hint::spin_loop();
        }
    };
    // The message is taken, and then the receiver leaves.
    let receive: Thread = |state, _| {
        state.store(1, Release);
        state.swap(2, Relaxed)
    };
    assert_eq!(two(send, receive), BTreeSet::from([(1, 1), (2, 1)]));
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

// Chapter 6

/// Two threads of which each uses the data, and drops it if `leave` says that the other has gone.
fn last_one_drops(
    leave: impl Fn(&AtomicU32) -> bool + Copy + Send + Sync + 'static,
) -> Option<FailureKind> {
    fate(move || {
        let (data, count) = (Watch::new(), AtomicU32::new(2));
        let user = || {
            data.read();
            if leave(&count) {
                data.write();
            }
        };
        thread::scope(|scope| {
            scope.spawn(user);
            user();
        });
    })
}

#[test]
fn exactly_one_relaxed_decrement_returns_1_and_its_free_races() {
    let all = outcomes(|| {
        let count = AtomicU32::new(2);
        thread::scope(|scope| {
            let other = scope.spawn(|| count.fetch_sub(1, Relaxed));
            (count.fetch_sub(1, Relaxed), other.join().unwrap())
        })
    });
    assert_eq!(all, BTreeSet::from([(1, 2), (2, 1)]));
    assert_eq!(last_one_drops(|count| count.fetch_sub(1, Relaxed) == 1), RACE);
    assert_eq!(last_one_drops(|count| count.fetch_sub(1, AcqRel) == 1), None);
}

#[test]
fn a_relaxed_look_at_the_count_does_not_order_the_other_read() {
    let fate = |order: Ordering| {
        fate(move || {
            let (data, count) = (Watch::new(), AtomicU32::new(2));
            thread::scope(|scope| {
                scope.spawn(|| {
                    data.read();
                    count.fetch_sub(1, Release);
                });
                if count.load(order) == 1 {
                    data.write();
                }
            });
        })
    };
    assert_eq!(fate(Relaxed), RACE);
    assert_eq!(fate(Acquire), None);
}

#[test]
fn of_two_that_unwrap_one_or_neither_gets_the_data() {
    let all = outcomes(|| {
        let count = AtomicU32::new(2);
        // Gets the data if it is alone, and otherwise drops the handle that it gets back.
        let unwrap = || {
            let is_alone = count.load(Acquire) == 1;
            if !is_alone {
                count.fetch_sub(1, Release);
            }
            is_alone
        };
        thread::scope(|scope| {
            let other = scope.spawn(unwrap);
            (unwrap(), other.join().unwrap())
        })
    });
    assert_eq!(all, BTreeSet::from([(false, false), (false, true), (true, false)]));
}

#[test]
fn a_look_and_an_increment_may_bring_a_count_back_from_0() {
    let all = outcomes(|| {
        let strong = AtomicU32::new(1);
        thread::scope(|scope| {
            scope.spawn(|| strong.fetch_sub(1, Release));
            (strong.load(Relaxed) != 0).then(|| strong.fetch_add(1, Acquire))
        })
    });
    assert_eq!(all, BTreeSet::from([None, Some(0), Some(1)]));
}

#[test]
fn a_handle_that_comes_before_the_data_has_to_acquire_it() {
    let upgrade = |order: Ordering| {
        move |strong: &AtomicU32| strong.compare_exchange(1, 2, order, Relaxed).is_ok()
    };
    assert_eq!(handed_over(written_and_raised(Release), upgrade(Relaxed)), RACE);
    assert_eq!(handed_over(written_and_raised(Release), upgrade(Acquire)), None);
}

#[test]
fn two_looks_at_two_counts_may_both_see_1_whichever_comes_first() {
    // The other thread has a handle of one kind, makes one of the other kind, and drops the first.
    let sees_twice_1 = |first: u32, second: u32| {
        let all = outcomes(move || {
            let (first, second) = (AtomicU32::new(first), AtomicU32::new(second));
            thread::scope(|scope| {
                scope.spawn(|| {
                    first.fetch_add(1, SeqCst);
                    second.fetch_sub(1, SeqCst);
                });
                first.load(SeqCst) == 1 && second.load(SeqCst) == 1
            })
        });
        all.contains(&true)
    };
    let (weak, strong) = (1, 2);
    assert!(sees_twice_1(weak, strong));
    let (strong, weak) = (1, 2);
    assert!(sees_twice_1(strong, weak));
}

// Chapter 8

/// A gate that one thread opens with `open`, and `waiters` that sleep until then, as long as the word is what `expected` gives.
fn gate(
    waiters: u32,
    expected: fn(&AtomicU32) -> u32,
    open: fn(&AtomicU32),
) -> Option<FailureKind> {
    fate(move || {
        let gate = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..waiters {
                scope.spawn(|| {
                    while gate.load(Acquire) == 0 {
                        futex::wait(&gate, expected(&gate));
                    }
                });
            }
            open(&gate);
        });
    })
}

fn opens_for_all(gate: &AtomicU32) {
    gate.store(1, Release);
    futex::wake_all(gate);
}

#[test]
fn a_wait_for_what_it_has_just_read_may_sleep_at_an_open_gate() {
    assert_eq!(gate(1, |gate| gate.load(Relaxed), opens_for_all), DEADLOCK);
    assert_eq!(gate(1, |gate| gate.load(SeqCst), opens_for_all), DEADLOCK);
    assert_eq!(gate(1, |_| 0, opens_for_all), None);
}

#[test]
fn a_gate_that_wakes_one_leaves_the_other_asleep() {
    let opens_for_one = |gate: &AtomicU32| {
        gate.store(1, Release);
        futex::wake_one(gate);
    };
    assert_eq!(gate(2, |_| 0, opens_for_one), DEADLOCK);
    assert_eq!(gate(2, |_| 0, opens_for_all), None);
}

#[test]
fn a_thread_that_finds_the_gate_open_learns_nothing_from_a_wait() {
    let fate = |load: Ordering| {
        let open = |data: &Watch, gate: &AtomicU32| {
            data.write();
            opens_for_all(gate);
        };
        let wait = move |gate: &AtomicU32| {
            while gate.load(load) == 0 {
                futex::wait(gate, 0);
            }
            true
        };
        handed_over(open, wait)
    };
    assert_eq!(fate(Relaxed), RACE);
    assert_eq!(fate(Acquire), None);
}

#[test]
fn a_second_release_store_hides_the_first() {
    // What a thread that reads 2 or more reads of the word that the first thread has written.
    let reads = |second: fn(&AtomicU32)| {
        let all = outcomes(move || {
            let (word, gate) = (AtomicU32::new(0), AtomicU32::new(0));
            thread::scope(|scope| {
                scope.spawn(|| {
                    word.store(1, Relaxed);
                    gate.swap(1, Release);
                });
                scope.spawn(|| {
                    while gate.load(Relaxed) == 0 {
                        hint::spin_loop();
                    }
                    second(&gate);
                });
                (gate.load(Acquire) == 2).then(|| word.load(Relaxed))
            })
        });
        all.into_iter().flatten().collect::<BTreeSet<u32>>()
    };
    assert_eq!(reads(|gate| gate.store(2, Release)), BTreeSet::from([0, 1]));
    assert_eq!(reads(|gate| _ = gate.swap(2, Release)), BTreeSet::from([1]));
}

const EMPTY: u32 = 0;
const NOTIFIED: u32 = 1;
const PARKED: u32 = 2;

/// A `park` that says with a plain store that it is parked, or that there is no token, or neither.
fn park(state: &AtomicU32, stores_parked: bool, stores_empty: bool) {
    if state.swap(EMPTY, Acquire) == NOTIFIED {
        return;
    }
    if stores_parked {
        state.store(PARKED, Relaxed);
    } else if state.compare_exchange(EMPTY, PARKED, Relaxed, Relaxed).is_err() {
        state.swap(EMPTY, Acquire);
        return;
    }
    while state.load(Acquire) == PARKED {
        futex::wait(state, PARKED);
    }
    if stores_empty {
        state.store(EMPTY, Relaxed);
    } else {
        state.swap(EMPTY, Acquire);
    }
}

#[test]
fn two_plain_stores_of_a_parker_lose_a_token_and_what_it_published() {
    // Two threads unpark; one of them has changed a flag before. The owner parks until it sees that.
    let fate = |stores_parked: bool, stores_empty: bool| {
        fate(move || {
            let (state, flag) = (AtomicU32::new(EMPTY), AtomicU32::new(0));
            let unpark = || {
                if state.swap(NOTIFIED, Release) == PARKED {
                    futex::wake_one(&state);
                }
            };
            thread::scope(|scope| {
                scope.spawn(|| {
                    flag.store(1, Relaxed);
                    unpark();
                });
                scope.spawn(unpark);
                while flag.load(Relaxed) == 0 {
                    park(&state, stores_parked, stores_empty);
                }
            });
        })
    };
    assert_eq!(fate(true, false), DEADLOCK);
    assert_eq!(fate(false, true), DEADLOCK);
    assert_eq!(fate(false, false), None);
}

#[test]
fn one_mark_for_all_sleepers_is_wiped_out_by_the_first_to_go_on() {
    const UNSET: u32 = 0;
    const SET: u32 = 1;
    const AWAITED: u32 = 2;
    // Each thread that is let through sets the event for the next one.
    let fate = |waiters: usize| {
        fate(move || {
            let event = AtomicU32::new(UNSET);
            let set = || {
                if event.swap(SET, Release) == AWAITED {
                    futex::wake_one(&event);
                }
            };
            let wait = || {
                while event.compare_exchange(SET, UNSET, Acquire, Relaxed).is_err() {
                    if event.compare_exchange(UNSET, AWAITED, Relaxed, Relaxed) != Err(SET) {
                        futex::wait(&event, AWAITED);
                    }
                }
            };
            thread::scope(|scope| {
                for _ in 0..waiters {
                    scope.spawn(|| {
                        wait();
                        set();
                    });
                }
                set();
            });
        })
    };
    assert_eq!(fate(1), None);
    assert_eq!(fate(2), DEADLOCK);
}

#[test]
fn a_comparison_before_the_lock_of_the_queue_loses_a_wake_up() {
    let fate = |under_the_lock: bool| {
        fate(move || {
            let (word, woken) = (AtomicU32::new(0), AtomicU32::new(0));
            let queue = sync::Mutex::new(None);
            thread::scope(|scope| {
                scope.spawn(|| {
                    word.store(1, SeqCst);
                    let sleeper: Option<thread::Thread> = queue.lock().unwrap().take();
                    if let Some(sleeper) = sleeper {
                        woken.store(1, SeqCst);
                        sleeper.unpark();
                    }
                });
                if !under_the_lock && word.load(SeqCst) != 0 {
                    return;
                }
                let mut queue = queue.lock().unwrap();
                if under_the_lock && word.load(SeqCst) != 0 {
                    return;
                }
                *queue = Some(thread::current());
                drop(queue);
                while woken.load(SeqCst) == 0 {
                    thread::park();
                }
            });
        })
    };
    assert_eq!(fate(false), DEADLOCK);
    assert_eq!(fate(true), None);
}

// Chapter 9

/// A thread that unlocks a lock in state 1, and `waiters` that lock it and unlock it again.
fn hand_over(
    waiters: u32,
    lock: impl Fn(&AtomicU32) + Send + Sync + 'static,
    unlock: impl Fn(&AtomicU32) + Send + Sync + 'static,
) -> Option<FailureKind> {
    fate(move || {
        let state = AtomicU32::new(1);
        thread::scope(|scope| {
            for _ in 0..waiters {
                scope.spawn(|| {
                    lock(&state);
                    unlock(&state);
                });
            }
            unlock(&state);
        });
    })
}

#[test]
fn a_wake_up_before_the_unlock_is_lost() {
    let fate = |wakes_first: bool| {
        let lock = |state: &AtomicU32| {
            while state.swap(1, Acquire) != 0 {
                futex::wait(state, 1);
            }
        };
        let unlock = move |state: &AtomicU32| {
            if wakes_first {
                futex::wake_one(state);
            }
            state.store(0, Release);
            if !wakes_first {
                futex::wake_one(state);
            }
        };
        hand_over(1, lock, unlock)
    };
    assert_eq!(fate(true), DEADLOCK);
    assert_eq!(fate(false), None);
}

/// Locks a mutex of three states. After a sleep, `again` may take the lock first.
fn lock_with(again: fn(&AtomicU32) -> bool) -> impl Fn(&AtomicU32) {
    move |state| {
        if state.compare_exchange(0, 1, Acquire, Relaxed).is_ok() {
            return;
        }
        while state.swap(2, Acquire) != 0 {
            futex::wait(state, 2);
            if again(state) {
                return;
            }
        }
    }
}

fn unlock_and_wake(state: &AtomicU32) {
    if state.swap(0, Release) == 2 {
        futex::wake_one(state);
    }
}

#[test]
fn a_woken_thread_that_locks_as_1_forgets_the_other_sleeper() {
    let as_1 = |state: &AtomicU32| state.compare_exchange(0, 1, Acquire, Relaxed).is_ok();
    assert_eq!(hand_over(1, lock_with(as_1), unlock_and_wake), None);
    assert_eq!(hand_over(2, lock_with(as_1), unlock_and_wake), DEADLOCK);
    assert_eq!(hand_over(2, lock_with(|_| false), unlock_and_wake), None);
}

#[test]
fn a_look_and_then_a_store_wipe_out_the_mark_of_a_waiter() {
    let unlock = |state: &AtomicU32| {
        let seen = state.load(SeqCst);
        state.store(0, SeqCst);
        if seen == 2 {
            futex::wake_one(state);
        }
    };
    assert_eq!(hand_over(1, lock_with(|_| false), unlock), DEADLOCK);
}

#[test]
fn a_release_fence_leaves_out_the_unlock_that_follows_it() {
    // The next holder reads what the last one has written to the data, or it frees the mutex.
    let fate = |unlock: fn(&AtomicU32), frees: bool| {
        fate(move || {
            let data = Watch::new();
            let state: &AtomicU32 = Box::leak(Box::new(AtomicU32::new(1)));
            thread::scope(|scope| {
                scope.spawn(|| {
                    data.write();
                    unlock(state);
                });
                if state.swap(2, Acquire) != 0 {
                    return;
                }
                data.read();
                if frees {
                    // SAFETY: it is from a box, and the other thread is done with it.
                    rc11::free(unsafe { Box::from_raw(ptr::from_ref(state).cast_mut()) });
                }
            });
        })
    };
    let fences: fn(&AtomicU32) = |state| {
        fence(Release);
        state.swap(0, Relaxed);
    };
    let releases: fn(&AtomicU32) = |state| _ = state.swap(0, Release);
    assert_eq!(fate(fences, false), None);
    assert_eq!(fate(fences, true), RACE);
    assert_eq!(fate(releases, true), None);
}

#[test]
fn a_word_that_waiters_clear_loses_a_notification_if_there_are_two_of_them() {
    // Each waiter waits for its number, and then counts on.
    let fate = |waiters: u32| {
        fate(move || {
            let (notified, number) = (AtomicU32::new(0), sync::Mutex::new(0));
            let count = || {
                *number.lock().unwrap() += 1;
                notified.store(1, SeqCst);
                futex::wake_all(&notified);
            };
            thread::scope(|scope| {
                for mine in 1..=waiters {
                    let (count, notified, number) = (&count, &notified, &number);
                    scope.spawn(move || {
                        let mut guard = number.lock().unwrap();
                        while *guard < mine {
                            notified.store(0, SeqCst);
                            drop(guard);
                            futex::wait(notified, 0);
                            guard = number.lock().unwrap();
                        }
                        drop(guard);
                        count();
                    });
                }
                count();
            });
        })
    };
    assert_eq!(fate(1), None);
    assert_eq!(fate(2), DEADLOCK);
}

#[test]
fn a_relaxed_counter_that_is_read_under_the_mutex_loses_no_notification() {
    let fate = |under_the_mutex: bool| {
        fate(move || {
            let (counter, is_there) = (AtomicU32::new(0), sync::Mutex::new(false));
            thread::scope(|scope| {
                scope.spawn(|| {
                    *is_there.lock().unwrap() = true;
                    counter.fetch_add(1, Relaxed);
                    futex::wake_one(&counter);
                });
                let mut guard = is_there.lock().unwrap();
                while !*guard {
                    let before = counter.load(Relaxed);
                    drop(guard);
                    let after = counter.load(Relaxed);
                    futex::wait(&counter, if under_the_mutex { before } else { after });
                    guard = is_there.lock().unwrap();
                }
            });
        })
    };
    assert_eq!(fate(true), None);
    assert_eq!(fate(false), DEADLOCK);
}

#[test]
fn a_waiter_that_counts_itself_after_the_unlock_may_be_missed() {
    let fate = |order: Ordering, under_the_mutex: bool| {
        fate(move || {
            let (counter, waiters) = (AtomicU32::new(0), AtomicU32::new(0));
            let is_there = sync::Mutex::new(false);
            thread::scope(|scope| {
                scope.spawn(|| {
                    *is_there.lock().unwrap() = true;
                    let looks = if order == AcqRel { Acquire } else { order };
                    if waiters.load(looks) != 0 {
                        counter.fetch_add(1, order);
                        futex::wake_one(&counter);
                    }
                });
                let mut guard = is_there.lock().unwrap();
                while !*guard {
                    let seen = counter.load(Relaxed);
                    if under_the_mutex {
                        waiters.fetch_add(1, order);
                    }
                    drop(guard);
                    if !under_the_mutex {
                        waiters.fetch_add(1, order);
                    }
                    futex::wait(&counter, seen);
                    waiters.fetch_sub(1, order);
                    guard = is_there.lock().unwrap();
                }
            });
        })
    };
    for order in [Relaxed, AcqRel, SeqCst] {
        assert_eq!(fate(order, false), DEADLOCK);
        assert_eq!(fate(order, true), None);
    }
}

#[test]
fn begun_and_ended_tell_the_truth_only_if_ended_is_read_first_and_acquires() {
    // One wait has begun and goes on. Another begins and ends meanwhile. May the numbers look equal?
    let looks_idle = |ends: Ordering, look: fn(&AtomicU32, &AtomicU32) -> bool| {
        let all = outcomes(move || {
            let (begun, ended) = (AtomicU32::new(1), AtomicU32::new(0));
            thread::scope(|scope| {
                scope.spawn(|| {
                    begun.fetch_add(1, Relaxed);
                    ended.fetch_add(1, ends);
                });
                look(&begun, &ended)
            })
        });
        all.contains(&true)
    };
    assert!(looks_idle(SeqCst, |begun, ended| begun.load(SeqCst) == ended.load(SeqCst)));
    let ended_first = |begun: &AtomicU32, ended: &AtomicU32| {
        let ended = ended.load(Acquire);
        begun.load(Relaxed) == ended
    };
    assert!(looks_idle(Relaxed, ended_first));
    assert!(!looks_idle(Release, ended_first));
}

#[test]
fn a_writer_that_leaves_must_wake_all_and_the_last_reader_one() {
    const WRITING: u32 = u32::MAX;
    type Wake = fn(&AtomicU32);
    // A writer leaves. Two readers come, of which each stays until the other is inside, or a second writer comes and one reader.
    let fate = |writer_wakes: Wake, reader_wakes: Wake, readers: u32| {
        fate(move || {
            let (state, inside) = (AtomicU32::new(WRITING), AtomicU32::new(0));
            let read = || {
                loop {
                    let seen = state.load(Relaxed);
                    if seen == WRITING {
                        futex::wait(&state, WRITING);
                    } else if state.compare_exchange(seen, seen + 1, Acquire, Relaxed).is_ok() {
                        break;
                    }
                }
                inside.fetch_add(1, Relaxed);
                futex::wake_all(&inside);
                loop {
                    let seen = inside.load(Relaxed);
                    if seen == readers {
                        break;
                    }
                    futex::wait(&inside, seen);
                }
                if state.fetch_sub(1, Release) == 1 {
                    reader_wakes(&state);
                }
            };
            let leave = || {
                state.store(0, Release);
                writer_wakes(&state);
            };
            let write = || {
                while let Err(seen) = state.compare_exchange(0, WRITING, Acquire, Relaxed) {
                    futex::wait(&state, seen);
                }
                leave();
            };
            thread::scope(|scope| {
                scope.spawn(read);
                if readers == 2 {
                    scope.spawn(read);
                } else {
                    scope.spawn(write);
                }
                leave();
            });
        })
    };
    let (one, all, none): (Wake, Wake, Wake) = (futex::wake_one, futex::wake_all, |_| ());
    for readers in [1, 2] {
        assert_eq!(fate(all, one, readers), None);
    }
    assert_eq!(fate(one, all, 2), DEADLOCK);
    assert_eq!(fate(all, none, 1), DEADLOCK);
}

#[test]
fn two_readers_that_wait_to_become_writers_wait_for_each_other() {
    let fate = |others: u32| {
        fate(move || {
            // This reader and `others`, each of which is inside.
            let state = AtomicU32::new(1 + others);
            let upgrade = || {
                while let Err(readers) = state.compare_exchange(1, u32::MAX, Acquire, Relaxed) {
                    futex::wait(&state, readers);
                }
            };
            thread::scope(|scope| {
                (0..others).for_each(|_| _ = scope.spawn(upgrade));
                upgrade();
            });
        })
    };
    assert_eq!(fate(0), None);
    assert_eq!(fate(1), DEADLOCK);
}

#[test]
fn a_count_that_is_read_too_late_or_too_weakly_misses_a_call() {
    let fate = |looks_first: bool, order: Ordering| {
        fate(move || {
            let (state, calls) = (AtomicU32::new(u32::MAX), AtomicU32::new(0));
            thread::scope(|scope| {
                scope.spawn(|| {
                    state.store(0, Release);
                    calls.fetch_add(1, Release);
                    futex::wake_one(&calls);
                });
                loop {
                    let before = calls.load(order);
                    if state.compare_exchange(0, u32::MAX, Acquire, Relaxed).is_ok() {
                        break;
                    }
                    let seen = if looks_first { before } else { calls.load(order) };
                    futex::wait(&calls, seen);
                }
            });
        })
    };
    assert_eq!(fate(true, Acquire), None);
    assert_eq!(fate(true, Relaxed), DEADLOCK);
    assert_eq!(fate(false, SeqCst), DEADLOCK);
}

#[test]
fn a_writer_inside_looks_like_a_writer_that_waits() {
    const WRITING: u32 = u32::MAX;
    // Readers count by two, and an odd state says that a writer waits.
    let fate = |writes_first: bool| {
        fate(move || {
            let state = AtomicU32::new(if writes_first { WRITING } else { 2 });
            let calls = AtomicU32::new(0);
            let call = || {
                calls.fetch_add(1, Release);
                futex::wake_one(&calls);
            };
            thread::scope(|scope| {
                scope.spawn(|| {
                    while let Err(seen) = state.compare_exchange(0, WRITING, Acquire, Relaxed) {
                        if seen == 1 {
                            // Nobody is inside: the mark of a writer, perhaps our own.
                            if state.compare_exchange(1, WRITING, Acquire, Relaxed).is_ok() {
                                break;
                            }
                            continue;
                        }
                        if seen % 2 == 0
                            && state.compare_exchange(seen, seen + 1, Relaxed, Relaxed).is_err()
                        {
                            continue;
                        }
                        let before = calls.load(Acquire);
                        if state.load(Relaxed) > 1 {
                            futex::wait(&calls, before);
                        }
                    }
                });
                let is_inside = if writes_first {
                    state.store(0, Release);
                    call();
                    state.compare_exchange(0, 2, Acquire, Relaxed).is_ok()
                } else {
                    true
                };
                if is_inside && state.fetch_sub(2, Release) % 2 == 1 {
                    call();
                }
            });
        })
    };
    assert_eq!(fate(true), DEADLOCK);
    assert_eq!(fate(false), None);
}

#[test]
fn a_second_read_behind_a_waiting_writer_is_a_deadlock() {
    let fate = |reads_again: bool| {
        fate(move || {
            // A reader is inside.
            let (readers, is_waiting) = (AtomicU32::new(1), AtomicU32::new(0));
            thread::scope(|scope| {
                scope.spawn(|| {
                    is_waiting.store(1, Release);
                    while readers.load(Acquire) != 0 {
                        futex::wait(&readers, 1);
                    }
                    is_waiting.store(0, Release);
                    futex::wake_all(&is_waiting);
                });
                if reads_again {
                    while is_waiting.load(Acquire) != 0 {
                        futex::wait(&is_waiting, 1);
                    }
                }
                readers.store(0, Release);
                futex::wake_all(&readers);
            });
        })
    };
    assert_eq!(fate(true), DEADLOCK);
    assert_eq!(fate(false), None);
}
