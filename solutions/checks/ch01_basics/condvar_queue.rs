//! What `ch01_basics/condvar_queue` must do.

use super::subject::Queue;
use super::sync::{
    self, Turn, alloc,
    atomic::{AtomicBool, Ordering::Relaxed},
    catch_panic,
    cell::Probe,
    hint, panic_quietly, thread,
};
use grader::{Check, Shared, impls};
use std::cell::Cell;
use std::sync::Arc;

#[path = "clients/condvar_queue.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("queue_is_shared_exactly_where_its_items_may_be_sent", shared_where_send),
    Check::model("capacity_of_zero_panics", no_capacity),
    Check::model("room_is_made_when_it_is_needed", large_capacity),
    Check::model("items_come_out_in_the_order_in_which_they_went_in", in_order),
    Check::model("closed_queue_takes_nothing_and_gives_back_the_item", closed_to_push),
    Check::model("closed_queue_still_gives_out_what_is_in_it", closed_to_pop),
    Check::model("pop_sleeps_until_an_item_comes", pop_waits),
    Check::model("item_happens_before_its_use", item_is_ordered),
    Check::model("push_sleeps_until_there_is_room", push_waits),
    Check::model("close_wakes_all_that_wait_for_an_item", close_wakes_consumers),
    Check::model("close_wakes_those_that_wait_for_room", close_wakes_producers),
    Check::model("each_item_wakes_a_consumer", each_item_wakes),
    Check::model("each_place_wakes_a_producer", each_place_wakes),
    Check::model("producer_and_consumers_never_all_sleep", never_all_sleep),
    Check::counted("waiting_thread_does_not_spin", no_spinning),
    Check::counted("every_small_program_does_what_a_queue_does", clients::check::<small::Queues>),
];

fn shared_where_send() {
    assert!(
        impls!(Queue<Cell<u8>>: Sync) && impls!(Queue<Cell<u8>>: Send),
        "a `Queue<Cell<u8>>` is not `Sync`, or not `Send`: an item is handed from one thread to another, and never shared"
    );
    assert!(
        !impls!(Queue<*const u8>: Sync),
        "a `Queue<*const u8>` is `Sync`: it would hand a `*const u8` to another thread"
    );
}

/// What a call did when it returned.
struct Returned;

fn no_capacity() {
    sync::model(|| {
        let payload = catch_panic(|| {
            let _queue = Queue::<u32>::new(0);
            panic_quietly(Returned);
        });
        assert!(
            !payload.is::<Returned>(),
            "`Queue::new(0)` made a queue without room for any item: whoever pushes into it sleeps for ever"
        );
    });
}

fn large_capacity() {
    sync::model(|| {
        let payload = catch_panic(|| {
            let _queue = Queue::<u32>::new(usize::MAX);
            panic_quietly(Returned);
        });
        assert!(
            payload.is::<Returned>(),
            "`Queue::new(usize::MAX)` panics. Only a capacity of 0 is a mistake: do not ask for the memory before there are items"
        );
        let queue = Queue::new(usize::MAX);
        assert_eq!(queue.push(1), Ok(()), "`push` into a queue that is open and has room");
        assert_eq!(queue.pop(), Some(1), "`pop` of a queue with one item");
    });
    no_memory_in_advance();
}

fn no_memory_in_advance() {
    sync::model(|| {
        let before = alloc::blocks_in_use();
        let queue = Queue::<[u64; 8]>::new(1_000);
        let more = alloc::blocks_in_use().saturating_sub(before);
        assert_eq!(more, 0, "pieces of memory that an empty queue has taken");
        drop(queue);
    });
}

fn in_order() {
    sync::model(|| {
        let queue = Queue::new(3);
        for item in 1..=3 {
            assert_eq!(queue.push(item), Ok(()), "`push` into a queue that is open and has room");
        }
        let items = [queue.pop(), queue.pop(), queue.pop()];
        assert_eq!(items, [Some(1), Some(2), Some(3)], "1, 2 and 3 went in, in this order");
        let queue = Queue::new(100);
        for item in 0..100 {
            assert_eq!(queue.push(item), Ok(()), "`push` into a queue that is open and has room");
        }
        for item in 0..100 {
            assert_eq!(queue.pop(), Some(item), "item {item} of 100");
        }
    });
}

fn closed_to_push() {
    sync::model(|| {
        let queue = Queue::new(1);
        queue.close();
        assert_eq!(queue.push(1), Err(1), "`push` into a closed queue");
        assert_eq!(queue.pop(), None, "`pop` from a queue that is empty and closed");
        queue.close();
        assert_eq!(queue.pop(), None, "`pop` from a queue that was closed twice");
    });
}

fn closed_to_pop() {
    sync::model(|| {
        let queue = Queue::new(2);
        assert_eq!((queue.push(1), queue.push(2)), (Ok(()), Ok(())));
        queue.close();
        assert_eq!(
            [queue.pop(), queue.pop(), queue.pop()],
            [Some(1), Some(2), None],
            "1 and 2 went in before the queue was closed: they must still come out"
        );
        let queue = Queue::new(40);
        for item in 0..40 {
            assert_eq!(queue.push(item), Ok(()), "`push` into a queue that is open and has room");
        }
        queue.close();
        for item in 0..40 {
            assert_eq!(
                queue.pop(),
                Some(item),
                "item {item} of 40 that were in the queue when it was closed"
            );
        }
        assert_eq!(queue.pop(), None, "`pop` from a queue that is empty and closed");
    });
}

/// How often a wait may return for no reason: at first as often as in every model, then often enough for a thread that gives up.
const FAULTS: [usize; 2] = [1, 8];

fn pop_waits() {
    for faults in FAULTS {
        sync::Model::new().faults(faults).check(|| {
            let queue = Shared::new(Queue::new(1));
            let theirs = queue.clone();
            let consumer = thread::spawn(move || theirs.pop());
            assert_eq!(queue.push(1), Ok(()));
            assert_eq!(
                consumer.join().unwrap(),
                Some(1),
                "`pop` returned before there was an item, although the queue was open. A wait may return for no reason, or too late: \
                 look again, in a loop"
            );
        });
    }
}

fn item_is_ordered() {
    sync::model(|| {
        let queue = Shared::new(Queue::new(1));
        let theirs = queue.clone();
        let producer = thread::spawn(move || {
            let mut probe = Box::new(Probe::new(0));
            probe.set(1);
            assert!(theirs.push(probe).is_ok(), "`push` into a queue that is open and has room");
        });
        let mut item = queue.pop().expect("the queue is open");
        item.add(1);
        assert_eq!(item.get(), 2);
        producer.join().unwrap();
    });
}

fn push_waits() {
    for faults in FAULTS {
        sync::Model::new().faults(faults).check(push_into_a_full_queue);
    }
}

fn push_into_a_full_queue() {
    let queue = Shared::new(Queue::new(1));
    let pushed = Arc::new(AtomicBool::new(false));
    let (theirs, their_flag) = (queue.clone(), pushed.clone());
    let producer = thread::spawn(move || {
        assert_eq!(theirs.push(1), Ok(()));
        assert_eq!(theirs.push(2), Ok(()));
        // Relaxed: a load that reads it has come too early, whatever else it knows.
        their_flag.store(true, Relaxed);
    });
    assert!(
        !pushed.load(Relaxed),
        "two items are in a queue with room for one, and nobody has taken any out"
    );
    assert_eq!((queue.pop(), queue.pop()), (Some(1), Some(2)), "1 and 2 went in, in this order");
    producer.join().unwrap();
}

fn close_wakes_consumers() {
    // Whoever wakes one, or two, has not woken all.
    for consumers in [2, 3] {
        sync::Model::new().faults(0).check(move || {
            let queue = Shared::new(Queue::<u32>::new(1));
            let pop = |queue: Shared<Queue<u32>>| thread::spawn(move || queue.pop());
            let consumers: Vec<_> = (0..consumers).map(|_| pop(queue.clone())).collect();
            queue.close();
            for consumer in consumers {
                assert_eq!(
                    consumer.join().unwrap(),
                    None,
                    "`pop` from a queue that is empty and closed"
                );
            }
        });
    }
}

fn close_wakes_producers() {
    // What returns for no reason is tried with one.
    for (producers, faults) in [(1, 1), (3, 0)] {
        sync::Model::new().faults(faults).check(move || {
            let queue = Shared::new(Queue::new(1));
            assert_eq!(queue.push(1), Ok(()));
            let push = |queue: Shared<Queue<u32>>| thread::spawn(move || queue.push(2));
            let producers: Vec<_> = (0..producers).map(|_| push(queue.clone())).collect();
            queue.close();
            for producer in producers {
                assert_eq!(
                    producer.join().unwrap(),
                    Err(2),
                    "the queue was full until it was closed, but an item got in"
                );
            }
            assert_eq!(
                (queue.pop(), queue.pop()),
                (Some(1), None),
                "1 was in the queue when it was closed"
            );
        });
    }
}

/// Two consumers take an item each; the caller puts in two.
fn two_for_two(capacity: usize) {
    sync::Model::new().faults(0).check(move || {
        let queue = Shared::new(Queue::new(capacity));
        let consumers = [(); 2].map(|()| {
            let theirs = queue.clone();
            thread::spawn(move || theirs.pop())
        });
        assert_eq!(queue.push(1), Ok(()));
        assert_eq!(queue.push(2), Ok(()));
        let items = consumers.map(|consumer| consumer.join().unwrap().expect("the queue is open"));
        assert_eq!(items.iter().sum::<u32>(), 3, "1 and 2 went in, but {items:?} came out");
    });
}

fn each_item_wakes() {
    // Whoever is woken by a time-out alone sleeps for a while beside an item.
    sync::Model::new().faults(0).time_stands_still().check(|| {
        let queue = Shared::new(Queue::new(1));
        let theirs = queue.clone();
        let consumer = thread::spawn(move || theirs.pop());
        assert_eq!(queue.push(1), Ok(()));
        assert_eq!(consumer.join().unwrap(), Some(1), "the queue is open");
    });
    two_for_two(2);
}

fn never_all_sleep() {
    two_for_two(1);
}

fn each_place_wakes() {
    sync::Model::new().faults(0).time_stands_still().check(push_into_a_full_queue);
    sync::Model::new().faults(0).check(|| {
        let queue = Shared::new(Queue::new(2));
        assert_eq!((queue.push(1), queue.push(2)), (Ok(()), Ok(())), "there is room for two");
        let producers = [3, 4].map(|item| {
            let theirs = queue.clone();
            thread::spawn(move || theirs.push(item))
        });
        assert_eq!(
            (queue.pop(), queue.pop()),
            (Some(1), Some(2)),
            "1 and 2 went in, in this order"
        );
        for producer in producers {
            assert_eq!(producer.join().unwrap(), Ok(()), "the queue is open");
        }
    });
}

fn no_spinning() {
    sleeps(|queue| drop(queue.pop()));
    sleeps(|queue| {
        let _ = queue.push(1);
        let _ = queue.push(2);
    });
}

/// Nobody else ever uses the queue.
fn sleeps(waits: fn(&Queue<u32>)) {
    sync::Model::new().faults(0).waits(only_the_other).check(move || {
        let queue = Shared::new(Queue::new(1));
        let theirs = queue.clone();
        let other = thread::spawn(move || {
            let is_time = AtomicBool::new(false);
            // Never: a thread that sleeps, alone, would be a deadlock. Relaxed: there is nothing to learn.
            while !is_time.load(Relaxed) {
                hint::spin_loop();
            }
            theirs.close();
        });
        waits(&queue);
        other.join().unwrap();
    });
}

/// Objects to a call that waits without sleeping.
fn only_the_other(turn: &Turn) -> Result<(), String> {
    if turn.thread == 1 {
        return Ok(());
    }
    Err("a waiting thread turns in a loop and keeps a processor busy. Let it sleep: `wait` of a condition variable".into())
}
