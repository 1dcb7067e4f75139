//! What `ch10_ideas/epoch_cell` must do.

use super::subject::{EpochCell, Handle};
use super::sync::{self, cell::Probe, counters, thread, track::Tracked};
use grader::{Check, Moved, impls};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::MutexGuard;

#[path = "clients/epoch_cell.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("cell_is_sync_exactly_where_the_value_is_send_and_sync", is_sync_where_both),
    Check::model("reader_sees_the_last_value", gives_the_last),
    Check::counted("cell_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("each_value_is_dropped_once", drops_once),
    Check::model("old_value_is_dropped_at_once_if_nobody_reads", drops_at_once),
    Check::model("old_value_stays_while_it_is_read_and_is_dropped_later", keeps_what_is_read),
    Check::model("who_came_later_does_not_keep_an_old_value", later_readers),
    Check::counted("what_is_kept_back_has_not_been_dropped", kept_is_true),
    Check::model("visit_ends_by_a_panic_as_well", panics),
    Check::model("nothing_depends_on_how_many_values_and_users_there_are", many),
    Check::fact("seventy_users_each_keep_a_value_of_their_own", very_many),
    Check::model("guard_that_is_forgotten_keeps_values_until_the_cell_is_dropped", forgotten),
    Check::counted("reading_is_two_stores_and_no_read_modify_write", reads_cheaply),
    Check::model("value_stays_while_another_thread_replaces_it", stays),
    Check::model("what_made_a_value_happens_before_it_is_read", hand_over),
    Check::model("what_made_a_value_happens_before_another_thread_drops_it", two_writers),
    Check::counted(
        "every_small_program_does_what_such_a_cell_does",
        clients::check::<small::Cells>,
    ),
    Check::counted(
        "thread_that_stops_keeps_no_other_from_its_end",
        clients::progress::<small::Cells>,
    ),
];

fn is_sync_where_both() {
    assert!(
        impls!(EpochCell<u8>: Sync) && impls!(Handle<'static, u8>: Send),
        "a cell of a `u8` is not `Sync`, or its handle not `Send`: no two threads could use it"
    );
    assert!(
        !impls!(EpochCell<Cell<u8>>: Sync) && !impls!(Handle<'static, Cell<u8>>: Send),
        "a cell of a `Cell<u8>`, which is not `Sync`, is `Sync`. Two users share the value"
    );
    assert!(
        !impls!(EpochCell<MutexGuard<'static, u8>>: Sync)
            && !impls!(Handle<'static, MutexGuard<'static, u8>>: Send),
        "a cell of a `MutexGuard`, which is not `Send`, is `Sync`. Whichever thread replaces a value may drop it"
    );
    assert!(
        !impls!(EpochCell<*const u8>: Send),
        "a cell of a `*const u8`, which is not `Send`, is `Send`: the value goes along with it"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let mut cell = EpochCell::new(1, 1);
        cell.handles()[0].replace(2);
    });
}

/// A value whose every use is watched, and that must be dropped exactly once.
type Value = Tracked<Probe>;

fn value(number: u32) -> Value {
    let mut value = Tracked::new(Probe::new(0));
    value.set(number);
    value
}

fn gives_the_last() {
    sync::model(|| {
        let mut cell = EpochCell::new(value(1), 2);
        let mut handles = cell.handles();
        assert_eq!(handles[0].read().get(), 1, "what a user saw of a new cell of 1");
        handles[1].replace(value(2));
        for handle in &mut handles {
            assert_eq!(handle.read().get(), 2, "what a user saw after 2 was put in");
        }
        handles[0].replace(value(3));
        let mut again = cell.handles();
        assert_eq!(again[1].read().get(), 3, "what a new user saw after 3 was put in");
    });
}

fn drops_once() {
    // What leaks, and what is dropped twice, is seen by the checker.
    sync::model(|| {
        drop(EpochCell::new(value(1), 1));
        let mut cell = EpochCell::new(value(1), 2);
        let mut handles = cell.handles();
        let other = &mut handles.pop().expect("a handle for each user");
        let guard = other.read();
        handles[0].replace(value(2));
        handles[0].replace(value(3));
        drop(guard);
        drop(cell);
    });
}

fn drops_at_once() {
    sync::model(|| {
        let mut cell = EpochCell::new(value(1), 2);
        let mut handles = cell.handles();
        drop(handles[1].read());
        for number in [2, 3] {
            handles[0].replace(value(number));
            assert_eq!(
                handles[0].kept(),
                0,
                "values that are kept back, although nobody reads one"
            );
        }
    });
}

fn keeps_what_is_read() {
    sync::model(|| {
        let mut cell = EpochCell::new(value(1), 2);
        let mut handles = cell.handles();
        let other = &mut handles.pop().expect("a handle for each user");
        let handle = &mut handles[0];
        let guard = other.read();
        for replaced in 1..=100 {
            handle.replace(value(2));
            assert_eq!(guard.get(), 1, "what a user sees of a value of 1 that has been replaced");
            assert_eq!(
                handle.kept(),
                replaced,
                "values that are kept back while a user reads the first of them"
            );
        }
        drop(guard);
        handle.replace(value(3));
        assert_eq!(handle.kept(), 0, "values that are kept back after the user has left");
    });
}

/// A value that counts that it is dropped.
struct Counted(Rc<Cell<usize>>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

fn kept_is_true() {
    sync::Model::new().faults(0).check(|| {
        let dropped = Rc::new(Cell::new(0));
        let counted = || Counted(dropped.clone());
        let mut cell = EpochCell::new(counted(), 2);
        let mut handles = cell.handles();
        let mut other = handles.pop().expect("a handle for each user");
        let guard = other.read();
        handles[0].replace(counted());
        handles[0].replace(counted());
        let are_there = |handle: &mut Handle<'_, Counted>| handle.kept() + dropped.get();
        assert_eq!(are_there(&mut handles[0]), 2, "values that were replaced: those that are kept back, and those that were dropped, while one is read");
        drop(guard);
        assert_eq!(are_there(&mut handles[0]), 2, "values that were replaced: those that are kept back, and those that were dropped, when nobody reads any more");
    });
}

fn panics() {
    sync::model(|| {
        let mut cell = EpochCell::new(value(1), 2);
        let mut handles = cell.handles();
        sync::expect_panic(|| {
            let _guard = handles[1].read();
            panic!("on purpose, while the value is read");
        });
        handles[0].replace(value(2));
        assert_eq!(
            handles[0].kept(),
            0,
            "values that are kept back after a panic has dropped the guard of the only reader"
        );
    });
}

fn later_readers() {
    sync::model(|| {
        let mut cell = EpochCell::new(value(1), 3);
        let mut handles = cell.handles();
        let mut others = handles.split_off(1);
        let handle = &mut handles[0];
        let (early, late) = others.split_at_mut(1);
        // What it once read is long over.
        drop(late[0].read());
        let guard = early[0].read();
        handle.replace(value(2));
        let later = late[0].read();
        handle.replace(value(3));
        let seen = (guard.get(), later.get(), handle.kept());
        assert_eq!(seen, (1, 2, 2), "two values that are read, and how many are kept back");
        drop(guard);
        handle.replace(value(4));
        assert_eq!(
            (later.get(), handle.kept()),
            (2, 2),
            "a value that is read, and how many are kept back. Whoever reads 2 came when 1 was gone"
        );
    });
}

fn many() {
    sync::Model::new().faults(0).check(|| with_readers(9, 0));
}

/// Too many steps for a model: what is kept back is counted only.
fn very_many() {
    // An epoch of eight bits would begin anew among these.
    with_readers(70, 200);
}

fn with_readers(readers: u32, replacements: usize) {
    let mut cell = EpochCell::new(value(0), readers as usize + 1);
    let mut handles = cell.handles();
    let mut writer = handles.pop().expect("a handle for each user");
    for _ in 0..replacements {
        writer.replace(value(0));
        assert_eq!(writer.kept(), 0, "values that are kept back, although nobody reads one");
    }
    let mut guards = Vec::new();
    for (before, reader) in (0..).zip(&mut handles) {
        guards.push(reader.read());
        writer.replace(value(before + 1));
        assert_eq!(
            writer.kept(),
            guards.len(),
            "values that are kept back while each is read by another user"
        );
    }
    for gone in 0..readers {
        let seen: Vec<_> = guards.iter().map(|guard| guard.get()).collect();
        let all: Vec<_> = (gone..readers).collect();
        assert_eq!(seen, all, "what the users that have not left see, each its own value");
        drop(guards.remove(0));
        writer.replace(value(readers));
        let kept = if guards.is_empty() { 0 } else { readers as usize };
        assert_eq!(writer.kept(), kept, "values kept back when {} users are left", guards.len());
    }
}

fn forgotten() {
    // That each value is dropped, and once, is seen by the checker.
    sync::Model::new().faults(0).check(|| {
        let mut cell = EpochCell::new(value(1), 2);
        let mut handles = cell.handles();
        let mut other = handles.pop().expect("a handle for each user");
        std::mem::forget(other.read());
        handles[0].replace(value(2));
        assert_eq!(other.read().get(), 2, "what a user sees after it has forgotten a guard");
        handles[0].replace(value(3));
        std::mem::forget(other.read());
        for number in [4, 5] {
            handles[0].replace(value(number));
            other.replace(value(number));
        }
        drop(cell);
    });
}

fn reads_cheaply() {
    sync::model(|| {
        let mut cell = EpochCell::new(1, 1);
        let handle = &mut cell.handles()[0];
        let before = counters();
        drop(handle.read());
        let after = counters();
        assert_eq!(
            (after.stores - before.stores, after.rmws - before.rmws),
            (2, 0),
            "(stores, read-modify-writes) of a visit"
        );
    });
}

/// A cell of 1, and two threads with a handle each.
fn two_threads(there: fn(&mut Handle<'_, Value>), here: fn(&mut Handle<'_, Value>)) {
    sync::model(move || {
        let mut cell = EpochCell::new(value(1), 2);
        let mut handles = cell.handles();
        let other = Moved(handles.pop().expect("a handle for each user"));
        thread::scope(|scope| {
            scope.spawn(move || there(&mut other.here()));
            here(&mut handles[0]);
        });
    });
}

fn stays() {
    two_threads(
        |handle| {
            for _ in 0..2 {
                let guard = handle.read();
                let number = guard.get();
                assert_eq!(
                    guard.get(),
                    number,
                    "what was read through the same guard, the second time"
                );
            }
        },
        |handle| handle.replace(value(2)),
    );
}

fn hand_over() {
    two_threads(
        |handle| handle.replace(value(2)),
        |handle| {
            let number = handle.read().get();
            assert!(number == 1 || number == 2, "what a user saw: {number}");
        },
    );
}

fn two_writers() {
    two_threads(|handle| handle.replace(value(2)), |handle| handle.replace(value(3)));
}
