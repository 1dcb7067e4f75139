//! What `ch10_ideas/rcu_cell` must do.

use super::subject::{RcuCell, Reader, Writer};
use super::sync::{self, cell::Probe, counters, thread, track::Tracked};
use grader::{Check, Moved, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "clients/rcu_cell.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("cell_is_sync_exactly_where_the_value_is_send_and_sync", is_sync_where_both),
    Check::model("reader_sees_the_last_value_and_writer_gets_the_one_before", gives_the_last),
    Check::counted("cell_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("each_value_is_dropped_once", drops_once),
    Check::counted("reading_is_two_stores_and_no_read_modify_write", reads_cheaply),
    Check::model("value_stays_while_it_is_read", stays),
    Check::model("visit_ends_by_a_panic_as_well", panics),
    Check::counted("visit_counts_whatever_came_before_it", after_many_visits),
    Check::model("what_made_a_value_happens_before_it_is_read", hand_over),
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
        impls!(RcuCell<u8>: Sync)
            && impls!(Reader<'static, u8>: Send)
            && impls!(Writer<'static, u8>: Send),
        "a cell of a `u8` is not `Sync`, or its ends not `Send`: no two threads could use it"
    );
    assert!(
        !impls!(RcuCell<Cell<u8>>: Sync) && !impls!(Reader<'static, Cell<u8>>: Send),
        "a cell of a `Cell<u8>`, which is not `Sync`, is `Sync`. Two readers share the value"
    );
    assert!(
        !impls!(RcuCell<MutexGuard<'static, u8>>: Sync)
            && !impls!(Writer<'static, MutexGuard<'static, u8>>: Send),
        "a cell of a `MutexGuard`, which is not `Send`, is `Sync`. The writer gets the value, and may be on another thread"
    );
    assert!(
        !impls!(RcuCell<*const u8>: Send),
        "a cell of a `*const u8`, which is not `Send`, is `Send`: the value goes along with it"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let mut cell = RcuCell::new(1, 1);
        cell.split().0.replace(2);
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
        let mut cell = RcuCell::new(value(1), 2);
        let (mut writer, mut readers) = cell.split();
        assert_eq!(readers[0].read().get(), 1, "what a reader saw of a new cell of 1");
        assert_eq!(writer.replace(value(2)).get(), 1, "what `replace` returned");
        for reader in &mut readers {
            assert_eq!(reader.read().get(), 2, "what a reader saw after 2 was put in");
        }
        assert_eq!(writer.replace(value(3)).get(), 2, "what `replace` returned");
        drop((writer, readers));
        let (_, mut again) = cell.split();
        assert_eq!(again[1].read().get(), 3, "what a new reader saw after 3 was put in");
    });
}

fn drops_once() {
    // What leaks, and what is dropped twice, is seen by the checker.
    sync::model(|| {
        drop(RcuCell::new(value(1), 1));
        let mut cell = RcuCell::new(value(1), 1);
        drop(cell.split().0.replace(value(2)));
        drop(cell);
        // Nobody reads.
        drop(RcuCell::new(value(1), 0).split().0.replace(value(2)));
    });
}

fn reads_cheaply() {
    sync::model(|| {
        let mut cell = RcuCell::new(1, 1);
        let reader = &mut cell.split().1[0];
        let before = counters();
        drop(reader.read());
        let after = counters();
        assert_eq!(
            (after.stores - before.stores, after.rmws - before.rmws),
            (2, 0),
            "(stores, read-modify-writes) of a visit"
        );
    });
}

fn last_reader_stays(readers: usize) {
    sync::model(move || {
        let mut cell = RcuCell::new(value(1), readers);
        let (mut writer, mut readers) = cell.split();
        let reader = Moved(readers.pop().expect("a reader for each number"));
        thread::scope(|scope| {
            scope.spawn(move || {
                let mut reader = reader.here();
                for _ in 0..2 {
                    let guard = reader.read();
                    let number = guard.get();
                    assert_eq!(
                        guard.get(),
                        number,
                        "what was read through the same guard, the second time"
                    );
                }
            });
            drop(writer.replace(value(2)));
        });
    });
}

fn stays() {
    last_reader_stays(1);
    // Whoever waits for two has not waited for all.
    last_reader_stays(3);
    last_reader_stays(40);
}

fn panics() {
    // If the visit has not ended, the writer waits for ever.
    sync::model(|| {
        let mut cell = RcuCell::new(value(1), 1);
        let (mut writer, mut readers) = cell.split();
        sync::expect_panic(|| {
            let _guard = readers[0].read();
            panic!("on purpose, while the value is read");
        });
        assert_eq!(writer.replace(value(2)).get(), 1, "what `replace` returned");
    });
}

/// Numbers of visits that begin anew, or that a guard that was forgotten has put out of step.
fn after_many_visits() {
    const VISITS: usize = 300;
    let before: [fn(&mut Reader<'_, Value>); 2] = [
        |reader| (0..VISITS).for_each(|_| drop(reader.read())),
        |reader| std::mem::forget(reader.read()),
    ];
    for before in before {
        sync::model(move || {
            let mut cell = RcuCell::new(value(1), 1);
            let (writer, mut readers) = cell.split();
            before(&mut readers[0]);
            let guard = readers[0].read();
            let writer = Moved(writer);
            thread::scope(|scope| {
                scope.spawn(move || drop(writer.here().replace(value(2))));
                assert_eq!(
                    guard.get(),
                    1,
                    "what a reader sees of 1 when it has read before, {VISITS} times or with a guard that it has forgotten"
                );
                drop(guard);
            });
        });
    }
}

fn hand_over() {
    sync::model(|| {
        let mut cell = RcuCell::new(value(1), 1);
        let (writer, mut readers) = cell.split();
        let writer = Moved(writer);
        thread::scope(|scope| {
            scope.spawn(move || drop(writer.here().replace(value(2))));
            let number = readers[0].read().get();
            assert!(number == 1 || number == 2, "what a reader saw: {number}");
        });
    });
}
