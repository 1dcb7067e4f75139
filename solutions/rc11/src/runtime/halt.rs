//! Threads that stop for ever, and calls that may make so many steps only: what claims of progress are held against.
//!
//! A lock-free operation comes to its end although other threads have stopped, wherever that was (Herlihy, *Wait-Free
//! Synchronization*, TOPLAS 1991; Herlihy and Shavit, *On the Nature of Progress*, OPODIS 2011). So a program may let one of its
//! threads stop after so many steps, as if the scheduler never gave it another turn. That this thread does not end is no
//! failure; that another one waits for it is for whoever is told of threads that cannot go on.
//!
//! A thread stops between two operations. What the engine makes of two events, such as a read-modify-write, is one.
//!
//! A wait-free operation comes to its end although others are faster, again and again. So a thread may give way to another one before each
//! of its steps. Which thread goes on is a matter of the order in which events are added, and not of what the memory model
//! allows: of an exploration, this decides which execution is the first. Who is interested in that one explores no other.

use crate::core::event::{Event, Kind, Role};
use crate::runtime::failure::{Blocked, Failure};
use crate::runtime::report::Objection;
use crate::runtime::run::{fail, inside, stuck, suspend};
use crate::runtime::state::Engine;
use std::fmt;
use std::sync::Arc;

/// What is said of a thread that makes more steps than it may.
pub type Why = Arc<dyn Fn() -> Objection + Send + Sync>;

/// How many steps a thread may make.
#[derive(Clone)]
pub struct Limit {
    /// Its steps altogether.
    until: usize,
    why: Why,
}

impl fmt::Debug for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limit").field("until", &self.until).finish_non_exhaustive()
    }
}

/// Is the event a step? The write of a read-modify-write belongs to its read.
fn is_step(event: &&Event) -> bool {
    !(event.kind == Kind::Write && event.exclusive)
}

/// Is it an atomic operation, or a fence, that the program has asked for?
fn is_operation(event: &&Event) -> bool {
    let is_atomic = event.is_atomic() || event.kind == Kind::Fence;
    is_step(event) && is_atomic && event.request.op.role == Role::Asked
}

/// To whom a thread gives way, and where.
#[derive(Clone, Copy, Debug)]
pub struct GivesWay {
    to: usize,
    /// Before the step after so many; otherwise before each.
    at: Option<usize>,
}

enum Next {
    GoOn,
    GiveWay(usize),
    Halt,
    Fail(Why),
}

/// Before a step of a thread that may stop, has a limit, or gives way to another one.
#[cold]
pub fn before_step() {
    match inside(Engine::before_step) {
        Next::GoOn => {}
        Next::GiveWay(first) => give_way(first),
        Next::Halt => stuck(Blocked::Halted),
        Next::Fail(why) => fail(|engine| Failure::objection(engine, why())),
    }
}

/// Lets another thread go on first, until that gives way itself, or cannot go on.
pub fn give_way(first: usize) {
    inside(|engine| engine.favoured = Some(first));
    suspend();
}

impl Engine {
    /// May the current thread stop here, has it made all its steps, or does it give way?
    #[inline]
    pub fn is_watched(&self) -> bool {
        let t = self.current;
        self.halts[t].is_some() || self.limits[t].is_some() || self.gives_way[t].is_some()
    }

    fn before_step(&mut self) -> Next {
        let t = self.current;
        if self.halts[t].is_some_and(|halt| self.steps() >= halt) {
            return Next::Halt;
        }
        match &self.limits[t] {
            Some(limit) if self.operations() >= limit.until => Next::Fail(limit.why.clone()),
            _ => self.gives_way(),
        }
    }

    fn gives_way(&mut self) -> Next {
        let t = self.current;
        match self.gives_way[t] {
            Some(GivesWay { to, at: None }) => Next::GiveWay(to),
            Some(GivesWay { to, at: Some(at) }) if self.steps() >= at => {
                self.gives_way[t] = None;
                Next::GiveWay(to)
            }
            _ => Next::GoOn,
        }
    }

    /// The current thread gives way to another one before each of its steps, or once, after so many more.
    pub fn set_gives_way(&mut self, to: usize, after: Option<usize>) {
        let at = after.map(|after| self.steps() + after);
        self.gives_way[self.current] = Some(GivesWay { to, at });
    }

    fn steps(&self) -> usize {
        let t = self.current;
        self.search.graph.threads[t][..self.cursor[t]].iter().filter(is_step).count()
    }

    /// Stops the current thread for ever after so many more steps, or, if it has not made them, no longer.
    pub fn halt(&mut self, after: Option<usize>) {
        self.halts[self.current] = after.map(|after| self.steps() + after);
    }

    /// How many atomic operations and fences the current thread has made.
    pub fn operations(&self) -> usize {
        let t = self.current;
        self.search.graph.threads[t][..self.cursor[t]].iter().filter(is_operation).count()
    }

    /// Lets the current thread make at most `most` operations more.
    pub fn limit(&mut self, most: usize, why: Why) {
        self.limits[self.current] = Some(Limit { until: self.operations() + most, why });
    }
}
