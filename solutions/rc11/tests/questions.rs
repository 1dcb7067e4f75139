//! What the book's questions say of executions: each proof is a test, and a question names it (`data-proof`). `cargo book check` holds the
//! one against the other.

mod questions {
    mod ch05_messages;
    mod ch05_waiting;
    mod ch06;
    mod ch07;
    mod ch08_gates;
    mod ch08_sleepers;
    mod ch09_condvar;
    mod ch09_mutex;
    mod ch09_rwlock;
    mod ch10_locks;
    mod ch10_queues;
    mod ch10_readers;
    mod ch10_waiting;
    mod handed_over;
    mod other_languages;
}
mod told;

use rc11::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use rc11::atomic::{AtomicU32, fence};
use rc11::cell::Watch;
use rc11::{FailureKind, Memory, hint, sync, thread};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// What the executions return, each value once. Nothing is left out.
fn outcomes<T: Ord + Send + 'static>(f: impl Fn() -> T + Send + Sync + 'static) -> BTreeSet<T> {
    outcomes_in(Memory::Rc11, f)
}

/// As [`outcomes`], of the executions of this memory model.
fn outcomes_in<T: Ord + Send + 'static>(
    memory: Memory,
    f: impl Fn() -> T + Send + Sync + 'static,
) -> BTreeSet<T> {
    let found = Arc::new(Mutex::new(BTreeSet::new()));
    let sink = found.clone();
    let report = told::builder().memory(memory).check(move || {
        let outcome = f();
        sink.lock().unwrap().insert(outcome);
    });
    assert!(report.unwrap().complete);
    std::mem::take(&mut *found.lock().unwrap())
}

/// What goes wrong in some execution. Nothing, if none fails: then all of them were tried.
fn failure(f: impl Fn() + Send + Sync + 'static) -> Option<FailureKind> {
    match told::builder().check(f) {
        Ok(report) => {
            assert!(report.complete);
            None
        }
        Err(failure) => Some(failure.kind),
    }
}

/// Runs both at the same time.
fn both<A: Send, B>(first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B) {
    thread::scope(|scope| {
        scope.spawn(first);
        second();
    });
}

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

// Chapter 1

/// A producer with two items, and two consumers of one each, who share a place for one item and a condition variable.
fn one_condition_variable(notify: fn(&sync::Condvar)) {
    let (full, changed) = (sync::Mutex::new(false), sync::Condvar::new());
    let change = |to: bool| {
        let guard = full.lock().unwrap();
        let mut guard = changed.wait_while(guard, |is| *is == to).unwrap();
        *guard = to;
        notify(&changed);
    };
    thread::scope(|scope| {
        scope.spawn(|| change(false));
        scope.spawn(|| change(false));
        change(true);
        change(true);
    });
}

#[test]
fn a_shared_condition_variable_wakes_the_wrong_side() {
    let one = failure(|| one_condition_variable(sync::Condvar::notify_one));
    let all = failure(|| one_condition_variable(sync::Condvar::notify_all));
    assert_eq!((one, all), (Some(FailureKind::Deadlock), None));
}

#[test]
fn a_notification_after_the_unlock_is_not_lost() {
    let found = failure(|| {
        let (ready, changed) = (sync::Mutex::new(false), sync::Condvar::new());
        both(
            || {
                *ready.lock().unwrap() = true;
                changed.notify_one();
            },
            || changed.wait_while(ready.lock().unwrap(), |ready| !*ready).unwrap(),
        );
    });
    // The change is made without the lock.
    let unlocked = failure(|| {
        let (ready, changed) = (AtomicU32::new(0), sync::Condvar::new());
        let lock = sync::Mutex::new(());
        both(
            || {
                ready.store(1, SeqCst);
                changed.notify_one();
            },
            || changed.wait_while(lock.lock().unwrap(), |()| ready.load(SeqCst) == 0).unwrap(),
        );
    });
    assert_eq!((found, unlocked), (None, Some(FailureKind::Deadlock)));
}

#[test]
fn what_a_thread_does_happens_before_the_join_that_waits_for_it() {
    fn finish(wait: fn(&AtomicU32, thread::ScopedJoinHandle<'_, ()>)) {
        let (data, done) = (Watch::new(), AtomicU32::new(0));
        thread::scope(|scope| {
            let job = scope.spawn(|| {
                data.write();
                done.fetch_add(1, Relaxed);
            });
            wait(&done, job);
            data.read();
        });
    }
    let counted = failure(|| {
        finish(|done, _| {
            while done.load(Relaxed) == 0 {
                hint::spin_loop();
            }
        });
    });
    assert_eq!(failure(|| finish(|_, job| job.join().unwrap())), None);
    assert_eq!(counted, Some(FailureKind::Race));
}

#[test]
fn two_critical_sections_make_two_values() {
    let all = outcomes(|| {
        let place = sync::Mutex::new(None);
        let get = |mine: u32| {
            if let Some(value) = *place.lock().unwrap() {
                return value;
            }
            *place.lock().unwrap() = Some(mine);
            mine
        };
        thread::scope(|scope| {
            let other = scope.spawn(|| get(2));
            (get(1), other.join().unwrap())
        })
    });
    assert_eq!(all, BTreeSet::from([(1, 1), (1, 2), (2, 2)]));
}

#[test]
fn two_unparks_before_a_park_are_one() {
    fn parks(times: usize) -> Option<FailureKind> {
        failure(move || {
            let consumer = thread::current();
            let producer = thread::spawn(move || {
                consumer.unpark();
                consumer.unpark();
            });
            producer.join().unwrap();
            (0..times).for_each(|_| thread::park());
        })
    }
    assert_eq!((parks(1), parks(2)), (None, Some(FailureKind::Deadlock)));
}

#[test]
fn a_poisoned_guard_lives_to_the_end_of_the_match() {
    let found = failure(|| {
        let lock = sync::Mutex::new(());
        let _ = rc11::attempt(|| {
            let _guard = lock.lock().unwrap();
            rc11::panic_quietly("on purpose");
        });
        match lock.lock() {
            Ok(_) => {}
            Err(_) => {
                lock.clear_poison();
                drop(lock.lock());
            }
        }
    });
    assert_eq!(found, Some(FailureKind::Deadlock));
}

// Chapter 2

/// Two lists of nodes 1 and 2, without tags: what is on top of each, and what is below each node.
#[derive(Default)]
struct Lists {
    full: AtomicU32,
    spare: AtomicU32,
    next: [AtomicU32; 3],
}

impl Lists {
    fn take(&self, list: &AtomicU32) -> u32 {
        let mut top = list.load(Acquire);
        while top != 0 {
            let next = self.next[top as usize].load(Relaxed);
            match list.compare_exchange(top, next, Acquire, Acquire) {
                Ok(_) => return top,
                Err(now) => top = now,
            }
        }
        0
    }

    fn put(&self, list: &AtomicU32, node: u32) {
        let mut top = list.load(Relaxed);
        loop {
            self.next[node as usize].store(top, Relaxed);
            match list.compare_exchange(top, node, Release, Relaxed) {
                Ok(_) => return,
                Err(now) => top = now,
            }
        }
    }
}

#[test]
fn an_exchange_without_a_tag_puts_a_node_into_both_lists() {
    let all = outcomes(|| {
        let lists = Lists::default();
        lists.full.store(1, Relaxed);
        lists.spare.store(2, Relaxed);
        both(
            || lists.take(&lists.full),
            || {
                let popped = lists.take(&lists.full);
                if popped != 0 {
                    lists.put(&lists.spare, popped);
                    let pushed = lists.take(&lists.spare);
                    lists.put(&lists.full, pushed);
                }
            },
        );
        (lists.full.load(Relaxed), lists.spare.load(Relaxed))
    });
    assert!(all.contains(&(2, 2)), "{all:?}");
}

#[test]
fn what_is_read_and_thrown_away_can_race() {
    let found = failure(|| {
        let (top, next) = (AtomicU32::new(1), Watch::new());
        both(
            || {
                if top.load(Acquire) == 1 {
                    next.read();
                    let _ = top.compare_exchange(1, 0, Acquire, Relaxed);
                }
            },
            || {
                if top.compare_exchange(1, 0, Acquire, Relaxed).is_ok() {
                    next.write();
                }
            },
        );
    });
    assert_eq!(found, Some(FailureKind::Race));
}

#[test]
fn a_loop_that_compares_numbers_loses_an_addition_to_a_zero() {
    fn add(bits: &AtomicU32, value: f32) -> f32 {
        loop {
            let seen = f32::from_bits(bits.load(Relaxed));
            let sum = (seen + value).to_bits();
            let (Ok(now) | Err(now)) = bits.compare_exchange(seen.to_bits(), sum, Relaxed, Relaxed);
            if f32::from_bits(now) == seen {
                return seen;
            }
        }
    }
    let all = outcomes(|| {
        let bits = AtomicU32::new(0.0_f32.to_bits());
        let replaced = thread::scope(|scope| {
            scope.spawn(|| add(&bits, 1.0));
            bits.swap((-0.0_f32).to_bits(), Relaxed)
        });
        (replaced, bits.load(Relaxed))
    });
    // The zero was there before anything was added, and there is nothing but the other zero at the end.
    assert!(all.contains(&(0.0_f32.to_bits(), (-0.0_f32).to_bits())), "{all:?}");
}

#[test]
fn a_weak_exchange_may_fail_for_no_reason_and_then_writes_nothing() {
    let found = Arc::new(Mutex::new(BTreeSet::new()));
    let sink = found.clone();
    let report = told::builder().spurious_failures(1).check(move || {
        let most = AtomicU32::new(3);
        let result = most.compare_exchange_weak(3, 5, Relaxed, Relaxed);
        sink.lock().unwrap().insert((result, most.load(Relaxed)));
    });
    assert!(report.unwrap().complete);
    assert_eq!(*found.lock().unwrap(), BTreeSet::from([(Ok(3), 5), (Err(3), 3)]));
}

#[test]
fn who_looks_first_may_still_give_out_what_is_no_id() {
    let all = outcomes(|| {
        let next = AtomicU32::new(u32::MAX - 1);
        let allocate = || (next.load(SeqCst) != u32::MAX).then(|| next.fetch_add(1, SeqCst));
        let ids = thread::scope(|scope| {
            let other = scope.spawn(allocate);
            (allocate(), other.join().unwrap())
        });
        (ids, next.load(SeqCst))
    });
    assert!(all.contains(&((Some(u32::MAX - 1), Some(u32::MAX)), 0)), "{all:?}");
    assert!(!all.iter().any(|((one, other), _)| one == other), "{all:?}");
}

#[test]
fn a_later_id_may_be_seen_in_use_before_an_earlier_one() {
    let all = outcomes(|| {
        let (next, used) = (AtomicU32::new(0), [AtomicU32::new(0), AtomicU32::new(0)]);
        let work = || used[next.fetch_add(1, SeqCst) as usize].store(1, SeqCst);
        thread::scope(|scope| {
            scope.spawn(work);
            scope.spawn(work);
            (used[1].load(SeqCst), used[0].load(SeqCst))
        })
    });
    assert!(all.contains(&(1, 0)), "{all:?}");
}

#[test]
fn the_loser_of_a_relaxed_exchange_races_on_the_value() {
    fn init(failure: Ordering) {
        // 1 and 2 stand for the pointers to what each has made.
        let (pointer, first) = (AtomicU32::new(0), Watch::new());
        both(
            || {
                first.write();
                let _ = pointer.compare_exchange(0, 1, Release, Relaxed);
            },
            || {
                if pointer.compare_exchange(0, 2, Release, failure) == Err(1) {
                    first.read();
                }
            },
        );
    }
    let verdicts = (failure(|| init(Relaxed)), failure(|| init(Acquire)));
    assert_eq!(verdicts, (Some(FailureKind::Race), None));
}

/// What a counter may be at the end to which each thread adds one in each round, with a load and a store.
fn counted(threads: u32, rounds: u32) -> BTreeSet<u32> {
    outcomes(move || {
        let done = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    for _ in 0..rounds {
                        done.store(done.load(SeqCst) + 1, SeqCst);
                    }
                });
            }
        });
        done.load(SeqCst)
    })
}

#[test]
fn threads_that_load_and_store_may_end_at_2() {
    assert_eq!(counted(2, 2), (2..=4).collect());
    assert_eq!(counted(2, 3), (2..=6).collect());
    assert_eq!(counted(3, 2), (2..=6).collect());
}

#[test]
fn what_comes_before_an_unpark_is_seen_after_the_park_that_it_ends() {
    let all = outcomes(|| {
        let done = AtomicU32::new(0);
        let watcher = thread::current();
        thread::scope(|scope| {
            scope.spawn(|| {
                done.fetch_add(1, Relaxed);
                watcher.unpark();
            });
            thread::park();
            done.load(Relaxed)
        })
    });
    assert_eq!(all, BTreeSet::from([1]));
}

#[test]
fn a_relaxed_count_does_not_hand_over_what_was_counted() {
    let found = failure(|| {
        let (done, made) = (AtomicU32::new(0), Watch::new());
        let watcher = thread::current();
        thread::scope(|scope| {
            scope.spawn(|| {
                made.write();
                done.fetch_add(1, Relaxed);
                watcher.unpark();
            });
            while done.load(Relaxed) != 1 {
                thread::park();
            }
            made.read();
        });
    });
    assert_eq!(found, Some(FailureKind::Race));
}

#[test]
fn who_frees_with_a_load_and_a_store_frees_another_slot_too() {
    let all = outcomes(|| {
        let vacant = AtomicU32::new(0b10);
        both(
            || vacant.store(vacant.load(Acquire) | 1, Release),
            || vacant.fetch_and(!0b10, Acquire),
        );
        vacant.load(Relaxed)
    });
    assert_eq!(all, BTreeSet::from([0b01, 0b11]));
}

#[test]
fn a_claim_synchronizes_with_an_earlier_free_through_other_claims() {
    let found = failure(|| {
        let (vacant, data) = (AtomicU32::new(0b10), Watch::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                data.write();
                vacant.fetch_or(0b01, Release);
            });
            scope.spawn(|| vacant.fetch_and(!0b10, Relaxed));
            let seen = vacant.load(Relaxed);
            if seen & 1 == 1 && vacant.compare_exchange(seen, seen & !1, Acquire, Relaxed).is_ok() {
                data.read();
            }
        });
    });
    assert_eq!(found, None);
}

#[test]
fn a_plain_flag_is_a_data_race() {
    let found = failure(|| {
        let flag = Watch::new();
        both(|| flag.read(), || flag.write());
    });
    assert_eq!(found, Some(FailureKind::Race));
}

// Chapter 3

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

/// A lock whose threads draw a number of one bit.
#[derive(Default)]
struct Tickets {
    next: AtomicU32,
    serving: AtomicU32,
}

impl Tickets {
    fn lock(&self) {
        let mine = self.next.fetch_xor(1, Relaxed);
        while self.serving.load(Acquire) != mine {
            hint::spin_loop();
        }
    }

    fn unlock(&self) {
        self.serving.store(self.serving.load(Relaxed) ^ 1, Release);
    }
}

#[test]
fn a_ticket_of_one_bit_lets_the_third_turn_in() {
    /// How often each thread locks.
    fn turns(of: &'static [u32]) -> Option<FailureKind> {
        failure(move || {
            let (lock, data) = (Tickets::default(), Watch::new());
            thread::scope(|scope| {
                for turns in of {
                    scope.spawn(|| {
                        for _ in 0..*turns {
                            lock.lock();
                            data.write();
                            lock.unlock();
                        }
                    });
                }
            });
        })
    }
    assert_eq!(turns(&[1, 1]), None);
    assert_eq!(turns(&[1, 1, 1]), Some(FailureKind::Race));
    assert_eq!(turns(&[2, 1]), Some(FailureKind::Race));
}

#[test]
fn one_variable_is_never_read_backwards() {
    let watched = |first, second| {
        outcomes(move || {
            let number = AtomicU32::new(1);
            thread::scope(|scope| {
                scope.spawn(|| {
                    number.store(first, Relaxed);
                    number.store(second, Relaxed);
                });
                number.load(Relaxed) > number.load(Relaxed)
            })
        })
    };
    assert_eq!(watched(2, 3), BTreeSet::from([false]));
    assert_eq!(watched(3, 2), BTreeSet::from([false, true]));
}

/// A thread passes plain memory on by a flag; another reads it if it has seen the flag. What goes wrong?
fn handing_over(raise: fn(&AtomicU32), look: fn(&AtomicU32) -> u32) -> Option<FailureKind> {
    failure(move || {
        let (flag, data) = (AtomicU32::new(0), Watch::new());
        both(
            || {
                data.write();
                raise(&flag);
            },
            || {
                if look(&flag) == 1 {
                    data.read();
                }
            },
        );
    })
}

#[test]
fn an_acquire_fence_works_on_the_loads_before_it() {
    let before = handing_over(
        |flag| flag.store(1, Release),
        |flag| {
            fence(Acquire);
            flag.load(Relaxed)
        },
    );
    let behind = handing_over(
        |flag| flag.store(1, Release),
        |flag| {
            let up = flag.load(Relaxed);
            fence(Acquire);
            up
        },
    );
    assert_eq!((before, behind), (Some(FailureKind::Race), None));
}

#[test]
fn a_release_fence_works_on_the_stores_after_it() {
    let behind = handing_over(
        |flag| {
            flag.store(1, Relaxed);
            fence(Release);
        },
        |flag| flag.load(Acquire),
    );
    let before = handing_over(
        |flag| {
            fence(Release);
            flag.store(1, Relaxed);
        },
        |flag| flag.load(Acquire),
    );
    assert_eq!((behind, before), (Some(FailureKind::Race), None));
}

#[test]
fn an_address_orders_nothing_that_it_leads_to() {
    /// The flag is the number of a place, as a pointer is.
    fn follow(order: Ordering) -> Option<FailureKind> {
        failure(move || {
            let (pointer, places) = (AtomicU32::new(0), [Watch::new(), Watch::new()]);
            both(
                || {
                    places[1].write();
                    pointer.store(1, Release);
                },
                || {
                    let found = pointer.load(order);
                    if found != 0 {
                        places[found as usize].read();
                    }
                },
            );
        })
    }
    assert_eq!((follow(Relaxed), follow(Acquire)), (Some(FailureKind::Race), None));
}

/// What a receiver reads: the flag, then the message.
fn message_passing(raise: Ordering, look: Ordering) -> BTreeSet<(u32, u32)> {
    outcomes(move || {
        let (data, flag) = (AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|scope| {
            scope.spawn(|| {
                data.store(1, Relaxed);
                flag.store(1, raise);
            });
            (flag.load(look), data.load(Relaxed))
        })
    })
}

#[test]
fn message_passing_has_three_interleavings() {
    let interleavings = BTreeSet::from([(0, 0), (0, 1), (1, 1)]);
    assert_eq!(message_passing(SeqCst, SeqCst), interleavings);
    let mut all = message_passing(Relaxed, Relaxed);
    assert!(all.remove(&(1, 0)));
    assert_eq!(all, interleavings);
}

#[test]
fn a_release_that_nobody_acquires_orders_nothing() {
    assert_eq!(message_passing(Release, Relaxed), message_passing(Relaxed, Relaxed));
    assert_ne!(message_passing(Release, Acquire), message_passing(Relaxed, Relaxed));
}

#[test]
fn a_branch_orders_no_loads() {
    let all = two(
        |data, flag| {
            data.store(1, Relaxed);
            flag.store(1, Release);
            0
        },
        |data, flag| {
            let up = flag.load(Relaxed);
            // 10: the flag without the message.
            if up == 1 { 10 + data.load(Relaxed) } else { 0 }
        },
    );
    assert_eq!(all, BTreeSet::from([(0, 0), (0, 10), (0, 11)]));
}

#[test]
fn swap_keeps_no_later_load_behind_it() {
    let all = two(
        |x, y| {
            x.swap(1, SeqCst);
            y.load(Relaxed)
        },
        |x, y| {
            y.swap(1, SeqCst);
            x.load(Relaxed)
        },
    );
    assert!(all.contains(&(0, 0)), "{all:?}");
}

#[test]
fn swap_is_no_fence_between_two_flags() {
    let all = two(
        |x, y| {
            x.swap(1, AcqRel);
            y.load(Acquire)
        },
        |x, y| {
            y.swap(1, AcqRel);
            x.load(Acquire)
        },
    );
    assert!(all.contains(&(0, 0)), "{all:?}");
}

#[test]
fn seqcst_stores_alone_do_not_forbid_store_buffering() {
    let all = two(
        |x, y| {
            x.store(1, SeqCst);
            y.load(Acquire)
        },
        |x, y| {
            y.store(1, SeqCst);
            x.load(Acquire)
        },
    );
    assert_eq!(all.len(), 4, "{all:?}");
}

#[test]
fn two_seqcst_fences_forbid_store_buffering() {
    let all = two(
        |x, y| {
            x.store(1, Relaxed);
            fence(SeqCst);
            y.load(Relaxed)
        },
        |x, y| {
            y.store(1, Relaxed);
            fence(SeqCst);
            x.load(Relaxed)
        },
    );
    assert_eq!(all, BTreeSet::from([(0, 1), (1, 0), (1, 1)]));
}

#[test]
fn takers_pass_on_what_they_did_not_publish() {
    fn taken(order: Ordering) -> Option<FailureKind> {
        failure(move || {
            let (left, items) = (AtomicU32::new(0), Watch::new());
            let take = || {
                if left.load(Relaxed) > 0 {
                    left.fetch_sub(1, order);
                    items.read();
                }
            };
            thread::scope(|scope| {
                scope.spawn(take);
                scope.spawn(take);
                items.write();
                left.store(2, Release);
            });
        })
    }
    assert_eq!([Acquire, AcqRel].map(taken), [None, None]);
    assert_eq!([Relaxed, Release].map(taken), [Some(FailureKind::Race); 2]);
}

/// Each of three workers writes; the last one then reads it all. What goes wrong?
fn last_of_three(finish: fn(&AtomicU32) -> u32) -> Option<FailureKind> {
    failure(move || {
        let (left, results) = (AtomicU32::new(3), [Watch::new(), Watch::new(), Watch::new()]);
        thread::scope(|scope| {
            for mine in &results {
                scope.spawn(|| {
                    mine.write();
                    if finish(&left) == 1 {
                        results.iter().for_each(Watch::read);
                    }
                });
            }
        });
    })
}

#[test]
fn one_fence_acquires_every_earlier_decrement() {
    let found = last_of_three(|left| {
        let before = left.fetch_sub(1, Release);
        fence(Acquire);
        before
    });
    assert_eq!(found, None);
}

#[test]
fn the_last_worker_takes_what_the_others_published() {
    let race = Some(FailureKind::Race);
    assert_eq!(last_of_three(|left| left.fetch_sub(1, Relaxed)), race);
    assert_eq!(last_of_three(|left| left.fetch_sub(1, Release)), race);
    assert_eq!(last_of_three(|left| left.fetch_sub(1, AcqRel)), None);
}

#[test]
fn a_signal_may_overtake_a_seqcst_store() {
    let seen = |memory: Memory| {
        let found = Arc::new(Mutex::new(BTreeSet::new()));
        let sink = found.clone();
        let report = told::builder().memory(memory).check(move || {
            let (number, flag) = (AtomicU32::new(0), AtomicU32::new(0));
            let read = thread::scope(|scope| {
                scope.spawn(|| {
                    number.store(1, SeqCst);
                    flag.store(1, Relaxed);
                });
                (flag.load(Acquire), number.load(SeqCst))
            });
            sink.lock().unwrap().insert(read);
        });
        assert!(report.unwrap().complete);
        std::mem::take(&mut *found.lock().unwrap())
    };
    assert!(seen(Memory::Rc11).contains(&(1, 0)));
    assert!(!seen(Memory::X86Tso).contains(&(1, 0)));
}

#[test]
fn no_ordering_makes_one_step_of_two() {
    let all = outcomes(|| {
        let counter = AtomicU32::new(0);
        let add_one = || counter.store(counter.load(SeqCst) + 1, SeqCst);
        both(add_one, add_one);
        counter.load(SeqCst)
    });
    assert_eq!(all, BTreeSet::from([1, 2]));
}

#[test]
fn a_relaxed_load_after_a_join_reads_the_newest_value() {
    let all = outcomes(|| {
        let looks = AtomicU32::new(0);
        both(|| looks.fetch_add(1, Relaxed), || looks.fetch_add(1, Relaxed));
        looks.load(Relaxed)
    });
    assert_eq!(all, BTreeSet::from([2]));
}

// Chapter 4

/// What threads do with a word and with data that it is to protect. The first of them begins as the holder: the word is 1.
fn locked(threads: &'static [fn(&AtomicU32, &Watch)]) -> Option<FailureKind> {
    failure(move || {
        let (word, data) = (AtomicU32::new(1), Watch::new());
        thread::scope(|scope| {
            for thread in threads {
                scope.spawn(|| thread(&word, &data));
            }
        });
    })
}

/// The first of them: it holds the lock, and unlocks.
fn leave(word: &AtomicU32, data: &Watch) {
    data.write();
    word.store(0, Release);
}

#[test]
fn a_lock_whose_guard_is_forgotten_stays_locked() {
    fn enter(word: &AtomicU32, data: &Watch) {
        while word.swap(1, Acquire) != 0 {
            hint::spin_loop();
        }
        leave(word, data);
    }
    fn forget(_: &AtomicU32, data: &Watch) {
        data.write();
    }
    // No race: the other one waits.
    assert_eq!(locked(&[forget, enter]), Some(FailureKind::Livelock));
    assert_eq!(locked(&[leave, enter]), None);
}

#[test]
fn a_lock_of_a_load_and_a_store_lets_both_in() {
    fn enter(word: &AtomicU32, data: &Watch) {
        while word.load(SeqCst) != 0 {
            hint::spin_loop();
        }
        word.store(1, SeqCst);
        data.write();
        word.store(0, SeqCst);
    }
    assert_eq!(locked(&[leave, enter]), None);
    assert_eq!(locked(&[leave, enter, enter]), Some(FailureKind::Race));
}

#[test]
fn an_unlock_by_somebody_else_lets_a_second_holder_in() {
    fn enter(word: &AtomicU32, data: &Watch) {
        if word.swap(1, Acquire) == 0 {
            data.write();
        }
    }
    fn unlock(word: &AtomicU32, _: &Watch) {
        word.store(0, Release);
    }
    assert_eq!(locked(&[leave, enter]), None);
    assert_eq!(locked(&[leave, enter, unlock]), Some(FailureKind::Race));
}

#[test]
fn a_relaxed_flag_under_a_lock_is_never_old() {
    let all = outcomes(|| {
        let (data, poisoned) = (sync::Mutex::new(0), AtomicU32::new(0));
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut data = data.lock().unwrap();
                *data = 1;
                poisoned.store(1, Relaxed);
            });
            let data = data.lock().unwrap();
            (*data, poisoned.load(Relaxed))
        })
    });
    assert_eq!(all, BTreeSet::from([(0, 0), (1, 1)]));
}

#[test]
fn an_acquire_in_front_of_a_relaxed_swap_races() {
    fn enter(word: &AtomicU32, data: &Watch, look: Ordering, take: Ordering) {
        loop {
            while word.load(look) != 0 {
                hint::spin_loop();
            }
            if word.swap(1, take) == 0 {
                return leave(word, data);
            }
        }
    }
    fn early(word: &AtomicU32, data: &Watch) {
        enter(word, data, Acquire, Relaxed);
    }
    fn late(word: &AtomicU32, data: &Watch) {
        enter(word, data, Relaxed, Acquire);
    }
    assert_eq!(locked(&[leave, early]), None);
    assert_eq!(locked(&[leave, early, early]), Some(FailureKind::Race));
    assert_eq!(locked(&[leave, late, late]), None);
}

#[test]
fn a_weak_try_lock_may_fail_though_the_lock_is_free() {
    let found = Arc::new(Mutex::new(BTreeSet::new()));
    let sink = found.clone();
    let report = told::builder().spurious_failures(1).check(move || {
        let word = AtomicU32::new(0);
        let strong = word.compare_exchange(0, 0, Acquire, Relaxed).is_ok();
        let weak = word.compare_exchange_weak(0, 1, Acquire, Relaxed).is_ok();
        sink.lock().unwrap().insert((strong, weak));
    });
    assert!(report.unwrap().complete);
    assert_eq!(*found.lock().unwrap(), BTreeSet::from([(true, false), (true, true)]));
}
