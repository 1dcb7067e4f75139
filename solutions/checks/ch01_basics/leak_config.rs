//! What `ch01_basics/leak_config` must do.

use super::subject::LeakOnce;
use super::sync::{
    self,
    atomic::{AtomicUsize, Ordering::Relaxed},
    catch_panic,
    cell::Probe,
    panic_quietly, thread,
};
use grader::{Check, Shared, impls};
use std::cell::Cell;
use std::sync::Arc;

#[path = "clients/leak_config.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("place_is_shared_only_where_its_value_is", shared_where_sync),
    Check::model("later_calls_return_the_same_value_and_make_none", made_at_the_first_call),
    Check::model("later_calls_leak_nothing", leaked_once),
    Check::model("value_outlives_the_place", never_dropped),
    Check::model("two_places_have_two_values", two_places),
    Check::model("panic_of_make_reaches_the_caller", panic_is_passed_on),
    Check::model("call_after_a_panic_of_make_tries_again", tries_again),
    Check::model("two_threads_get_one_value_that_was_made_once", two_threads),
    Check::model("making_happens_before_every_use", making_is_ordered),
    Check::model("waiting_call_tries_again_when_make_panics", waiter_tries_again),
    Check::model("five_calls_that_wait_all_get_the_value", five_wait),
    Check::counted("every_small_program_does_what_a_leak_does", clients::check::<small::Places>),
];

fn shared_where_sync() {
    assert!(
        impls!(LeakOnce<u8>: Sync) && impls!(LeakOnce<u8>: Send),
        "a `LeakOnce<u8>` is not `Sync`, or not `Send`: no two threads could ask it for the value"
    );
    assert!(
        !impls!(LeakOnce<Cell<u8>>: Sync),
        "a `LeakOnce<Cell<u8>>` is `Sync`: each thread that asks gets a reference to the same cell, and two could set it at once"
    );
}

fn made_at_the_first_call() {
    sync::Model::new().may_leak().check(|| {
        let place = LeakOnce::new();
        let made = Cell::new(0);
        let make = || {
            made.set(made.get() + 1);
            made.get()
        };
        let first: &'static i32 = place.get_or_leak(make);
        let second = place.get_or_leak(make);
        assert_eq!(
            made.get(),
            1,
            "two calls have made two values: one is leaked for each call, so the program grows for ever"
        );
        assert!(
            std::ptr::eq(first, second),
            "the second call returned another value than the first"
        );
        assert_eq!(*second, 1, "the value is not what `make` has returned");
        // What has no size is a value like any other.
        let place = LeakOnce::new();
        for _ in 0..2 {
            place.get_or_leak(|| made.set(made.get() + 1));
        }
        assert_eq!(made.get(), 2, "two calls have each made a value that has no size");
    });
}

thread_local! {
    /// The value, where the checker finds it when an execution ends: it is not taken for a leak.
    static VALUE: Cell<Option<&'static u32>> = const { Cell::new(None) };
}

fn leaked_once() {
    // What is leaked beside the value is a failure here.
    sync::model(|| {
        let place = LeakOnce::new();
        for _ in 0..2 {
            VALUE.set(Some(place.get_or_leak(|| 1)));
        }
    });
}

thread_local! {
    /// How many [`Counted`] have been dropped.
    static DROPS: Cell<u32> = const { Cell::new(0) };
}

/// Counts its drops.
struct Counted(u32);

impl Drop for Counted {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
    }
}

fn never_dropped() {
    sync::Model::new().may_leak().check(|| {
        DROPS.set(0);
        let value: &'static Counted = {
            // Dropped at the end of the block.
            let place = LeakOnce::new();
            place.get_or_leak(|| Counted(1))
        };
        assert_eq!(
            DROPS.get(),
            0,
            "the value was dropped, but there is still a `&'static` to it: whoever follows that reads freed memory"
        );
        assert_eq!(value.0, 1, "the value is not what `make` has returned");
    });
}

fn two_places() {
    sync::Model::new().may_leak().check(|| {
        let (one, two) = (LeakOnce::new(), LeakOnce::new());
        let values = (*one.get_or_leak(|| 1), *two.get_or_leak(|| 2));
        assert_eq!(values, (1, 2), "the value of one place is in another place");
    });
}

/// What a call that must panic did when it returned.
struct Returned;

/// Lets a call panic while it makes the value.
fn panic_while_making(place: &LeakOnce<u32>) {
    let payload = catch_panic(|| {
        place.get_or_leak(|| panic_quietly(7_u32));
        panic_quietly(Returned);
    });
    assert!(
        payload.is::<u32>(),
        "`make` has panicked, but its panic does not reach the caller, or not with its payload"
    );
}

/// Calls `get_or_leak` where nothing has a reason to panic.
fn try_again(place: &LeakOnce<u32>) -> u32 {
    let mut value = None;
    let payload = catch_panic(|| {
        value = Some(*place.get_or_leak(|| 5));
        panic_quietly(Returned);
    });
    assert!(
        payload.is::<Returned>(),
        "`make` panicked in an earlier call, and now `get_or_leak` panics in every call. Nothing is half done: the place is as \
         empty as it was. A poisoned lock only says that a holder has panicked, and hands out the data all the same"
    );
    value.expect("the call has returned")
}

fn panic_is_passed_on() {
    // There is no value yet, so nothing is left behind.
    sync::model(|| panic_while_making(&LeakOnce::new()));
}

fn tries_again() {
    sync::Model::new().may_leak().check(|| {
        let place = LeakOnce::new();
        panic_while_making(&place);
        assert_eq!(try_again(&place), 5);
        assert_eq!(
            *place.get_or_leak(|| 6),
            5,
            "the value was made, but a later call has made another"
        );
    });
}

fn two_threads() {
    sync::Model::new().may_leak().check(|| {
        let place = Shared::new(LeakOnce::new());
        let made = Arc::new(AtomicUsize::new(0));
        let (theirs, their_count) = (place.clone(), made.clone());
        // Relaxed: it is only counted.
        let other = thread::spawn(move || {
            theirs.get_or_leak(|| their_count.fetch_add(1, Relaxed)) as *const usize as usize
        });
        let mine = place.get_or_leak(|| made.fetch_add(1, Relaxed)) as *const usize as usize;
        let their = other.join().unwrap();
        assert_eq!(
            made.load(Relaxed),
            1,
            "both of two threads have made a value. One of the two is leaked and forgotten, or both are in use"
        );
        assert_eq!(mine, their, "two threads have got two different values");
    });
}

fn making_is_ordered() {
    sync::Model::new().may_leak().check(|| {
        let place = Shared::new(LeakOnce::new());
        let made = Arc::new(AtomicUsize::new(0));
        let make = |made: &AtomicUsize| {
            let mut probe = Probe::new(0);
            probe.set(1);
            // Relaxed: something for other threads to come between.
            made.fetch_add(1, Relaxed);
            Shared::new(probe)
        };
        let (theirs, their_count) = (place.clone(), made.clone());
        let other = thread::spawn(move || theirs.get_or_leak(|| make(&their_count)).get());
        assert_eq!(place.get_or_leak(|| make(&made)).get(), 1);
        assert_eq!(other.join().unwrap(), 1);
    });
}

/// Five ask while the value is made. The search begins with the execution in which all of them wait, and few more are worth their time.
fn five_wait() {
    sync::Model::new().may_leak().faults(0).executions(100).check(|| {
        let place = Shared::new(LeakOnce::new());
        let mut others = Vec::new();
        place.get_or_leak(|| {
            others.extend([(); 5].map(|()| {
                let theirs = place.clone();
                thread::spawn(move || *theirs.get_or_leak(|| 2))
            }));
            thread::spawn(|| ()).join().unwrap();
            1
        });
        for other in others {
            assert_eq!(
                other.join().unwrap(),
                1,
                "the value was being made, and another call has made one too"
            );
        }
    });
}

fn waiter_tries_again() {
    sync::Model::new().may_leak().check(|| {
        let place = Shared::new(LeakOnce::new());
        let theirs = place.clone();
        let other = thread::spawn(move || {
            // The value, unless the other thread has made it before.
            let payload = catch_panic(|| {
                theirs.get_or_leak(|| panic_quietly(7_u32));
                panic_quietly(Returned);
            });
            drop(payload);
        });
        assert_eq!(try_again(&place), 5);
        other.join().unwrap();
    });
}
