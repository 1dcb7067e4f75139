//! What `ch03_memory_ordering/publish_box` must do.

use super::subject::Slot;
use super::sync::{self, cell::Probe, thread, track::Tracked};
use grader::{Check, Shared, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "clients/publish_box.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("slot_is_send_exactly_where_the_value_is", is_send_where_send),
    Check::fact("slot_is_sync_exactly_where_the_value_is_send_and_sync", is_sync_where_both),
    Check::model("empty_slot_has_nothing", empty),
    Check::counted("slot_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("published_value_is_there_for_good", published),
    Check::model("second_value_is_given_back", second),
    Check::model("take_empties_the_slot", taken),
    Check::model("value_is_dropped_once_and_with_the_slot", drops_once),
    Check::model("what_the_publisher_wrote_happens_before_what_a_reader_reads", hand_over),
    Check::model("one_of_two_publishers_wins", two_publishers),
    Check::model("late_publisher_does_not_disturb_a_reader", late_publisher),
    Check::counted("every_small_program_does_what_a_slot_does", clients::check::<small::Slots>),
];

fn is_send_where_send() {
    assert!(impls!(Slot<u8>: Send), "a slot for a `u8` is not `Send`");
    assert!(
        impls!(Slot<Cell<u8>>: Send),
        "a slot for a `Cell<u8>` is not `Send`. Whoever owns the slot owns the cell, alone: why must it be `Sync`?"
    );
    assert!(
        !impls!(Slot<MutexGuard<'static, u8>>: Send),
        "a slot for std's `MutexGuard`, which is not `Send`, is `Send`. The value goes where the slot goes, and is dropped there"
    );
}

fn is_sync_where_both() {
    assert!(
        impls!(Slot<u8>: Sync),
        "a slot for a `u8` is not `Sync`: two threads could not share it"
    );
    assert!(
        !impls!(Slot<Cell<u8>>: Sync),
        "a slot for a `Cell<u8>` is `Sync`. `get` gives every thread a `&Cell<u8>`, and they write to it at once. The compiler \
         derives it, because an `AtomicPtr<T>` is `Sync` whatever `T` is"
    );
    assert!(
        !impls!(Slot<MutexGuard<'static, u8>>: Sync),
        "a slot for std's `MutexGuard`, which is `Sync` but not `Send`, is `Sync`. `publish` moves a value into a shared slot: \
         it comes from one thread and is dropped by another"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let slot = Slot::new();
        assert!(slot.publish(Box::new(1_u8)).is_ok(), "an empty slot did not take a value");
        let _ = slot.get();
    });
}

fn empty() {
    sync::model(|| {
        let mut slot = Slot::<u8>::default();
        assert!(slot.get().is_none(), "a new slot has a value");
        assert!(slot.take().is_none(), "a new slot has a value");
    });
}

fn published() {
    sync::model(|| {
        let slot = Slot::new();
        assert!(
            slot.publish(Box::new(7_u8)).is_ok(),
            "`publish` did not take a value for an empty slot"
        );
        assert_eq!(slot.get(), Some(&7), "`get` does not give what was published");
        assert_eq!(slot.get(), Some(&7), "`get` gives what was published only once");
    });
}

fn second() {
    sync::model(|| {
        let slot = Slot::new();
        assert!(
            slot.publish(Box::new(1_u8)).is_ok(),
            "`publish` did not take a value for an empty slot"
        );
        let first = slot.get().map(std::ptr::from_ref);
        assert_eq!(
            slot.publish(Box::new(2)),
            Err(Box::new(2)),
            "the slot was full, but `publish` did not give back what it got"
        );
        assert_eq!(slot.get(), Some(&1), "the second value took the place of the first");
        assert_eq!(
            slot.get().map(std::ptr::from_ref),
            first,
            "the value was moved: a reference from an earlier `get` now points to nothing"
        );
    });
}

fn taken() {
    sync::model(|| {
        let mut slot = Slot::new();
        assert!(
            slot.publish(Box::new(1_u8)).is_ok(),
            "`publish` did not take a value for an empty slot"
        );
        assert_eq!(slot.take(), Some(Box::new(1)), "`take` does not give what was published");
        assert!(slot.get().is_none(), "the value was taken out, but it is still there");
        assert!(slot.publish(Box::new(2)).is_ok(), "a slot that was emptied does not take a value");
        assert_eq!(slot.take(), Some(Box::new(2)), "`take` does not give what was published last");
    });
    // What has no size is a value like any other.
    sync::model(|| {
        let mut slot = Slot::new();
        for _ in 0..2 {
            assert!(
                slot.publish(Box::new(())).is_ok(),
                "an empty slot does not take a value of no size"
            );
            assert!(
                slot.publish(Box::new(())).is_err(),
                "the slot was full, but took another value"
            );
            assert!(slot.take().is_some(), "`take` does not give the value of no size");
            assert!(
                slot.take().is_none(),
                "a value of no size was taken out, and can be taken again"
            );
        }
    });
}

fn drops_once() {
    sync::model(|| {
        // A `Tracked` value that is dropped twice, or never, is a failure of the model.
        let slot = Slot::new();
        assert!(slot.publish(Box::new(Tracked::new(1_u8))).is_ok(), "an empty slot is full");
        drop(slot.publish(Box::new(Tracked::new(2))));
        assert_eq!(slot.get().map(|value| **value), Some(1), "the slot has another value");
        drop(slot);
        let mut slot = Slot::new();
        assert!(slot.publish(Box::new(Tracked::new(3_u8))).is_ok(), "an empty slot is full");
        drop(slot.take());
    });
}

/// A value that was written to after it was made, so that a reader who is not ordered behind the publisher races with it.
fn written(number: u32) -> Box<Probe> {
    let mut value = Box::new(Probe::default());
    value.set(number);
    value
}

fn hand_over() {
    sync::model(|| {
        let slot = Shared::new(Slot::new());
        let theirs = slot.clone();
        let publisher = thread::spawn(move || {
            assert!(
                theirs.publish(written(7)).is_ok(),
                "`publish` failed although the slot was empty"
            );
        });
        if let Some(value) = slot.get() {
            assert_eq!(value.get(), 7, "`get` gave something else than what was published");
        }
        publisher.join().unwrap();
        assert_eq!(
            slot.get().map(|value| value.get()),
            Some(7),
            "the publisher has ended, but `get` does not find the value"
        );
    });
}

fn two_publishers() {
    sync::model(|| {
        let slot = Shared::new(Slot::new());
        let theirs = slot.clone();
        let other = thread::spawn(move || theirs.publish(written(1)).map_err(|value| value.get()));
        let mine = slot.publish(written(2)).map_err(|value| value.get());
        let theirs = other.join().unwrap();
        let found = slot.get().map(|value| value.get());
        match (theirs, mine) {
            (Ok(()), Err(2)) => assert_eq!(found, Some(1), "the value of the winner is not there"),
            (Err(1), Ok(())) => assert_eq!(found, Some(2), "the value of the winner is not there"),
            (Ok(()), Ok(())) => panic!("both publishers were told that their value is in the slot"),
            (Err(1), Err(2)) => {
                panic!("the slot was empty, but both publishers got their value back")
            }
            _ => panic!("a publisher got a value back that is not its own"),
        }
    });
}

fn late_publisher() {
    sync::model(|| {
        let slot = Shared::new(Slot::new());
        assert!(slot.publish(written(1)).is_ok(), "`publish` failed although the slot was empty");
        let theirs = slot.clone();
        let late = thread::spawn(move || {
            assert!(
                theirs.publish(written(2)).is_err(),
                "the slot was full, but took another value"
            );
        });
        for _ in 0..2 {
            let value = slot.get().map(|value| value.get());
            assert_eq!(value, Some(1), "while another thread tried to publish, the value changed");
        }
        late.join().unwrap();
    });
}
