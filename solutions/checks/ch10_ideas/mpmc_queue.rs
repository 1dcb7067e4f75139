//! What `ch10_ideas/mpmc_queue` must do.

use super::subject::Queue;
use super::sync::{self, cell::Probe, thread, track::Tracked};
use grader::{Check, Drops, Shared, allocations, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "clients/mpmc_queue.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("queue_is_sync_exactly_where_the_values_are_send", is_sync_where_send),
    Check::model("values_come_out_as_they_went_in_and_every_slot_is_used", in_order),
    Check::counted("queue_is_made_of_the_atomics_of_sync", uses_sync),
    Check::fact("queue_for_many_values_uses_every_slot", many),
    Check::model("queue_without_room_panics", no_room),
    Check::model("what_is_left_is_dropped_once_with_the_queue", drops_the_rest),
    Check::model("value_whose_drop_panics_is_dropped_once", drop_panics),
    Check::fact("queue_is_allocated_once", allocates_once),
    Check::model("two_producers_at_once_get_two_slots", two_producers),
    Check::model("what_came_before_push_happens_before_the_return_of_pop", hand_over),
    Check::model("slot_is_written_again_only_when_it_has_been_read", slot_again),
    Check::counted("every_small_program_does_what_a_queue_does", clients::check::<small::Queues>),
];

fn is_sync_where_send() {
    assert!(
        impls!(Queue<Cell<u8>>: Sync) && impls!(Queue<Cell<u8>>: Send),
        "a queue of `Cell<u8>` is not `Sync` and `Send`. A value is with one thread at a time: why must it be `Sync`?"
    );
    assert!(
        !impls!(Queue<*const u8>: Sync) && !impls!(Queue<*const u8>: Send),
        "a queue of `*const u8`, which is not `Send`, is `Sync` or `Send`: values go from thread to thread"
    );
    assert!(
        !impls!(Queue<MutexGuard<'static, u8>>: Sync),
        "a queue of `MutexGuard`, which is `Sync` but not `Send`, is `Sync`: another thread would drop the guard"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let _ = Queue::new(1).push(1);
    });
}

/// A value whose every use is watched, and that must be dropped exactly once.
type Value = Tracked<Probe>;

fn value(number: u32) -> Value {
    let mut value = Tracked::new(Probe::new(0));
    value.set(number);
    value
}

/// A queue with these values in it.
fn queue(capacity: usize, numbers: &[u32]) -> Queue<Value> {
    let queue = Queue::new(capacity);
    for number in numbers {
        let pushed = queue.push(value(*number));
        assert!(pushed.is_ok(), "`push` of {number} says that a queue for {capacity} is full");
    }
    queue
}

fn pop(queue: &Queue<Value>) -> Option<u32> {
    queue.pop().map(|value| value.get())
}

fn in_order() {
    sync::Model::new().faults(0).check(|| {
        // The checker follows a loop for 128 turns.
        for (capacity, rounds) in [(1, 4), (2, 4), (3, 4), (5, 2), (8, 2)] {
            let queue = Queue::new(capacity as usize);
            for round in 0..rounds {
                for number in 0..capacity {
                    assert!(
                        queue.push(value(number)).is_ok(),
                        "`push` says that a queue for {capacity} is full, with {number} in it, in round {round}"
                    );
                }
                let back = queue.push(value(99)).map_err(|value| value.get());
                assert_eq!(back, Err(99), "what `push` said of a full queue for {capacity}");
                for number in 0..capacity {
                    assert_eq!(pop(&queue), Some(number), "what came out of a queue for {capacity}, in round {round}");
                }
                assert_eq!(pop(&queue), None, "what came out of an empty queue for {capacity}");
                // One more, so that the next round begins at another slot.
                assert!(queue.push(value(7)).is_ok(), "`push` says that an empty queue is full");
                assert_eq!(pop(&queue), Some(7), "what came out");
            }
        }
    });
}

fn no_room() {
    sync::model(|| sync::expect_panic(|| Queue::<u8>::new(0)));
}

fn drops_the_rest() {
    // That each value is dropped once is seen by the checker.
    sync::Model::new().faults(0).check(|| {
        let left = queue(5, &[0, 1, 2, 3, 4]);
        drop(left.pop());
        drop(left.pop());
        assert!(left.push(value(5)).is_ok(), "`push` says that it is full");
        drop(left);
        drop(queue(2, &[]));
        for capacity in [1, 2, 3, 4, 8, 20] {
            let numbers: Vec<_> = (0..capacity).collect();
            drop(queue(capacity as usize, &numbers));
        }
    });
    sync::Model::new().faults(0).check(|| {
        let queue = Queue::new(2);
        let pushed = [(); 3].map(|()| queue.push(()));
        assert_eq!(
            pushed,
            [Ok(()), Ok(()), Err(())],
            "three times `push` of `()` to a queue for 2"
        );
        let popped = [(); 3].map(|()| queue.pop());
        assert_eq!(
            popped,
            [Some(()), Some(()), None],
            "three times `pop` of a queue with two `()`"
        );
    });
}

fn drop_panics() {
    sync::Model::new().faults(0).check(|| {
        let drops = Drops::default();
        let queue = Queue::new(3);
        for value in drops.values() {
            assert!(queue.push(value).is_ok(), "`push` says that it is full");
        }
        sync::expect_panic(|| drop(queue));
        drops.judge();
    });
}

fn allocates_once() {
    let queue = Queue::new(4);
    let before = allocations();
    for number in 0_u64..20 {
        let _ = queue.push(number);
        let _ = queue.push(number);
        queue.pop();
    }
    let made = allocations() - before;
    assert_eq!(
        made, 0,
        "allocations by `push` and `pop`. `new` allocates the queue, and that is all"
    );
}

/// The checker would take long for so many steps. One thread does them.
fn many() {
    for capacity in (1..=34).chain([100, 255, 256, 1000]) {
        let queue = Queue::new(capacity);
        for round in 0..3 {
            for number in 0..capacity {
                let pushed = queue.push(number).is_ok();
                assert!(
                    pushed,
                    "`push` says that a queue for {capacity} is full, with {number} in it, in round {round}"
                );
            }
            // Asked again and again.
            for _ in 0..3 {
                assert_eq!(
                    queue.push(0),
                    Err(0),
                    "what `push` said of a full queue for {capacity}"
                );
            }
            for number in 0..capacity {
                assert_eq!(
                    queue.pop(),
                    Some(number),
                    "what came out of a queue for {capacity}, in round {round}"
                );
            }
            for _ in 0..3 {
                assert_eq!(queue.pop(), None, "what came out of an empty queue for {capacity}");
            }
            // One more, so that the next round begins at another slot.
            assert_eq!(
                (queue.push(7), queue.pop()),
                (Ok(()), Some(7)),
                "(`push`, `pop`) of one value"
            );
        }
    }
}

fn two_producers() {
    sync::model(|| {
        let queue = Shared::new(queue(2, &[]));
        let theirs = queue.clone();
        let other = thread::spawn(move || theirs.push(value(1)).is_ok());
        let pushed = queue.push(value(2)).is_ok();
        assert!(other.join().unwrap() && pushed, "`push` says that a queue for 2 is full");
        let mut came = [pop(&queue), pop(&queue)];
        came.sort();
        assert_eq!(came, [Some(1), Some(2)], "what came out after two threads had pushed 1 and 2");
    });
}

fn hand_over() {
    sync::model(|| {
        let queue = Shared::new(queue(2, &[]));
        let theirs = queue.clone();
        let other = thread::spawn(move || drop(theirs.push(value(1))));
        if let Some(number) = pop(&queue) {
            assert_eq!(number, 1, "what came out");
        }
        other.join().unwrap();
    });
}

fn slot_again() {
    sync::model(|| {
        let queue = Shared::new(queue(1, &[1]));
        let theirs = queue.clone();
        let other = thread::spawn(move || pop(&theirs));
        // There may be no room yet.
        let _ = queue.push(value(2));
        assert_eq!(other.join().unwrap(), Some(1), "what came out");
    });
}
