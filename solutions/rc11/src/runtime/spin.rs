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
//! So a loop is as good as an assumption in its place, `while !is_over() {}` as "go on only if it is over", with as many executions. But the
//! first turn must begin in the state in which the second one does. An optimiser that makes two copies of the first look, one before
//! the loop, leaves two ways to go on, and both are explored: which of them was taken is in no state. `tests/assumes.rs` has the numbers.
//!
//! **No false alarm.** A stuck thread is only part of a livelock if each read of its turn reads the newest write (or one that the newest one repeats). Every
//! write becomes visible at last, so a thread that reads an old one will not do so for ever.
//!
//! What is not explored costs the word *complete*: see [`repeat`](super::repeat).
//!
//! That idle turns add nothing was shown in *Dynamic Partial Order Reductions for Spinloops* (Kokologiannakis, Ren, Vafeiadis, FMCAD
//! 2021), where a compiler pass finds them.

use crate::core::event::{Event, EventId, Kind, Request};
use crate::runtime::failure::{Blocked, Failure};
use crate::runtime::gate;
use crate::runtime::object::Tag;
use crate::runtime::repeat::{FEW_LOOKS, FEW_TURNS, is_step};
use crate::runtime::report::Turn;
use crate::runtime::run::{fail, inside, prune, stuck};
use crate::runtime::state::{Engine, Status};
use crate::runtime::visits::{Site, Visit};
use std::ops::Range;
use std::ptr;

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

impl Call<'_> {
    fn site(&self) -> Site {
        let Request { at, op, .. } = *self.request;
        let object = self.tag.map_or(0, |tag| ptr::from_ref(tag).addr());
        [ptr::from_ref(at).addr(), ptr::from_ref(op).addr(), object]
    }
}

pub enum Next {
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
        let next = next.or_else(|| self.guided_repetitions[t].get(cursor).copied());
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
        if before > 0 && gate::EXISTS && !self.is_gated {
            // From now on no part of the engine leaves anything on the stacks that are compared.
            self.is_gated = true;
            self.starts_over = true;
            return Next::Prune;
        }
        let (mut state, mut written, mut same) = (0..0, 0..0, None);
        if self.is_gated
            && (before > 0 || self.is_first_turn_compared())
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
            // Who asks how often it has done what sees more than memory.
            if let Some(turn) = same.filter(|_| !self.is_asked_for_counters || before >= FEW_LOOKS)
            {
                self.cut |= self.is_asked_for_counters;
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

    /// May the first turn of a loop be idle, too? Not where the state of a thread is not all, so that turns are compared for longer. And
    /// not where code of several compilers is to have as many executions: how they lay out a loop decides whether the first turn is like
    /// the second.
    fn is_first_turn_compared(&self) -> bool {
        self.sight.is_some() && !self.is_asked_for_counters && !self.config.by_address
    }

    /// Adds the state of the current thread to its words, if it is known.
    pub fn take_state(&mut self, call: Call<'_>) -> Option<(Range<usize>, Range<usize>)> {
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
        // Where the next turn would read something else, the thread does not wait.
        Next::Stuck(if self.reads_newest(t) { Blocked::Spinning } else { Blocked::Overtaken })
    }

    fn hint(&mut self) -> Next {
        self.counters.hints += 1;
        let (t, cursor) = (self.current, self.cursor[self.current]);
        // Where no other thread has ever been, there is nobody to wait for: these are not the turns of a loop that waits. Somebody who is
        // told of threads that wait wants to hear of a lone one as well.
        let is_judged = self.config.on_wait.is_some() || self.config.on_stuck.is_some();
        let is_turn = is_judged || !self.has_one_thread();
        let spin = &mut self.spins[t];
        if spin.effect || spin.looked {
            spin.busy = if spin.effect && is_turn { spin.busy + 1 } else { 0 };
            (spin.effect, spin.looked) = (false, false);
        }
        spin.hints += 1;
        if self.config.max_busy_turns.is_some_and(|most| spin.busy > most) {
            self.cut = true;
            return Next::Stuck(Blocked::Bounded);
        }
        let is_long = spin.repeating.is_some() || self.exact_turns > FEW_TURNS;
        match spin.visits.last().filter(|_| is_long) {
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

    /// Has there been no thread but the first so far?
    pub fn has_one_thread(&self) -> bool {
        self.status[1..].iter().all(|status| matches!(status, Status::Absent))
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
