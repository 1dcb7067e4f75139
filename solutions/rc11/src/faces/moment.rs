//! Points in a thread's program, and what happened before them.

use crate::core::clock::Clock;
use crate::core::event::EventId;
use crate::runtime::failure::Failure;
use crate::runtime::report::Objection;
use crate::runtime::rmw::complete;
use crate::runtime::run::{fail, is_inside, with};

/// A point between two steps of a thread in the execution under way; see [`now`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    thread: usize,
    /// How many steps the thread had made.
    steps: usize,
    /// What happened before.
    known: Clock,
}

/// Where the current thread is.
///
/// # Panics
///
/// Outside of a model.
pub fn now() -> Moment {
    if is_inside() {
        complete();
    }
    let moment = with(|engine| {
        let (thread, steps) = (engine.current, engine.cursor[engine.current]);
        let last = steps.checked_sub(1).map(|last| EventId::new(thread, last));
        let known = last.map_or(Clock::default(), |last| engine.search.graph.event(last).hb);
        Moment { thread, steps, known }
    });
    moment.expect("now: called outside of a model")
}

impl Moment {
    /// Does all that the thread did from `self` to `end` happen before `later`?
    ///
    /// If it did nothing that the checker sees, then what it did next must happen before `later`: there is nothing else by
    /// which `later` could be behind it.
    pub fn until_happens_before(&self, end: &Moment, later: &Moment) -> bool {
        if later.thread == self.thread {
            return end.steps <= later.steps;
        }
        let needed = if end.steps > self.steps { end.steps } else { end.steps + 1 };
        later.known.get(self.thread) >= needed
    }

    /// How many events the thread had.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The number of the thread.
    pub fn thread(&self) -> usize {
        self.thread
    }
}

/// Fails the model: the execution under way is not what it must be, for this reason.
///
/// # Panics
///
/// Outside of a model, with the reason.
pub fn reject(why: impl Into<Objection>) -> ! {
    let why = why.into();
    if is_inside() {
        fail(|engine| Failure::objection(engine, why))
    }
    panic!("{}", why.why)
}
