//! What `ch10_ideas/once_lock` must do.

use super::subject::OnceLock;
use super::sync::{
    self, Turn,
    atomic::{AtomicBool, Ordering::Relaxed},
    cell::{Probe, UnsafeCell},
    counters, hint, thread,
    track::Tracked,
};
use grader::{Check, Shared, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "clients/once_lock.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("cell_is_sync_exactly_where_the_value_is_send_and_sync", sync_where_both),
    Check::model("value_is_made_once_and_stays", made_once),
    Check::counted("cell_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("cell_whose_make_panicked_is_empty_again", panics),
    Check::model("make_in_a_thread_that_panics_fills_the_cell", fills_in_a_panic),
    Check::model("make_may_use_other_cells", cell_within_a_cell),
    Check::model("set_fills_an_empty_cell_and_no_other", sets),
    Check::model("get_mut_and_into_inner_give_the_value", gives_the_value_to_its_owner),
    Check::model("debug_shows_the_value_and_never_waits", debug_does_not_wait),
    Check::counted("full_cell_is_only_looked_at", only_looked_at),
    Check::model("one_of_two_makes_the_value_and_both_get_it", two_threads),
    Check::model("what_made_the_value_happens_before_what_get_gives", published),
    Check::model("thread_that_waits_for_a_panic_makes_the_value", waits_for_a_panic),
    Check::model("set_fills_a_cell_whose_makes_all_panic", set_after_panics),
    Check::model("what_a_make_that_panicked_did_happens_before_the_next", handed_on),
    Check::model("all_that_wait_are_woken", all_are_woken),
    Check::model("five_that_wait_are_woken", five_are_woken),
    Check::counted("waiter_goes_to_sleep", waiter_sleeps),
    Check::counted("wait_that_ends_for_no_reason_ends_nothing", no_reason),
    Check::counted("nobody_is_woken_when_nobody_sleeps", no_idle_wake),
    Check::counted(
        "every_small_program_does_what_such_a_cell_does",
        clients::check::<small::Cells>,
    ),
];

fn sync_where_both() {
    assert!(
        impls!(OnceLock<u8>: Sync),
        "a cell of a `u8` is not `Sync`: no two threads could use it"
    );
    assert!(
        !impls!(OnceLock<Cell<u8>>: Sync),
        "a cell of a `Cell<u8>`, which is not `Sync`, is `Sync`: `get` gives a `&Cell<u8>` to two threads at once"
    );
    assert!(
        !impls!(OnceLock<MutexGuard<'static, u8>>: Sync),
        "a cell of a `MutexGuard`, which is `Sync` but not `Send`, is `Sync`. One thread makes the value, and another may drop \
         it: the value is moved"
    );
    assert!(
        impls!(OnceLock<Cell<u8>>: Send),
        "a cell of a `Cell<u8>`, which is `Send`, is not `Send`"
    );
    assert!(
        !impls!(OnceLock<*const u8>: Send),
        "a cell of a `*const u8`, which is not `Send`, is `Send`: the value goes along with it"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        OnceLock::new().get_or_init(|| 1);
    });
}

fn made_once() {
    sync::model(|| {
        let cell = OnceLock::default();
        assert!(cell.get().is_none(), "there is a value, but nobody has made one");
        let first: *const Tracked<u32> = cell.get_or_init(|| Tracked::new(7));
        // What a closure has captured is dropped with it.
        let captured = Tracked::new(());
        let second = cell.get_or_init(move || {
            drop(captured);
            panic!("there is a value, but `get_or_init` makes another one")
        });
        assert_eq!(**second, 7, "`get_or_init` does not give the value that was made");
        assert!(std::ptr::eq(first, second), "the value has moved: references to it would dangle");
        assert_eq!(
            cell.get().map(|value| **value),
            Some(7),
            "`get` does not give the value that was made"
        );
        assert_eq!(cell.into_inner().map(|value| *value), Some(7), "what `into_inner` gives");
    });
}

fn panics() {
    sync::model(|| {
        let cell = OnceLock::new();
        for _ in 0..5 {
            sync::expect_panic(|| {
                cell.get_or_init(|| panic!("on purpose, while the value is made"));
            });
            assert!(cell.get().is_none(), "there is a value, although making it panicked");
        }
        assert_eq!(*cell.get_or_init(|| 7), 7, "the value that the next call made");
    });
}

/// Fills a cell when it is dropped.
struct Fills<'a>(&'a OnceLock<u32>);

impl Drop for Fills<'_> {
    fn drop(&mut self) {
        assert_eq!(*self.0.get_or_init(|| 7), 7, "the value that a destructor made");
    }
}

fn fills_in_a_panic() {
    sync::model(|| {
        let cell = OnceLock::new();
        sync::expect_panic(|| {
            let _fills = Fills(&cell);
            panic!("on purpose, before the value is made");
        });
        assert_eq!(
            cell.get(),
            Some(&7),
            "what `get` gives after a destructor has made the value while its thread panicked"
        );
    });
}

fn cell_within_a_cell() {
    sync::model(|| {
        let (outer, inner) = (OnceLock::new(), OnceLock::new());
        let made = outer.get_or_init(|| 1 + *inner.get_or_init(|| 7));
        assert_eq!(
            (*made, inner.get()),
            (8, Some(&7)),
            "(the value of a cell whose `make` fills another one, that one's)"
        );
    });
}

fn gives_the_value_to_its_owner() {
    sync::model(|| {
        let mut cell = OnceLock::default();
        assert_eq!(cell.get_mut(), None, "what `get_mut` of an empty cell gives");
        assert_eq!(*cell.get_or_init(|| 1), 1, "the value that was made after `get_mut`");
        *cell.get_mut().unwrap() += 1;
        assert_eq!(cell.get(), Some(&2), "the change through `get_mut` is lost");
        assert_eq!(cell.into_inner(), Some(2), "what `into_inner` gives");
        assert_eq!(
            OnceLock::<u32>::new().into_inner(),
            None,
            "what `into_inner` of an empty cell gives"
        );
        let cell = OnceLock::new();
        sync::expect_panic(|| {
            cell.get_or_init(|| -> u32 { panic!("on purpose, while the value is made") });
        });
        assert_eq!(
            cell.into_inner(),
            None,
            "what `into_inner` gives after making the value panicked"
        );
    });
}

#[track_caller]
fn shows(cell: &OnceLock<u32>, wanted: &str) {
    let shown = format!("{cell:?}");
    assert_eq!(shown, wanted, "what `{{:?}}` shows");
}

fn debug_does_not_wait() {
    sync::model(|| {
        let cell = OnceLock::new();
        shows(&cell, "OnceLock(<empty>)");
        cell.get_or_init(|| {
            // If one of these waits, it waits for ever.
            shows(&cell, "OnceLock(<empty>)");
            assert_eq!(cell.get(), None, "what `get` gives while the value is made");
            417
        });
        shows(&cell, "OnceLock(417)");
    });
}

fn sets() {
    sync::model(|| {
        let cell = OnceLock::new();
        assert_eq!(cell.set(1), Ok(()), "`set` of an empty cell");
        assert_eq!(cell.set(2), Err(2), "`set` of a full cell");
        assert_eq!(cell.get(), Some(&1), "a `set` that failed has changed the value");
    });
}

fn only_looked_at() {
    sync::model(|| {
        let cell = OnceLock::new();
        cell.get_or_init(|| 1);
        let before = counters();
        cell.get();
        cell.get_or_init(|| 2);
        let after = counters();
        assert_eq!(
            after.rmws + after.stores,
            before.rmws + before.stores,
            "writes, before and after two calls that found the cell full: on the path that every call takes, a load must be enough"
        );
    });
}

/// A value that took two steps to make, and whose every use is watched.
fn make(number: u32) -> Tracked<Probe> {
    let mut value = Tracked::new(Probe::new(0));
    value.set(number);
    value
}

fn two_threads() {
    sync::model(|| {
        let cell = Shared::new(OnceLock::new());
        let theirs = cell.clone();
        let other = thread::spawn(move || theirs.get_or_init(|| make(1)).get());
        let mine = cell.get_or_init(|| make(2)).get();
        let theirs = other.join().unwrap();
        assert_eq!(
            mine, theirs,
            "two threads called `get_or_init` at once and got different values"
        );
    });
}

fn published() {
    sync::model(|| {
        let cell = Shared::new(OnceLock::new());
        let theirs = cell.clone();
        let other = thread::spawn(move || {
            theirs.get_or_init(|| make(1));
        });
        if let Some(value) = cell.get() {
            assert_eq!(value.get(), 1, "`get` gives a value that is not finished");
        }
        other.join().unwrap();
    });
}

fn waits_for_a_panic() {
    sync::Model::new().faults(0).check(|| {
        let cell = Shared::new(OnceLock::new());
        let theirs = cell.clone();
        let other = thread::spawn(move || theirs.get_or_init(|| make(1)).get());
        // Whoever is first: the other one makes the value, or has made it.
        let panics = || -> Tracked<Probe> { sync::panic_quietly("on purpose") };
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            cell.get_or_init(panics);
        }));
        assert_eq!(other.join().unwrap(), 1, "the value that was made after a panic, or before");
        assert!(cell.get().is_some(), "a value was made, but the cell is empty");
    });
}

/// Calls `get_or_init`, and panics in it, unless there is a value.
fn fails(cell: &OnceLock<u32>, before: impl FnOnce()) {
    let panics = || {
        before();
        sync::panic_quietly("on purpose")
    };
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        cell.get_or_init(panics);
    }));
}

fn set_after_panics() {
    sync::Model::new().faults(0).check(|| {
        let cell = Shared::new(OnceLock::new());
        let mut others = Vec::new();
        // Both come while somebody makes a value. One of them waits, and says so; nobody has one for the other.
        fails(&cell, || {
            let theirs = cell.clone();
            others.push(thread::spawn(move || fails(&theirs, || ())));
            let theirs = cell.clone();
            others.push(thread::spawn(move || {
                let set = theirs.set(7);
                assert_eq!(
                    set,
                    Ok(()),
                    "what `set` said, and all that tried to make a value panicked"
                );
            }));
        });
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(cell.get(), Some(&7), "what `get` gives after `set`");
    });
}

/// What makers write, in turn. The checker watches.
struct Notes(UnsafeCell<Probe>);

impl Notes {
    fn add(&self) {
        // SAFETY: whether this access is ordered against the others is what is checked.
        unsafe { (*self.0.get()).add(1) }
    }
}

fn handed_on() {
    sync::Model::new().faults(0).check(|| {
        let shared = Shared::new((OnceLock::new(), Notes(UnsafeCell::new(Probe::new(0)))));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            theirs.0.get_or_init(|| {
                theirs.1.add();
                1
            });
        });
        let panics = || -> u32 {
            shared.1.add();
            sync::panic_quietly("on purpose")
        };
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            shared.0.get_or_init(panics);
        }));
        other.join().unwrap();
    });
}

fn all_are_woken() {
    // What returns for no reason is tried with one.
    sync::Model::new().faults(0).check(|| {
        let cell = Shared::new(OnceLock::new());
        let others = [cell.clone(), cell.clone()].map(|cell| {
            thread::spawn(move || {
                cell.get_or_init(|| 1);
            })
        });
        cell.get_or_init(|| 2);
        for other in others {
            other.join().unwrap();
        }
    });
}

/// Whoever wakes two has not woken all, nor has whoever wakes four. The search begins with the execution in which all sleep when the
/// last thread ends, and few more are worth their time.
fn five_are_woken() {
    sync::Model::new().faults(0).executions(100).check(|| {
        let cell = Shared::new(OnceLock::new());
        let come = || {
            let cell = cell.clone();
            thread::spawn(move || assert_eq!(*cell.get_or_init(|| 1), 2, "the value that was made"))
        };
        let mut others = Vec::new();
        // They come while the value is made.
        cell.get_or_init(|| {
            others.extend((0..5).map(|_| come()));
            thread::spawn(|| ()).join().unwrap();
            2
        });
        for other in others {
            other.join().unwrap();
        }
    });
}

/// Objects to a thread other than the main one that waits without sleeping.
fn only_the_main_thread(turn: &Turn) -> Result<(), String> {
    if turn.thread == 0 {
        return Ok(());
    }
    Err("`get_or_init` does not sleep: it is still running in a loop, though the value is not going to be made. It should end up asleep in `futex::wait`"
        .into())
}

fn waiter_sleeps() {
    sync::Model::new().waits(only_the_main_thread).check(|| {
        let shared = Shared::new((OnceLock::new(), AtomicBool::new(false)));
        let theirs = shared.clone();
        shared.0.get_or_init(|| {
            let other = thread::spawn(move || {
                theirs.0.get_or_init(|| 1);
            });
            // Never: sleepers alone would be a deadlock. Relaxed: there is nothing to learn.
            while !shared.1.load(Relaxed) {
                hint::spin_loop();
            }
            other.join().unwrap();
            2
        });
    });
}

/// However often: the thread waits for a value that is not going to be made.
fn no_reason() {
    sync::Model::new().faults(8).on_stuck(|_| Ok(())).check(|| {
        let cell = Shared::new(OnceLock::new());
        let theirs = cell.clone();
        cell.get_or_init(|| {
            let other = thread::spawn(move || {
                theirs.get_or_init(|| 1);
                panic!("`get_or_init` returned before the value was made: a sleep may end for no reason, again and again");
            });
            other.join().unwrap();
            2
        });
    });
}

fn no_idle_wake() {
    sync::model(|| {
        let cell = OnceLock::new();
        cell.get_or_init(|| 1);
        cell.get_or_init(|| 2);
        let seen = counters();
        assert_eq!(
            (seen.waits, seen.wakes),
            (0, 0),
            "calls of (wait, wake) by a thread that is alone"
        );
    });
}
