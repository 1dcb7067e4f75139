//! What is said of histories that no order explains: which call is to blame, and what its result contradicts.

use rc11::history::{Call, End, History, Next, PANICS, Spec};
use std::collections::{BTreeSet, VecDeque};

/// What an object is, and what its calls return.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Object {
    Stack(Vec<u8>),
    Queue(VecDeque<u8>),
    Set(BTreeSet<u8>),
    Lock { is_held: bool },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Op {
    Push(u8),
    Pop,
    Steal,
    /// Waits while there is nothing.
    Take,
    Insert(u8),
    Contains(u8),
    Lock,
    Unlock,
    /// Panics where the lock is free.
    Assert,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Ret {
    Done,
    Number(Option<u8>),
    Is(bool),
    Panicked,
}

impl Spec for Object {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        let ret = match (&mut next, op) {
            (Self::Stack(all), Op::Push(number)) => {
                all.push(*number);
                Ret::Done
            }
            (Self::Stack(all), Op::Pop) => Ret::Number(all.pop()),
            (Self::Queue(all), Op::Push(number)) => {
                all.push_back(*number);
                Ret::Done
            }
            // Of a queue the first one; a deque's owner takes the last one, and a thief the first.
            (Self::Queue(all), Op::Steal) => Ret::Number(all.pop_front()),
            (Self::Queue(all), Op::Take) if !all.is_empty() => Ret::Number(all.pop_front()),
            (Self::Queue(all), Op::Pop) => Ret::Number(all.pop_back()),
            (Self::Set(all), Op::Insert(number)) => Ret::Is(all.insert(*number)),
            (Self::Set(all), Op::Contains(number)) => Ret::Is(all.contains(number)),
            (Self::Lock { is_held: true }, Op::Lock) => return Next::waits(),
            (Self::Lock { is_held }, Op::Lock) => {
                *is_held = true;
                Ret::Done
            }
            (Self::Lock { is_held }, Op::Unlock) => {
                *is_held = false;
                Ret::Done
            }
            (Self::Lock { is_held: false }, Op::Assert) => Ret::Panicked,
            (Self::Lock { is_held: true }, Op::Assert) => Ret::Done,
            _ => return Next::waits(),
        };
        Next::returns(ret, next)
    }
}

fn show(op: &Op) -> String {
    match op {
        Op::Push(number) => format!("push({number})"),
        Op::Pop => "pop()".into(),
        Op::Steal => "steal()".into(),
        Op::Take => "take()".into(),
        Op::Insert(number) => format!("insert({number})"),
        Op::Contains(number) => format!("contains({number})"),
        Op::Lock => "lock()".into(),
        Op::Unlock => "unlock()".into(),
        Op::Assert => "assert()".into(),
    }
}

fn show_ret(ret: &Ret) -> String {
    match ret {
        Ret::Done => "()".into(),
        Ret::Number(number) => format!("{number:?}"),
        Ret::Is(yes) => yes.to_string(),
        Ret::Panicked => PANICS.into(),
    }
}

const fn number(number: u8) -> Option<Ret> {
    Some(Ret::Number(Some(number)))
}

const NOTHING: Option<Ret> = Some(Ret::Number(None));
const DONE: Option<Ret> = Some(Ret::Done);

/// The line and the sentences of a history that is not linearizable: thread, call, result, and the calls that happened before, as bits.
fn told(object: Object, calls: &[(usize, Op, Option<Ret>, u64)], end: End) -> [String; 2] {
    let mut history = History::new();
    for (thread, op, ret, after) in calls.iter().cloned() {
        history.push(Call { thread, op, ret, after });
    }
    let violation = history.check(&object, end).expect_err("no order explains it");
    [violation.tell(show, show_ret), violation.because(show, show_ret)]
}

#[test]
fn pop_of_a_stack_that_overlooks_what_was_pushed() {
    let calls =
        [(1, Op::Push(1), DONE, 0), (2, Op::Pop, NOTHING, 0b1), (1, Op::Push(2), DONE, 0b1)];
    let [line, because] = told(Object::Stack(Vec::new()), &calls, End::Open);
    assert_eq!(line, "`pop()` returns `None`, but must return `Some(1)` or `Some(2)`");
    assert_eq!(
        because,
        "When it began, `push(1)` had returned. Whatever the other call does, it does not explain that."
    );
}

#[test]
fn number_that_two_threads_take_out_of_a_queue() {
    let calls =
        [(0, Op::Push(1), DONE, 0), (1, Op::Steal, number(1), 0b1), (2, Op::Steal, number(1), 0b1)];
    let [line, because] = told(Object::Queue(VecDeque::new()), &calls, End::Open);
    assert_eq!(line, "`steal()` returns `Some(1)`, but must return `None`");
    // Whether or not it was pushed, it was not pushed twice.
    assert_eq!(
        because,
        "Beside it, `steal()` of thread 1 returns `Some(1)`. Whatever the other call does, it does not explain that."
    );
}

#[test]
fn numbers_that_leave_a_queue_in_another_order() {
    let calls =
        [(1, Op::Push(1), DONE, 0), (1, Op::Push(2), DONE, 0b1), (2, Op::Steal, number(2), 0b11)];
    let [line, because] = told(Object::Queue(VecDeque::new()), &calls, End::Open);
    assert_eq!(line, "`steal()` returns `Some(2)`, but must return `Some(1)`");
    assert_eq!(
        because,
        "When it began, `push(1)` had returned. Whatever the other call does, it does not explain that."
    );
}

#[test]
fn last_task_of_a_deque_that_its_owner_and_a_thief_get() {
    let calls =
        [(0, Op::Push(1), DONE, 0), (1, Op::Pop, number(1), 0b1), (2, Op::Steal, number(1), 0b1)];
    let [line, because] = told(Object::Queue(VecDeque::new()), &calls, End::Open);
    assert_eq!(line, "`steal()` returns `Some(1)`, but must return `None`");
    assert!(because.contains("Beside it, `pop()` returns `Some(1)`."), "{because}");
}

#[test]
fn key_of_a_set_that_was_inserted_and_is_not_there() {
    let calls = [
        (1, Op::Insert(7), Some(Ret::Is(true)), 0),
        (2, Op::Contains(7), Some(Ret::Is(false)), 0b1),
        (2, Op::Contains(8), Some(Ret::Is(false)), 0b11),
    ];
    let [line, because] = told(Object::Set(BTreeSet::new()), &calls, End::Open);
    assert_eq!(line, "`contains(7)` returns `false`, but must return `true`");
    assert_eq!(
        because,
        "When it began, `insert(7)` had returned `true`. Whatever the other call does, it does not explain that."
    );
}

#[test]
fn lock_that_two_threads_hold() {
    let calls = [(1, Op::Lock, DONE, 0), (2, Op::Lock, DONE, 0)];
    let [line, because] = told(Object::Lock { is_held: false }, &calls, End::Open);
    assert_eq!(line, "`lock()` returns, but must wait");
    assert_eq!(because, "Beside it, `lock()` of thread 1 returns. There is no other call.");
}

#[test]
fn lock_that_nobody_holds_and_that_is_waited_for() {
    let calls = [(1, Op::Lock, DONE, 0), (1, Op::Unlock, DONE, 0b1), (2, Op::Lock, None, 0)];
    let [line, because] = told(Object::Lock { is_held: false }, &calls, End::Still);
    assert_eq!(line, "`lock()` waits for ever, but must return");
    assert!(because.contains("Beside it, "), "{because}");
}

#[test]
fn call_that_ends_by_a_panic_is_told_by_a_verb() {
    let panicked = Some(Ret::Panicked);
    let free = || Object::Lock { is_held: false };
    let [line, because] = told(free(), &[(1, Op::Assert, DONE, 0)], End::Open);
    assert_eq!(line, "`assert()` returns, but must panic");
    assert_eq!(because, "There is no other call.");
    let calls = [(1, Op::Lock, DONE, 0), (1, Op::Assert, panicked.clone(), 0b1)];
    let [line, _] = told(free(), &calls, End::Open);
    assert_eq!(line, "`assert()` panics, but must return");
    let calls =
        [(1, Op::Assert, panicked, 0), (1, Op::Unlock, DONE, 0b1), (1, Op::Lock, None, 0b11)];
    let [_, because] = told(free(), &calls, End::Still);
    assert!(!because.contains("a panic"), "{because}");
}

#[test]
fn where_no_result_of_one_call_would_do_all_are_named() {
    // Two numbers are there, and two threads sleep: if one of them went on, the other one could still.
    let calls = [
        (0, Op::Push(1), DONE, 0),
        (0, Op::Push(2), DONE, 0b1),
        (1, Op::Take, None, 0b11),
        (2, Op::Take, None, 0b11),
    ];
    let [line, because] = told(Object::Queue(VecDeque::new()), &calls, End::Still);
    assert_eq!(
        line,
        "`push(2)` returns, `take()` of thread 1 waits for ever and `take()` of thread 2 waits for ever: no order of the calls explains \
         them all"
    );
    assert_eq!(because, "Whatever the other call does, it does not explain that.");
}
