//! What std's own atomics put in order.
//!
//! The atomics of std, those in its `Arc` for instance, are no events of the graph: a model does not explore what they can read. But
//! what they order is ordered. So an acquire that reads what a release has written is an edge between two points of the execution,
//! beside those of the graph.

use super::accesses::Now;
use super::state::last_event;
use crate::core::clock::{Clock, MAX_THREADS};
use crate::runtime::run::inside;
use hashbrown::{DefaultHashBuilder, HashMap};
use std::alloc::System;
use std::sync::atomic::Ordering;

/// For each thread, the epoch of its last release that is known of, and one more; 0 is none.
type Released = [u16; MAX_THREADS];

/// All that `thread` does up to `from` happens before all that `by` does from `to` on.
#[derive(Clone, Copy)]
struct Edge {
    thread: usize,
    from: u16,
    by: usize,
    to: u16,
}

/// The edges of an execution.
pub struct Edges {
    edges: super::Vec<Edge>,
    /// What an acquire learns that reads a word.
    words: HashMap<usize, Released, DefaultHashBuilder, System>,
    /// What an acquire fence learns, for each thread.
    acquirable: [Released; MAX_THREADS],
    /// The epoch of each thread's last release fence, and one more.
    fenced: [u16; MAX_THREADS],
}

/// How a word is accessed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Load,
    Store,
    Update,
}

fn acquires(order: Ordering) -> bool {
    matches!(order, Ordering::Acquire | Ordering::AcqRel | Ordering::SeqCst)
}

fn releases(order: Ordering) -> bool {
    matches!(order, Ordering::Release | Ordering::AcqRel | Ordering::SeqCst)
}

impl Edges {
    pub fn new() -> Self {
        Self {
            edges: super::new_vec(),
            words: HashMap::with_hasher_in(DefaultHashBuilder::default(), System),
            acquirable: Default::default(),
            fenced: Default::default(),
        }
    }

    pub fn clear(&mut self) {
        self.edges.clear();
        self.words.clear();
        self.acquirable = Default::default();
        self.fenced = Default::default();
    }

    pub fn len(&self) -> usize {
        self.edges.len()
    }

    /// What `thread` knows after `epoch` events.
    pub fn now(&self, thread: usize, epoch: usize) -> Now {
        let clock = inside(|engine| {
            let hb = |thread, epoch| {
                let event = last_event(thread, epoch);
                event.map_or(Clock::default(), |id| engine.search.graph.event(id).hb)
            };
            let mut clock = hb(thread, epoch);
            if self.edges.is_empty() {
                return clock.to_array();
            }
            let mut counts = clock.to_array();
            // It knows of what it has acquired since its last event, too.
            counts[thread] = epoch as u16 + 1;
            loop {
                let before = counts;
                for edge in &self.edges {
                    if counts[edge.by] > edge.to && counts[edge.thread] <= edge.from {
                        clock = hb(edge.thread, usize::from(edge.from));
                        counts[edge.thread] = edge.from + 1;
                        for (count, known) in counts.iter_mut().zip(clock.to_array()) {
                            *count = known.max(*count);
                        }
                    }
                }
                if counts == before {
                    return counts;
                }
            }
        });
        Now { thread: thread as u8, epoch: epoch as u16, clock }
    }

    /// An atomic operation of `now`'s thread on the word at `address`; the threads stand at `cursor`.
    pub fn step(
        &mut self,
        now: &Now,
        cursor: &[usize; MAX_THREADS],
        address: usize,
        step: Step,
        order: Ordering,
    ) {
        let me = usize::from(now.thread);
        let word = self.words.get(&address).copied();
        let released = word.unwrap_or_default();
        if step != Step::Store {
            // What nobody was seen to write may have been written by compiled code of std's, and by whom is not known.
            let learnt = match word {
                None if step == Step::Load => cursor.map(|epoch| epoch as u16 + 1),
                _ => released,
            };
            for (mine, theirs) in self.acquirable[me].iter_mut().zip(learnt) {
                *mine = (*mine).max(theirs);
            }
            if acquires(order) {
                self.learn(now, &learnt);
            }
        }
        if step != Step::Load {
            let mut next = if step == Step::Update { released } else { Released::default() };
            let published = if releases(order) { now.epoch + 1 } else { self.fenced[me] };
            next[me] = next[me].max(published);
            self.words.insert(address, next);
        }
    }

    /// A fence of `now`'s thread.
    pub fn fence(&mut self, now: &Now, order: Ordering) {
        let me = usize::from(now.thread);
        if acquires(order) {
            let learnt = self.acquirable[me];
            self.learn(now, &learnt);
        }
        if releases(order) {
            self.fenced[me] = now.epoch + 1;
        }
    }

    fn learn(&mut self, now: &Now, released: &Released) {
        let by = usize::from(now.thread);
        for (thread, &count) in released.iter().enumerate() {
            // Below: it is known already.
            if let Some(from) = count.checked_sub(1)
                && thread != by
                && now.clock[thread] <= from
            {
                self.edges.push(Edge { thread, from, by, to: now.epoch });
            }
        }
    }
}
