//! Loops whose turns are not all explored.
//!
//! - A loop that counts its turns is explored in all ways for [`FEW_TURNS`]. After that, if its turns read the same writes, it *repeats* the
//!   last one: without events, until it does something else. A search that has found no failure so begins anew with [`MANY_TURNS`], and
//!   is complete if it comes to an end within [`MANY_EXECUTIONS`].
//! - Where the state of a thread or its memory are not seen (another processor, a program that does not tell of its accesses), equal
//!   turns are only taken for idle. The thread repeats the last one for `max_turns`, and is stuck then. Before a livelock is reported, the
//!   execution is run again with [`PATIENT_TURNS`].
//!
//! Both cost the word *complete*, unless every other thread has ended: then there is nothing else to read.

use crate::core::clock::MAX_THREADS;
use crate::core::event::{Event, Kind, Op, Role};
use crate::runtime::failure::Blocked;
use crate::runtime::spin::{Call, Next};
use crate::runtime::state::{Engine, Status};
use crate::runtime::visits::Site;
use std::ops::Range;
use std::ptr;

/// How many turns of a loop that counts them are explored in all ways.
pub const FEW_TURNS: usize = 2;

/// As above, without hints.
pub const FEW_LOOKS: usize = 4;

/// As above, in a search of at most so many executions.
pub const MANY_TURNS: usize = 128;
pub const MANY_EXECUTIONS: u64 = 1_000;

/// How often a loop may turn before it is reported to turn for ever.
pub const PATIENT_TURNS: usize = 100_000;

/// A loop repeats the same turn without events.
pub struct Repeating {
    turn: Range<usize>,
    /// How much of the turn is done.
    place: usize,
    turns: usize,
}

impl Engine {
    /// The current thread begins to repeat a turn; `counts`: its state is known to be another one after each.
    pub fn begin_to_repeat(&mut self, turn: Range<usize>, counts: bool, call: Call<'_>) -> Next {
        if !self.drop_write() {
            return Next::Prune;
        }
        self.repeat_turn(turn, counts);
        self.repeat(call).unwrap_or(Next::GoOn)
    }

    pub fn repeat_turn(&mut self, turn: Range<usize>, counts: bool) {
        let is_alone = self.is_alone();
        self.has_counted |= counts && !is_alone;
        self.cut |= !counts && !is_alone;
        let spin = &mut self.spins[self.current];
        spin.turn = turn.clone();
        spin.repeating = Some(Repeating { turn, place: 0, turns: 0 });
    }

    /// Takes the next step of the turn that the current thread repeats. `None` if this is another step: it has left the loop.
    pub fn repeat(&mut self, call: Call<'_>) -> Option<Next> {
        let t = self.current;
        let repeating = self.spins[t].repeating.as_ref().expect("a turn that is repeated");
        let turn = repeating.turn.clone();
        let events = &self.search.graph.threads[t][turn.clone()];
        let rest = |from: usize| events[from..].iter().position(is_step).map(|at| from + at);
        let at = rest(repeating.place);
        if at.is_none()
            && let Some(end) = self.end_repeated_turn()
        {
            return Some(end);
        }
        let events = &self.search.graph.threads[t][turn];
        let at = at.or_else(|| events.iter().position(is_step));
        let (request, number) = (self.strengthen(*call.request), self.number);
        let is_same = |at: &usize| {
            let event = &events[*at];
            let new = (request.op.apply)(event.value, request.a, request.b);
            ptr::eq(event.request.at, request.at)
                && ptr::eq(event.request.op, request.op)
                && event.request.order == request.order
                && call.tag.is_none_or(|tag| tag.get(number) == Some(event.loc))
                && new.is_none_or(|new| new == event.value)
        };
        let Some(at) = at.filter(is_same) else {
            self.leave_loop();
            return None;
        };
        let value = events[at].value;
        let spin = &mut self.spins[t];
        let repeating = spin.repeating.as_mut()?;
        repeating.place = at + 1;
        spin.repeated = (spin.repeated.0 + 1, repeating.turn.start as u16);
        Some(Next::Again(value))
    }

    /// The current thread has repeated a turn to its end. Is it stuck?
    fn end_repeated_turn(&mut self) -> Option<Next> {
        let t = self.current;
        let takes_place_again = self.cursor[t] < self.search.graph.threads[t].len();
        let repeating = self.spins[t].repeating.as_mut()?;
        repeating.turns += 1;
        let is_stuck = repeating.turns >= self.config.max_turns && !takes_place_again;
        is_stuck.then_some(Next::Stuck(Blocked::Spinning))
    }

    /// If the current thread repeats a turn, it has left that loop by itself.
    pub fn leave_loop(&mut self) {
        let spin = &mut self.spins[self.current];
        if spin.repeating.is_some() {
            spin.forget();
            self.undrop();
        }
    }

    /// The last turn from a call at `site`, if it has read what the one before it has read.
    pub fn equal_turn(&self, site: Site) -> Option<Range<usize>> {
        let (t, graph) = (self.current, &self.search.graph);
        let here = self.spins[t].visits.iter().rev().filter(|visit| visit.site == site);
        let mut here = here.map(|visit| visit.index);
        let (now, second, first) = (here.next()?, here.next()?, here.next()?);
        let steps = |turn: Range<usize>| graph.threads[t][turn].iter().filter(|e| is_step(e));
        let is_same = |(a, b): (&Event, &Event)| {
            ptr::eq(a.request.at, b.request.at)
                && ptr::eq(a.request.op, b.request.op)
                && a.loc == b.loc
                && graph.origin(a.loc, a.rf) == graph.origin(b.loc, b.rf)
        };
        let (one, two) = (steps(first..second), steps(second..now));
        (one.clone().count() == two.clone().count() && one.zip(two).all(is_same))
            .then_some(second..now)
    }

    /// Has every other thread ended?
    fn is_alone(&self) -> bool {
        let is_over = |t| matches!(self.status[t], Status::Absent | Status::Done);
        (0..MAX_THREADS).all(|t| t == self.current || is_over(t))
    }
}

/// Is the event a step that a loop repeats? The others are the engine's, or repeat what was read.
pub fn is_step(event: &Event) -> bool {
    let Op { role, .. } = *event.request.op;
    role == Role::Asked && matches!(event.kind, Kind::Read | Kind::PlainRead | Kind::Fence)
}
