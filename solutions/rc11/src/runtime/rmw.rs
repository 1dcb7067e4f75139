//! Read-modify-writes: a read, and a write directly after it.

use crate::core::event::{EventId, Request};
use crate::runtime::object::{Object, Tag, Target};
use crate::runtime::ops::{check_alive, read, write};
use crate::runtime::run::{inside, prune};
use crate::runtime::spin::{self, Step};
use crate::runtime::state::Engine;

/// As [`ops::load`](crate::runtime::ops::load); also returns whether it wrote.
pub fn update(object: Object<'_>, request: Request) -> (u64, bool) {
    check_alive(object, request);
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
        engine.counters.spurious += usize::from(event.request.weak && event.pick == 1);
        let new = event.new_value(event.value);
        let spin = &mut engine.spins[engine.current];
        let step = Step {
            at: request.at,
            loc: event.loc,
            rf: event.rf,
            value: event.value,
            order: request.order,
            rmw: true,
        };
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
        let value = spin.again(request.at, request.order, is_idle);
        (value, value.is_none() && spin.is_silent_turn(request.at, &engine.search.graph))
    };
    let (value, silent) = inside(repeat);
    if value.is_some() {
        spin::check_silent();
        return value;
    }
    if !silent {
        return None;
    }
    settle(true);
    spin::spin(true);
    inside(|engine| repeat(engine).0)
}

impl Engine {
    /// The current thread has left a loop by itself: the write of its last turn is to be made.
    pub fn undrop(&mut self) {
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
}
