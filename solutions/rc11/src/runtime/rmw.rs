//! Read-modify-writes: a read, and a write directly after it.

use crate::core::event::{EventId, Request};
use crate::runtime::object::{Object, Target};
use crate::runtime::ops::{check_alive, read, write};
use crate::runtime::run::inside;
use crate::runtime::spin::{Call, look};
use crate::runtime::state::Engine;
use crate::runtime::{gate, halt};

/// As [`ops::load`](crate::runtime::ops::load); also returns whether it wrote.
pub fn update(object: Object<'_>, request: Request) -> (u64, bool) {
    check_alive(object, request);
    gate::enter(|| {
        if let Some(value) = look(Call { request: &request, tag: Some(object.tag) }) {
            return (value, (request.op.apply)(value, request.a, request.b).is_some());
        }
        settle();
        let request = inside(|engine| engine.fickle(request));
        let id = read(Target::Object(object), request);
        let (old, new) = inside(|engine| {
            engine.counters.rmws += 1;
            let event = *engine.search.graph.event(id);
            engine.counters.spurious += usize::from(event.has_failed_for_no_reason());
            if event.pick != 0 || request.fails {
                engine.spins[engine.current].note_effect();
            }
            let new = event.new_value(event.value);
            if new == Some(event.value) {
                // Whether it writes is decided by the next operation; see `settle`.
                engine.unfinished[engine.current] = Some(id);
            }
            (event.value, new)
        });
        if let Some(new) = new.filter(|new| *new != old) {
            write(Target::Object(object), new, true, request);
        }
        (old, new.is_some())
    })
}

/// Before an operation of the current thread that is no part of an idle turn: finishes what is unfinished, and asks whether the thread
/// goes on.
pub fn settle() {
    complete();
    if inside(|engine| engine.is_watched()) {
        halt::before_step();
    }
}

/// Finishes a read-modify-write of the current thread that writes what it read.
pub fn complete() {
    let unfinished = inside(|engine| {
        engine.leave_loop();
        let read = engine.unfinished[engine.current].take()?;
        let event = engine.search.graph.event(read);
        (!event.dropped).then_some((event.loc, event.value, event.request))
    });
    if let Some((loc, value, request)) = unfinished {
        write(Target::Loc(loc), value, true, request);
    }
}

impl Engine {
    /// The request, which fails if it is one of the first weak ones of its thread.
    fn fickle(&self, request: Request) -> Request {
        let fails = request.weak
            && self.config.fickle > 0
            && self.so_far().filter(|event| event.request.fails).count() < self.config.fickle;
        Request { fails, ..request }
    }

    /// Leaves out the write of the current thread's unfinished read-modify-write. False if there is no such execution.
    pub fn drop_write(&mut self) -> bool {
        let Some(read) = self.unfinished[self.current].take() else { return true };
        let graph = &mut self.search.graph;
        graph.drop_write(read);
        graph.set_clocks(read);
        graph.allows_read(read)
    }

    /// The write that was left out is to be made.
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
