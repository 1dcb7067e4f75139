//! The operations of a program, one event after another.

use crate::core::event::{EventId, Kind, Request};
use crate::runtime::failure::Failure;
use crate::runtime::object::{Object, Target};
use crate::runtime::rmw::settle;
use crate::runtime::run::{Turn, fail, inside, prune, stop, suspend, turn};
use crate::runtime::sight;
use crate::runtime::spin::{Call, look};
use crate::runtime::state::{Engine, Status};
use crate::runtime::{alloc, freed, gate};

/// Reads, and starts a read-modify-write if the request asks for one. Returns the event.
pub fn read(target: Target<'_>, request: Request) -> EventId {
    let turn = turn_to(target, request, sight::Kind::ATOMIC_READ);
    let id = inside(|engine| {
        let request = engine.strengthen(request);
        match turn {
            Turn::Replay(id) => {
                if !engine.check_replay(id, Kind::Read) {
                    return Ok(id);
                }
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
    let turn = turn_to(target, request, sight::Kind::ATOMIC_WRITE);
    let done = inside(|engine| {
        engine.note_write(value, exclusive);
        let request = engine.strengthen(request);
        match turn {
            Turn::Replay(id) => {
                if !engine.check_replay(id, Kind::Write) {
                    return Ok((id, false));
                }
                let loc = engine.search.graph.event(id).loc;
                target.bind(engine, loc);
                let event = engine.search.graph.event_mut(id);
                event.value = value;
                event.request = request;
                engine.advance();
                Ok((id, engine.status.contains(&Status::Waiting(id))))
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
                Ok((id, false))
            }
        }
    });
    let (id, is_awaited) = done.unwrap_or_else(|()| prune());
    if is_awaited {
        // Who reads this goes on first. What this thread does to memory that nobody watches, and should have done before,
        // comes too late then.
        suspend();
    }
    stop_if_failed();
    id
}

impl Engine {
    /// The current thread writes: that is an effect, unless it is a read-modify-write of what it has read.
    fn note_write(&mut self, value: u64, exclusive: bool) {
        let t = self.current;
        let read = self.cursor[t].checked_sub(1).filter(|_| exclusive);
        if read.is_none_or(|read| self.search.graph.threads[t][read].value != value) {
            self.spins[t].note_effect();
        }
    }
}

/// An object in memory that was freed must not be used.
#[inline]
pub fn check_alive(object: Object<'_>, request: Request) {
    if sight::is_open() {
        // Told when the access is made, and with who has freed it.
        return;
    }
    if alloc::is_freed(object.tag) || freed::has_freed(object.tag) {
        fail(|engine| Failure::memory(engine, "use after free", request.op.name, request.at));
    }
}

/// Waits for the turn of an access. Another thread may free the memory meanwhile.
fn turn_to(target: Target<'_>, request: Request, kind: sight::Kind) -> Turn {
    let turn = turn();
    if let Target::Object(object) = target {
        if inside(|engine| engine.config.watch_frees) {
            check_alive(object, request);
        }
        sight::operation(object.memory, kind, request.at);
    }
    turn
}

/// An atomic load, store or read-modify-write of the program. Returns what it read.
pub fn load(object: Object<'_>, request: Request) -> u64 {
    check_alive(object, request);
    gate::enter(|| {
        if let Some(value) = look(Call { request: &request, tag: Some(object.tag) }) {
            return value;
        }
        settle();
        let id = read(Target::Object(object), request);
        inside(|engine| {
            engine.counters.loads += 1;
            engine.search.graph.event(id).value
        })
    })
}

/// As [`load`].
pub fn store(object: Object<'_>, value: u64, request: Request) {
    check_alive(object, request);
    settle();
    inside(|engine| engine.counters.stores += 1);
    write(Target::Object(object), value, false, request);
}

/// A fence of the program.
pub fn fence(request: Request) {
    gate::enter(|| {
        if look(Call { request: &request, tag: None }).is_some() {
            return;
        }
        settle();
        let turn = turn();
        inside(|engine| {
            engine.counters.fences += 1;
            let request = engine.strengthen(request);
            other(engine, turn, Kind::Fence, 0, request);
        });
        stop_if_failed();
    });
}

/// Takes or adds an event that is no access.
pub fn other(engine: &mut Engine, turn: Turn, kind: Kind, value: u64, request: Request) -> EventId {
    match turn {
        Turn::Replay(id) => {
            if engine.check_replay(id, kind) {
                engine.search.graph.event_mut(id).request = request;
            }
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
    settle();
    let turn = turn();
    let value = inside(|engine| match turn {
        Turn::Replay(id) => {
            if !engine.check_replay(id, Kind::Choice) {
                return 0;
            }
            engine.advance();
            engine.search.graph.event(id).value
        }
        Turn::New => {
            let request = Request { a: of, ..request };
            let id = engine.push_other(Kind::Choice, 0, EventId::INIT, request);
            engine.search.push_choices(id, of);
            engine.search.graph.event(id).value
        }
    });
    stop_if_failed();
    value
}

/// A non-atomic access of the program, checked for races before it is made. Returns the value that it reads.
pub fn plain(object: Object<'_>, value: Option<u64>, request: Request) -> u64 {
    check_alive(object, request);
    gate::enter(|| {
        let call = Call { request: &request, tag: Some(object.tag) };
        match value {
            None => look(call).unwrap_or_else(|| access(object, value, request)),
            Some(_) => access(object, value, request),
        }
    })
}

fn access(object: Object<'_>, value: Option<u64>, request: Request) -> u64 {
    settle();
    let kind = if value.is_some() { Kind::PlainWrite } else { Kind::PlainRead };
    let seen = if value.is_some() { sight::Kind::WRITE } else { sight::Kind::READ };
    let turn = turn_to(Target::Object(object), request, seen);
    let value = inside(|engine| {
        match turn {
            Turn::Replay(id) => {
                if !engine.check_replay(id, kind) {
                    return 0;
                }
                let loc = engine.search.graph.event(id).loc;
                engine.bind(object, loc);
                engine.advance();
                let graph = &mut engine.search.graph;
                let value = value.unwrap_or_else(|| graph.value(loc, graph.event(id).rf));
                graph.event_mut(id).value = value;
                graph.event_mut(id).request = request;
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
            }
        }
        if kind == Kind::PlainWrite {
            engine.spins[engine.current].note_effect();
        }
        let last = engine.log.last().copied().expect("the event of this access");
        engine.search.graph.event(last).value
    });
    stop_if_failed();
    value
}
