//! How a graph takes place again, and grows.

use crate::core::event::{Event, EventId, Kind, Loc, NOWHERE, Request};
use crate::runtime::failure::Failure;
use crate::runtime::report::Turn;
use crate::runtime::state::Engine;

/// The most events of an execution, and so the most locations, whatever the model allows.
pub const MAX_EVENTS: usize = 60_000;

impl Engine {
    /// Marks the next event of the current thread as having taken place.
    #[inline]
    pub fn advance(&mut self) -> EventId {
        let t = self.current;
        let id = EventId::new(t, self.cursor[t]);
        self.cursor[t] += 1;
        self.spins[t].repeated = (0, 0);
        self.left = self.left.saturating_sub(1);
        self.log.push(id);
        if self.left == 0
            && let Some(read) = self.changed.take()
        {
            self.check_revisit(read);
        }
        id
    }

    /// Checks what was not yet checked in a graph whose `read` was changed: the read, and the write that it now reads. That
    /// write was added to another graph, perhaps in a place where no write may be.
    #[cold]
    pub fn check_revisit(&mut self, read: EventId) {
        let graph = &self.search.graph;
        let write = graph.event(read).rf;
        let race_of = |id: EventId| graph.race_with(id).map(|other| (other, id));
        let race = race_of(read).or_else(|| if write.is_init() { None } else { race_of(write) });
        if let Some((first, second)) = race {
            self.failure = Some(Failure::race(self, first, second));
        }
    }

    /// Adds an event of the current thread. Its clocks are still to be set.
    #[inline]
    pub fn push(
        &mut self,
        kind: Kind,
        loc: Loc,
        value: u64,
        rf: EventId,
        request: Request,
    ) -> EventId {
        let t = self.current;
        let id = self.search.graph.push(
            t,
            Event {
                kind,
                order: request.order,
                exclusive: false,
                dropped: false,
                pick: 0,
                loc,
                pos: 0,
                repeated: std::mem::take(&mut self.spins[t].repeated),
                stamp: 0,
                rf,
                value,
                hb: Default::default(),
                porf: Default::default(),
                acquirable: Default::default(),
                released: Default::default(),
                message: Default::default(),
                request,
            },
        );
        self.cursor[t] += 1;
        self.log.push(id);
        self.follow(kind);
        id
    }

    /// As `push`, for an event that is no access.
    pub fn push_other(&mut self, kind: Kind, value: u64, rf: EventId, request: Request) -> EventId {
        let id = self.push(kind, NOWHERE, value, rf, request);
        self.search.graph.set_clocks(id);
        id
    }

    /// The event that takes place again must be what the program asks for. If it is not, it says nothing of what is asked for.
    #[must_use]
    pub fn check_replay(&mut self, id: EventId, kind: Kind) -> bool {
        let is_it = self.search.graph.event(id).kind == kind;
        if !is_it {
            self.failure = Some(Failure::nondeterminism(self));
        }
        is_it
    }

    pub fn strengthen(&self, request: Request) -> Request {
        self.config.memory.strengthen(request)
    }

    pub fn check_size(&mut self) {
        let graph = &self.search.graph;
        // Events, places in a modification order and locations have numbers of 16 bits. Each location has an event.
        let most = self.config.max_events.min(MAX_EVENTS);
        if graph.next_stamp as usize > most && graph.len() > most {
            let failure = self.written_in_vain();
            self.failure = Some(failure.unwrap_or_else(|| Failure::too_long(self, most)));
        }
    }

    /// The execution is too long. Is that because of a loop that waits and writes now and then, where somebody objects to such turns and to no
    /// others?
    fn written_in_vain(&self) -> Option<Failure> {
        let thread = self.current;
        let judge = self.plan.config.on_wait.as_ref()?;
        let reads = Turn { thread, loads: 1, rmws: 0, fences: 0, writes: 0 };
        let objection = judge(&Turn { loads: 0, writes: 1, ..reads }).err()?;
        let writes = Failure::last_of(self).any(|event| event.kind == Kind::Write);
        (writes && judge(&reads).is_ok()).then(|| Failure::wait(self, objection))
    }
}
