//! The operations of a program, one event after another.

use super::event::{EventId, Kind, Loc, NOWHERE, Request};
use super::runtime::{Engine, Owner, Turn, inside, prune, stop, turn};
use super::spin::Step;
use crate::failure::Failure;
use std::sync::atomic::{AtomicU64, Ordering};

/// What ties an object of the program to a location of the graph: the number of the execution, and the location.
///
/// The first event of an execution that touches an object gives it its location: the one that the graph has there, or a
/// new one. So the program may create, move and drop objects as it likes.
#[derive(Debug)]
pub struct Tag(AtomicU64);

const LOC_BITS: u32 = 16;

impl Tag {
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    // Relaxed, here and below: a model runs on one OS thread.
    fn get(&self, number: u64) -> Option<Loc> {
        let tag = self.0.load(Ordering::Relaxed);
        (tag >> LOC_BITS == number).then_some(tag as Loc)
    }

    fn set(&self, number: u64, loc: Loc) {
        self.0.store(number << LOC_BITS | u64::from(loc), Ordering::Relaxed);
    }

    pub fn forget(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// An object of the program: its tag, and its value before the first access of an execution.
#[derive(Clone, Copy)]
pub struct Object<'a> {
    pub tag: &'a Tag,
    pub init: u64,
}

impl Engine {
    /// The location of `object` in an event that is already in the graph.
    fn bind(&mut self, object: Object<'_>, loc: Loc) {
        match object.tag.get(self.number) {
            Some(known) if known == loc => {}
            Some(_) => self.failure = Some(Failure::nondeterminism(self)),
            None => {
                object.tag.set(self.number, loc);
                self.search.graph.places[usize::from(loc)].init = object.init;
            }
        }
    }

    /// The location of `object` in an event that is to be added.
    fn locate(&mut self, object: Object<'_>) -> Loc {
        object.tag.get(self.number).unwrap_or_else(|| {
            let loc = self.search.graph.new_place();
            self.search.graph.places[usize::from(loc)].init = object.init;
            object.tag.set(self.number, loc);
            loc
        })
    }

    /// One of the engine's own words, whose initial value is 0.
    pub fn word(&mut self, owner: Owner) -> Loc {
        if let Some((_, loc)) = self.words.iter().find(|(o, _)| *o == owner) {
            return *loc;
        }
        // An event of the graph that uses the word has bound it before anything can be added.
        let loc = self.search.graph.new_place();
        self.search.graph.places[usize::from(loc)].init = 0;
        self.words.push((owner, loc));
        loc
    }

    fn bind_word(&mut self, owner: Owner, loc: Loc) {
        if !self.words.iter().any(|(o, _)| *o == owner) {
            self.words.push((owner, loc));
        }
    }

    /// The event that takes place again must be what the program asks for.
    fn check_replay(&mut self, id: EventId, kind: Kind) {
        if self.search.graph.event(id).kind != kind {
            self.failure = Some(Failure::nondeterminism(self));
        }
    }

    /// The current thread has left a loop by itself: the write of its last turn is to be made.
    fn undrop(&mut self) {
        let t = self.current;
        let Some(last) = self.cursor[t].checked_sub(1) else { return };
        let id = EventId::new(t, last);
        let event = self.search.graph.event_mut(id);
        if event.dropped {
            event.dropped = false;
            event.exclusive = true;
            self.search.graph.set_clocks(id);
            self.unfinished[t] = Some(id);
        }
    }

    pub fn strengthen(&self, mut request: Request) -> Request {
        if self.config.sc_only {
            request.order = Ordering::SeqCst;
            request.failure = Ordering::SeqCst;
        }
        request
    }

    fn check_size(&mut self) {
        if self.search.graph.next_stamp as usize > self.config.max_events
            && self.search.graph.len() > self.config.max_events
        {
            self.failure = Some(Failure::too_long(self));
        }
    }
}

/// What an operation accesses.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    Object(Object<'a>),
    Word(Owner),
    /// A location that is already bound.
    Loc(Loc),
}

impl Target<'_> {
    fn bind(self, engine: &mut Engine, loc: Loc) {
        match self {
            Target::Object(object) => engine.bind(object, loc),
            Target::Word(owner) => engine.bind_word(owner, loc),
            Target::Loc(_) => {}
        }
    }

    fn locate(self, engine: &mut Engine) -> Loc {
        match self {
            Target::Object(object) => engine.locate(object),
            Target::Word(owner) => engine.word(owner),
            Target::Loc(loc) => loc,
        }
    }
}

/// Reads, and starts a read-modify-write if the request asks for one. Returns the event.
pub fn read(target: Target<'_>, request: Request) -> EventId {
    let turn = turn();
    let id = inside(|engine| {
        let request = engine.strengthen(request);
        match turn {
            Turn::Replay(id) => {
                engine.check_replay(id, Kind::Read);
                let loc = engine.search.graph.event(id).loc;
                target.bind(engine, loc);
                let graph = &mut engine.search.graph;
                let value = graph.value(loc, graph.event(id).rf);
                let event = graph.event_mut(id);
                event.value = value;
                event.request = request;
                if !event.dropped && event.exclusive != event.new_value(value).is_some() {
                    engine.failure = Some(Failure::nondeterminism(engine));
                }
                Ok(engine.advance())
            }
            Turn::New => {
                engine.check_size();
                let loc = target.locate(engine);
                let hb = engine.search.graph.hb_of_thread(engine.current);
                let first = engine.search.graph.bound(loc, &hb);
                let id = engine.push(Kind::Read, loc, 0, EventId::INIT, request);
                if !engine.search.choose_read(id, first) {
                    return Err(());
                }
                if let Some(other) = engine.search.graph.race_with(id) {
                    engine.failure = Some(Failure::race(engine, other, id));
                }
                Ok(id)
            }
        }
    });
    let id = id.unwrap_or_else(|()| prune());
    stop_if_failed();
    id
}

/// Writes; with `exclusive`, as the second half of a read-modify-write.
pub fn write(target: Target<'_>, value: u64, exclusive: bool, request: Request) -> EventId {
    let turn = turn();
    let done = inside(|engine| {
        let request = engine.strengthen(request);
        match turn {
            Turn::Replay(id) => {
                engine.check_replay(id, Kind::Write);
                let loc = engine.search.graph.event(id).loc;
                target.bind(engine, loc);
                let event = engine.search.graph.event_mut(id);
                event.value = value;
                event.request = request;
                engine.advance();
                Ok(id)
            }
            Turn::New => {
                engine.check_size();
                let loc = target.locate(engine);
                let id = engine.push(Kind::Write, loc, value, EventId::INIT, request);
                engine.search.graph.event_mut(id).exclusive = exclusive;
                if !engine.search.choose_slot(id) {
                    return Err(());
                }
                if let Some(other) = engine.search.graph.race_with(id) {
                    engine.failure = Some(Failure::race(engine, other, id));
                }
                Ok(id)
            }
        }
    });
    let id = done.unwrap_or_else(|()| prune());
    stop_if_failed();
    id
}

/// An atomic load, store or read-modify-write of the program. Returns what it read.
pub fn load(object: Object<'_>, request: Request) -> u64 {
    if let Some(value) = again(object.tag, request) {
        return value;
    }
    settle(false);
    let id = read(Target::Object(object), request);
    inside(|engine| {
        engine.counters.loads += 1;
        let event = engine.search.graph.event(id);
        let step = Step { at: request.at, loc: event.loc, rf: event.rf, value: event.value };
        engine.spins[engine.current].note(step);
        event.value
    })
}

/// As [`load`].
pub fn store(object: Object<'_>, value: u64, request: Request) {
    settle(false);
    inside(|engine| {
        engine.counters.stores += 1;
        engine.spins[engine.current].note_effect();
    });
    write(Target::Object(object), value, false, request);
}

/// As [`load`]; also returns whether it wrote.
pub fn update(object: Object<'_>, request: Request) -> (u64, bool) {
    if let Some(value) = again(object.tag, request) {
        return (value, (request.op.apply)(value, request.a, request.b).is_some());
    }
    settle(false);
    let id = read(Target::Object(object), request);
    enum Rest {
        Nothing,
        Write(u64),
        Later,
    }
    let (old, wrote, rest) = inside(|engine| {
        engine.counters.rmws += 1;
        let event = *engine.search.graph.event(id);
        let new = event.new_value(event.value);
        let spin = &mut engine.spins[engine.current];
        let step = Step { at: request.at, loc: event.loc, rf: event.rf, value: event.value };
        if new.is_some_and(|new| new != event.value) || event.pick != 0 {
            spin.note_effect();
        } else {
            spin.note(step);
        }
        let rest = match new {
            // Decided by the next operation; see `settle`.
            Some(new) if new == event.value => Rest::Later,
            Some(new) => Rest::Write(new),
            None => Rest::Nothing,
        };
        if matches!(rest, Rest::Later) {
            engine.unfinished[engine.current] = Some(id);
        }
        (event.value, new.is_some(), rest)
    });
    if let Rest::Write(new) = rest {
        write(Target::Object(object), new, true, request);
    }
    (old, wrote)
}

/// Finishes a read-modify-write that writes what it read, before the next operation of its thread; `hint`: this is a hint
/// that the thread waits.
pub fn settle(hint: bool) {
    let unfinished = inside(|engine| {
        if !hint && engine.spins[engine.current].leave() {
            engine.undrop();
        }
        let read = engine.unfinished[engine.current].take()?;
        let graph = &mut engine.search.graph;
        let event = *graph.event(read);
        if event.dropped {
            return None;
        }
        let in_graph = graph.threads[engine.current].len() > read.index() + 1;
        let spin = &mut engine.spins[engine.current];
        if !in_graph && hint && spin.is_idle(|loc, write| graph.origin(loc, write)) {
            graph.drop_write(read);
            graph.set_clocks(read);
            return Some(Err(graph.allows_read(read)));
        }
        Some(Ok((event.loc, event.value, event.request)))
    });
    match unfinished {
        None | Some(Err(true)) => {}
        Some(Err(false)) => prune(),
        Some(Ok((loc, value, request))) => {
            write(Target::Loc(loc), value, true, request);
        }
    }
}

/// The value that a thread reads which repeats its last turn. `None` if it does not, or if the operation would now have an
/// effect.
pub fn again(tag: &Tag, request: Request) -> Option<u64> {
    let repeat = |engine: &mut Engine| {
        let number = engine.number;
        let is_idle = |loc, value| {
            let new = (request.op.apply)(value, request.a, request.b);
            tag.get(number) == Some(loc) && new.is_none_or(|new| new == value)
        };
        let spin = &mut engine.spins[engine.current];
        let value = spin.again(request.at, is_idle);
        (value, value.is_none() && spin.is_silent_turn(request.at, &engine.search.graph))
    };
    let (value, silent) = inside(repeat);
    if value.is_some() {
        super::spin::check_silent();
        return value;
    }
    if !silent {
        return None;
    }
    settle(true);
    super::spin::spin(true);
    inside(|engine| repeat(engine).0)
}

/// A fence of the program.
pub fn fence(request: Request) {
    let is_again = inside(|engine| {
        engine.spins[engine.current].again(request.at, |loc, _| loc == NOWHERE).is_some()
    });
    if is_again {
        return;
    }
    settle(false);
    let turn = turn();
    inside(|engine| {
        engine.counters.fences += 1;
        let request = engine.strengthen(request);
        other(engine, turn, Kind::Fence, 0, request);
        let step = Step { at: request.at, loc: NOWHERE, rf: EventId::INIT, value: 0 };
        engine.spins[engine.current].note(step);
    });
    stop_if_failed();
}

/// Takes or adds an event that is no access.
pub fn other(engine: &mut Engine, turn: Turn, kind: Kind, value: u64, request: Request) -> EventId {
    match turn {
        Turn::Replay(id) => {
            engine.check_replay(id, kind);
            engine.search.graph.event_mut(id).request = request;
            engine.advance()
        }
        Turn::New => {
            engine.check_size();
            engine.push_other(kind, value, EventId::INIT, request)
        }
    }
}

pub fn stop_if_failed() {
    if inside(|engine| engine.failure.is_some() || engine.pruned) {
        stop();
    }
}

/// A decision of the program, between 0 and `of`.
pub fn choose(of: u64, request: Request) -> u64 {
    settle(false);
    let turn = turn();
    let value = inside(|engine| match turn {
        Turn::Replay(id) => {
            engine.check_replay(id, Kind::Choice);
            engine.advance();
            engine.search.graph.event(id).value
        }
        Turn::New => {
            let request = Request { a: of, ..request };
            let id = engine.push_other(Kind::Choice, 0, EventId::INIT, request);
            engine.search.push_choices(id, of);
            0
        }
    });
    stop_if_failed();
    value
}

/// A non-atomic access of the program, checked for races before it is made. Returns the value that it reads.
pub fn plain(object: Object<'_>, value: Option<u64>, request: Request) -> u64 {
    if value.is_none()
        && let Some(value) = again(object.tag, request)
    {
        return value;
    }
    settle(false);
    let kind = if value.is_some() { Kind::PlainWrite } else { Kind::PlainRead };
    let turn = turn();
    let value = inside(|engine| {
        let loc = match turn {
            Turn::Replay(id) => {
                engine.check_replay(id, kind);
                let loc = engine.search.graph.event(id).loc;
                engine.bind(object, loc);
                engine.advance();
                let graph = &mut engine.search.graph;
                let value = value.unwrap_or_else(|| graph.value(loc, graph.event(id).rf));
                graph.event_mut(id).value = value;
                graph.event_mut(id).request = request;
                loc
            }
            Turn::New => {
                engine.check_size();
                let loc = engine.locate(object);
                let graph = &engine.search.graph;
                let rf = *graph.places[usize::from(loc)].mo.last().expect("the initial write");
                let read = graph.value(loc, rf);
                let id = engine.push(kind, loc, value.unwrap_or(read), rf, request);
                let graph = &mut engine.search.graph;
                if kind == Kind::PlainWrite {
                    let end = graph.places[usize::from(loc)].mo.len();
                    graph.insert(id, end);
                }
                graph.set_clocks(id);
                if let Some(other) = graph.race_with(id) {
                    engine.failure = Some(Failure::race(engine, other, id));
                }
                loc
            }
        };
        let spin = &mut engine.spins[engine.current];
        let last = engine.log.last().copied().expect("the event of this access");
        let event = engine.search.graph.event(last);
        if kind == Kind::PlainWrite {
            spin.note_effect();
        } else {
            spin.note(Step { at: request.at, loc, rf: event.rf, value: event.value });
        }
        event.value
    });
    stop_if_failed();
    value
}
