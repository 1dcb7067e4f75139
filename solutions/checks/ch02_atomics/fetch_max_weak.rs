//! What `ch02_atomics/fetch_max_weak` must do.

use super::subject::fetch_max;
use super::sync::{
    self,
    atomic::{AtomicU32, Ordering::Relaxed},
    thread,
};
use grader::{Check, Shared};

#[path = "clients/fetch_max_weak.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::model("it_returns_the_value_before", returns_the_value_before),
    Check::model("mark_is_the_larger_of_the_two", larger),
    Check::counted("mark_that_is_large_enough_is_not_written", no_write),
    Check::model("two_threads_leave_the_largest", two_threads),
    Check::model("each_thread_is_told_what_it_replaced", told_in_turn),
    Check::model("mark_never_goes_down", never_down),
    Check::model("three_threads_leave_the_largest", three_threads),
    Check::counted("every_small_program_does_what_a_mark_does", clients::check::<small::Marks>),
    Check::model("exchange_may_fail_for_no_reason_again_and_again", fails_often),
];

/// Marks, and values for them: smaller, equal, larger, and the ends of the range.
const PAIRS: [(u32, u32); 9] =
    [(0, 0), (0, 1), (1, 0), (5, 5), (5, 7), (7, 5), (5, u32::MAX), (u32::MAX, 5), (1, 1 << 31)];

fn returns_the_value_before() {
    for (mark, value) in PAIRS {
        sync::model(move || {
            let most = AtomicU32::new(mark);
            assert_eq!(
                fetch_max(&most, value),
                mark,
                "what was returned, and what the mark was when {value} came"
            );
        });
    }
}

fn larger() {
    for (mark, value) in PAIRS {
        sync::model(move || {
            let most = AtomicU32::new(mark);
            fetch_max(&most, value);
            // Relaxed, here and below: nothing but the mark is looked at, and joins order what needs it.
            assert_eq!(
                most.load(Relaxed),
                mark.max(value),
                "the mark was {mark}, and {value} came"
            );
        });
    }
}

fn no_write() {
    sync::model(|| {
        let most = AtomicU32::new(7);
        fetch_max(&most, 7);
        fetch_max(&most, 5);
        let seen = sync::counters();
        assert_eq!(
            seen.rmws + seen.stores,
            0,
            "writes, when the mark was large enough: each takes the cache line from everybody else, to change nothing"
        );
    });
}

/// The main thread and one for each of the other values raise a mark that is 3. What each was told, and the mark.
fn raise(mine: u32, theirs: &[u32]) -> (Vec<u32>, u32) {
    let most = Shared::new(AtomicU32::new(3));
    let others: Vec<_> = theirs
        .iter()
        .map(|&value| {
            let most = most.clone();
            thread::spawn(move || fetch_max(&most, value))
        })
        .collect();
    let mut told = vec![fetch_max(&most, mine)];
    told.extend(others.into_iter().map(|other| other.join().unwrap()));
    (told, most.load(Relaxed))
}

fn two_threads() {
    sync::model(|| {
        let (_, most) = raise(5, &[9]);
        assert_eq!(most, 9, "the mark after 5 and 9");
    });
}

fn told_in_turn() {
    sync::model(|| {
        let (told, _) = raise(5, &[9]);
        assert!(
            told == [3, 5] || told == [9, 3],
            "the mark was 3. The thread with 5 was told {}, the one with 9 was told {}: there is no order in which both are right",
            told[0],
            told[1]
        );
    });
}

fn never_down() {
    sync::model(|| {
        let most = Shared::new(AtomicU32::new(3));
        let theirs = most.clone();
        let other = thread::spawn(move || fetch_max(&theirs, 5));
        let first = most.load(Relaxed);
        fetch_max(&most, 4);
        let second = most.load(Relaxed);
        assert!(
            second >= first.max(4),
            "the mark went down: first {first}, then 4 was recorded, then {second}"
        );
        other.join().unwrap();
        assert_eq!(most.load(Relaxed), 5, "the mark after 4 and 5");
    });
}

fn three_threads() {
    // Without faults, which two threads have met: the search stays small for unusual code too.
    sync::Model::new().faults(0).check(|| {
        let (_, most) = raise(5, &[9, 7]);
        assert_eq!(most, 9, "the mark after 5, 7 and 9");
    });
}

fn fails_often() {
    sync::Model::new().faults(40).check(|| {
        let most = AtomicU32::new(5);
        assert_eq!(fetch_max(&most, 7), 5, "what was returned, and what the mark was when 7 came");
        assert_eq!(
            most.load(Relaxed),
            7,
            "the mark was 5, and 7 came. A weak compare-exchange has failed a few times for no reason. Nobody promises how often it may, so `fetch_max` must not give up"
        );
    });
    // As often as anybody counts.
    sync::Model::new().faults(0).fickle(300).executions(4_000).check(|| {
        let (_, most) = raise(4, &[5]);
        assert_eq!(
            most, 5,
            "the mark after 4 and 5. The first 300 weak compare-exchanges of each thread have failed for no reason: then it is tried once more, and nothing else"
        );
    });
    // Nor must it store what it wanted to exchange.
    sync::Model::new().faults(12).executions(4_000).check(|| {
        let (_, most) = raise(4, &[5]);
        assert_eq!(
            most, 5,
            "the mark after 4 and 5. A weak compare-exchange has failed some times for no reason: then it is tried once more, and nothing else"
        );
    });
}
