//! What `ch02_atomics/aba_stack` must do.

use super::subject::Stack;
use super::sync::{self, cell::Probe, thread, track::Tracked};
use grader::{Check, Shared, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "clients/aba_stack.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("stack_is_sync_exactly_where_the_values_are_send", sync_where_send),
    Check::model("last_in_is_first_out", last_in_first_out),
    Check::counted("stack_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("full_stack_gives_the_value_back", full),
    Check::model("room_is_used_again", room_again),
    Check::model("values_that_are_left_are_dropped_once", drops_the_rest),
    Check::model("two_pushes_at_once_both_arrive", two_pushes),
    Check::model("two_pops_at_once_get_one_value_each", two_pops),
    Check::model("what_was_done_before_a_push_happens_before_the_pop", hand_over),
    Check::model("push_beside_a_pop_loses_nothing", push_beside_pop),
    Check::model("node_that_went_and_came_back_is_not_taken_for_itself", came_back),
    Check::model("node_that_came_back_twice_is_not_taken_for_itself", came_back_twice),
    Check::model("spare_node_that_went_and_came_back_is_not_taken_for_itself", spare_came_back),
    Check::counted("every_small_program_does_what_a_stack_does", clients::check::<small::Stacks>),
    Check::counted(
        "thread_that_stops_keeps_no_other_from_its_end",
        clients::progress::<small::Stacks>,
    ),
    Check::model("exchange_may_fail_for_no_reason_again_and_again", fails_often),
    Check::model("two_stacks_know_nothing_of_each_other", two_stacks),
];

fn sync_where_send() {
    assert!(impls!(Stack<u8>: Sync), "a stack of `u8` is not `Sync`: no two threads could use it");
    assert!(
        impls!(Stack<Cell<u8>>: Sync),
        "a stack of `Cell<u8>` is not `Sync`. A value has one owner at a time: why must it be `Sync` itself?"
    );
    assert!(
        !impls!(Stack<*const u8>: Sync),
        "a stack of `*const u8`, which is not `Send`, is `Sync`. The stack moves values from thread to thread"
    );
    assert!(
        !impls!(Stack<MutexGuard<'static, u8>>: Sync),
        "a stack of `MutexGuard`, which is `Sync` but not `Send`, is `Sync`. The stack moves values from thread to thread"
    );
    assert!(impls!(Stack<Cell<u8>>: Send), "a stack of values that are `Send` is not `Send`");
    assert!(
        !impls!(Stack<*const u8>: Send),
        "a stack of `*const u8`, which is not `Send`, is `Send`: the values go along with it"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        let _ = Stack::with_capacity(1).push(1);
    });
}

/// A value whose every use is watched, and that must be dropped exactly once.
type Value = Tracked<Probe>;

fn value(number: u32) -> Value {
    let mut value = Tracked::new(Probe::new(0));
    value.set(number);
    value
}

/// Pushes a value for which there is room.
#[track_caller]
fn push(stack: &Stack<Value>, number: u32) {
    assert!(stack.push(value(number)).is_ok(), "there is room for {number}, but `push` found none");
}

#[track_caller]
fn pop(stack: &Stack<Value>) -> Option<u32> {
    stack.pop().map(|value| value.get())
}

/// A stack with room for so many values, and these on it, the last one on top.
fn stack_of(capacity: u32, numbers: &[u32]) -> Shared<Stack<Value>> {
    let stack = Stack::with_capacity(capacity);
    for &number in numbers {
        push(&stack, number);
    }
    Shared::new(stack)
}

/// Pops until there is nothing. What came, from the top.
fn drain(stack: &Stack<Value>) -> Vec<u32> {
    // More than there can be: a stack that has become a ring is found out.
    (0..8).map_while(|_| pop(stack)).collect()
}

fn last_in_first_out() {
    sync::model(|| {
        let stack = stack_of(3, &[]);
        assert_eq!(pop(&stack), None, "what came from an empty stack");
        for number in [1, 2, 3] {
            push(&stack, number);
        }
        assert_eq!(drain(&stack), [3, 2, 1], "what came after 1, 2 and 3 were pushed");
    });
}

fn full() {
    for capacity in 0..2 {
        sync::Model::new().faults(0).check(move || {
            let stack = stack_of(capacity, &[1][..capacity as usize]);
            let back = stack.push(value(7)).map_err(|value| value.get());
            assert_eq!(
                back,
                Err(7),
                "what `push` said, on a stack of capacity {capacity} that was full"
            );
            assert_eq!(
                drain(&stack).len(),
                capacity as usize,
                "values on a full stack of capacity {capacity}"
            );
        });
    }
}

fn room_again() {
    sync::Model::new().faults(0).check(|| {
        let stack = stack_of(2, &[]);
        for number in 0..3 {
            push(&stack, number);
            push(&stack, number + 10);
            assert_eq!(
                drain(&stack),
                [number + 10, number],
                "what came after two pushes, time after time"
            );
        }
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

fn drops_the_rest() {
    // That each value is dropped once is seen by the checker.
    sync::Model::new().faults(0).check(|| {
        let stack = stack_of(2, &[1, 2]);
        assert_eq!(pop(&stack), Some(2), "what came after 1 and 2 were pushed");
        drop(stack);
        drop(stack_of(4, &[1, 2, 3, 4]));
    });
    // Of two threads that push at once, the one that took the second node may be the one whose value is left.
    sync::Model::new().faults(0).check(|| {
        let stack = stack_of(2, &[]);
        let theirs = stack.clone();
        let other = thread::spawn(move || {
            push(&theirs, 1);
            pop(&theirs);
        });
        push(&stack, 2);
        other.join().unwrap();
    });
    // What has no size has an end all the same.
    sync::Model::new().faults(0).check(|| {
        DROPS.set(0);
        let stack = Stack::with_capacity(3);
        for _ in 0..3 {
            assert!(stack.push(Counted).is_ok(), "there is room, but `push` found none");
        }
        drop(stack.pop());
        assert_eq!(DROPS.get(), 1, "drops of three values, of which one was popped");
        drop(stack);
        assert_eq!(DROPS.get(), 3, "drops of three values after the end of the stack");
    });
}

fn two_stacks() {
    sync::Model::new().faults(0).check(|| {
        let (left, right) = (stack_of(1, &[1]), stack_of(1, &[2]));
        assert_eq!(pop(&left), Some(1), "what came from the left one of two stacks");
        push(&left, 3);
        assert_eq!((drain(&left), drain(&right)), (vec![3], vec![2]), "what came from two stacks");
    });
}

fn sorted(mut numbers: Vec<u32>) -> Vec<u32> {
    numbers.sort();
    numbers
}

fn two_pushes() {
    sync::model(|| {
        let stack = stack_of(2, &[]);
        let theirs = stack.clone();
        let other = thread::spawn(move || push(&theirs, 1));
        push(&stack, 2);
        other.join().unwrap();
        assert_eq!(sorted(drain(&stack)), [1, 2], "what came after two threads had pushed 1 and 2");
    });
}

fn two_pops() {
    sync::model(|| {
        let stack = stack_of(2, &[1, 2]);
        let theirs = stack.clone();
        let other = thread::spawn(move || pop(&theirs));
        let got = [pop(&stack), other.join().unwrap()];
        assert!(
            got == [Some(1), Some(2)] || got == [Some(2), Some(1)],
            "two threads popped from a stack of 1 and 2, and got {got:?}"
        );
        assert_eq!(pop(&stack), None, "what came from a stack whose two values were taken");
    });
}

fn hand_over() {
    sync::model(|| {
        let stack = stack_of(1, &[5]);
        // The node keeps the bytes of a value that is gone: who takes it too early finds that.
        assert_eq!(pop(&stack), Some(5), "what came after 5 was pushed");
        let theirs = stack.clone();
        let other = thread::spawn(move || push(&theirs, 7));
        if let Some(number) = pop(&stack) {
            assert_eq!(number, 7, "what came after 7 was pushed");
        }
        other.join().unwrap();
    });
}

fn push_beside_pop() {
    sync::model(|| {
        let stack = stack_of(2, &[1]);
        let theirs = stack.clone();
        let other = thread::spawn(move || push(&theirs, 2));
        let got = pop(&stack);
        other.join().unwrap();
        let mut all = drain(&stack);
        all.extend(got);
        assert_eq!(
            sorted(all),
            [1, 2],
            "what came, while 2 was pushed and after it, from a stack of 1"
        );
    });
}

/// Counts what comes until there is nothing.
fn count(stack: &Stack<()>) -> usize {
    (0..8).map_while(|_| stack.pop()).count()
}

// The two checks below count values that have no bytes: a node that has none is not read. Without faults: others have them.

fn came_back() {
    sync::Model::new().faults(0).check(|| {
        let stack = Shared::new(Stack::with_capacity(2));
        let _ = stack.push(());
        let theirs = stack.clone();
        let other = thread::spawn(move || {
            let got = theirs.pop();
            // A node is free at least: this thread's own, or the one that was free from the start.
            assert!(theirs.push(()).is_ok(), "there is room, but `push` found none");
            got
        });
        let mine = stack.pop();
        let came = other.join().unwrap().iter().chain(&mine).count() + count(&stack);
        assert_eq!(came, 2, "values that came out of the stack; 2 were pushed");
    });
}

fn spare_came_back() {
    sync::Model::new().faults(0).check(|| {
        let stack = Shared::new(Stack::with_capacity(2));
        let [first, second] = [stack.clone(), stack.clone()];
        // There may be no room, as three threads use two nodes.
        let first = thread::spawn(move || {
            let pushed = first.push(()).is_ok();
            (pushed, first.pop().is_some())
        });
        let second = thread::spawn(move || second.push(()).is_ok());
        let mine = stack.push(()).is_ok();
        let (pushed, popped) = first.join().unwrap();
        let pushed = [mine, pushed, second.join().unwrap()].iter().filter(|ok| **ok).count();
        let came = count(&stack) + usize::from(popped);
        assert_eq!(came, pushed, "values that came out of the stack, and pushes that succeeded");
        let room = (0..8).take_while(|_| stack.push(()).is_ok()).count();
        assert_eq!(room, 2, "values for which there is room in the end, in a stack of 2");
    });
}

/// As `came_back`, and the node comes back twice: a tag that is what it was after two changes is none.
fn came_back_twice() {
    sync::Model::new().faults(0).check(|| {
        let stack = Shared::new(Stack::with_capacity(2));
        let _ = stack.push(());
        let theirs = stack.clone();
        let other = thread::spawn(move || {
            let mut got = 0;
            for _ in 0..2 {
                got += usize::from(theirs.pop().is_some());
                assert!(theirs.push(()).is_ok(), "there is room, but `push` found none");
            }
            got
        });
        let mine = usize::from(stack.pop().is_some());
        let came = other.join().unwrap() + mine + count(&stack);
        assert_eq!(came, 3, "values that came out of the stack; 3 were pushed");
    });
}

fn fails_often() {
    sync::Model::new().faults(6).check(|| {
        let stack = Stack::with_capacity(1);
        assert_eq!(stack.push(7), Ok(()), "there is room: {GIVES_UP}");
        assert_eq!(stack.pop(), Some(7), "there is a value: {GIVES_UP}");
    });
}

const GIVES_UP: &str = "a weak compare-exchange has failed a few times for no reason. Nobody promises how often it may, so no call may give up";
