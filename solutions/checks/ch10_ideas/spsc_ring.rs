//! What `ch10_ideas/spsc_ring` must do.

use super::subject::{Consumer, Producer, Ring};
use super::sync::{self, cell::Probe, thread, track::Tracked};
use grader::{Check, Drops, Moved, allocations, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "clients/spsc_ring.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("each_end_is_send_exactly_where_the_values_are", are_send_where_values_are),
    Check::model("values_come_out_as_they_went_in_and_every_slot_is_used", in_order),
    Check::counted("ring_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("ring_without_room_panics", no_room),
    Check::model("what_is_left_is_dropped_once_with_the_ring", drops_the_rest),
    Check::model("value_whose_drop_panics_is_dropped_once", drop_panics),
    Check::model("ends_that_are_forgotten_or_dropped_by_a_panic_have_done_what_they_did", ends_go),
    Check::fact("ring_is_allocated_once", allocates_once),
    Check::model("what_came_before_push_happens_before_the_return_of_pop", hand_over),
    Check::model("slot_is_written_again_only_when_it_has_been_read", slot_again),
    Check::model("positions_begin_anew_and_go_on_right", positions_wrap),
    Check::counted("every_small_program_does_what_a_ring_does", clients::check::<small::Rings>),
    Check::counted(
        "thread_that_stops_keeps_no_other_from_its_end",
        clients::progress::<small::Rings>,
    ),
];

fn are_send_where_values_are() {
    assert!(
        impls!(Producer<'static, u8>: Send) && impls!(Consumer<'static, u8>: Send),
        "an end of a ring is not `Send`, not even of `u8`: no other thread could have it. Say why it is sound, and `unsafe impl` it"
    );
    assert!(
        impls!(Producer<'static, Cell<u8>>: Send) && impls!(Consumer<'static, Cell<u8>>: Send),
        "an end of a ring of `Cell<u8>` is not `Send`. A value is with one thread at a time: why must it be `Sync`?"
    );
    assert!(
        !impls!(Producer<'static, *const u8>: Send) && !impls!(Consumer<'static, *const u8>: Send),
        "an end of a ring of `*const u8`, which is not `Send`, is `Send`: values go from the producer's thread to the consumer's"
    );
    assert!(
        !impls!(Producer<'static, MutexGuard<'static, u8>>: Send)
            && !impls!(Consumer<'static, MutexGuard<'static, u8>>: Send),
        "an end of a ring of `MutexGuard`, which is `Sync` but not `Send`, is `Send`: another thread would drop the guard"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let mut ring = Ring::new(1);
        let _ = ring.split().0.push(1);
    });
}

/// A value whose every use is watched, and that must be dropped exactly once.
type Value = Tracked<Probe>;

fn value(number: u32) -> Value {
    let mut value = Tracked::new(Probe::new(0));
    value.set(number);
    value
}

/// Fills the ring and empties it, from wherever it is.
#[track_caller]
fn fill_and_empty(
    (producer, consumer): &mut (Producer<'_, Value>, Consumer<'_, Value>),
    capacity: u32,
    passed: &str,
) {
    for number in 0..capacity {
        assert!(
            producer.push(value(number)).is_ok(),
            "`push` says that a ring for {capacity} is full, with {number} in it, after {passed}"
        );
    }
    // Asked again and again.
    for _ in 0..3 {
        let back = producer.push(value(99)).map_err(|value| value.get());
        assert_eq!(back, Err(99), "what `push` said of a full ring for {capacity}, after {passed}");
    }
    let came = consumer.pop().map(|value| value.get());
    assert_eq!(came, Some(0), "what came out of a ring for {capacity}, after {passed}");
    assert!(
        producer.push(value(capacity)).is_ok(),
        "`push` says that a ring for {capacity} is full, with one value less in it, after {passed}"
    );
    for number in 1..=capacity {
        let came = consumer.pop().map(|value| value.get());
        assert_eq!(came, Some(number), "what came out of a ring for {capacity}, after {passed}");
    }
    for _ in 0..3 {
        assert!(
            consumer.pop().is_none(),
            "a value from an empty ring for {capacity}, after {passed}"
        );
    }
}

fn in_order() {
    sync::model(|| {
        for capacity in [1, 2, 3, 4, 5, 7, 8] {
            let mut ring = Ring::new(capacity as usize);
            let mut ends = ring.split();
            for round in ["nothing", "one round", "two rounds", "three rounds"] {
                fill_and_empty(&mut ends, capacity, round);
                // One more, so that the next round begins at another slot.
                assert!(ends.0.push(value(7)).is_ok(), "`push` says that an empty ring is full");
                assert_eq!(ends.1.pop().map(|value| value.get()), Some(7), "what came out");
            }
        }
    });
    sync::model(|| fill_and_empty(&mut Ring::new(100).split(), 100, "nothing"));
}

fn positions_wrap() {
    sync::model(|| {
        for capacity in 1..4 {
            for before in 0..4 {
                let mut ring = Ring::starting_after(capacity as usize, usize::MAX - before);
                let mut ends = ring.split();
                for _ in 0..3 {
                    fill_and_empty(&mut ends, capacity, "`usize::MAX` values, or nearly as many");
                }
            }
        }
    });
}

fn no_room() {
    sync::model(|| sync::expect_panic(|| Ring::<u8>::new(0)));
}

fn drops_the_rest() {
    // That each value is dropped once is seen by the checker.
    sync::model(|| {
        let mut ring = Ring::new(5);
        for number in 0..5 {
            assert!(ring.split().0.push(value(number)).is_ok(), "`push` says that it is full");
        }
        for number in 0..2 {
            let came = ring.split().1.pop().map(|value| value.get());
            assert_eq!(came, Some(number), "what came out, after the ring was split anew");
        }
        assert!(ring.split().0.push(value(5)).is_ok(), "`push` says that it is full");
        drop(ring);
        drop(Ring::<Value>::new(2));
        for capacity in [1, 2, 3, 4, 7, 8, 20] {
            let mut full = Ring::new(capacity);
            for number in 0..capacity {
                let pushed = full.split().0.push(value(number as u32));
                assert!(
                    pushed.is_ok(),
                    "`push` says that a ring for {capacity} is full, with {number} in it"
                );
            }
            let back = full.split().0.push(value(99)).map_err(|value| value.get());
            assert_eq!(back, Err(99), "what `push` said of a full ring that was split anew");
        }
    });
    sync::model(|| {
        let mut ring = Ring::new(2);
        let (mut producer, mut consumer) = ring.split();
        let pushed = [(); 3].map(|()| producer.push(()));
        assert_eq!(pushed, [Ok(()), Ok(()), Err(())], "three times `push` of `()` to a ring for 2");
        let popped = [(); 3].map(|()| consumer.pop());
        assert_eq!(popped, [Some(()), Some(()), None], "three times `pop` of a ring with two `()`");
    });
}

fn drop_panics() {
    sync::model(|| {
        let drops = Drops::default();
        let mut ring = Ring::new(3);
        for value in drops.values() {
            assert!(ring.split().0.push(value).is_ok(), "`push` says that it is full");
        }
        sync::expect_panic(|| drop(ring));
        drops.judge();
    });
}

fn ends_go() {
    sync::model(|| {
        let mut ring = Ring::new(4);
        let (mut producer, mut consumer) = ring.split();
        for number in 0..4 {
            assert!(producer.push(value(number)).is_ok(), "`push` says that it is full");
        }
        let came = consumer.pop().map(|value| value.get());
        assert_eq!(came, Some(0), "what came out");
        std::mem::forget((producer, consumer));
        let mut ring = std::panic::AssertUnwindSafe(ring);
        sync::expect_panic(|| {
            let (mut producer, mut consumer) = ring.split();
            assert!(
                producer.push(value(4)).is_ok(),
                "`push` says that it is full, after both ends were forgotten"
            );
            let came = consumer.pop().map(|value| value.get());
            assert_eq!(came, Some(1), "what came out, after both ends were forgotten");
            panic!("on purpose, with both ends in hand");
        });
        let mut consumer = ring.split().1;
        let came = [(); 4].map(|()| consumer.pop().map(|value| value.get()));
        assert_eq!(
            came,
            [Some(2), Some(3), Some(4), None],
            "what came out, after both ends were dropped by a panic"
        );
    });
}

fn allocates_once() {
    let mut ring = Ring::new(4);
    let before = allocations();
    let (mut producer, mut consumer) = ring.split();
    for number in 0_u64..20 {
        let _ = producer.push(number);
        let _ = producer.push(number);
        consumer.pop();
    }
    let made = allocations() - before;
    assert_eq!(
        made, 0,
        "allocations by `push` and `pop`. `new` allocates the ring, and that is all"
    );
}

fn hand_over() {
    sync::model(|| {
        let mut ring = Ring::new(2);
        let (producer, mut consumer) = ring.split();
        let producer = Moved(producer);
        thread::scope(|scope| {
            scope.spawn(move || {
                let pushed = producer.here().push(value(1));
                assert!(pushed.is_ok(), "`push` says that an empty ring is full");
            });
            if let Some(value) = consumer.pop() {
                assert_eq!(value.get(), 1, "what came out");
            }
        });
    });
}

fn slot_again() {
    sync::model(|| {
        let mut ring = Ring::new(1);
        let (mut producer, consumer) = ring.split();
        assert!(producer.push(value(1)).is_ok(), "`push` says that an empty ring is full");
        let consumer = Moved(consumer);
        thread::scope(|scope| {
            scope.spawn(move || {
                let came = consumer.here().pop().map(|value| value.get());
                assert_eq!(came, Some(1), "what came out");
            });
            // There may be no room yet.
            let _ = producer.push(value(2));
        });
    });
}
