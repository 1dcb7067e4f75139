//! Sleeping in a queue: a futex, a condition variable.
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

use crate::core::clock::MAX_THREADS;
use crate::core::event::{EventId, Kind, Op, Request, Role};
use crate::runtime::block::{is_restless, is_spurious, may_end, number, wait_for};
use crate::runtime::gate;
use crate::runtime::object::{Object, Target};
use crate::runtime::ops::{read, write};
use crate::runtime::rmw::settle;
use crate::runtime::run::{inside, prune};
use crate::runtime::spin::{Call, look};
use crate::runtime::state::{Engine, Status};
use std::panic::Location;
use std::sync::atomic::Ordering::Relaxed;

static WAIT: Op = Op::plain("wait", 1, number);

static RESUME: Op = Op::plain("woken", 0, number);

const fn on_queue(name: &'static str, apply: fn(u64, u64, u64) -> Option<u64>) -> Op {
    Op { apply, role: Role::Queue, ..Op::plain(name, 0, number) }
}

// A queue is a list of threads, one in a byte (its number plus one), the first in the lowest.
static ENTER: Op = Op {
    role: Role::Enter,
    ..on_queue("asleep", |queue, me, _| Some(queue | me << (8 * queue_len(queue))))
};

static LOOK_AND_ENTER: Op = Op { role: Role::LookAndEnter, ..ENTER };

static WAKE_ALL: Op = on_queue("wake_all", |_, _, _| Some(0));

static WAKE_ONE: Op = Op {
    picks: Some(|queue| queue_len(queue) as u8),
    ..on_queue("wake_one", |queue, _, pick| {
        let below = queue & ((1 << (8 * pick)) - 1);
        let above = (queue >> (8 * pick) >> 8) << (8 * pick);
        Some(below | above)
    })
};

static NOTIFY_ALL: Op = Op { name: "notify_all", ..WAKE_ALL };

static NOTIFY_ONE: Op = Op { name: "notify_one", ..WAKE_ONE };

const _: () = assert!(MAX_THREADS <= 8, "a queue has room for eight threads");

const fn queue_len(queue: u64) -> u32 {
    8 - queue.leading_zeros() / 8
}

fn in_queue(queue: u64, thread: usize) -> bool {
    queue.to_le_bytes().contains(&(thread as u8 + 1))
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
    gate::enter(|| wait_in_queue(word, queue, expected, timeout, at))
}

fn wait_in_queue(
    word: Object<'_>,
    queue: Object<'_>,
    expected: u64,
    timeout: bool,
    at: &'static Location<'static>,
) -> Waited {
    let request = Request { a: expected, ..Request::new(&WAIT, at, Relaxed) };
    if let Some(value) = look(Call { request: &request, tag: Some(word.tag) }) {
        // Only a wait that has not slept is repeated: its time was up, or it had not to.
        return if value == expected { Waited::Returned } else { Waited::Changed };
    }
    settle();
    let timeout = may_end(timeout);
    let is_restless = is_restless();
    let returns = is_spurious(at, timeout);
    let id = read(Target::Object(word), request);
    let (asleep, me) = inside(|engine| {
        engine.counters.waits += 1;
        let asleep = engine.search.graph.event(id).value == expected;
        if asleep && !(returns && timeout) {
            engine.spins[engine.current].note_effect();
        }
        (asleep, engine.current)
    });
    match (asleep, returns) {
        // The same as a wait that was not to return.
        (false, true) if !is_restless => prune(),
        (false, _) => return Waited::Changed,
        (true, true) => return Waited::Returned,
        (true, false) => {}
    }
    let request = Request { a: me as u64 + 1, ..Request::new(&LOOK_AND_ENTER, at, Relaxed) };
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
    wake(queue, if all { &WAKE_ALL } else { &WAKE_ONE }, at);
}

/// Wakes one or all of those that wait for a condition variable.
pub fn condvar_notify(queue: Object<'_>, all: bool, at: &'static Location<'static>) {
    wake(queue, if all { &NOTIFY_ALL } else { &NOTIFY_ONE }, at);
}

fn wake(queue: Object<'_>, op: &'static Op, at: &'static Location<'static>) {
    settle();
    inside(|engine| {
        engine.counters.wakes += 1;
        engine.spins[engine.current].note_effect();
    });
    on_word(queue, Request::new(op, at, Relaxed));
    inside(|engine| engine.reschedule = true);
}

/// Enters a queue, calls `unlock`, and sleeps until it is woken.
pub fn condvar_wait(
    queue: Object<'_>,
    unlock: &mut dyn FnMut(),
    timeout: bool,
    at: &'static Location<'static>,
) -> Waited {
    settle();
    let timeout = may_end(timeout);
    inside(|engine| {
        engine.counters.waits += 1;
        engine.spins[engine.current].note_effect();
    });
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
