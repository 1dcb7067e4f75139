//! Of all orders that respect a partial one, one with the fewest switches between threads: a shortest path.

use crate::core::clock::MAX_THREADS;
use crate::core::event::EventId;
use crate::core::timeline::schedule::{Order, Unit};
use std::collections::{HashMap, VecDeque};

/// How many states the search looks at, before it takes what looks best at each step.
const MAX_STATES: usize = 4_000;

/// How many units of each thread are done, and the thread of the last one that is shown.
type State = ([u16; MAX_THREADS], u8);

const NOBODY: u8 = u8::MAX;

impl Order {
    fn ready(&self, done: &[u16; MAX_THREADS], thread: usize) -> Option<usize> {
        let unit = self.starts[thread] + usize::from(done[thread]);
        let is_done = |&other: &usize| {
            let owner = self.units[other].first.thread();
            other < self.starts[owner] + usize::from(done[owner])
        };
        (unit < self.starts[thread + 1] && self.before[unit].iter().all(is_done)).then_some(unit)
    }

    /// Takes every unit that can be taken and is not shown: they cost nothing.
    fn take_unseen(&self, done: &mut [u16; MAX_THREADS], mut take: impl FnMut(usize)) {
        let mut thread = 0;
        while thread < MAX_THREADS {
            match self.ready(done, thread).filter(|&unit| !self.units[unit].shown) {
                Some(unit) => {
                    take(unit);
                    done[thread] += 1;
                    thread = 0;
                }
                None => thread += 1,
            }
        }
    }

    /// The events, in an order that respects this one and has few switches.
    pub fn run(&self) -> Vec<EventId> {
        let mut events = Vec::new();
        let mut emit = |unit: usize| {
            let Unit { first, len, .. } = self.units[unit];
            events.extend((0..len).map(|i| EventId::new(first.thread(), first.index() + i)));
        };
        let mut done = [0; MAX_THREADS];
        self.take_unseen(&mut done, &mut emit);
        for thread in self.best().unwrap_or_else(|| self.greedy()) {
            emit(self.starts[thread] + usize::from(done[thread]));
            done[thread] += 1;
            self.take_unseen(&mut done, &mut emit);
        }
        events
    }

    /// The threads of the units that are shown, in an order with the fewest switches.
    fn best(&self) -> Option<Vec<usize>> {
        let mut start = [0; MAX_THREADS];
        self.take_unseen(&mut start, |_| {});
        let mut known: HashMap<State, (u32, State)> = HashMap::new();
        let mut open = VecDeque::from([((start, NOBODY), (start, NOBODY), 0)]);
        let end = |done: &[u16; MAX_THREADS]| {
            (0..MAX_THREADS).all(|t| usize::from(done[t]) == self.starts[t + 1] - self.starts[t])
        };
        while let Some((state, from, cost)) = open.pop_front() {
            if known.contains_key(&state) {
                continue;
            }
            known.insert(state, (cost, from));
            if end(&state.0) {
                return Some(path(&known, state));
            }
            if known.len() > MAX_STATES {
                return None;
            }
            for thread in (0..MAX_THREADS).filter(|&t| self.ready(&state.0, t).is_some()) {
                let mut done = state.0;
                done[thread] += 1;
                self.take_unseen(&mut done, |_| {});
                let next = (done, thread as u8);
                if state.1 == thread as u8 || state.1 == NOBODY {
                    open.push_front((next, state, cost));
                } else {
                    open.push_back((next, state, cost + 1));
                }
            }
        }
        unreachable!("po ∪ rf is acyclic, so some unit is ready until all are done")
    }

    /// As `best`, but each thread just goes on as long as it can.
    fn greedy(&self) -> Vec<usize> {
        let mut done = [0; MAX_THREADS];
        self.take_unseen(&mut done, |_| {});
        let mut threads = Vec::new();
        let mut current = 0;
        loop {
            if self.ready(&done, current).is_none() {
                let next = (0..MAX_THREADS).find(|&t| self.ready(&done, t).is_some());
                let Some(next) = next else { return threads };
                current = next;
            }
            threads.push(current);
            done[current] += 1;
            self.take_unseen(&mut done, |_| {});
        }
    }
}

fn path(known: &HashMap<State, (u32, State)>, mut state: State) -> Vec<usize> {
    let mut threads = Vec::new();
    while state.1 != NOBODY {
        threads.push(usize::from(state.1));
        state = known[&state].1;
    }
    threads.reverse();
    threads
}
