//! Operations that may block: join, park, a lock.

use crate::core::event::{Event, EventId, Kind, Op, Request};
use crate::runtime::failure::{Blocked, Failure};
use crate::runtime::object::{Object, Target};
use crate::runtime::ops::{choose, load, other, read, stop_if_failed, write};
use crate::runtime::rmw::settle;
use crate::runtime::run::{Turn, inside, prune, stuck, suspend, turn};
use crate::runtime::shared::Shared;
use crate::runtime::state::{Engine, Entry, Owner, Status, ThreadKey};
use std::panic::Location;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

pub fn number(value: u64) -> String {
    value.to_string()
}

static SPAWN: Op = Op::plain("spawn", 1, number);
static BEGIN: Op = Op::books("begin");
static END: Op = Op::books("end");
static JOIN: Op = Op::plain("join", 1, number);
static ENDED: Op = Op::books("ended");
static HAS_ENDED: Op = Op::plain("is_finished", 0, |value| (value == 1).to_string());
static SPURIOUS: Op = Op::books("spurious");
static RESTLESS: Op = Op::books("restless");

static UNPARK: Op =
    Op { name: "unpark", apply: |_, _, _| Some(1), ..Op::plain("unpark", 1, number) };
static PARK: Op = Op {
    name: "park",
    apply: |token, _, _| (token == 1).then_some(0),
    operands: 0,
    awaits: true,
    ..UNPARK
};

/// Starts a thread.
pub fn spawn(
    run: Box<dyn FnMut()>,
    name: Option<Shared<str>>,
    at: &'static Location<'static>,
) -> (ThreadKey, EventId) {
    settle();
    let turn = turn();
    let child = inside(|engine| {
        engine.spins[engine.current].note_effect();
        let row = match turn {
            Turn::Replay(id) if !engine.check_replay(id, Kind::Spawn) => {
                std::mem::forget(run);
                return None;
            }
            Turn::Replay(id) => Some(engine.search.graph.event(id).value as usize),
            Turn::New => engine.free_row(),
        };
        let Some(row) = row else {
            engine.failure = Some(Failure::too_many_threads(engine));
            // What the thread would have borrowed is never used, nor dropped.
            std::mem::forget(run);
            return None;
        };
        let request = Request { a: row as u64, ..Request::new(&SPAWN, at, Relaxed) };
        let spawn = other(engine, turn, Kind::Spawn, row as u64, request);
        engine.reschedule = true;
        Some((engine.add_thread(row, Entry { run, spawn: Some(spawn), at, name }), spawn))
    });
    stop_if_failed();
    child.expect("a thread, since nothing has failed")
}

/// The first event of a thread.
pub fn begin(spawn: EventId, at: &'static Location<'static>) {
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
    settle();
    let tag = inside(|e| e.ends_are_watched.then(|| e.end_tag(e.key_of(e.current))).flatten());
    if let Some(tag) = tag {
        // Relaxed: whoever asks learns that the thread has ended, and nothing else, as with std.
        let request = Request { a: 1, ..Request::new(&ENDED, at, Relaxed) };
        // SAFETY: see `end_tag`.
        write(Target::Object(Object::nowhere(unsafe { &*tag }, 0)), 1, false, request);
    }
    let turn = turn();
    inside(|engine| {
        other(engine, turn, Kind::End, 0, Request::new(&END, at, Relaxed));
        engine.reschedule = true;
    });
    stop_if_failed();
}

/// Waits for the end of a thread.
pub fn join(child: ThreadKey, at: &'static Location<'static>) {
    settle();
    inside(|engine| engine.spins[engine.current].note_effect());
    let request = Request { a: child.row as u64, ..Request::new(&JOIN, at, Relaxed) };
    wait_for(Kind::Join, request, Status::Joining(child), |engine| engine.end_of(child));
}

/// Has a thread ended? Who is told so learns nothing else from it.
pub fn has_ended(thread: ThreadKey, at: &'static Location<'static>) -> bool {
    let starts_over = inside(|engine| {
        engine.starts_over = !std::mem::replace(&mut engine.ends_are_watched, true);
        engine.starts_over
    });
    if starts_over {
        prune();
    }
    // Whoever waits for a thread of a scope has its slot taken away; that of a thread with a handle is there.
    let Some(tag) = inside(|engine| engine.end_tag(thread)) else { return true };
    // SAFETY: see `end_tag`.
    let object = Object::nowhere(unsafe { &*tag }, 0);
    load(object, Request::new(&HAS_ENDED, at, Relaxed)) == 1
}

/// Blocks until `source` is in the graph.
pub fn wait_for(
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

/// Does the thread go on for no reason? It does so as often as a restless model says, and then may, at most as often as any model says.
pub fn is_spurious(at: &'static Location<'static>, always: bool) -> bool {
    if is_restless() {
        choose(1, Request::new(&RESTLESS, at, Relaxed));
        return true;
    }
    let allowed = inside(|engine| {
        let used =
            engine.so_far().filter(|e| std::ptr::eq(e.request.op, &SPURIOUS) && e.value == 1);
        always || used.count() < engine.config.spurious_wakes
    });
    allowed && choose(2, Request::new(&SPURIOUS, at, Relaxed)) == 1
}

/// Can the time of a wait be up?
pub fn may_end(timeout: bool) -> bool {
    timeout && !inside(|engine| engine.config.time_stands_still)
}

/// Does the next wait of the thread return for no reason, in every execution?
pub fn is_restless() -> bool {
    inside(|engine| {
        let times = engine.config.restless;
        times > 0
            && engine.so_far().filter(|e| std::ptr::eq(e.request.op, &RESTLESS)).count() < times
    })
}

impl Engine {
    /// What the current thread has done.
    pub fn so_far(&self) -> impl Iterator<Item = &Event> {
        let (t, begins) = (self.current, self.begins[self.current]);
        self.search.graph.threads[t][begins..self.cursor[t]].iter()
    }
}

/// Gives `thread` its token.
pub fn unpark(thread: ThreadKey, at: &'static Location<'static>) {
    settle();
    inside(|engine| engine.spins[engine.current].note_effect());
    let request = Request { a: thread.row as u64, ..Request::new(&UNPARK, at, Release) };
    let word = Target::Word(Owner::Token(thread));
    let read = read(word, request);
    let loc = inside(|engine| engine.search.graph.event(read).loc);
    write(Target::Loc(loc), 1, true, request);
}

/// Sleeps until it has the token, and takes it.
pub fn park(timeout: bool, at: &'static Location<'static>) {
    settle();
    let timeout = may_end(timeout);
    inside(|engine| {
        engine.counters.waits += 1;
        engine.spins[engine.current].note_effect();
    });
    if is_spurious(at, timeout) {
        return;
    }
    let me = inside(|engine| engine.key_of(engine.current));
    let why = if timeout { Blocked::Repeating } else { Blocked::Awaiting };
    acquire(Target::Word(Owner::Token(me)), Request::new(&PARK, at, Acquire), why);
}

/// Waits until the read-modify-write that is asked for can write, and lets it. Returns what it read.
pub fn acquire(target: Target<'_>, request: Request, why: Blocked) -> u64 {
    settle();
    let read = read(target, request);
    let (loc, old, value) = inside(|engine| {
        let event = engine.search.graph.event(read);
        (event.loc, event.value, event.new_value(event.value))
    });
    match value {
        Some(value) => {
            write(Target::Loc(loc), value, true, request);
            old
        }
        None => stuck(why),
    }
}

/// Waits until it reads a value that `is_over`. Returns it.
pub fn await_value(target: Target<'_>, request: Request, is_over: impl FnOnce(u64) -> bool) -> u64 {
    settle();
    inside(|engine| engine.spins[engine.current].note_effect());
    let read = read(target, request);
    let value = inside(|engine| engine.search.graph.event(read).value);
    if is_over(value) { value } else { stuck(Blocked::Awaiting) }
}
