//! Chapter 9: reader-writer locks.

use super::handed_over::DEADLOCK;
use crate::failure;
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::{self, Acquire, Relaxed, Release, SeqCst};
use rc11::{futex, thread};

#[test]
fn a_writer_that_leaves_must_wake_all_and_the_last_reader_one() {
    const WRITING: u32 = u32::MAX;
    type Wake = fn(&AtomicU32);
    // A writer leaves. Two readers come, of which each stays until the other is inside, or a second writer comes and one reader.
    let fate = |writer_wakes: Wake, reader_wakes: Wake, readers: u32| {
        failure(move || {
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
        failure(move || {
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
        failure(move || {
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
        failure(move || {
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
        failure(move || {
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
