//! What `ch07_processor/sharded_counter` must do.

use super::subject::{self, ShardedCounter};
use super::sync::{
    self,
    atomic::{
        AtomicU32,
        Ordering::{Acquire, Relaxed, Release},
    },
    thread,
};
use grader::{Check, Shared, impls};
use promise::{Promise, judge};
use std::collections::BTreeMap;

#[path = "shards/promise.rs"]
mod promise;

/// In the order in which they are run. The promises are tried on the reader's own counter.
pub const CHECKS: &[Check] = &[
    Check::fact("counter_can_be_shared_and_sent_between_threads", is_shared_and_sent),
    Check::fact("different_shards_lie_in_different_lines", lines),
    Check::model("handles_beyond_the_shards_share_them_evenly", shares),
    Check::fact("any_number_of_handles_shares_any_number_of_shards_evenly", many_share),
    Check::fact("sum_has_all_that_was_added_through_any_number_of_handles", sums_of_many),
    Check::model("handle_adds_to_its_own_shard", own_shard),
    Check::counted("addition_is_one_operation", one_operation),
    Check::counted("sum_stores_to_no_shard", sum_only_loads),
    Check::model("sum_wraps_around", wraps),
    Check::model("no_addition_is_lost_on_shards_of_their_own", none_is_lost::<2>),
    Check::model("no_addition_is_lost_on_a_shared_shard", none_is_lost::<1>),
    Check::model("handles_made_at_the_same_time_have_different_shards", different_shards),
    Check::model("handles_made_at_the_same_time_share_the_shards_evenly", even_at_once),
    Check::counted("promise_of_what_happened_before_is_judged", || {
        judge(&HAPPENED_BEFORE, subject::sum_has_what_happened_before());
    }),
    Check::counted("promise_of_what_happens_after_is_judged", || {
        judge(&HAPPENS_AFTER, subject::sum_has_nothing_that_happens_after());
    }),
    Check::counted("promise_of_sums_that_never_go_down_is_judged", || {
        judge(&NEVER_DOWN, subject::sums_of_one_thread_never_go_down());
    }),
    Check::counted("promise_of_a_total_at_some_moment_is_judged", || {
        judge(&AT_SOME_MOMENT, subject::sum_was_the_total_at_some_moment());
    }),
    Check::counted("promise_of_sums_that_agree_is_judged", || {
        judge(&AGREE, subject::sums_at_the_same_time_agree());
    }),
];

fn is_shared_and_sent() {
    assert!(impls!(ShardedCounter<2>: Sync), "the counter is not `Sync`");
    assert!(impls!(ShardedCounter<2>: Send), "the counter is not `Send`");
}

fn lines() {
    const BLOCK: usize = 128;
    let counter = ShardedCounter::<3>::new();
    let handles = [counter.handle(), counter.handle(), counter.handle()];
    let places = handles.each_ref().map(|handle| std::ptr::from_ref(handle.shard()).addr());
    for (at, place) in places.iter().enumerate() {
        for other in &places[..at] {
            assert_ne!(
                place, other,
                "two of the first three handles of three shards have the same one. Its address"
            );
            assert_ne!(
                place / BLOCK,
                other / BLOCK,
                "the shards of two handles are in the same block of {BLOCK} bytes: threads that add to them take the line from each other. \
                 The block"
            );
        }
    }
}

fn shares() {
    sync::model(|| {
        let counter = ShardedCounter::<2>::new();
        let handles: Vec<_> = (0..6).map(|_| counter.handle()).collect();
        let count = |first: usize| {
            let place = std::ptr::from_ref(handles[first].shard());
            handles.iter().filter(|handle| std::ptr::eq(handle.shard(), place)).count()
        };
        for first in 0..handles.len() {
            assert_eq!(
                count(first),
                3,
                "of six handles of two shards, those that have the shard of handle {first}"
            );
        }
    });
}

fn many_share() {
    each_has_its_share::<1>(1_000);
    each_has_its_share::<2>(1_000);
    // More than a counter of 8 bits, or of 16, can tell apart.
    each_has_its_share::<3>(70_000);
    each_has_its_share::<5>(1_000);
    each_has_its_share::<7>(1_000);
    each_has_its_share::<8>(1_000);
}

fn each_has_its_share<const N: usize>(handles: usize) {
    let counter = ShardedCounter::<N>::new();
    let mut shares = BTreeMap::new();
    for made in 1..=handles {
        *shares.entry(std::ptr::from_ref(counter.handle().shard())).or_insert(0_usize) += 1;
        if made == N {
            assert_eq!(shares.len(), N, "the shards that the first {N} handles of {N} shards have");
        }
    }
    let (least, most) = (shares.values().min(), shares.values().max());
    assert!(
        most.zip(least).is_some_and(|(most, least)| most - least <= 1),
        "{handles} handles were made for {N} shards. One shard has {} of them, and another {}",
        most.unwrap_or(&0),
        least.unwrap_or(&0)
    );
}

fn sums_of_many() {
    // More than fits into 32 bits.
    const MORE: u64 = 5 << 32;
    let counter = ShardedCounter::<3>::new();
    for made in 1..=10 {
        counter.handle().add(MORE);
        assert_eq!(
            counter.sum(),
            made * MORE,
            "the sum after {made} handles have added {MORE} each"
        );
    }
    for number in 0..3 {
        let counter = ShardedCounter::<3>::new();
        let handles = [counter.handle(), counter.handle(), counter.handle()];
        handles[number].add(4);
        assert_eq!(
            counter.sum(),
            4,
            "the sum after handle {number} of three has added 4, and nobody else has added anything"
        );
    }
}

fn own_shard() {
    sync::model(|| {
        // Three: a sum of two shards is not the sum of all.
        let counter = ShardedCounter::<3>::default();
        assert_eq!(counter.sum(), 0, "the sum of a new counter");
        let handles = [counter.handle(), counter.handle(), counter.handle()];
        handles[0].add(3);
        handles[1].add(4);
        handles[2].add(7);
        handles[0].add(5);
        // Relaxed: there is one thread.
        let shards = handles.each_ref().map(|handle| handle.shard().load(Relaxed));
        assert_eq!(
            shards,
            [8, 4, 7],
            "the shards of three handles after 3 and 5 to the first, 4 to the second and 7 to the third"
        );
        assert_eq!(counter.sum(), 19, "the sum of 3, 4, 7 and 5");
    });
}

fn one_operation() {
    sync::model(|| {
        let counter = ShardedCounter::<2>::new();
        let handle = counter.handle();
        let before = sync::counters();
        handle.add(1);
        let after = sync::counters();
        assert_eq!(
            (after.rmws - before.rmws, after.loads - before.loads, after.stores - before.stores),
            (1, 0, 0),
            "the read-modify-writes, loads and stores of one `add`"
        );
    });
}

fn sum_only_loads() {
    sync::model(|| {
        let counter = ShardedCounter::<2>::new();
        let before = sync::counters();
        counter.sum();
        let after = sync::counters();
        assert_eq!(
            (after.rmws - before.rmws, after.stores - before.stores),
            (0, 0),
            "the read-modify-writes and stores of `sum`.\n  Each of them takes a line from the thread that adds to it, as an addition does. How many"
        );
    });
}

fn wraps() {
    sync::model(|| {
        let counter = ShardedCounter::<2>::new();
        let (first, second) = (counter.handle(), counter.handle());
        first.add(u64::MAX);
        second.add(3);
        assert_eq!(counter.sum(), 2, "the sum of 2^64 - 1 and 3, which wraps around");
        first.add(2);
        assert_eq!(
            counter.sum(),
            4,
            "the sum after 2 more, on the first shard, which wraps around"
        );
    });
}

fn none_is_lost<const N: usize>() {
    sync::model(|| {
        let counter = Shared::new(ShardedCounter::<N>::new());
        let theirs = counter.clone();
        let other = thread::spawn(move || theirs.handle().add(10));
        let handle = counter.handle();
        handle.add(1);
        handle.add(1);
        other.join().unwrap();
        assert_eq!(counter.sum(), 12, "the sum of 1, 1 and 10, when all have been added");
    });
}

fn different_shards() {
    sync::model(|| {
        let counter = Shared::new(ShardedCounter::<2>::new());
        let theirs = counter.clone();
        let place =
            |counter: &ShardedCounter<2>| std::ptr::from_ref(counter.handle().shard()).addr();
        let other = thread::spawn(move || place(&theirs));
        let mine = place(&counter);
        assert_ne!(
            mine,
            other.join().unwrap(),
            "two handles of two shards, made at the same time, have the same one. Its address"
        );
    });
}

fn even_at_once() {
    sync::model(|| {
        let counter = Shared::new(ShardedCounter::<2>::new());
        let theirs = counter.clone();
        let places = |counter: &ShardedCounter<2>| {
            [counter.handle(), counter.handle()]
                .map(|handle| std::ptr::from_ref(handle.shard()).addr())
        };
        let other = thread::spawn(move || places(&theirs));
        let mine = places(&counter);
        let all = [mine, other.join().unwrap()].concat();
        assert_eq!(
            all.iter().filter(|place| **place == all[0]).count(),
            2,
            "of four handles of two shards, made by two threads at the same time, those that have the shard of the first"
        );
    });
}

/// A counter of two shards, and a flag.
type Board = Shared<(ShardedCounter<2>, AtomicU32)>;

fn board() -> Board {
    Shared::new((ShardedCounter::new(), AtomicU32::new(0)))
}

static HAPPENED_BEFORE: Promise = Promise {
    claim: "everything is in the sum whose addition happened before the call",
    is_general: true,
    run: |turned| {
        let board = board();
        let theirs = board.clone();
        let other = thread::spawn(move || {
            add(&theirs, turned, 1, 0);
            // Release: the addition happens before whatever sees the flag.
            theirs.1.store(1, Release);
        });
        // Acquire: pairs with the Release above.
        let is_raised = board.1.load(Acquire) == 1;
        let sum = board.0.sum();
        other.join().unwrap();
        !is_raised || sum == 1
    },
    why: "An addition that happens before a load cannot be missed by it, whatever the orderings: that is coherence.\n  It holds for each shard, \
          and so for their sum.",
};

static HAPPENS_AFTER: Promise = Promise {
    claim: "nothing is in the sum whose addition happens after the return",
    is_general: true,
    run: |turned| {
        let board = board();
        let theirs = board.clone();
        let other = thread::spawn(move || {
            // Acquire: pairs with the Release below. What comes after happens after the sum.
            if theirs.1.load(Acquire) == 1 {
                add(&theirs, turned, 1, 0);
            }
        });
        let sum = board.0.sum();
        // Release: as above.
        board.1.store(1, Release);
        other.join().unwrap();
        sum == 0
    },
    why: "A load cannot read from a write that happens after it.",
};

static NEVER_DOWN: Promise = Promise {
    claim: "the second of two sums of one thread is at least the first",
    is_general: true,
    run: |turned| {
        let board = board();
        let theirs = board.clone();
        let other = thread::spawn(move || add(&theirs, turned, 10, 1));
        let (first, second) = (board.0.sum(), board.0.sum());
        other.join().unwrap();
        first <= second
    },
    why: "Each shard only grows, and of one variable no thread reads an older value after a newer one.",
};

static AT_SOME_MOMENT: Promise = Promise {
    claim: "the sum was the total at some moment",
    is_general: false,
    run: |turned| {
        let board = board();
        let theirs = board.clone();
        let other = thread::spawn(move || add(&theirs, turned, 10, 1));
        let sum = board.0.sum();
        other.join().unwrap();
        // The total was 0, 10, 11.
        sum != 1
    },
    why: "One thread adds 10 to a shard, and then 1 to another.\n  The first shard may be read before the 10, and the second after the 1: \
          the sum is 1, and the total never was.",
};

static AGREE: Promise = Promise {
    claim: "two sums at the same time cannot each lack what the other has",
    is_general: false,
    run: |turned| {
        let board = board();
        let others = [board.clone(), board.clone()];
        let [writer, reader] = others;
        let writer = thread::spawn(move || add(&writer, turned, 10, 1));
        let reader = thread::spawn(move || reader.0.sum());
        let mine = board.0.sum();
        writer.join().unwrap();
        let theirs = reader.join().unwrap();
        !matches!((mine, theirs), (1, 10) | (10, 1))
    },
    why: "Each reads the shards at its own times.\n  One has read the first shard before the addition to it, and the second after the one to it;\n  \
          the other has read both in between.",
};

/// Adds `first` to one shard and then `second` to the other. `turned` exchanges the shards: nobody knows in which order a sum
/// reads them.
fn add((counter, _): &(ShardedCounter<2>, AtomicU32), turned: bool, first: u64, second: u64) {
    let (mut one, mut other) = (counter.handle(), counter.handle());
    if turned {
        std::mem::swap(&mut one, &mut other);
    }
    one.add(first);
    if second > 0 {
        other.add(second);
    }
}
