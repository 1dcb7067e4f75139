//! What the book's questions say of executions: each proof is a test, and a question names it (`data-proof`). `cargo book check` holds the
//! one against the other.

mod told;

use rc11::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use rc11::atomic::{AtomicU32, fence};
use rc11::cell::Watch;
use rc11::{FailureKind, Memory, futex, hint, thread};
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

// Chapter 7

/// As [`two`], of the executions of this memory model.
fn two_in(memory: Memory, first: Thread, second: Thread) -> BTreeSet<(u32, u32)> {
    outcomes_in(memory, move || {
        let (x, y) = (AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|scope| {
            let other = scope.spawn(|| second(&x, &y));
            let read = first(&x, &y);
            (read, other.join().unwrap())
        })
    })
}

/// What the loads of store buffering read, with this before the store of each side and that between its store and its load. Both get a
/// third word.
fn store_buffering(memory: Memory, before: Step, between: Step) -> BTreeSet<(u32, u32)> {
    outcomes_in(memory, move || {
        let (x, y, z) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
        let side = |mine: &AtomicU32, theirs: &AtomicU32| {
            before(&z);
            mine.store(1, Relaxed);
            between(&z);
            theirs.load(Relaxed)
        };
        thread::scope(|scope| {
            let other = scope.spawn(|| side(&y, &x));
            let read = side(&x, &y);
            (read, other.join().unwrap())
        })
    })
}

/// What a thread does with a word.
type Step = fn(&AtomicU32);

const NOTHING: Step = |_| ();

#[test]
fn a_relaxed_addition_between_a_store_and_a_load_orders_nothing() {
    let addition: Step = |z| _ = z.fetch_add(1, Relaxed);
    let in_rust = store_buffering(Memory::Rc11, NOTHING, addition);
    assert_eq!(in_rust, store_buffering(Memory::Rc11, NOTHING, NOTHING));
    assert!(in_rust.contains(&(0, 0)), "{in_rust:?}");
    // What the page says of the instructions.
    let on_x86 = store_buffering(Memory::X86Tso, NOTHING, addition);
    assert!(!on_x86.contains(&(0, 0)), "{on_x86:?}");
}

/// What `sum` may give while another thread adds 10 to the first of two shards and then 1 to the second.
fn sums(order: Ordering) -> BTreeSet<u32> {
    outcomes(move || {
        let shards = [AtomicU32::new(0), AtomicU32::new(0)];
        thread::scope(|scope| {
            scope.spawn(|| {
                shards[0].fetch_add(10, order);
                shards[1].fetch_add(1, order);
            });
            shards[0].load(order) + shards[1].load(order)
        })
    })
}

#[test]
fn a_sum_of_two_shards_may_be_a_total_that_never_was() {
    assert_eq!(sums(Relaxed), BTreeSet::from([0, 1, 10, 11]));
}

#[test]
fn seq_cst_does_not_make_a_sum_a_snapshot() {
    assert_eq!(sums(SeqCst), BTreeSet::from([0, 1, 10, 11]));
}

#[test]
fn relaxed_sums_of_one_thread_do_not_fall() {
    let all = outcomes(|| {
        let shards = [AtomicU32::new(0), AtomicU32::new(0)];
        let sum = || shards[0].load(Relaxed) + shards[1].load(Relaxed);
        thread::scope(|scope| {
            for shard in &shards {
                scope.spawn(|| shard.fetch_add(1, Relaxed));
            }
            (sum(), sum())
        })
    });
    assert!(all.contains(&(0, 2)) && all.iter().all(|(first, second)| first <= second), "{all:?}");
}

#[test]
fn on_x86_each_core_may_see_its_own_store_and_miss_the_others() {
    let all = two_in(
        Memory::X86Tso,
        |x, y| {
            x.store(1, Relaxed);
            10 * x.load(Relaxed) + y.load(Relaxed)
        },
        |x, y| {
            y.store(1, Relaxed);
            10 * y.load(Relaxed) + x.load(Relaxed)
        },
    );
    assert_eq!(all, BTreeSet::from([(10, 10), (10, 11), (11, 10), (11, 11)]));
}

#[test]
fn on_x86_only_a_load_passes_an_earlier_store() {
    let passes_a_store = two_in(
        Memory::X86Tso,
        |x, y| {
            x.store(1, Relaxed);
            y.load(Relaxed)
        },
        |x, y| {
            y.store(1, Relaxed);
            x.load(Relaxed)
        },
    );
    assert!(passes_a_store.contains(&(0, 0)), "{passes_a_store:?}");
    // Two stores on one side, two loads on the other.
    let publish: Thread = |x, y| {
        x.store(1, Relaxed);
        y.store(1, Relaxed);
        0
    };
    let look: Thread = |x, y| 10 * y.load(Relaxed) + x.load(Relaxed);
    let in_order = BTreeSet::from([(0, 0), (0, 1), (0, 11)]);
    assert_eq!(two_in(Memory::X86Tso, publish, look), in_order);
    assert!(two_in(Memory::Rc11, publish, look).contains(&(0, 10)));
    // A load and a later store on each side.
    let load_buffering = two_in(
        Memory::X86Tso,
        |x, y| {
            let read = x.load(Relaxed);
            y.store(1, Relaxed);
            read
        },
        |x, y| {
            let read = y.load(Relaxed);
            x.store(1, Relaxed);
            read
        },
    );
    assert!(!load_buffering.contains(&(1, 1)), "{load_buffering:?}");
}

#[test]
fn on_x86_a_fence_on_one_side_does_not_forbid_store_buffering() {
    let fenced: Thread = |x, y| {
        x.store(1, Relaxed);
        fence(SeqCst);
        y.load(Relaxed)
    };
    let all = two_in(Memory::X86Tso, fenced, |x, y| {
        y.store(1, Relaxed);
        x.load(Relaxed)
    });
    assert!(all.contains(&(0, 0)), "{all:?}");
    let both = store_buffering(Memory::X86Tso, NOTHING, |_| fence(SeqCst));
    assert!(!both.contains(&(0, 0)), "{both:?}");
}

#[test]
fn on_x86_a_locked_instruction_before_the_store_hides_nothing() {
    let gate: Step = |z| {
        z.fetch_add(1, Release);
        while z.load(Acquire) != 2 {
            hint::spin_loop();
        }
    };
    let all = store_buffering(Memory::X86Tso, gate, NOTHING);
    assert!(all.contains(&(0, 0)), "{all:?}");
}

// Chapter 10

/// How the program fails.
fn failure(f: impl Fn() + Send + Sync + 'static) -> FailureKind {
    told::builder().check(f).map(|_| ()).expect_err("the program is right").kind
}

/// No execution fails, and none is left out.
fn assert_right(f: impl Fn() + Send + Sync + 'static) {
    let report = told::builder().check(f);
    assert!(report.unwrap_or_else(|failure| panic!("{failure}")).complete);
}

#[test]
fn a_whole_round_fits_between_the_number_and_the_arrival() {
    /// Arrives. What was in the count, and whether this thread would go on at once. After the first round the count goes on from 10,
    /// not from 0, to show in which round a thread has arrived.
    fn arrive(arrived: &AtomicU32, round: &AtomicU32) -> (u32, bool) {
        let mine = round.load(Relaxed);
        let others = arrived.fetch_add(1, AcqRel);
        if others % 10 == 1 {
            arrived.store(10, Release);
            round.store(mine + 1, Release);
        }
        (others, round.load(Acquire) != mine)
    }
    let all = outcomes(|| {
        let (arrived, round) = (AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|scope| {
            let third = scope.spawn(|| arrive(&arrived, &round));
            scope.spawn(|| arrive(&arrived, &round));
            arrive(&arrived, &round);
            third.join().unwrap()
        })
    });
    // It is alone in the second round, and would go on.
    assert!(all.contains(&(10, true)), "{all:?}");
}

/// Two threads do their parts and arrive, and the second one uses both parts.
fn meet(order: Ordering) {
    let (arrived, parts) = (AtomicU32::new(0), [Watch::new(), Watch::new()]);
    thread::scope(|scope| {
        for part in &parts {
            scope.spawn(|| {
                part.write();
                if arrived.fetch_add(1, order) == 1 {
                    parts.iter().for_each(Watch::read);
                }
            });
        }
    });
}

#[test]
fn a_leader_that_does_not_acquire_races_with_what_the_others_did() {
    assert_eq!(failure(|| meet(Release)), FailureKind::Race);
    assert_right(|| meet(AcqRel));
}

/// The owner takes task 1 without an exchange, while a thief steals twice. Whether the owner has got it, and what the thief has got.
fn last_but_one(between: fn()) -> BTreeSet<(bool, Vec<u32>)> {
    outcomes(move || {
        let (top, bottom) = (AtomicU32::new(0), AtomicU32::new(2));
        thread::scope(|scope| {
            let thief = scope.spawn(|| {
                let steal = || {
                    let mine = top.load(Relaxed);
                    between();
                    let is_there = mine < bottom.load(Acquire);
                    let take = || top.compare_exchange(mine, mine + 1, Release, Relaxed).ok();
                    is_there.then(take).flatten()
                };
                [steal(), steal()].into_iter().flatten().collect()
            });
            bottom.store(1, Release);
            between();
            let is_ours = top.load(Relaxed) < 1;
            (is_ours, thief.join().unwrap())
        })
    })
}

#[test]
fn without_fences_owner_and_thief_take_the_same_task() {
    let twice = (true, vec![0, 1]);
    assert!(last_but_one(|| ()).contains(&twice));
    assert!(!last_but_one(|| fence(SeqCst)).contains(&twice));
}

#[test]
fn a_later_relaxed_store_does_not_belong_to_an_earlier_release() {
    fn deque(in_pop: Ordering) {
        let (bottom, task) = (AtomicU32::new(0), Watch::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                if bottom.load(Acquire) == 2 {
                    task.read();
                }
            });
            task.write();
            bottom.store(3, Release);
            bottom.store(2, in_pop);
        });
    }
    assert_eq!(failure(|| deque(Relaxed)), FailureKind::Race);
    assert_right(|| deque(Release));
}

/// A `count_down` that subtracts first.
fn subtract_first(count: &AtomicU32) {
    if count.fetch_sub(1, AcqRel) == 0 {
        count.fetch_add(1, AcqRel);
    }
}

#[test]
fn an_open_latch_that_is_counted_down_and_up_again_is_closed_meanwhile() {
    let asked = outcomes(|| {
        let count = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| subtract_first(&count));
            (count.load(Acquire), count.load(Acquire))
        })
    });
    assert!(asked.contains(&(0, u32::MAX)), "{asked:?}");

    let waits = || {
        let count = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| subtract_first(&count));
            while let seen @ 1.. = count.load(Acquire) {
                futex::wait(&count, seen);
            }
        });
    };
    assert_eq!(failure(waits), FailureKind::Deadlock);

    let twice = outcomes(|| {
        let count = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| subtract_first(&count));
            subtract_first(&count);
        });
        count.load(Relaxed)
    });
    assert_eq!(twice, BTreeSet::from([0, u32::MAX]));
}

#[test]
fn a_count_down_carries_an_earlier_release_on_and_a_store_does_not() {
    fn latch(second: fn(&AtomicU32)) {
        let (count, part) = (AtomicU32::new(2), Watch::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                part.write();
                count.fetch_sub(1, Release);
            });
            scope.spawn(|| {
                if count.load(Relaxed) == 1 {
                    second(&count);
                }
            });
            if count.load(Acquire) == 0 {
                part.read();
            }
        });
    }
    assert_right(|| latch(|count| _ = count.fetch_sub(1, Release)));
    assert_eq!(failure(|| latch(|count| count.store(0, Release))), FailureKind::Race);
}

/// A reader counts itself in, and reads the copy that `side` names. A writer sends readers to the other one, before or after it has
/// looked whether somebody is there, and changes the copy if it has seen nobody.
fn side(sends_them_first: bool) {
    let (side, readers) = (AtomicU32::new(0), AtomicU32::new(0));
    let copies = [Watch::new(), Watch::new()];
    thread::scope(|scope| {
        scope.spawn(|| {
            readers.fetch_add(1, SeqCst);
            copies[side.load(SeqCst) as usize].read();
            readers.fetch_sub(1, Release);
        });
        let send = || side.store(1, SeqCst);
        if sends_them_first {
            send();
        }
        let is_free = readers.load(SeqCst) == 0;
        if !sends_them_first {
            send();
        }
        if is_free {
            copies[0].write();
        }
    });
}

#[test]
fn a_writer_that_looks_for_readers_before_it_sends_them_away_misses_one() {
    assert_eq!(failure(|| side(false)), FailureKind::Race);
    assert_right(|| side(true));
}

#[test]
fn a_reader_that_counts_itself_in_late_finds_the_new_side() {
    assert_right(|| {
        let (side, door) = (AtomicU32::new(0), AtomicU32::new(0));
        let readers = [AtomicU32::new(0), AtomicU32::new(0)];
        let copies = [Watch::new(), Watch::new()];
        thread::scope(|scope| {
            scope.spawn(|| {
                let readers = &readers[door.load(Relaxed) as usize];
                readers.fetch_add(1, SeqCst);
                copies[side.load(SeqCst) as usize].read();
                readers.fetch_sub(1, Release);
            });
            copies[1].write();
            side.store(1, SeqCst);
            let wait_for = |door: u32| {
                while readers[door as usize].load(SeqCst) != 0 {
                    hint::spin_loop();
                }
            };
            wait_for(1);
            door.store(1, Relaxed);
            wait_for(0);
            copies[0].write();
        });
    });
}

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
fn a_fence_acquires_what_was_read_before_it() {
    fn position(between: fn()) {
        let (tail, known) = (AtomicU32::new(0), Watch::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                known.write();
                let _ = tail.compare_exchange(0, 1, Release, Relaxed);
            });
            let seen = tail.load(Relaxed);
            between();
            if seen == 1 {
                known.read();
            }
        });
    }
    assert_right(|| position(|| fence(SeqCst)));
    assert_eq!(failure(|| position(|| ())), FailureKind::Race);
}

/// A thread links node 1 behind node 0, and moves `tail`. Another one finds node 1 in `tail`, links node 2 behind it, and pops: what
/// it finds behind node 0, where 0 is null.
fn found_behind_the_first(moves_tail: Ordering) -> BTreeSet<Option<u32>> {
    outcomes(move || {
        let next = [AtomicU32::new(0), AtomicU32::new(0)];
        let tail = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                fence(SeqCst);
                next[0].store(1, Relaxed);
                tail.store(1, moves_tail);
            });
            let last = tail.load(Acquire);
            fence(SeqCst);
            (last == 1).then(|| {
                next[1].store(2, Relaxed);
                fence(SeqCst);
                next[0].load(Relaxed)
            })
        })
    })
}

#[test]
fn who_finds_a_node_in_a_relaxed_tail_may_not_see_its_link() {
    assert!(found_behind_the_first(Relaxed).contains(&Some(0)));
    assert!(!found_behind_the_first(Release).contains(&Some(0)));
}

#[test]
fn one_wake_leaves_the_second_of_two_sleepers_asleep() {
    fn cell(wake: fn(&AtomicU32)) {
        let state = AtomicU32::new(1);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while state.load(Acquire) == 1 {
                        futex::wait(&state, 1);
                    }
                });
            }
            state.store(2, Release);
            wake(&state);
        });
    }
    assert_eq!(failure(|| cell(futex::wake_one)), FailureKind::Deadlock);
    assert_right(|| cell(futex::wake_all));
}

#[test]
fn a_reader_that_comes_back_has_to_publish_its_last_visit() {
    fn visits(comes_back: Ordering) {
        let (visits, old) = (AtomicU32::new(3), Watch::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                old.read();
                visits.store(4, Release);
                visits.store(5, comes_back);
            });
            if visits.load(Acquire) != 3 {
                old.write();
            }
        });
    }
    assert_eq!(failure(|| visits(Relaxed)), FailureKind::Race);
    assert_right(|| visits(Release));
}

#[test]
fn a_semaphore_that_reads_served_first_may_refuse_a_permit_that_was_always_there() {
    let refusals = |reads_served_first| {
        outcomes(move || {
            // Two permits, of which the other thread has at most one.
            let (next, served) = (AtomicU32::new(0), AtomicU32::new(2));
            thread::scope(|scope| {
                scope.spawn(|| {
                    next.fetch_add(1, SeqCst);
                    served.fetch_add(1, SeqCst);
                    next.fetch_add(1, SeqCst);
                    served.fetch_add(1, SeqCst);
                });
                let (ticket, served) = if reads_served_first {
                    let served = served.load(Acquire);
                    (next.load(Acquire), served)
                } else {
                    (next.load(Acquire), served.load(Acquire))
                };
                ticket >= served
            })
        })
    };
    assert!(refusals(true).contains(&true));
    assert!(!refusals(false).contains(&true));
}

#[test]
fn to_wake_one_of_two_tickets_may_wake_the_wrong_one() {
    fn semaphore(wake: fn(&AtomicU32)) {
        let served = AtomicU32::new(0);
        thread::scope(|scope| {
            let mut threads: Vec<_> = (0..2)
                .map(|ticket| {
                    let served = &served;
                    scope.spawn(move || {
                        while let seen = served.load(Acquire)
                            && seen <= ticket
                        {
                            futex::wait(served, seen);
                        }
                    })
                })
                .collect();
            // The next permit comes back when ticket 0 has gone on.
            for thread in threads.drain(..) {
                served.fetch_add(1, Release);
                wake(&served);
                thread.join().unwrap();
            }
        });
    }
    assert_eq!(failure(|| semaphore(futex::wake_one)), FailureKind::Deadlock);
    assert_right(|| semaphore(futex::wake_all));
}

#[test]
fn to_throw_a_copy_away_does_not_undo_a_data_race() {
    let plain = || {
        let (number, word) = (AtomicU32::new(0), Watch::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                number.store(1, Relaxed);
                fence(Release);
                word.write();
                number.store(2, Release);
            });
            let before = number.load(Acquire);
            if before % 2 == 0 {
                word.read();
                fence(Acquire);
                let _is_good = number.load(Relaxed) == before;
            }
        });
    };
    assert_eq!(failure(plain), FailureKind::Race);
}

#[test]
fn a_releasing_store_of_the_odd_number_lets_the_words_pass() {
    // What a reader finds that has seen the same even number twice: 0 is before the write, and 1 after it.
    let reads = |begin: fn(&AtomicU32)| {
        outcomes(move || {
            let (number, word) = (AtomicU32::new(0), AtomicU32::new(0));
            thread::scope(|scope| {
                scope.spawn(|| {
                    begin(&number);
                    word.store(1, Relaxed);
                    number.store(2, Release);
                });
                let before = number.load(Acquire);
                let found = word.load(Relaxed);
                fence(Acquire);
                (before % 2 == 0 && number.load(Relaxed) == before).then_some((before, found))
            })
        })
    };
    let new_word_with_the_old_number = Some((0, 1));
    let releases = reads(|number| number.store(1, Release));
    assert!(releases.contains(&new_word_with_the_old_number), "{releases:?}");
    let has_a_fence = reads(|number| {
        number.store(1, Relaxed);
        fence(Release);
    });
    assert!(!has_a_fence.contains(&new_word_with_the_old_number), "{has_a_fence:?}");
}

#[test]
fn both_ends_of_a_ring_may_be_refused_at_once() {
    // `head` is 0, and `tail` one further: a value is in a ring for two.
    let all = outcomes(|| {
        let (head, tail) = (AtomicU32::new(0), AtomicU32::new(1));
        let push = || {
            let mine = tail.load(Relaxed);
            let is_full = mine - head.load(Acquire) == 2;
            if !is_full {
                tail.store(mine + 1, Release);
            }
            is_full
        };
        let pop = || {
            let mine = head.load(Relaxed);
            let is_empty = tail.load(Acquire) == mine;
            if !is_empty {
                head.store(mine + 1, Release);
            }
            is_empty
        };
        thread::scope(|scope| {
            let consumer = scope.spawn(|| [pop(), pop()]);
            let producer = [push(), push()];
            (producer, consumer.join().unwrap())
        })
    });
    assert!(all.contains(&([false, true], [false, true])), "{all:?}");
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
    assert_eq!(failure(gives_up), FailureKind::Livelock);
}

#[test]
fn a_ticket_may_be_drawn_with_relaxed() {
    assert_right(|| {
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
    });
}

#[test]
fn a_hazard_pointer_without_a_fence_may_be_missed() {
    // Whether the node is still in `head` for the one who reads, and whether the hazard pointer is not yet there for the one who frees.
    let reads = |between: fn()| {
        outcomes(move || {
            let (head, hazard) = (AtomicU32::new(1), AtomicU32::new(0));
            thread::scope(|scope| {
                let frees = scope.spawn(|| {
                    let _ = head.compare_exchange(1, 0, AcqRel, Relaxed);
                    between();
                    hazard.load(Acquire) == 0
                });
                hazard.store(1, Release);
                between();
                let is_there = head.load(Acquire) == 1;
                (is_there, frees.join().unwrap())
            })
        })
    };
    assert!(reads(|| ()).contains(&(true, true)));
    assert!(!reads(|| fence(SeqCst)).contains(&(true, true)));
}

#[test]
fn a_wake_that_looks_first_may_miss_the_waker() {
    // Whether the task finds nothing to do, and whether `wake` finds no waker.
    let sleeps = |look: fn(&AtomicU32) -> u32| {
        outcomes(move || {
            let (state, work) = (AtomicU32::new(0), AtomicU32::new(0));
            thread::scope(|scope| {
                let wake = scope.spawn(|| {
                    work.store(1, Release);
                    look(&state) & 1 == 0
                });
                state.fetch_or(1, AcqRel);
                let is_idle = work.load(Acquire) == 0;
                (is_idle, wake.join().unwrap())
            })
        })
    };
    assert!(sleeps(|state| state.load(Acquire)).contains(&(true, true)));
    assert!(sleeps(|state| state.load(SeqCst)).contains(&(true, true)));
    assert!(!sleeps(|state| state.fetch_or(2, AcqRel)).contains(&(true, true)));
}

// Other languages

#[test]
fn relaxed_additions_count_right() {
    let all = outcomes(|| {
        let count = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    count.fetch_add(1, Relaxed);
                    count.fetch_add(1, Relaxed);
                });
            }
        });
        count.load(Relaxed)
    });
    assert_eq!(all, BTreeSet::from([4]));
}
