//! Operations that may block: join, park, a futex's wait.
//!
//! # Futex
//!
//! The system keeps a queue of sleeping threads for each word, and works on it under a lock: reading the word and entering
//! the queue are one step, waking is another, and the steps have a total order. Here the queue is the value of a hidden
//! word; entering and waking are read-modify-writes of it, so that the order is explored like any other.
//!
//! A wait reads the word as a relaxed load does. If it finds what it expects, it enters the queue, and must then have seen
//! every write that a step of the queue before its own knew of: so a store that is followed by a wake-up is seen by who
//! enters the queue after that wake-up. The program learns nothing else from the queue: it gives the thread that is woken
//! no happens-before edge.
//!
//! Which sleeper is woken by `wake_one` is not promised by any system; all are explored.

use super::clock::MAX_THREADS;
use super::event::{EventId, Kind, Op, Request};
use super::idle::ENQUEUE;
use super::ops::{Object, Target, choose, other, read, settle, stop_if_failed, write};
use super::runtime::{Engine, Owner, Status, Turn, inside, stuck, suspend, turn};
use super::spin::Step;
use crate::failure::{Blocked, Failure};
use std::panic::Location;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

fn number(value: u64) -> String {
    value.to_string()
}

static SPAWN: Op = Op::plain("spawn", 1, number);
static BEGIN: Op = Op::plain("begin", 0, number);
static END: Op = Op::plain("end", 0, number);
static JOIN: Op = Op::plain("join", 1, number);
static RESUME: Op = Op::plain("woken", 0, number);
static WAIT: Op = Op::plain("wait", 1, number);
static SPURIOUS: Op = Op::plain("spurious", 0, number);

const fn on_queue(name: &'static str, apply: fn(u64, u64, u64) -> Option<u64>) -> Op {
    Op { name, apply, show: number, operands: 0, picks: None, hidden: true, awaits: false }
}

// A queue is a list of threads, one in a byte (its number plus one), the first in the lowest.
static ENTER: Op = on_queue("asleep", |queue, me, _| Some(queue | me << (8 * queue_len(queue))));
static WAKE_ALL: Op = on_queue("wake_all", |_, _, _| Some(0));
static WAKE_ONE: Op = Op {
    picks: Some(|queue| queue_len(queue) as u8),
    ..on_queue("wake_one", |queue, _, pick| {
        let below = queue & ((1 << (8 * pick)) - 1);
        let above = (queue >> (8 * pick) >> 8) << (8 * pick);
        Some(below | above)
    })
};

const _: () = assert!(MAX_THREADS <= 8, "a queue has room for eight threads");

const fn queue_len(queue: u64) -> u32 {
    8 - queue.leading_zeros() / 8
}

fn in_queue(queue: u64, thread: usize) -> bool {
    queue.to_le_bytes().contains(&(thread as u8 + 1))
}

static UNPARK: Op = Op {
    name: "unpark",
    apply: |_, _, _| Some(1),
    show: number,
    operands: 1,
    picks: None,
    hidden: false,
    awaits: false,
};
static PARK: Op = Op {
    name: "park",
    apply: |token, _, _| (token == 1).then_some(0),
    operands: 0,
    awaits: true,
    ..UNPARK
};

/// Starts a thread. Returns its number.
pub fn spawn(entry: Box<dyn FnOnce()>, at: &'static Location<'static>) -> usize {
    settle(false);
    let turn = turn();
    let child = inside(|engine| {
        engine.spins[engine.current].note_effect();
        let child = match turn {
            Turn::Replay(id) => engine.search.graph.event(id).value as usize,
            Turn::New => {
                let free = (0..MAX_THREADS).find(|&t| engine.status[t] == Status::Absent);
                free.unwrap_or_else(|| {
                    engine.failure = Some(Failure::too_many_threads(engine));
                    0
                })
            }
        };
        if engine.failure.is_some() {
            return child;
        }
        let request = Request { a: child as u64, ..Request::new(&SPAWN, at, Relaxed) };
        let id = other(engine, turn, Kind::Spawn, child as u64, request);
        engine.reschedule = true;
        let entry = Box::new(move || {
            begin(id, at);
            entry();
            end(at);
        });
        engine.add_thread(child, entry);
        child
    });
    stop_if_failed();
    child
}

/// The first event of a thread.
fn begin(spawn: EventId, at: &'static Location<'static>) {
    let turn = turn();
    inside(|engine| {
        let request = Request::new(&BEGIN, at, Relaxed);
        match turn {
            Turn::Replay(_) => other(engine, turn, Kind::Begin, 0, request),
            Turn::New => engine.push_other(Kind::Begin, 0, spawn, request),
        }
    });
    stop_if_failed();
}

/// The last event of a thread.
pub fn end(at: &'static Location<'static>) {
    settle(false);
    let turn = turn();
    inside(|engine| {
        other(engine, turn, Kind::End, 0, Request::new(&END, at, Relaxed));
        engine.reschedule = true;
    });
    stop_if_failed();
}

/// Waits for the end of a thread.
pub fn join(child: usize, at: &'static Location<'static>) {
    settle(false);
    inside(|engine| engine.spins[engine.current].note_effect());
    let request = Request { a: child as u64, ..Request::new(&JOIN, at, Relaxed) };
    wait_for(Kind::Join, request, Status::Joining(child), |engine| engine.end_of(child));
}

/// Blocks until `source` is in the graph.
fn wait_for(
    kind: Kind,
    request: Request,
    status: Status,
    source: impl Fn(&Engine) -> Option<EventId>,
) {
    loop {
        let turn = turn();
        let done = inside(|engine| {
            let request = engine.strengthen(request);
            if let Turn::Replay(_) = turn {
                other(engine, turn, kind, request.a, request);
                return true;
            }
            if let Some(rf) = source(engine) {
                engine.push_other(kind, request.a, rf, request);
                return true;
            }
            engine.status[engine.current] = status;
            false
        });
        if done {
            stop_if_failed();
            return;
        }
        suspend();
    }
}

impl Engine {
    /// The wake-up that ended the sleep which began with the entry `since` into a queue.
    pub fn woken_by(&self, since: EventId) -> Option<EventId> {
        let graph = &self.search.graph;
        let mo = &graph.places[usize::from(graph.event(since).loc)].mo;
        let later = mo[graph.pos(since) + 1..].iter();
        later.copied().find(|&w| !in_queue(graph.event(w).value, since.thread()))
    }
}

/// Lets the thread go on for no reason, at most as often as the model says.
fn is_spurious(at: &'static Location<'static>, always: bool) -> bool {
    let allowed = inside(|engine| {
        let before = &engine.search.graph.threads[engine.current][..engine.cursor[engine.current]];
        let used = before.iter().filter(|e| std::ptr::eq(e.request.op, &SPURIOUS) && e.value == 1);
        always || used.count() < engine.config.spurious_wakes
    });
    allowed && choose(2, Request::new(&SPURIOUS, at, Relaxed)) == 1
}

/// How a wait ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Waited {
    /// The word was not what was expected.
    Changed,
    Woken,
    /// Without a wake-up: for no reason, or the time was up.
    Returned,
}

/// Sleeps while `word` is `expected`.
pub fn futex_wait(
    word: Object<'_>,
    queue: Object<'_>,
    expected: u64,
    timeout: bool,
    at: &'static Location<'static>,
) -> Waited {
    let request = Request { a: expected, ..Request::new(&WAIT, at, Relaxed) };
    if super::ops::again(word.tag, request).is_some() {
        return Waited::Changed;
    }
    settle(false);
    let returns = is_spurious(at, timeout);
    let id = read(Target::Object(word), request);
    let (asleep, me) = inside(|engine| {
        engine.counters.waits += 1;
        let event = engine.search.graph.event(id);
        let step = Step { at, loc: event.loc, rf: event.rf, value: event.value };
        let asleep = event.value == expected;
        let spin = &mut engine.spins[engine.current];
        if asleep || returns {
            spin.note_effect();
        } else {
            spin.note(step);
        }
        (asleep, engine.current)
    });
    match (asleep, returns) {
        // The same as a wait that was not to return.
        (false, true) => super::runtime::prune(),
        (false, false) => return Waited::Changed,
        (true, true) => return Waited::Returned,
        (true, false) => {}
    }
    let request = Request { a: me as u64 + 1, b: ENQUEUE, ..Request::new(&ENTER, at, Relaxed) };
    let since = on_word(queue, request);
    let status = Status::Asleep { since, timeout };
    let request = Request::new(&RESUME, at, Relaxed);
    wait_for(Kind::Resume, request, status, |engine| engine.woken_by(since));
    Waited::Woken
}

/// A step on the queue: a read-modify-write that always writes. Returns its write.
fn on_word(queue: Object<'_>, request: Request) -> EventId {
    let read = read(Target::Object(queue), request);
    let (loc, value) = inside(|engine| {
        let event = engine.search.graph.event(read);
        (event.loc, event.new_value(event.value).expect("a step on a queue always writes"))
    });
    write(Target::Loc(loc), value, true, request)
}

/// Wakes one or all of those that sleep on a word.
pub fn futex_wake(queue: Object<'_>, all: bool, at: &'static Location<'static>) {
    settle(false);
    inside(|engine| {
        engine.counters.wakes += 1;
        engine.spins[engine.current].note_effect();
    });
    on_word(queue, Request::new(if all { &WAKE_ALL } else { &WAKE_ONE }, at, Relaxed));
    inside(|engine| engine.reschedule = true);
}

/// Enters a queue, calls `unlock`, and sleeps until it is woken.
pub fn condvar_wait(
    queue: Object<'_>,
    unlock: impl FnOnce(),
    timeout: bool,
    at: &'static Location<'static>,
) -> Waited {
    settle(false);
    inside(|engine| engine.spins[engine.current].note_effect());
    if is_spurious(at, timeout) {
        unlock();
        return Waited::Returned;
    }
    let me = inside(|engine| engine.current);
    let since = on_word(queue, Request { a: me as u64 + 1, ..Request::new(&ENTER, at, Relaxed) });
    unlock();
    let status = Status::Asleep { since, timeout };
    let request = Request::new(&RESUME, at, Relaxed);
    wait_for(Kind::Resume, request, status, |engine| engine.woken_by(since));
    Waited::Woken
}

/// Gives `thread` its token.
pub fn unpark(thread: usize, at: &'static Location<'static>) {
    settle(false);
    inside(|engine| engine.spins[engine.current].note_effect());
    let request = Request { a: thread as u64, ..Request::new(&UNPARK, at, Release) };
    let word = Target::Word(Owner::Token(thread));
    let read = read(word, request);
    let loc = inside(|engine| engine.search.graph.event(read).loc);
    write(Target::Loc(loc), 1, true, request);
}

/// Sleeps until it has the token, and takes it.
pub fn park(timeout: bool, at: &'static Location<'static>) {
    settle(false);
    inside(|engine| engine.spins[engine.current].note_effect());
    if is_spurious(at, timeout) {
        return;
    }
    let me = inside(|engine| engine.current);
    let why = if timeout { Blocked::Repeating } else { Blocked::Awaiting };
    acquire(Target::Word(Owner::Token(me)), Request::new(&PARK, at, Acquire), why);
}

/// Waits until the read-modify-write that is asked for can write, and lets it.
pub fn acquire(target: Target<'_>, request: Request, why: Blocked) {
    let read = read(target, request);
    let (loc, value) = inside(|engine| {
        let event = engine.search.graph.event(read);
        (event.loc, event.new_value(event.value))
    });
    match value {
        Some(value) => {
            write(Target::Loc(loc), value, true, request);
        }
        None => stuck(why),
    }
}
