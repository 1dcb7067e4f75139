//! What `ch02_atomics/id_allocator` must do.

use super::subject::IdAllocator;
use super::sync::{self, thread};
use grader::{Check, Shared, impls};

#[path = "clients/id_allocator.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("allocator_can_be_shared_and_sent_between_threads", is_shared_and_sent),
    Check::model("ids_ascend_from_the_first", ascend),
    Check::counted("allocator_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("last_id_is_given_out_and_none_after_it", ends),
    Check::model("no_two_threads_get_the_same_id", unique),
    Check::model("no_id_is_left_out", none_left_out),
    Check::model("three_threads_get_three_ids", three_threads),
    Check::model("last_id_goes_to_one_of_two_threads", last_id),
    Check::model("used_up_allocator_stays_so_whoever_asks", stays_used_up),
    Check::counted(
        "every_small_program_does_what_an_allocator_does",
        clients::check::<small::Allocators>,
    ),
    Check::counted(
        "thread_that_stops_keeps_no_other_from_its_end",
        clients::progress::<small::Allocators>,
    ),
    Check::model("exchange_may_fail_for_no_reason_again_and_again", fails_often),
    Check::model("two_allocators_know_nothing_of_each_other", two_allocators),
];

fn is_shared_and_sent() {
    assert!(
        impls!(IdAllocator: Sync),
        "an allocator is not `Sync`: only one thread could ask for ids"
    );
    assert!(impls!(IdAllocator: Send), "an allocator is not `Send`");
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let _ = IdAllocator::starting_at(0).allocate();
    });
}

fn ascend() {
    for first in [0, 1, 77] {
        sync::model(move || {
            let ids = IdAllocator::starting_at(first);
            for id in first..first + 3 {
                assert_eq!(
                    ids.allocate(),
                    Some(id),
                    "ids are not `first`, the one after it, and so on"
                );
            }
        });
    }
}

fn ends() {
    sync::model(|| {
        let ids = IdAllocator::starting_at(u32::MAX - 2);
        for id in [u32::MAX - 2, u32::MAX - 1] {
            assert_eq!(ids.allocate(), Some(id), "an id is left, but it was not given out");
        }
        for _ in 0..4 {
            assert_eq!(
                ids.allocate(),
                None,
                "all ids up to `u32::MAX - 1` were given out, but there is still one"
            );
        }
        assert_eq!(
            IdAllocator::starting_at(u32::MAX).allocate(),
            None,
            "no id comes before `u32::MAX`, but one was given out"
        );
    });
}

fn two_allocators() {
    sync::model(|| {
        let (left, right) = (IdAllocator::starting_at(5), IdAllocator::starting_at(5));
        assert_eq!(
            (left.allocate(), right.allocate()),
            (Some(5), Some(5)),
            "the first ids of two allocators that both start at 5"
        );
    });
}

/// Each of so many threads, the main one included, asks `times` times. What they got, sorted.
fn ask(first: u32, threads: usize, times: usize) -> Vec<Option<u32>> {
    let ids = Shared::new(IdAllocator::starting_at(first));
    let ask = |ids: Shared<IdAllocator>| (0..times).map(|_| ids.allocate()).collect::<Vec<_>>();
    let others: Vec<_> = (1..threads)
        .map(|_| {
            let ids = ids.clone();
            thread::spawn(move || (0..times).map(|_| ids.allocate()).collect::<Vec<_>>())
        })
        .collect();
    let mut got = ask(ids);
    for other in others {
        got.extend(other.join().unwrap());
    }
    got.sort();
    got
}

fn unique() {
    sync::model(|| {
        let got = ask(0, 2, 1);
        assert_ne!(got[0], got[1], "two threads got the same id");
    });
}

fn none_left_out() {
    sync::model(|| {
        assert_eq!(
            ask(7, 2, 2),
            [7, 8, 9, 10].map(Some),
            "what two threads that asked twice each got, from 7 on"
        );
    });
}

fn three_threads() {
    // Without faults, which two threads have met: the search stays small for unusual code too.
    sync::Model::new().faults(0).check(|| {
        assert_eq!(
            ask(7, 3, 1),
            [7, 8, 9].map(Some),
            "what three threads that asked once each got, from 7 on"
        );
    });
}

fn last_id() {
    sync::model(|| {
        assert_eq!(
            ask(u32::MAX - 1, 2, 1),
            [None, Some(u32::MAX - 1)],
            "what two threads got when one id was left"
        );
    });
    slow_beside_fast();
}

/// One thread asks once, the other one until none is left: however far from the end a look was, it may be old.
fn slow_beside_fast() {
    sync::Model::new().faults(0).executions(4_000).check(|| {
        let first = u32::MAX - 6;
        let ids = Shared::new(IdAllocator::starting_at(first));
        let theirs = ids.clone();
        let other = thread::spawn(move || theirs.allocate());
        let mut got: Vec<_> = (0..7).filter_map(|_| ids.allocate()).collect();
        got.extend(other.join().unwrap());
        got.sort_unstable();
        let all: Vec<_> = (first..u32::MAX).collect();
        assert_eq!(
            got, all,
            "what two threads got of six ids: one asked once, the other one seven times"
        );
        assert_eq!(ids.allocate(), None, "the next id after the last one");
    });
}

fn stays_used_up() {
    sync::model(|| {
        assert_eq!(ask(u32::MAX, 2, 1), [None; 2], "what two threads got when no id was left");
    });
}

fn fails_often() {
    sync::Model::new().faults(40).check(|| {
        assert_eq!(
            IdAllocator::starting_at(3).allocate(),
            Some(3),
            "ids are left. A weak compare-exchange has failed a few times for no reason. Nobody promises how often it may, so \
             `allocate` must not give up"
        );
    });
}
