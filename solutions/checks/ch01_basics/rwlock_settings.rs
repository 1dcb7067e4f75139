//! What `ch01_basics/rwlock_settings` must do.

use super::subject::Settings;
use super::sync::{
    self,
    atomic::{AtomicUsize, Ordering::Relaxed},
    catch_panic,
    cell::Probe,
    hint, panic_quietly, thread,
};
use grader::{Check, Shared, impls};
use std::cell::Cell;
use std::sync::{Arc, MutexGuard};

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("settings_are_shared_only_where_their_value_may_be", shared_where_value_is),
    Check::model("readers_see_what_was_changed_last", values),
    Check::model("old_value_is_replaced_and_a_new_one_is_not", refreshed_where_old),
    Check::model("panic_of_a_change_reaches_the_caller", panic_is_passed_on),
    Check::model("settings_can_be_used_after_a_panic", used_after_a_panic),
    Check::model("value_stays_when_make_panics", stays_when_make_panics),
    Check::model("two_readers_are_inside_at_once", two_readers),
    Check::model("nobody_looks_while_the_value_changes", change_is_alone),
    Check::model("no_change_of_two_threads_is_lost", two_changes),
    Check::model("refresh_of_a_new_value_does_not_wait_for_readers", refresh_beside_a_reader),
    Check::model("two_threads_replace_an_old_value_once", refreshed_once),
    Check::model("change_beside_refresh_is_looked_at", refreshed_beside_a_change),
];

fn shared_where_value_is() {
    assert!(
        impls!(Settings<u8>: Sync) && impls!(Settings<u8>: Send),
        "`Settings<u8>` are not `Sync`, or not `Send`: no two threads could use them"
    );
    assert!(
        !impls!(Settings<Cell<u8>>: Sync),
        "`Settings<Cell<u8>>` are `Sync`. Then either two threads that look at once have a reference to the same cell, and both could \
         set it; or no two can look at once, as with a mutex"
    );
    assert!(
        !impls!(Settings<MutexGuard<'static, u8>>: Sync),
        "`Settings` of a `MutexGuard` are `Sync`: `change` gives a `&mut` to it, and a thread could take out a guard that another thread's lock gave"
    );
}

/// What a call did when it returned.
struct Returned;

const GIVES_UP: &str = "a call panicked before, and now the settings panic whenever they are used, with a `PoisonError`. A poisoned \
     lock is locked like any other: the guard is in the error";

/// Calls a method that has no reason to panic.
fn must_return<R>(f: impl FnOnce() -> R) -> R {
    let mut result = None;
    let payload = catch_panic(|| {
        result = Some(f());
        panic_quietly(Returned);
    });
    assert!(payload.is::<Returned>(), "{GIVES_UP}");
    result.expect("the call has returned")
}

/// A change that makes the value `value` and panics then.
fn change_and_panic(settings: &Settings<u32>, value: u32) {
    let payload = catch_panic(|| {
        settings.change(|number| {
            *number = value;
            panic_quietly(7_u32);
        });
        panic_quietly(Returned);
    });
    assert!(
        payload.is::<u32>(),
        "`change` was given a function that panics, but its panic does not reach the caller, or not with its payload"
    );
}

fn values() {
    sync::model(|| {
        let settings = Settings::new(1);
        assert_eq!(settings.read(|value| *value), 1, "the value that the settings were made with");
        settings.change(|value| *value += 4);
        assert_eq!(settings.read(|value| *value), 5, "1, after a change that adds 4");
        assert_eq!(settings.read(|value| *value), 5, "the same, looked at again");
    });
}

fn refreshed_where_old() {
    sync::model(|| {
        let settings = Settings::new(1);
        let replaced = settings.refresh(|value| *value < 3, |value| value + 9);
        assert!(
            replaced,
            "the value was old and this call has replaced it, but `refresh` says that it has not"
        );
        assert_eq!(settings.read(|value| *value), 10, "1 was old, and is replaced by 1 + 9");
        let replaced = settings.refresh(|value| *value < 3, |value| value + 9);
        assert!(!replaced, "the value is not old, but `refresh` says that it has replaced it");
        assert_eq!(settings.read(|value| *value), 10, "10 is not old, and must not be replaced");
    });
}

fn panic_is_passed_on() {
    sync::model(|| change_and_panic(&Settings::new(1), 2));
}

fn used_after_a_panic() {
    sync::model(|| {
        let settings = Settings::new(1);
        change_and_panic(&settings, 2);
        let value = must_return(|| settings.read(|value| *value));
        assert_eq!(
            value, 2,
            "a change made the value 2 and panicked then: what it has changed must stay changed"
        );
        must_return(|| settings.change(|value| *value += 1));
        assert!(
            must_return(|| settings.refresh(|value| *value == 3, |_| 4)),
            "the value is old and no other thread is there, but `refresh` has not replaced it. An earlier change panicked: the settings must still be as usable as ever"
        );
        let payload = catch_panic(|| settings.read(|_| panic_quietly(7_u32)));
        assert!(
            payload.is::<u32>(),
            "`look` has panicked, but its panic does not reach the caller"
        );
        must_return(|| settings.change(|value| *value += 1));
        assert_eq!(must_return(|| settings.read(|value| *value)), 5);
    });
}

fn stays_when_make_panics() {
    sync::model(|| {
        let settings = Settings::new(1);
        let payload = catch_panic(|| {
            settings.refresh(|_| true, |_| panic_quietly(7_u32));
            panic_quietly(Returned);
        });
        assert!(
            payload.is::<u32>(),
            "`make` has panicked, but its panic does not reach the caller"
        );
        let value = must_return(|| settings.read(|value| *value));
        assert_eq!(value, 1, "`make` has panicked, so the value must be as it was");
        assert!(
            must_return(|| settings.refresh(|value| *value == 1, |_| 2)),
            "the value is old, but `refresh` does not try again after a `make` that panicked in an earlier call"
        );
        must_return(|| settings.change(|value| *value += 1));
        assert_eq!(
            must_return(|| settings.read(|value| *value)),
            3,
            "2, after a change that adds 1"
        );
    });
    // The second look may panic as well, when it has the write lock.
    sync::model(|| {
        let settings = Settings::new(1);
        let looks = Cell::new(0);
        let is_old = |_: &u32| {
            looks.set(looks.get() + 1);
            if looks.get() == 2 {
                panic_quietly(7_u32);
            }
            true
        };
        drop(catch_panic(|| {
            settings.refresh(is_old, |value| value + 1);
            panic_quietly(Returned);
        }));
        must_return(|| settings.change(|value| *value = 5));
        assert!(
            must_return(|| settings.refresh(|value| *value == 5, |_| 6)),
            "the value is old, `is_old` panicked in an earlier call, and `refresh` does not try again"
        );
        assert_eq!(
            must_return(|| settings.read(|value| *value)),
            6,
            "5 was old, and is replaced by 6"
        );
    });
    sync::model(|| {
        DROPS.set(0);
        let settings = Settings::new(Counted);
        drop(catch_panic(|| {
            settings.refresh(|_| true, |_| panic_quietly(7_u32));
        }));
        assert_eq!(
            DROPS.get(),
            0,
            "`make` has panicked, so the value must be as it was, but it has been dropped"
        );
        assert!(
            settings.refresh(|_| true, |_| Counted),
            "this call has replaced the value, by one that is as old, and `refresh` says that it has not"
        );
        assert_eq!(DROPS.get(), 1, "the value was replaced: the old one must be dropped, once");
        drop(settings);
        assert_eq!(DROPS.get(), 2, "the value must be dropped with the settings, once");
    });
}

thread_local! {
    /// How many [`Counted`] have been dropped.
    static DROPS: Cell<u32> = const { Cell::new(0) };
}

/// Counts its drops.
struct Counted;

impl Drop for Counted {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
    }
}

fn two_readers() {
    let model = sync::Model::new().waits(|_| {
        Err("a reader is inside and waits until the other reader is inside too. It never is: one reader keeps the other out".into())
    });
    model.check(|| {
        let settings = Shared::new(Settings::new(1));
        let inside = Arc::new(AtomicUsize::new(0));
        let meet = |settings: &Settings<u32>, inside: &AtomicUsize| {
            settings.read(|value| {
                // Relaxed: it is only counted.
                inside.fetch_add(1, Relaxed);
                while inside.load(Relaxed) < 2 {
                    hint::spin_loop();
                }
                *value
            })
        };
        let (theirs, their_count) = (settings.clone(), inside.clone());
        let other = thread::spawn(move || meet(&theirs, &their_count));
        assert_eq!(meet(&settings, &inside), 1);
        assert_eq!(other.join().unwrap(), 1);
    });
}

fn change_is_alone() {
    sync::model(|| {
        let settings = Shared::new(Settings::new((Probe::new(1), Probe::new(1))));
        let theirs = settings.clone();
        let other = thread::spawn(move || {
            theirs.change(|(left, right)| {
                left.set(2);
                right.set(2);
            });
        });
        let (left, right) = settings.read(|(left, right)| (left.get(), right.get()));
        assert_eq!(left, right, "a thread looked while another was in the middle of a change");
        other.join().unwrap();
        assert_eq!(
            settings.read(|(left, _)| left.get()),
            2,
            "the change of a thread that has ended is not there"
        );
    });
}

fn two_changes() {
    sync::model(|| {
        let settings = Shared::new(Settings::new(Probe::new(0)));
        let theirs = settings.clone();
        let add = |settings: &Settings<Probe>| settings.change(|value| value.set(value.get() + 1));
        let other = thread::spawn(move || add(&theirs));
        add(&settings);
        other.join().unwrap();
        assert_eq!(
            settings.read(|value| value.get()),
            2,
            "two threads have added 1 each, but one addition is lost"
        );
    });
}

fn refresh_beside_a_reader() {
    let model = sync::Model::new().waits(|_| {
        Err("a reader stays inside until `refresh` has returned in another thread, but `refresh` waits for the reader. The value is not old: `refresh` only has to look, and two may look at once"
            .into())
    });
    model.check(|| {
        let settings = Shared::new(Settings::new(1));
        let returned = Arc::new(AtomicUsize::new(0));
        let (theirs, their_flag) = (settings.clone(), returned.clone());
        let other = thread::spawn(move || {
            assert!(!theirs.refresh(|value| *value == 0, |_| 1), "1 is not old");
            // Relaxed: nothing is handed over.
            their_flag.store(1, Relaxed);
        });
        settings.read(|_| {
            while returned.load(Relaxed) == 0 {
                hint::spin_loop();
            }
        });
        other.join().unwrap();
    });
}

fn refreshed_once() {
    sync::model(|| {
        let settings = Shared::new(Settings::new(Probe::new(0)));
        let made = Arc::new(AtomicUsize::new(0));
        let refresh = |settings: &Settings<Probe>, made: &AtomicUsize| {
            settings.refresh(
                |value| value.get() < 3,
                |value| {
                    // Relaxed: it is only counted.
                    made.fetch_add(1, Relaxed);
                    Probe::new(value.get() + 3)
                },
            )
        };
        let (theirs, their_count) = (settings.clone(), made.clone());
        let other = thread::spawn(move || refresh(&theirs, &their_count));
        let mine = refresh(&settings, &made);
        let their = other.join().unwrap();
        assert_eq!(
            made.load(Relaxed),
            1,
            "two threads found the value old, and both have made a new one. Between a look and the write lock another thread may be \
             faster: look again when you have the write lock, and make the new one only then"
        );
        assert!(
            mine != their,
            "one of two threads has replaced the value, but {} say so",
            if mine { "both" } else { "neither" }
        );
        assert_eq!(settings.read(|value| value.get()), 3, "the value was replaced once, by 0 + 3");
    });
}

/// A refresh beside a change of 0 to `to`. What is below 3 is old.
fn refresh_and_change(to: u32) -> (bool, u32) {
    let settings = Shared::new(Settings::new(0));
    let theirs = settings.clone();
    let other = thread::spawn(move || theirs.change(|value| *value = to));
    let replaced = settings.refresh(|value| *value < 3, |value| value + 10);
    other.join().unwrap();
    (replaced, settings.read(|value| *value))
}

fn refreshed_beside_a_change() {
    sync::model(|| {
        let (replaced, value) = refresh_and_change(1);
        assert!(
            replaced,
            "the value was old before another thread changed it and is old after that, but `refresh` has not replaced it. A change between two looks does not make it new: ask `is_old`"
        );
        assert!(
            value == 1 || value == 11,
            "0 was changed to 1, and replaced by 10 more before or after that: it is {value}"
        );
    });
    sync::model(|| {
        let (_, value) = refresh_and_change(5);
        assert_eq!(
            value, 5,
            "another thread changed the value to 5, which is not old, but `refresh` has replaced it: what it saw when it looked was no longer true"
        );
    });
}
