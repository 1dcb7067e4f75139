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
//! A loop without a hint, whose only operation reads the same over and over, is taken to give a hint after every [`SILENT`]
//! turns; two such turns make it idle. So code that reads the same place up to four times in a row is explored exactly.
//!
//! Before a livelock is reported, the execution is run again with [`PATIENT_TURNS`] turns.
//!
//! A loop that ends by itself after such turns was no waiting loop. What it might have seen in a turn without events was not explored,
//! so the search is not *complete* then.
//!
//! No false alarm: a stuck thread is only part of a livelock if each read of its turn read the newest write (or one that
//! the newest one repeats; see [`Graph::origin`](crate::core::graph::Graph)); every write becomes visible at last, so a thread that
//! reads an old one will not do so for ever. No miss: only turns that repeat the one before are cut short. What the search
//! cannot see is a program that counts its turns and does something else after more than `max_turns`
//! (or, if it then waits for ever, more than [`PATIENT_TURNS`]).

use crate::core::event::{EventId, Loc, NOWHERE};
use crate::core::graph::Graph;
use crate::runtime::failure::{Blocked, Failure};
use crate::runtime::report::Turn;
use crate::runtime::run::{fail, inside, stuck};
use std::panic::Location;
use std::sync::atomic::Ordering;

/// For each turn that a loop may repeat, hints without an operation between them that a thread may give.
const MAX_HINTS: usize = 100;

/// How often a loop may turn before it is reported to turn for ever.
pub const PATIENT_TURNS: usize = 100_000;

/// Hints in a row, without any operation between them, after which a loop is taken for one that never looks.
const MAX_BARE_HINTS: usize = 1 << 20;

/// How often one operation must have read the same, with no hint and no other operation between, to be taken for a loop.
const SILENT: usize = 2;

/// One operation of a turn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Step {
    pub at: &'static Location<'static>,
    pub loc: Loc,
    pub rf: EventId,
    pub value: u64,
    pub order: Ordering,
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
    /// In a loop that reads the same again and again: the turn, and the place in it.
    repeating: Option<(usize, usize)>,
    /// The last steps, if nothing else was between them.
    recent: [Option<Step>; SILENT],
    /// The loop gives no hints.
    silent: bool,
    /// The thread has just left a loop that read the same again and again.
    left: bool,
    /// Turns with an effect, one after the other.
    busy: usize,
    /// A loop has ended by itself while it seemed to read the same again and again. That it might have seen something new in one of
    /// these turns was not explored: it costs the word *complete*. Never taken back.
    pub gave_up: bool,
}

impl Spin {
    pub fn clear(&mut self) {
        self.turn.clear();
        self.last.clear();
        self.effect = false;
        self.hints = 0;
        self.repeating = None;
        self.recent = [None; SILENT];
        self.silent = false;
        self.left = false;
        self.busy = 0;
    }

    /// Is the operation at `at` about to be done once more by a loop that gives no hints? A loop is taken to be one if its
    /// turn is a single operation that has read the same [`SILENT`] times.
    #[inline]
    pub fn is_silent_turn(&mut self, at: &'static Location<'static>, graph: &Graph) -> bool {
        let Some(last) = self.recent[SILENT - 1] else { return false };
        let same = |step: &Step| {
            std::ptr::eq(step.at, at)
                && step.loc == last.loc
                && graph.origin(step.loc, step.rf) == graph.origin(last.loc, last.rf)
        };
        if !self.recent.iter().all(|step| step.as_ref().is_some_and(same)) {
            return false;
        }
        self.turn.clear();
        self.turn.extend([last, last]);
        self.recent = [None; SILENT];
        self.effect = false;
        true
    }

    /// The thread has done something that another could notice.
    #[inline]
    pub fn note_effect(&mut self) {
        self.effect = true;
        self.recent = [None; SILENT];
    }

    /// The thread has read.
    #[inline]
    pub fn note(&mut self, step: Step) {
        if !self.effect {
            self.turn.push(step);
        }
        self.recent.rotate_left(1);
        self.recent[SILENT - 1] = Some(step);
    }

    /// The value that the operation at `at` reads again, if the thread repeats its last turn.
    #[inline]
    pub fn again(
        &mut self,
        at: &'static Location<'static>,
        order: Ordering,
        is_idle: impl Fn(Loc, u64) -> bool,
    ) -> Option<u64> {
        let (turns, place) = self.repeating.as_mut()?;
        if self.silent && *place == self.last.len() {
            (*turns, *place) = (*turns + 1, 0);
        }
        match self.last.get(*place) {
            Some(step)
                if std::ptr::eq(step.at, at)
                    && step.order == order
                    && is_idle(step.loc, step.value) =>
            {
                *place += 1;
                Some(step.value)
            }
            _ => {
                self.clear();
                self.gave_up = true;
                self.left = true;
                None
            }
        }
    }

    /// Leaves the loop that reads the same again and again, if the thread is in one. True if it just was.
    #[inline]
    pub fn leave(&mut self) -> bool {
        if self.repeating.is_some() {
            self.clear();
            self.gave_up = true;
            return true;
        }
        std::mem::take(&mut self.left)
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
    pub fn turn(&self, thread: usize) -> Turn {
        let rmws = self.last.iter().filter(|step| step.rmw).count();
        let fences = self.last.iter().filter(|step| step.loc == NOWHERE).count();
        Turn { thread, loads: self.last.len() - rmws - fences, rmws, fences, writes: 0 }
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

/// Does the current thread turn for ever in a loop that gives no hints? Then it is stuck.
pub fn check_silent() {
    let is_stuck = inside(|engine| {
        let spin = &engine.spins[engine.current];
        spin.silent && spin.repeating.is_some_and(|(turns, _)| turns >= engine.config.max_turns)
    });
    if is_stuck {
        stuck(Blocked::Spinning);
    }
}

/// The current thread says that it waits. `silent`: it does not, but it looks so.
pub fn spin(silent: bool) {
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
                if spin.hints < MAX_HINTS * max_turns {
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
        spin.recent = [None; SILENT];
        spin.busy = if spin.effect { spin.busy + 1 } else { 0 };
        if engine.config.max_busy_turns.is_some_and(|most| spin.busy > most) {
            engine.cut = true;
            return Next::Stuck(Blocked::Bounded);
        }
        if spin.is_idle(|loc, write| graph.origin(loc, write)) {
            std::mem::swap(&mut spin.turn, &mut spin.last);
            spin.repeating = Some((0, 0));
            spin.silent = silent;
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
