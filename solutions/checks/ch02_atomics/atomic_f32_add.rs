//! What `ch02_atomics/atomic_f32_add` must do.

use super::subject::AtomicF32;
use super::sync::{self, thread};
use grader::{Check, Shared, impls};

#[path = "clients/atomic_f32_add.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("number_can_be_shared_and_sent_between_threads", is_shared_and_sent),
    Check::model("load_gives_what_new_or_store_put_there", keeps),
    Check::counted("number_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("fetch_add_adds_and_returns_the_value_before", adds),
    Check::model("zero_with_a_sign_is_told_from_zero", signed_zero),
    Check::model("fetch_add_to_a_nan_ends", nan),
    Check::model("no_addition_of_two_threads_is_lost", two_threads),
    Check::model("each_thread_is_told_what_it_added_to", told_in_turn),
    Check::model("no_addition_of_three_threads_is_lost", three_threads),
    Check::counted("every_small_program_does_what_a_number_does", clients::check::<small::Numbers>),
    Check::model("sum_that_is_a_nan_is_added_in_one_step_too", nan_beside_a_store),
    Check::model("exchange_may_fail_for_no_reason_again_and_again", fails_often),
];

fn is_shared_and_sent() {
    assert!(impls!(AtomicF32: Sync), "the number is not `Sync`: only one thread could add to it");
    assert!(impls!(AtomicF32: Send), "the number is not `Send`");
}

fn uses_sync() {
    clients::sees_atomics(|| {
        AtomicF32::new(0.0).fetch_add(1.0);
    });
}

/// The same number, bit for bit. NaNs have many bit patterns, and arithmetic may give any of them.
#[track_caller]
fn assert_same(found: f32, expected: f32, what: &str) {
    let same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
    assert!(same, "{what}: {found:?}, and not {expected:?}");
}

const NUMBERS: [f32; 8] =
    [0.0, -0.0, 1.0, -2.5, 0.1, f32::MIN_POSITIVE / 2.0, f32::NEG_INFINITY, f32::NAN];

fn keeps() {
    for number in NUMBERS {
        sync::model(move || {
            assert_same(AtomicF32::new(number).load(), number, "`load` after `new`");
            // Of a zero, this is an equal number, with other bits.
            let atomic = AtomicF32::new(-number);
            atomic.store(number);
            assert_same(atomic.load(), number, "`load` after `store`");
        });
    }
}

/// Adds once; nobody else is there.
fn add(first: f32, second: f32) {
    sync::model(move || {
        let atomic = AtomicF32::new(first);
        let what = format!("{first:?} and {second:?} are added");
        assert_same(atomic.fetch_add(second), first, &format!("{what}, what `fetch_add` returns"));
        assert_same(atomic.load(), first + second, &format!("{what}, the sum"));
    });
}

fn adds() {
    for (first, second) in
        [(1.0, 2.0), (1.5, -0.25), (0.1, 0.2), (-3.0, 3.0), (1e30, f32::INFINITY), (1e-40, 1e-40)]
    {
        add(first, second);
    }
    // Sums that are too large, and those that are too small for the usual form.
    for (first, second) in [
        (f32::MAX, f32::MAX),
        (f32::MIN, f32::MIN),
        (f32::INFINITY, -1.0),
        (1.5 * f32::MIN_POSITIVE, -f32::MIN_POSITIVE),
    ] {
        add(first, second);
    }
}

fn signed_zero() {
    for (first, second) in [(0.0, 0.0), (-0.0, 0.0), (0.0, -0.0), (-0.0, -0.0), (-0.0, 1.0)] {
        add(first, second);
    }
}

fn nan() {
    for (first, second) in [
        (f32::NAN, 1.0),
        (1.0, f32::NAN),
        (f32::INFINITY, f32::NAN),
        (f32::NAN, f32::NAN),
        (f32::INFINITY, f32::NEG_INFINITY),
        (f32::NEG_INFINITY, f32::INFINITY),
    ] {
        add(first, second);
    }
}

/// The main thread and one for each of the other numbers add to 1. What each was told, and the sum. All numbers are small
/// and whole, so that sums are exact, and the order does not matter.
fn add_beside(mine: f32, theirs: &[f32]) -> (Vec<f32>, f32) {
    let atomic = Shared::new(AtomicF32::new(1.0));
    let others: Vec<_> = theirs
        .iter()
        .map(|&value| {
            let atomic = atomic.clone();
            thread::spawn(move || atomic.fetch_add(value))
        })
        .collect();
    let mut told = vec![atomic.fetch_add(mine)];
    told.extend(others.into_iter().map(|other| other.join().unwrap()));
    (told, atomic.load())
}

fn two_threads() {
    sync::model(|| {
        let (_, sum) = add_beside(2.0, &[4.0]);
        assert_eq!(sum, 7.0, "the sum of 1, 2 and 4");
    });
}

fn told_in_turn() {
    sync::model(|| {
        let (told, _) = add_beside(2.0, &[4.0]);
        assert!(
            told == [1.0, 3.0] || told == [5.0, 1.0],
            "the number was 1. The thread that added 2 was told {}, the one that added 4 was told {}: there is no order in \
             which both are right",
            told[0],
            told[1]
        );
    });
}

fn three_threads() {
    // Without faults, which two threads have met: the search stays small for unusual code too.
    sync::Model::new().faults(0).check(|| {
        let (_, sum) = add_beside(2.0, &[4.0, 8.0]);
        assert_eq!(sum, 15.0, "the sum of 1, 2, 4 and 8");
    });
}

fn nan_beside_a_store() {
    sync::model(|| {
        let atomic = Shared::new(AtomicF32::new(f32::INFINITY));
        let theirs = atomic.clone();
        let other = thread::spawn(move || theirs.store(1.0));
        let told = atomic.fetch_add(f32::NEG_INFINITY);
        other.join().unwrap();
        let left = if told == 1.0 { f32::NEG_INFINITY } else { 1.0 };
        let what = format!(
            "one thread added -inf to inf and was told {told:?}, while another stored 1: what is left"
        );
        assert_same(atomic.load(), left, &what);
    });
}

fn fails_often() {
    sync::Model::new().faults(40).check(|| {
        let atomic = AtomicF32::new(1.0);
        atomic.fetch_add(2.0);
        assert_eq!(
            atomic.load(),
            3.0,
            "1 and 2 are added. A weak compare-exchange has failed a few times for no reason. Nobody promises how often it may, so `fetch_add` must not give up"
        );
    });
}
