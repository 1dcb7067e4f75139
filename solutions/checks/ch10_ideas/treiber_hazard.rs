//! What `ch10_ideas/treiber_hazard` must do.

use super::subject::{Handle, Stack};
use super::sync::{self, cell::Probe, thread, track::Tracked};
use bounded::stays_bounded;
use grader::{Check, Moved, Unit, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "reclaim/bounded.rs"]
mod bounded;
#[path = "clients/treiber_hazard.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("stack_is_sync_exactly_where_the_values_are_send", is_sync_where_send),
    Check::model("last_in_is_first_out", last_in_first_out),
    Check::counted("stack_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("values_and_nodes_are_freed_once", frees_once),
    Check::fact("many_values_that_are_left_are_dropped", drops_many),
    Check::counted("nodes_that_nobody_reads_are_freed_but_for_a_few", frees_soon),
    Check::model("what_was_done_before_a_push_happens_before_the_pop", hand_over),
    Check::model("node_is_not_freed_while_another_thread_reads_it", two_pops),
    Check::counted("node_is_not_freed_while_the_last_of_seventy_users_reads_it", last_of_seventy),
    Check::counted("every_small_program_does_what_a_stack_does", clients::check::<small::Stacks>),
    Check::counted(
        "thread_that_stops_keeps_no_other_from_its_end",
        clients::progress::<small::Stacks>,
    ),
];

fn is_sync_where_send() {
    assert!(
        impls!(Stack<Cell<u8>>: Sync) && impls!(Handle<'static, Cell<u8>>: Send),
        "a stack of `Cell<u8>` is not `Sync`, or its handle not `Send`. A value has one owner at a time: why must it be `Sync`?"
    );
    assert!(
        !impls!(Stack<*const u8>: Sync) && !impls!(Stack<*const u8>: Send),
        "a stack of `*const u8`, which is not `Send`, is `Sync` or `Send`. The stack moves values from thread to thread"
    );
    assert!(
        !impls!(Handle<'static, MutexGuard<'static, u8>>: Send),
        "a handle to a stack of `MutexGuard`, which is `Sync` but not `Send`, is `Send`: another thread would drop the guard"
    );
    assert!(impls!(Stack<Cell<u8>>: Send), "a stack of values that are `Send` is not `Send`");
}

fn uses_sync() {
    clients::sees_atomics(|| {
        Stack::new(1).handles()[0].push(1);
    });
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

fn last_in_first_out() {
    sync::Model::new().faults(0).check(|| {
        let mut stack = Stack::new(1);
        let handle = &mut stack.handles()[0];
        assert_eq!(pop(handle), None, "what came from an empty stack");
        for number in [1, 2, 3] {
            handle.push(value(number));
        }
        let came = [3, 2, 1, 0].map(|_| pop(handle));
        assert_eq!(
            came,
            [Some(3), Some(2), Some(1), None],
            "what came after 1, 2 and 3 were pushed"
        );
    });
}

fn frees_once() {
    // What leaks, and what is freed or dropped twice, is seen by the checker.
    sync::Model::new().faults(0).check(|| {
        drop(Stack::<Value>::new(2));
        let mut stack = Stack::new(2);
        for handle in &mut stack.handles() {
            handle.push(value(1));
            handle.push(value(2));
            assert_eq!(pop(handle), Some(2), "what came after 1 and 2 were pushed");
        }
        let came = stack.handles().iter_mut().map(pop).collect::<Vec<_>>();
        assert_eq!(came, [Some(1), Some(1)], "what came through new handles");
        (3..8).for_each(|number| stack.handles()[0].push(value(number)));
        drop(stack);
    });
}

fn drops_many() {
    grader::on_small_stack(|| {
        let mut stack = Stack::new(70);
        let mut handles = stack.handles();
        (0..Unit::MANY).for_each(|number| handles[number % 70].push(Unit));
    });
    assert_eq!(
        Unit::dropped(),
        Unit::MANY,
        "values without a size that were left in the stack, and are dropped with it"
    );
}

fn frees_soon() {
    sync::Model::new().faults(0).check(|| {
        let mut stack = Stack::new(3);
        // As many as there are users, and a list.
        stays_bounded(&mut stack.handles(), 4, |handle| {
            handle.push(value(1));
            assert_eq!(pop(handle), Some(1), "what came after 1 was pushed");
        });
    });
}

/// The first and the last of six users, a thread each, on a stack with these values, the last on top. Then the main thread takes what is
/// left.
fn two_threads(
    numbers: &[u32],
    here: impl FnOnce(&mut Handle<'_, Value>) -> Option<u32>,
    there: impl FnOnce(&mut Handle<'_, Value>) -> Vec<u32> + 'static,
) -> Vec<u32> {
    two_threads_of(6, numbers, here, there)
}

fn two_threads_of(
    users: usize,
    numbers: &[u32],
    here: impl FnOnce(&mut Handle<'_, Value>) -> Option<u32>,
    there: impl FnOnce(&mut Handle<'_, Value>) -> Vec<u32> + 'static,
) -> Vec<u32> {
    let mut stack = Stack::new(users);
    let mut handles = stack.handles();
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
        assert_eq!(came, [1, 2], "what came, by two threads, from a stack of 1 and 2");
    });
}

/// Whoever looks at 64 users has not looked at all.
fn last_of_seventy() {
    sync::Model::new().faults(0).executions(300).check(|| {
        let came = two_threads_of(70, &[1, 2], pop, |handle| pop(handle).into_iter().collect());
        assert_eq!(
            came,
            [1, 2],
            "what came, by the first and the last of 70 users, from a stack of 1 and 2"
        );
    });
}
