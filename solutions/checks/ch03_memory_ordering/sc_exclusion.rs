//! What `ch03_memory_ordering/sc_exclusion` must do.

use super::subject::{Exclusion, Side};
use super::sync::{
    self,
    atomic::{AtomicBool, Ordering::Relaxed},
    cell::Probe,
    counters, thread,
};
use grader::Check;

#[path = "clients/sc_exclusion.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::model("side_that_is_alone_gets_in_every_time", alone),
    Check::counted("exclusion_is_made_of_loads_and_stores_of_sync", uses_sync),
    Check::model("side_stays_out_while_the_other_is_inside", stays_out),
    Check::model("failed_attempt_leaves_the_way_free", leaves_the_way_free),
    Check::model("sides_see_what_they_did_in_turn", in_turn),
    Check::model("two_sides_are_never_inside_together", never_together),
    Check::model("what_one_side_did_happens_before_what_the_other_does", hand_over),
    Check::model("failed_attempt_does_not_hide_an_earlier_visit", visit_then_failure),
    Check::counted(
        "every_small_program_does_what_two_sides_do",
        clients::check::<small::Exclusions>,
    ),
];

fn uses_sync() {
    sync::Model::new().may_leak().check(|| {
        let mut exclusion = Exclusion::new(0_u8);
        let [mut side, _] = exclusion.sides();
        assert!(side.try_with(|_| ()).is_some(), "nobody else was there, but `try_with` failed");
        let seen = counters();
        assert!(
            seen.loads + seen.stores + seen.rmws > 0,
            "the checker saw no atomic operation. Does the file use `std::sync::atomic` where it should say `sync::atomic`?"
        );
        assert!(
            seen.rmws == 0,
            "a read-modify-write was used: with one, this is the lock of chapter 4. Here loads, stores and fences must do"
        );
    });
}

fn alone() {
    sync::model(|| {
        let mut exclusion = Exclusion::new(0_u8);
        let [mut left, mut right] = exclusion.sides();
        for side in [&mut left, &mut right] {
            for _ in 0..3 {
                let inside = side.try_with(|number| *number += 1);
                assert!(inside.is_some(), "nobody else was there, but `try_with` failed");
            }
        }
        assert_eq!(left.try_with(|number| *number), Some(6), "the data is not what was put there");
    });
}

fn stays_out() {
    sync::model(|| {
        let mut exclusion = Exclusion::new(0_u8);
        let [mut left, mut right] = exclusion.sides();
        let tried = left.try_with(|_| right.try_with(|_| ()));
        assert_ne!(tried, None, "nobody else was there, but `try_with` failed");
        assert_eq!(tried, Some(None), "one side was inside, but the other got in");
        let tried = right.try_with(|_| left.try_with(|_| ()));
        assert_ne!(tried, None, "the other side has left, but `try_with` failed");
        assert_eq!(tried, Some(None), "one side was inside, but the other got in");
    });
}

fn leaves_the_way_free() {
    // Who has failed often is as far outside as who has failed once.
    for failures in [1, 2, 3, 20] {
        sync::model(move || {
            let mut exclusion = Exclusion::new(0_u8);
            let [mut left, mut right] = exclusion.sides();
            left.try_with(|_| {
                for _ in 0..failures {
                    right.try_with(|_| ());
                }
            });
            let again = left.try_with(|_| ());
            assert!(
                again.is_some(),
                "the other side has failed to get in, and has left its flag up. Failures, one after the other: {failures}"
            );
            let again = right.try_with(|_| ());
            assert!(again.is_some(), "the other side has left, but `try_with` failed");
        });
    }
}

fn in_turn() {
    sync::model(|| {
        let mut exclusion = Exclusion::new(Probe::new(0));
        let [mut left, mut right] = exclusion.sides();
        left.try_with(|number| number.add(1));
        right.try_with(|number| number.add(1));
        let seen = left.try_with(|number| number.get());
        assert_eq!(seen, Some(2), "both sides have added 1");
    });
}

/// Whether somebody is inside. The exclusion is to keep the others out, not these operations, and they order nothing.
fn visit(side: &mut Side<'_, ()>, inside: &AtomicBool) {
    side.try_with(|()| {
        // Relaxed: a read-modify-write never reads an old value.
        assert!(!inside.swap(true, Relaxed), "both sides are inside");
        // Relaxed: as above.
        assert!(inside.swap(false, Relaxed), "both sides were inside");
    });
}

fn never_together() {
    sync::model(|| {
        let inside = AtomicBool::new(false);
        let mut exclusion = Exclusion::new(());
        let [mut left, mut right] = exclusion.sides();
        thread::scope(|scope| {
            scope.spawn(|| visit(&mut right, &inside));
            visit(&mut left, &inside);
        });
    });
}

fn hand_over() {
    sync::model(|| {
        let mut exclusion = Exclusion::new(Probe::new(0));
        let [mut left, mut right] = exclusion.sides();
        let (theirs, mine) = thread::scope(|scope| {
            let other = scope.spawn(|| right.try_with(|number| number.add(1)));
            (left.try_with(|number| number.add(1)), other.join().unwrap())
        });
        let entered = u32::from(theirs.is_some()) + u32::from(mine.is_some());
        assert_eq!(
            left.try_with(|number| number.get()),
            Some(entered),
            "each `try_with` that gives `Some` adds 1, one that gives `None` does nothing"
        );
    });
}

fn visit_then_failure() {
    sync::model(|| {
        let mut exclusion = Exclusion::new(Probe::new(0));
        let [mut left, mut right] = exclusion.sides();
        thread::scope(|scope| {
            scope.spawn(|| {
                // The second attempt may fail: then the flag that the other side reads is the one of the failure.
                right.try_with(|number| number.add(1));
                right.try_with(|_| ());
            });
            left.try_with(|number| number.add(1));
        });
    });
}
