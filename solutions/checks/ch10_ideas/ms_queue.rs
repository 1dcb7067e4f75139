//! What `ch10_ideas/ms_queue` must do.

use super::subject::{Handle, Queue};
use super::sync::{self, cell::Probe, thread, track::Tracked};
use bounded::stays_bounded;
use grader::{Check, Moved, Unit, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "reclaim/bounded.rs"]
mod bounded;
#[path = "clients/ms_queue.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("queue_is_sync_exactly_where_the_values_are_send", is_sync_where_send),
    Check::model("first_in_is_first_out", first_in_first_out),
    Check::model("values_and_nodes_are_freed_once", frees_once),
    Check::fact("many_values_that_are_left_are_dropped", drops_many),
    Check::counted("nodes_that_nobody_reads_are_freed_but_for_a_few", frees_soon),
    Check::model("what_was_done_before_a_push_happens_before_the_pop", hand_over),
    Check::model("node_is_not_freed_while_another_thread_reads_it", two_pops),
    Check::model("node_is_not_freed_while_another_thread_links_to_it", push_beside_pops),
    Check::model("three_pushes_at_once_lose_nothing", three_pushes),
    Check::model("node_is_not_freed_while_tail_leads_there", pop_beside_two_pushes),
    Check::model("tail_does_not_go_back", beside_pushes_and_pops),
    Check::counted("every_small_program_does_what_a_queue_does", clients::check::<small::Queues>),
    Check::counted(
        "thread_that_stops_keeps_no_other_from_its_end",
        clients::progress::<small::Queues>,
    ),
];

fn is_sync_where_send() {
    assert!(
        impls!(Queue<Cell<u8>>: Sync) && impls!(Handle<'static, Cell<u8>>: Send),
        "a queue of `Cell<u8>` is not `Sync`, or its handle not `Send`. A value has one owner at a time: why must it be `Sync`?"
    );
    assert!(
        !impls!(Queue<*const u8>: Sync) && !impls!(Queue<*const u8>: Send),
        "a queue of `*const u8`, which is not `Send`, is `Sync` or `Send`. The queue moves values from thread to thread"
    );
    assert!(
        !impls!(Handle<'static, MutexGuard<'static, u8>>: Send),
        "a handle to a queue of `MutexGuard`, which is `Sync` but not `Send`, is `Send`: another thread would drop the guard"
    );
    assert!(impls!(Queue<Cell<u8>>: Send), "a queue of values that are `Send` is not `Send`");
}

/// A value whose every use is watched, and that must be dropped exactly once.
type Value = Tracked<Probe>;

fn value(number: u32) -> Value {
    let mut value = Tracked::new(Probe::new(0));
    value.set(number);
    value
}

fn pop(handle: &mut Handle<'_, Value>) -> Option<u32> {
    handle.pop().map(|value| value.get())
}

fn first_in_first_out() {
    sync::Model::new().faults(0).check(|| {
        let mut queue = Queue::new(1);
        let handle = &mut queue.handles()[0];
        assert_eq!(pop(handle), None, "what came from an empty queue");
        for number in [1, 2, 3] {
            handle.push(value(number));
        }
        let came = [3, 2, 1, 0].map(|_| pop(handle));
        assert_eq!(
            came,
            [Some(1), Some(2), Some(3), None],
            "what came after 1, 2 and 3 were pushed"
        );
    });
}

fn frees_once() {
    // What leaks, and what is freed or dropped twice, is seen by the checker.
    sync::Model::new().faults(0).check(|| {
        drop(Queue::<Value>::new(2));
        let mut queue = Queue::new(2);
        for (number, handle) in queue.handles().iter_mut().enumerate() {
            handle.push(value(1));
            handle.push(value(2));
            let first = [1, 2][number];
            assert_eq!(pop(handle), Some(first), "what came after 1 and 2 were pushed, and again");
        }
        let came = queue.handles().iter_mut().map(pop).collect::<Vec<_>>();
        assert_eq!(came, [Some(1), Some(2)], "what came through new handles");
        (3..8).for_each(|number| queue.handles()[0].push(value(number)));
        drop(queue);
    });
}

fn drops_many() {
    grader::on_small_stack(|| {
        let mut queue = Queue::new(70);
        let mut handles = queue.handles();
        (0..Unit::MANY).for_each(|number| handles[number % 70].push(Unit));
    });
    assert_eq!(
        Unit::dropped(),
        Unit::MANY,
        "values without a size that were left in the queue, and are dropped with it"
    );
}

fn frees_soon() {
    sync::Model::new().faults(0).check(|| {
        let mut queue = Queue::new(3);
        // Until there are more than users, and a list.
        stays_bounded(&mut queue.handles(), 5, |handle| {
            handle.push(value(1));
            assert_eq!(pop(handle), Some(1), "what came after 1 was pushed");
        });
    });
}

/// The first and the last of six users, a thread each, on a queue with these values. Then the main thread takes what is left.
fn two_threads(
    numbers: &[u32],
    here: impl FnOnce(&mut Handle<'_, Value>) -> Option<u32>,
    there: impl FnOnce(&mut Handle<'_, Value>) -> Vec<u32> + 'static,
) -> Vec<u32> {
    let mut queue = Queue::new(6);
    let mut handles = queue.handles();
    for number in numbers {
        handles[0].push(value(*number));
    }
    let other = Moved((handles.pop().expect("a handle for each user"), there));
    let mut first = handles.remove(0);
    let mut came = Vec::new();
    thread::scope(|scope| {
        let other = scope.spawn(move || {
            let (mut handle, there) = other.here();
            there(&mut handle)
        });
        came.extend(here(&mut first));
        came.extend(other.join().unwrap());
    });
    came.extend((0..4).map_while(|_| pop(&mut first)));
    came.sort();
    came
}

fn hand_over() {
    sync::model(|| {
        let came = two_threads(&[], pop, |handle| {
            handle.push(value(1));
            Vec::new()
        });
        assert_eq!(came, [1], "what came after 1 was pushed");
    });
}

fn two_pops() {
    sync::model(|| {
        let came = two_threads(&[1, 2], pop, |handle| pop(handle).into_iter().collect());
        assert_eq!(came, [1, 2], "what came, by two threads, from a queue of 1 and 2");
    });
}

fn push_beside_pops() {
    sync::Model::new().faults(0).check(|| {
        let push = |handle: &mut Handle<'_, Value>| {
            handle.push(value(1));
            None
        };
        let came = two_threads(&[], push, |handle| {
            handle.push(value(2));
            (0..2).filter_map(|_| pop(handle)).collect()
        });
        assert_eq!(came, [1, 2], "what came out after two threads had pushed 1 and 2");
    });
}

fn three_pushes() {
    sync::Model::new().faults(0).check(|| {
        let came = two_pushes_beside(|handle| {
            handle.push(value(1));
            None
        });
        assert_eq!(came, [1, 2, 3], "what came out after three threads had pushed 1, 2 and 3");
    });
}

fn pop_beside_two_pushes() {
    sync::model(|| {
        let came = two_pushes_beside(pop);
        assert_eq!(came, [2, 3], "what came out after two threads had pushed 2 and 3");
    });
}

/// Two threads push 2 and 3 while the main thread does something. What came in all, in ascending order.
fn two_pushes_beside(here: impl FnOnce(&mut Handle<'_, Value>) -> Option<u32>) -> Vec<u32> {
    let mut queue = Queue::new(3);
    let mut handles = queue.handles();
    let [third, second] = [3, 2].map(|number| {
        let handle = Moved(handles.pop().expect("a handle for each user"));
        move || handle.here().push(value(number))
    });
    let mut first = handles.pop().expect("a handle for each user");
    let mut came = Vec::new();
    thread::scope(|scope| {
        let others = [scope.spawn(second), scope.spawn(third)];
        came.extend(here(&mut first));
        for other in others {
            other.join().unwrap();
        }
    });
    came.extend((0..4).map_while(|_| pop(&mut first)));
    came.sort();
    came
}

/// One thread puts a value in, or takes one out, while another puts in these and takes out two. Where `tail` may then lead to a node that
/// the other one has retired, the other one frees that, and comes by `tail` again.
fn beside_pushes_and_pops() {
    let check = |here: fn(&mut Handle<'_, Value>) -> Option<u32>, numbers: &'static [u32], all| {
        sync::Model::new().faults(0).check(move || {
            let mut queue = Queue::new(2);
            let [first, second] = &mut queue.handles()[..] else { panic!("not two handles") };
            let other = Moved(&mut *second);
            let mut came = Vec::new();
            thread::scope(|scope| {
                let other = scope.spawn(move || {
                    let handle = other.here();
                    numbers.iter().for_each(|number| handle.push(value(*number)));
                    [(); 2].map(|()| pop(handle))
                });
                came.extend(here(first));
                came.extend(other.join().unwrap().into_iter().flatten());
            });
            came.extend(pop(second));
            second.push(value(5));
            came.extend((0..4).map_while(|_| pop(second)));
            came.sort();
            assert_eq!(came, all, "what came out in all");
        });
    };
    let push = |handle: &mut Handle<'_, Value>| {
        handle.push(value(1));
        None
    };
    check(push, &[2, 3], &[1, 2, 3, 5][..]);
    check(pop, &[2, 3, 4], &[2, 3, 4, 5]);
}
