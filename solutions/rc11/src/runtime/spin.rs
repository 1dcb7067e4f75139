//! Loops that wait.
//!
//! A thread that calls the engine in a state in which it has called it before, and has changed nothing meanwhile that others could
//! see, has made an *idle turn*: it stands where it stood. Its state is its stack and its registers ([`gate`](super::gate)),
//! what it asks for, and the memory that it has written to ([`writes`](super::writes)). This needs no hint, and no rule of what a
//! loop looks like; a loop that counts its turns is never in the same state.
//!
//! **Why an idle turn may be left out.** Take an execution in which a thread makes an idle turn, and goes on. Without the events of the turn it is
//! still one: the thread does the same from the same state. The turn has only read, or written what it had read, and
//! whoever has read that may as well read what the turn has read; see [`idle`](crate::core). Less happens before, so the axioms
//! hold as before, no value is another, and what was a race still is one. So after an idle turn the thread *is stuck*: whatever it does later,
//! another execution shows in which a read of that turn has read something else. That one is reached by changing the read. Only the newest write can
//! be overtaken, so an execution is given up altogether if its idle turn has read an older one.
//!
//! **No false alarm.** A stuck thread is only part of a livelock if each read of its turn reads the newest write (or one that the newest one repeats). Every
//! write becomes visible at last, so a thread that reads an old one will not do so for ever.
//!
//! **What is not explored costs the word *complete*.**
//!
//! - A loop that counts its turns is explored in all ways for [`FEW_TURNS`]. After that, if its turns read the same writes, it *repeats* the
//!   last one: without events, until it does something else. A search that has found no failure so begins anew with [`MANY_TURNS`], and is complete
//!   if it comes to an end within [`MANY_EXECUTIONS`].
//! - Where the state of a thread or its memory are not seen (another processor, a program that does not tell of its accesses), equal
//!   turns are only taken for idle. The thread repeats the last one for `max_turns`, and is stuck then. Before a livelock is reported, the
//!   execution is run again with [`PATIENT_TURNS`].
//!
//! That idle turns add nothing was shown in *Dynamic Partial Order Reductions for Spinloops* (Kokologiannakis, Ren, Vafeiadis, FMCAD
//! 2021), where a compiler pass finds them.

use crate::core::clock::MAX_THREADS;
use crate::core::event::{Event, EventId, Kind, Op, Request, Role};
use crate::runtime::failure::{Blocked, Failure};
use crate::runtime::gate;
use crate::runtime::object::Tag;
use crate::runtime::report::Turn;
use crate::runtime::run::{fail, inside, prune, stuck};
use crate::runtime::state::{Engine, Status};
use crate::runtime::writes::Writes;
use std::ops::Range;
use std::ptr;

/// How many turns of a loop that counts them are explored in all ways.
pub const FEW_TURNS: usize = 2;

/// As above, without hints.
const FEW_LOOKS: usize = 4;

/// As above, in a search of at most so many executions.
pub const MANY_TURNS: usize = 128;
pub const MANY_EXECUTIONS: u64 = 2_000;

/// How often a loop may turn before it is reported to turn for ever.
pub const PATIENT_TURNS: usize = 100_000;

/// Turns that a loop may repeat while its state changes.
const MAX_REPEATED: usize = 10_000_000;

/// Hints in a row, without any operation between them, after which a thread that has looked is taken to turn for ever: so many for
/// each turn that it may repeat.
const MANY_HINTS: usize = 100;

/// As above, after which a thread that has not looked is taken never to look.
const MAX_BARE_HINTS: usize = 1 << 20;

/// Calls without an effect that are kept.
const MAX_VISITS: usize = 10_000;

/// What the program asks for when it calls the engine.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub request: &'a Request,
    pub tag: Option<&'a Tag>,
}

/// A call as far as it can be told at once: the place in the source, the operation, the object.
type Site = [usize; 3];

impl Call<'_> {
    fn site(&self) -> Site {
        let Request { at, op, .. } = *self.request;
        let object = self.tag.map_or(0, |tag| ptr::from_ref(tag).addr());
        [ptr::from_ref(at).addr(), ptr::from_ref(op).addr(), object]
    }
}

/// A call since the last effect.
struct Visit {
    site: Site,
    /// How many events were before it.
    index: usize,
    /// The state of the thread, and what it had written to: parts of `Spin::words`. Nothing if it was not looked at.
    state: Range<usize>,
    written: Range<usize>,
}

/// A loop repeats the same turn without events.
struct Repeating {
    turn: Range<usize>,
    /// How much of the turn is done.
    place: usize,
    turns: usize,
    /// Of these, how many at the end did not change the state of the thread, as far as it is known.
    idle_turns: usize,
    /// The state after one of the turns.
    state: Vec<usize>,
    /// Nobody could change what it reads, so nothing is left out.
    is_alone: bool,
}

/// Where a thread stands in a loop.
#[derive(Default)]
pub struct Spin {
    visits: Vec<Visit>,
    words: Vec<usize>,
    pub writes: Writes,
    repeating: Option<Repeating>,
    /// How often it has read again since its last event, and what; see [`Event::repeated`].
    pub repeated: (u32, u16),
    /// The events of the turn that it repeats for ever.
    turn: Range<usize>,
    /// Hints since the last call.
    hints: usize,
    /// Has it had an effect, or looked, since the last hint?
    effect: bool,
    looked: bool,
    /// Turns from hint to hint with an effect, one after the other.
    busy: usize,
}

impl Spin {
    pub fn clear(&mut self) {
        self.note_effect();
        self.repeated = (0, 0);
        self.hints = 0;
        self.effect = false;
        self.looked = false;
        self.busy = 0;
    }

    /// The thread has done something that another could notice.
    #[inline]
    pub fn note_effect(&mut self) {
        self.effect = true;
        if !self.visits.is_empty() {
            self.forget();
        }
    }

    /// Forgets where the thread has been.
    fn forget(&mut self) {
        self.visits.clear();
        self.words.clear();
        self.writes.clear();
        self.repeating = None;
    }
}

enum Next {
    GoOn,
    /// The value that the turn before has read.
    Again(u64),
    Stuck(Blocked),
    Prune,
    Blind,
}

/// The current thread asks for something that may be a part of an idle turn. Returns what it reads, if it repeats the turn before.
pub fn look(call: Call<'_>) -> Option<u64> {
    take(inside(|engine| engine.look(call)))
}

/// The current thread says that it waits.
pub fn hint() {
    gate::enter(|| take(inside(Engine::hint)));
}

fn take(next: Next) -> Option<u64> {
    match next {
        Next::GoOn => None,
        Next::Again(value) => Some(value),
        Next::Stuck(why) => stuck(why),
        Next::Prune => prune(),
        Next::Blind => fail(|engine| Failure::blind(engine)),
    }
}

impl Engine {
    fn look(&mut self, call: Call<'_>) -> Next {
        let (t, cursor) = (self.current, self.cursor[self.current]);
        let spin = &mut self.spins[t];
        let has_hint = spin.hints > 0;
        spin.hints = 0;
        spin.looked = true;
        let next = self.search.graph.threads[t].get(cursor).map(|next| next.repeated);
        if let Some((count, begin)) = next {
            // What takes place again is repeated as often as the first time.
            if spin.repeated.0 == count {
                self.leave_loop();
            } else if spin.repeating.is_none() {
                self.repeat_turn(usize::from(begin)..cursor, true);
            }
        }
        if self.spins[t].repeating.is_some()
            && let Some(next) = self.repeat(call)
        {
            return next;
        }
        let site = call.site();
        let before = self.spins[t].visits.iter().filter(|visit| visit.site == site).count();
        let (mut state, mut written, mut same) = (0..0, 0..0, None);
        if before > 0
            && let Some(ranges) = self.take_state(call)
        {
            (state, written) = ranges;
            same = self.spins[t].find(site, &state).map(|index| index..cursor);
        }
        if self.spins[t].visits.len() == MAX_VISITS {
            self.spins[t].forget();
        }
        let is_known = !state.is_empty();
        self.spins[t].visits.push(Visit { site, index: cursor, state, written });
        if next.is_none() {
            if let Some(turn) = same {
                return self.wait(turn, call);
            }
            let most = match is_known {
                true if self.exact_turns == FEW_TURNS && !has_hint => FEW_LOOKS,
                true => self.exact_turns,
                false => FEW_TURNS,
            };
            if before >= most
                && let Some(turn) = self.equal_turn(site)
            {
                return self.begin_to_repeat(turn, is_known, call);
            }
        }
        self.undrop();
        Next::GoOn
    }

    /// Adds the state of the current thread to its words, if it is known.
    fn take_state(&mut self, call: Call<'_>) -> Option<(Range<usize>, Range<usize>)> {
        let t = self.current;
        let (stack, registers) = self.gates[t].state()?;
        let Request { a, b, order, failure, .. } = *call.request;
        let spin = &mut self.spins[t];
        spin.writes.start();
        let begin = spin.words.len();
        spin.words.extend([a as usize, b as usize, order as usize, failure as usize]);
        spin.words.extend(registers);
        spin.words.extend(stack);
        let end = spin.words.len();
        let is_known = spin.writes.add_now(&mut spin.words);
        is_known.then_some((begin..end, end..spin.words.len()))
    }

    /// The current thread has made an idle turn, as far as its state tells.
    fn wait(&mut self, turn: Range<usize>, call: Call<'_>) -> Next {
        let t = self.current;
        if self.sight.is_none() {
            // It may have written to memory.
            return self.begin_to_repeat(turn, false, call);
        }
        let graph = &self.search.graph;
        if turn.clone().any(|index| graph.was_stale(EventId::new(t, index))) {
            return Next::Prune;
        }
        if !self.drop_write() {
            return Next::Prune;
        }
        self.spins[t].turn = turn;
        Next::Stuck(Blocked::Spinning)
    }

    /// The current thread begins to repeat a turn; `counts`: its state is known to be another one after each.
    fn begin_to_repeat(&mut self, turn: Range<usize>, counts: bool, call: Call<'_>) -> Next {
        if !self.drop_write() {
            return Next::Prune;
        }
        self.repeat_turn(turn, counts);
        self.repeat(call).unwrap_or(Next::GoOn)
    }

    fn repeat_turn(&mut self, turn: Range<usize>, counts: bool) {
        let is_alone = self.is_alone();
        self.has_counted |= counts && !is_alone;
        self.cut |= !counts && !is_alone;
        let spin = &mut self.spins[self.current];
        spin.turn = turn.clone();
        let (place, turns, idle_turns, state) = (0, 0, 0, Vec::new());
        spin.repeating = Some(Repeating { turn, place, turns, idle_turns, state, is_alone });
    }

    /// Takes the next step of the turn that the current thread repeats. `None` if this is another step: it has left the loop.
    fn repeat(&mut self, call: Call<'_>) -> Option<Next> {
        let t = self.current;
        let repeating = self.spins[t].repeating.as_ref().expect("a turn that is repeated");
        let turn = repeating.turn.clone();
        let events = &self.search.graph.threads[t][turn.clone()];
        let rest = |from: usize| events[from..].iter().position(is_step).map(|at| from + at);
        let at = rest(repeating.place);
        if at.is_none()
            && let Some(end) = self.end_repeated_turn(call)
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
    fn end_repeated_turn(&mut self, call: Call<'_>) -> Option<Next> {
        let t = self.current;
        let (end, state) = (self.spins[t].words.len(), self.take_state(call));
        let spin = &mut self.spins[t];
        let repeating = spin.repeating.as_mut()?;
        repeating.turns += 1;
        let is_same = match state {
            None => true,
            Some((state, written)) => {
                let state = &spin.words[state.start..written.end];
                let is_same = repeating.state == state;
                if !is_same && repeating.turns.is_power_of_two() {
                    repeating.state.clear();
                    repeating.state.extend(state);
                }
                is_same
            }
        };
        spin.words.truncate(end);
        repeating.idle_turns = if is_same { repeating.idle_turns + 1 } else { 0 };
        if repeating.turns == MAX_REPEATED {
            self.failure = Some(Failure::too_long(self));
            return Some(Next::Prune);
        }
        if self.cursor[t] < self.search.graph.threads[t].len() {
            return None;
        }
        let turns = if repeating.is_alone { repeating.idle_turns } else { repeating.turns };
        (turns >= self.config.max_turns).then_some(Next::Stuck(Blocked::Spinning))
    }

    /// If the current thread repeats a turn, it has left that loop by itself.
    pub fn leave_loop(&mut self) {
        let spin = &mut self.spins[self.current];
        if spin.repeating.is_some() {
            spin.forget();
            self.undrop();
        }
    }

    fn hint(&mut self) -> Next {
        self.counters.hints += 1;
        let (t, cursor) = (self.current, self.cursor[self.current]);
        let spin = &mut self.spins[t];
        if spin.effect || spin.looked {
            spin.busy = if spin.effect { spin.busy + 1 } else { 0 };
            (spin.effect, spin.looked) = (false, false);
        }
        spin.hints += 1;
        if self.config.max_busy_turns.is_some_and(|most| spin.busy > most) {
            self.cut = true;
            return Next::Stuck(Blocked::Bounded);
        }
        match spin.visits.last() {
            Some(last) if spin.hints >= MANY_HINTS * self.config.max_turns => {
                self.cut = true;
                if spin.repeating.is_none() {
                    spin.turn = last.index..cursor;
                }
                Next::Stuck(Blocked::Spinning)
            }
            None if spin.hints >= MAX_BARE_HINTS => Next::Blind,
            _ => Next::GoOn,
        }
    }

    /// The last turn from a call at `site`, if it has read what the one before it has read.
    fn equal_turn(&self, site: Site) -> Option<Range<usize>> {
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

    /// Does every read of the turn that a thread repeats read the newest write, or one that it repeats?
    pub fn reads_newest(&self, thread: usize) -> bool {
        let graph = &self.search.graph;
        graph.threads[thread][self.spins[thread].turn.clone()].iter().all(|event| {
            let newest = graph.places.get(usize::from(event.loc)).map(|place| place.mo.last());
            let newest = newest.flatten().copied().unwrap_or(EventId::INIT);
            !matches!(event.kind, Kind::Read | Kind::PlainRead)
                || graph.origin(event.loc, event.rf) == graph.origin(event.loc, newest)
        })
    }

    /// What the turn that a thread repeats does.
    pub fn turn_of(&self, thread: usize) -> Turn {
        let events = &self.search.graph.threads[thread][self.spins[thread].turn.clone()];
        let count = |f: fn(&Event) -> bool| events.iter().filter(|e| is_step(e) && f(e)).count();
        let rmws = count(|e| e.request.op.updates);
        let fences = count(|e| e.kind == Kind::Fence);
        Turn { thread, loads: count(|_| true) - rmws - fences, rmws, fences, writes: 0 }
    }
}

impl Spin {
    /// How many events were before the last visit of this site in this state.
    fn find(&self, site: Site, state: &Range<usize>) -> Option<usize> {
        let is_same = |visit: &&Visit| {
            visit.site == site
                && !visit.state.is_empty()
                && self.words[visit.state.clone()] == self.words[state.clone()]
                && self.writes.are_as(&self.words[visit.written.clone()])
        };
        self.visits.iter().rev().find(is_same).map(|visit| visit.index)
    }
}

/// Is the event a step that a loop repeats? The others are the engine's, or repeat what was read.
fn is_step(event: &Event) -> bool {
    let Op { role, .. } = *event.request.op;
    role == Role::Asked && matches!(event.kind, Kind::Read | Kind::PlainRead | Kind::Fence)
}
