//! Loops that wait.
//!
//! A *turn* of a loop is what a thread does from one `spin_loop()` or `yield_now()` to the next. A turn is *idle* if it wrote
//! nothing new and read what the turn before it read. The source is *Dynamic Partial Order Reductions for Spinloops*
//! (Kokologiannakis, Ren, Vafeiadis, FMCAD 2021); there a compiler pass shows that a turn has no effect, here the values
//! that it read show that it does what the turn before did.
//!
//! - After an idle turn the thread reads the same again and again, without adding events, until it leaves the loop by
//!   itself (a bounded loop does) or has turned `max_turns` times. Then it *is stuck*: it can only go on if it reads
//!   something else, and the executions in which it does are explored from the events of its turns.
//! - A turn that reads other writes, but with the same values, repeats the one before as far as the program can see. The
//!   thread is stuck at once. An execution with such a turn is covered by one without: that has the same values, and less
//!   happens before, so it has at least the same races.
//!
//! No false alarm: a stuck thread is only part of a livelock if each read of its turn read the newest write (or one that
//! the newest one repeats; see [`Graph::origin`](super::graph::Graph)); every write becomes visible at last, so a thread that
//! reads an old one will not do so for ever. No miss: only turns that repeat the one before are cut short. What the search
//! cannot see is a program that counts its turns and does something else after more than `max_turns`.

use super::event::{EventId, Loc, NOWHERE};
use super::graph::Graph;
use super::runtime::{fail, inside, stuck};
use crate::failure::{Blocked, Failure};
use std::panic::Location;

/// Hints without an operation between them, in a thread that reads nothing new, after which it is stuck.
const MAX_HINTS: usize = 20_000;

/// Hints in a row, without any operation between them, after which a loop is taken for one that never looks.
const MAX_BARE_HINTS: usize = 1 << 20;

/// How often the same operation may be performed in a row, by a thread that writes nothing, before it is taken for a loop
/// that forgot its hint.
const UNHINTED: usize = 4;

/// One operation of a turn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Step {
    pub at: &'static Location<'static>,
    pub loc: Loc,
    pub rf: EventId,
    pub value: u64,
    /// A read-modify-write, whether it wrote or not.
    pub rmw: bool,
}

/// Where a thread stands in a loop.
#[derive(Default)]
pub struct Spin {
    turn: Vec<Step>,
    last: Vec<Step>,
    effect: bool,
    hints: usize,
    /// The operation that was last performed again and again without a hint, and how often.
    unhinted: Option<(&'static Location<'static>, usize)>,
    /// In a loop that reads the same again and again: the turn, and the place in it.
    repeating: Option<(usize, usize)>,
}

impl Spin {
    pub fn clear(&mut self) {
        self.turn.clear();
        self.last.clear();
        self.effect = false;
        self.hints = 0;
        self.unhinted = None;
        self.repeating = None;
    }

    /// The thread has done something that another could notice.
    #[inline]
    pub fn note_effect(&mut self) {
        self.effect = true;
        self.unhinted = None;
        self.repeating = None;
    }

    /// Is the operation at `at` the only one in a loop without a hint? Called before each read.
    #[inline]
    pub fn waits_without_hint(&mut self, at: &'static Location<'static>) -> bool {
        match &mut self.unhinted {
            Some((site, times)) if std::ptr::eq(*site, at) => {
                *times += 1;
                *times > UNHINTED
            }
            unhinted => {
                *unhinted = Some((at, 1));
                false
            }
        }
    }

    /// The thread has read.
    #[inline]
    pub fn note(&mut self, step: Step) {
        if !self.effect {
            self.turn.push(step);
        }
    }

    /// The value that the operation at `at` reads again, if the thread repeats its last turn.
    #[inline]
    pub fn again(
        &mut self,
        at: &'static Location<'static>,
        is_at: impl Fn(Loc) -> bool,
    ) -> Option<u64> {
        let (_, place) = self.repeating.as_mut()?;
        match self.last.get(*place) {
            Some(step) if std::ptr::eq(step.at, at) && is_at(step.loc) => {
                *place += 1;
                Some(step.value)
            }
            _ => {
                // It has left the loop.
                self.clear();
                None
            }
        }
    }

    /// Would the turn be idle if it ended now?
    pub fn is_idle(&self, origin: impl Fn(Loc, EventId) -> EventId) -> bool {
        let same =
            |(a, b): (&Step, &Step)| a.loc == b.loc && origin(a.loc, a.rf) == origin(b.loc, b.rf);
        !self.effect
            && !self.turn.is_empty()
            && self.turn.len() == self.last.len()
            && self.turn.iter().zip(&self.last).all(same)
    }

    /// Does every read of the turn that is repeated read the newest write, or one that it repeats?
    pub fn reads_newest(&self, graph: &Graph) -> bool {
        self.last.iter().all(|step| {
            let mo = graph.places.get(usize::from(step.loc)).map(|place| &place.mo);
            let newest = mo.and_then(|mo| mo.last()).copied().unwrap_or(EventId::INIT);
            graph.origin(step.loc, step.rf) == graph.origin(step.loc, newest)
        })
    }

    /// What the turn that is repeated does.
    pub fn turn(&self, thread: usize) -> crate::Turn {
        let rmws = self.last.iter().filter(|step| step.rmw).count();
        let fences = self.last.iter().filter(|step| step.loc == NOWHERE).count();
        crate::Turn { thread, loads: self.last.len() - rmws - fences, rmws, fences }
    }

    fn repeats_values(&self) -> bool {
        let same = |(a, b): (&Step, &Step)| {
            std::ptr::eq(a.at, b.at) && a.loc == b.loc && a.value == b.value
        };
        !self.effect
            && !self.turn.is_empty()
            && self.turn.len() == self.last.len()
            && self.turn.iter().zip(&self.last).all(same)
    }
}

/// The current thread says that it waits.
pub fn hint() {
    inside(|engine| engine.spins[engine.current].unhinted = None);
    spin();
}

/// Ends a turn.
pub fn spin() {
    enum Next {
        GoOn,
        Blind,
        Stuck(Blocked),
    }
    let next = inside(|engine| {
        let max_turns = engine.config.max_turns;
        let graph = &engine.search.graph;
        let spin = &mut engine.spins[engine.current];
        if let Some((turns, place)) = &mut spin.repeating {
            if *place < spin.last.len() {
                // Either hints in a row, or a part of the turn that ends early. Neither ends the loop.
                spin.hints += 1;
                if spin.hints < MAX_HINTS {
                    return Next::GoOn;
                }
            } else {
                *turns += 1;
                *place = 0;
                if *turns < max_turns {
                    return Next::GoOn;
                }
            }
            return Next::Stuck(Blocked::Spinning);
        }
        if spin.turn.is_empty() && !spin.effect {
            spin.hints += 1;
            return if spin.hints < MAX_BARE_HINTS { Next::GoOn } else { Next::Blind };
        }
        spin.hints = 0;
        if spin.is_idle(|loc, write| graph.origin(loc, write)) {
            std::mem::swap(&mut spin.turn, &mut spin.last);
            spin.repeating = Some((0, 0));
            spin.hints = 0;
        } else if spin.repeats_values() {
            return Next::Stuck(Blocked::Repeating);
        } else if spin.effect {
            spin.last.clear();
        } else {
            std::mem::swap(&mut spin.turn, &mut spin.last);
        }
        spin.turn.clear();
        spin.effect = false;
        Next::GoOn
    });
    match next {
        Next::GoOn => {}
        Next::Stuck(why) => stuck(why),
        Next::Blind => fail(|engine| Failure::blind(engine)),
    }
}
