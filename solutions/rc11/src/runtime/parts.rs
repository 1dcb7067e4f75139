//! The parts of an exploration, in the order in which one thread would explore them; see [`together`](super::together).

mod sum;

use crate::core::part::Part;
use crate::core::search::Search;
use crate::runtime::explore::Step;
use crate::runtime::rest::{Tally, Traits};
use crate::runtime::together::Job;
use std::iter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// What an OS thread is told that explores a part.
pub(super) struct Orders {
    /// Nobody needs the rest of it.
    stop: AtomicBool,
    /// After so many executions nobody needs the rest of it.
    most: AtomicU64,
}

impl Orders {
    // Relaxed, here and below: what is read late is only obeyed later.
    pub fn is_to_stop(&self) -> bool {
        self.stop.load(Relaxed)
    }

    pub fn most(&self) -> u64 {
        self.most.load(Relaxed)
    }
}

enum State {
    /// Nobody explores it yet.
    Waiting,
    Running,
    /// It was explored to its end.
    Ended(Tally),
    /// One of its executions has to be looked at on one thread.
    Stopped(Box<Stop>),
    /// It has to be explored anew, on one thread.
    Anew,
    /// Something before it makes it superfluous.
    GivenUp(Tally),
}

/// How far a part was explored, and what has come of the last execution.
pub(super) struct Stop {
    pub tally: Tally,
    pub traits: Traits,
    pub search: Search,
    pub step: Step,
}

struct Entry {
    /// As it was given out.
    origin: Part,
    /// The part that it was a part of then.
    parent: Option<usize>,
    /// The part that comes after it in the order.
    next: Option<usize>,
    state: State,
    orders: Arc<Orders>,
}

/// The parts.
pub(super) struct Parts {
    all: Vec<Entry>,
    /// The first that is not added up.
    head: Option<usize>,
    /// Those before it.
    sum: Tally,
    /// The most executions that there may be.
    most: u64,
    /// How many executions each OS thread has run.
    pub shares: Vec<u64>,
    /// So many OS threads wait for a part.
    pub waiting: usize,
    is_late: bool,
    is_for_one: bool,
    /// For tests: what can be given out is.
    is_generous: bool,
}

impl Parts {
    pub fn new(whole: Part, most: u64, is_generous: bool) -> Self {
        let mut parts = Self {
            all: Vec::new(),
            head: Some(0),
            sum: Tally::default(),
            most,
            shares: Vec::new(),
            waiting: 0,
            is_late: false,
            is_for_one: false,
            is_generous,
        };
        parts.push(whole, None, None);
        parts
    }

    fn push(&mut self, origin: Part, parent: Option<usize>, next: Option<usize>) {
        let orders = Orders { stop: AtomicBool::new(false), most: AtomicU64::new(self.most) };
        let (state, orders) = (State::Waiting, Arc::new(orders));
        self.all.push(Entry { origin, parent, next, state, orders });
    }

    /// The parts that are not added up, in their order.
    fn in_order(&self) -> impl Iterator<Item = usize> {
        iter::successors(self.head, |part| self.all[*part].next)
    }

    fn in_state(&self, is_it: fn(&State) -> bool) -> impl Iterator<Item = usize> {
        self.in_order().filter(move |part| is_it(&self.all[*part].state))
    }

    /// How many OS threads wait for a part that nobody has given out.
    pub fn hungry(&self) -> usize {
        let given_out = self.in_state(|state| matches!(state, State::Waiting)).count();
        self.waiting.saturating_sub(given_out) + usize::from(self.is_generous)
    }

    /// No part has to be explored any more.
    pub fn are_over(&self) -> bool {
        self.in_state(|state| matches!(state, State::Waiting | State::Running)).next().is_none()
    }

    /// The first part that nobody explores.
    pub fn take(&mut self) -> Option<(Job, Part)> {
        let part = self.in_state(|state| matches!(state, State::Waiting)).next()?;
        let entry = &mut self.all[part];
        entry.state = State::Running;
        Some((Job { part, orders: entry.orders.clone() }, entry.origin.clone()))
    }

    /// The last piece of `of` is a part of its own.
    pub fn add(&mut self, of: usize, part: Part) {
        let new = self.all.len();
        let next = self.all[of].next.replace(new);
        self.push(part, Some(of), next);
    }

    /// A part was explored to its end.
    pub fn end(&mut self, part: usize, tally: Tally) {
        self.all[part].state = State::Ended(tally);
        self.add_up();
    }

    fn add_up(&mut self) {
        while let Some(head) = self.head {
            let entry = &mut self.all[head];
            let left = self.most - self.sum.executions;
            entry.orders.most.store(left, Relaxed);
            let State::Ended(tally) = &mut entry.state else { return };
            if tally.executions >= left {
                self.explore_anew(head);
                return;
            }
            self.sum.add(std::mem::take(tally));
            entry.origin = Part::default();
            self.head = entry.next;
        }
    }

    /// A part stops at an execution that has to be looked at.
    pub fn stop(&mut self, part: usize, stop: Stop) {
        let is_last = || {
            let before = self.sum.executions + stop.tally.executions;
            self.head == Some(part) && before + 1 == self.most
        };
        if matches!(stop.step, Step::Counted) && !is_last() {
            // Which execution is the last one within the bound is not known.
            self.explore_anew(part);
            return;
        }
        self.all[part].state = State::Stopped(Box::new(stop));
        self.give_up_after(part);
    }

    fn explore_anew(&mut self, part: usize) {
        self.all[part].state = State::Anew;
        self.give_up_after(part);
    }

    /// A part has stopped before its end, since nobody needs it.
    pub fn give_up(&mut self, part: usize, tally: Tally) {
        self.all[part].state = State::GivenUp(tally);
    }

    fn give_up_after(&mut self, part: usize) {
        let later: Vec<usize> =
            self.in_order().skip_while(|other| *other != part).skip(1).collect();
        self.give_up_all(later);
    }

    fn give_up_all(&mut self, parts: Vec<usize>) {
        for part in parts {
            let entry = &mut self.all[part];
            entry.orders.stop.store(true, Relaxed);
            if let State::Waiting = entry.state {
                entry.state = State::GivenUp(Tally::default());
            }
        }
    }

    /// The time is up.
    pub fn are_late(&mut self) {
        self.is_late = true;
        self.give_up_all(self.in_order().collect());
    }

    /// The program cannot be explored by several, as an execution of this part has shown.
    pub fn are_for_one(&mut self, part: usize) {
        self.is_for_one = true;
        self.give_up(part, Tally::default());
        self.give_up_all(self.in_order().collect());
    }
}
