//! Trails: what leads to one execution.
//!
//! A program does the same when it is run again, but for what is chosen: which thread goes on, which write a read reads, where in mo a
//! write is put. A trail has these choices, one event after the other, in an order in which the execution can grow: each read comes
//! after what it reads. Any part of a consistent graph that is closed under po ∪ rf is consistent, so each event is allowed when its
//! turn comes.
//!
//! Most choices are the plainest ones: a read reads the newest write, a write is put last. So a trail is written down as the threads
//! that go on, each with how many events it adds, and only what is not plain is named:
//!
//! ```text
//! a5b3.1a2      thread 0 adds five events and thread 1 three, of which the last reads the write before the newest one;
//!               then thread 0 adds two
//! b1:2          thread 1 adds an event that goes on in its third way
//! b1+12@3       before it adds its event, thread 1 has read again, twelve times in all, what its events from number 3 on had read
//! ```
//!
//! The last is what a loop does whose turns are not all explored: it adds no events.

use super::clock::MAX_THREADS;
use super::event::{EventId, Kind};
use super::graph::Graph;
use super::search::Search;
use std::fmt;
use std::str::FromStr;

/// What was chosen for an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Choice {
    /// The thread that goes on.
    pub thread: usize,
    /// How many writes there are that are newer in mo: than the one that is read, or than the place of the one that is written.
    pub behind: usize,
    /// Which of several ways it goes on in.
    pub pick: u64,
    /// What the thread has done before without events; see [`Event::repeated`](super::event::Event::repeated).
    pub repeated: (u32, u16),
}

impl Choice {
    /// The plainest one.
    pub fn plain(thread: usize) -> Self {
        Self { thread, behind: 0, pick: 0, repeated: (0, 0) }
    }

    fn is_plain(self) -> bool {
        self == Self::plain(self.thread)
    }
}

/// What leads to an execution. As text, it is its name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trail {
    pub(crate) choices: Vec<Choice>,
}

/// Some text is no [`Trail`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoTrail;

impl fmt::Display for NoTrail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The name of an execution is like a5b3.1a2")
    }
}

impl std::error::Error for NoTrail {}

impl Trail {
    /// What led to these events of `graph`, which stand in an order in which it can grow.
    pub fn of(graph: &Graph, order: &[EventId]) -> Self {
        let mut place = vec![Vec::new(); graph.threads.len()];
        for (at, id) in order.iter().enumerate() {
            place[id.thread()].resize(id.index() + 1, usize::MAX);
            place[id.thread()][id.index()] = at;
        }
        let is_there = |write: EventId, at: usize| {
            place[write.thread()].get(write.index()).is_some_and(|&place| place < at)
        };
        let choice = |(at, &id): (usize, &EventId)| {
            let event = graph.event(id);
            let seen = match event.kind {
                Kind::Read => Some(event.rf),
                Kind::Write if !event.exclusive => Some(id),
                _ => None,
            };
            let newer = |seen| {
                let mo = &graph.places[usize::from(event.loc)].mo;
                mo[graph.pos(seen) + 1..].iter().filter(|&&write| is_there(write, at)).count()
            };
            Choice {
                thread: id.thread(),
                behind: seen.map_or(0, newer),
                pick: if event.kind == Kind::Choice { event.value } else { event.pick.into() },
                repeated: event.repeated,
            }
        };
        Self { choices: order.iter().enumerate().map(choice).collect() }
    }

    /// It leads nowhere.
    pub fn is_empty(&self) -> bool {
        self.choices.is_empty()
    }

    /// What each thread does without events before each of its own.
    pub fn repetitions(&self) -> [Vec<(u32, u16)>; MAX_THREADS] {
        let mut all: [Vec<(u32, u16)>; MAX_THREADS] = Default::default();
        for choice in &self.choices {
            all[choice.thread].push(choice.repeated);
        }
        all
    }

    /// The first `len` choices, and another one.
    pub(crate) fn turning(&self, len: usize, to: Choice) -> Self {
        let mut choices = self.choices[..len].to_vec();
        choices.push(to);
        Self { choices }
    }
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut plain = 0;
        for (at, choice) in self.choices.iter().enumerate() {
            let goes_on = self.choices.get(at + 1).is_some_and(|next| next.thread == choice.thread);
            plain += 1;
            if choice.is_plain() && goes_on {
                continue;
            }
            write!(f, "{}{plain}", char::from(b'a' + choice.thread as u8))?;
            if choice.behind > 0 {
                write!(f, ".{}", choice.behind)?;
            }
            if choice.pick > 0 {
                write!(f, ":{}", choice.pick)?;
            }
            if let (count @ 1.., begin) = choice.repeated {
                write!(f, "+{count}@{begin}")?;
            }
            plain = 0;
        }
        Ok(())
    }
}

impl FromStr for Trail {
    type Err = NoTrail;

    fn from_str(text: &str) -> Result<Self, NoTrail> {
        /// No execution has more events.
        const MOST: usize = 1 << 16;
        let mut rest = text;
        let mut choices = Vec::new();
        while let Some(letter) = rest.bytes().next() {
            let thread = usize::from(letter.wrapping_sub(b'a'));
            if thread >= MAX_THREADS {
                return Err(NoTrail);
            }
            let count = number(&mut rest, 1)?;
            let room = MOST.checked_sub(choices.len()).ok_or(NoTrail)?;
            if count == 0 || count > room as u64 {
                return Err(NoTrail);
            }
            choices.extend((0..count).map(|_| Choice::plain(thread)));
            let last = choices.last_mut().expect("at least one");
            if rest.starts_with('.') {
                last.behind = number(&mut rest, 1)? as usize;
            }
            if rest.starts_with(':') {
                last.pick = number(&mut rest, 1)?;
            }
            if rest.starts_with('+') {
                let count = number(&mut rest, 1)?.try_into();
                let begin = number(&mut rest, 1)?.try_into();
                last.repeated = count.ok().zip(begin.ok()).ok_or(NoTrail)?;
            }
        }
        if choices.is_empty() { Err(NoTrail) } else { Ok(Self { choices }) }
    }
}

/// Takes a number that comes after `skip` bytes.
fn number(rest: &mut &str, skip: usize) -> Result<u64, NoTrail> {
    let digits = rest.get(skip..).ok_or(NoTrail)?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let number = digits[..end].parse().map_err(|_| NoTrail)?;
    *rest = &digits[end..];
    Ok(number)
}

impl Search {
    /// Lets a new read, which is the last event and may read from place `first` in mo on, read what was chosen. False if it may not.
    pub fn read_as_chosen(&mut self, id: EventId, first: usize, choice: Choice) -> bool {
        let mo = &self.graph.places[usize::from(self.graph.event(id).loc)].mo;
        let place = (mo.len() - 1).checked_sub(choice.behind).filter(|place| *place >= first);
        let Some(rf) = place.map(|place| mo[place]) else { return false };
        if choice.pick >= u64::from(self.graph.picks(id, rf, self.spurious)) {
            return false;
        }
        self.graph.set_read(id, rf, choice.pick as u8);
        self.graph.set_clocks(id);
        self.graph.allows_read(id) && self.axioms.hold(&self.graph, &[id])
    }

    /// Puts a new write, which is the last event, where it was chosen to be. False if it may not be there.
    pub fn put_as_chosen(&mut self, id: EventId, choice: Choice) -> bool {
        self.graph.set_clocks(id);
        let event = self.graph.event(id);
        let (loc, exclusive) = (usize::from(event.loc), event.exclusive);
        let mut slots = Vec::new();
        self.graph.slots(id, &mut slots);
        let last = self.graph.places[loc].mo.len() - 1;
        let wanted = last.checked_sub(choice.behind);
        let slot = slots.iter().map(|&slot| usize::from(slot));
        let slot = slot.clone().find(|&slot| exclusive || Some(slot) == wanted);
        self.graph.insert(id, slot.unwrap_or(last) + 1);
        slot.is_some() && self.axioms.hold(&self.graph, &[id])
    }
}

#[cfg(test)]
mod tests;
