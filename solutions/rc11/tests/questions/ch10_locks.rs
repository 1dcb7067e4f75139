//! Chapter 10: locks with a queue.

use crate::{failure, two};
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use rc11::cell::Watch;
use rc11::sync::Mutex;
use rc11::{FailureKind, hint, thread};

#[test]
fn a_null_next_does_not_say_that_nobody_is_behind() {
    // `tail` has the number of the last node. 0 is ours, and 1 that of a thread behind us; `next` is null as long as it is 0.
    let all = two(
        |tail, next| {
            let next = next.load(Acquire);
            10 * next + u32::from(tail.compare_exchange(0, 0, Release, Relaxed).is_err())
        },
        |tail, next| {
            tail.swap(1, AcqRel);
            next.store(1, Release);
            0
        },
    );
    assert!(all.contains(&(1, 0)), "{all:?}");
}

#[test]
fn a_ticket_that_nobody_waits_with_stops_all_later_ones() {
    let gives_up = || {
        let (next, serving) = (AtomicU32::new(1), AtomicU32::new(0));
        thread::scope(|scope| {
            // Ticket 0 holds the lock. This draws one, and gives up if it is not served.
            scope.spawn(|| {
                let ticket = next.fetch_add(1, Relaxed);
                if serving.load(Acquire) == ticket {
                    serving.store(ticket + 1, Release);
                }
            });
            serving.store(1, Release);
        });
        let ticket = next.fetch_add(1, Relaxed);
        while serving.load(Acquire) != ticket {
            hint::spin_loop();
        }
    };
    assert_eq!(failure(gives_up), Some(FailureKind::Livelock));
}

#[test]
fn a_ticket_may_be_drawn_with_relaxed() {
    let program = || {
        let (next, serving, data) = (AtomicU32::new(0), AtomicU32::new(0), Watch::new());
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let ticket = next.fetch_add(1, Relaxed);
                    while serving.load(Acquire) != ticket {
                        hint::spin_loop();
                    }
                    data.write();
                    serving.store(ticket + 1, Release);
                });
            }
        });
    };
    assert_eq!(failure(program), None);
}

#[test]
fn a_parked_bit_that_is_cleared_outside_of_the_queues_lock_forgets_a_sleeper() {
    // 1: locked; 2: somebody is in the table. The main thread holds the lock, and has found nobody in the table.
    let program = |under_the_lock: bool| {
        move || {
            let (state, table) = (AtomicU32::new(1), Mutex::new(0));
            thread::scope(|scope| {
                scope.spawn(|| {
                    let mut table = table.lock().unwrap();
                    if state.load(Relaxed) & 1 == 1 {
                        state.fetch_or(2, Relaxed);
                        *table += 1;
                    }
                });
                let waiting = table.lock().unwrap();
                let bit = if *waiting > 0 { 2 } else { 0 };
                if under_the_lock {
                    state.store(bit, Release);
                    drop(waiting);
                } else {
                    drop(waiting);
                    state.store(bit, Release);
                }
            });
            let waits = *table.lock().unwrap() > 0;
            assert_eq!(
                waits,
                state.load(Relaxed) & 2 == 2,
                "does the bit say what the table says?"
            );
        }
    };
    assert_eq!(failure(program(true)), None);
    assert_eq!(failure(program(false)), Some(FailureKind::Panic));
}

#[test]
fn a_hand_over_by_a_relaxed_flag_and_unpark_is_a_race() {
    let program = |order| {
        move || {
            let (told, data) = (AtomicU32::new(0), Watch::new());
            let sleeper = thread::current();
            thread::scope(|scope| {
                scope.spawn(|| {
                    data.write();
                    told.store(1, order);
                    sleeper.unpark();
                });
                while told.load(Acquire) == 0 {
                    thread::park();
                }
                data.write();
            });
        }
    };
    assert_eq!(failure(program(Release)), None);
    assert_eq!(failure(program(Relaxed)), Some(FailureKind::Race));
}

#[test]
fn a_sleeper_that_is_moved_to_a_free_mutex_is_woken_by_nobody() {
    // Is the mutex held, and how many stand in its queue? One thread sleeps already; who notifies moves it there.
    let program = |looks: bool| {
        move || {
            let (state, has_it) = (Mutex::new((true, 0)), AtomicU32::new(0));
            let sleeper = thread::current();
            let go_on = || {
                has_it.store(1, Release);
                sleeper.unpark();
            };
            thread::scope(|scope| {
                // Who holds it unlocks.
                scope.spawn(|| {
                    let mut state = state.lock().unwrap();
                    if state.1 > 0 {
                        state.1 -= 1;
                        go_on();
                    } else {
                        state.0 = false;
                    }
                });
                scope.spawn(|| {
                    let mut state = state.lock().unwrap();
                    if looks && !state.0 {
                        state.0 = true;
                        go_on();
                    } else {
                        state.1 += 1;
                    }
                });
                while has_it.load(Acquire) == 0 {
                    thread::park();
                }
            });
        }
    };
    assert_eq!(failure(program(true)), None);
    assert_eq!(failure(program(false)), Some(FailureKind::Deadlock));
}
