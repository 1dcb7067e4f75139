//! How large a search is, told before it has ended.
//!
//! The search is a tree: an execution has as its children those that go on otherwise at one of its events. A *survey* goes through what
//! is left of it, level by level. Ways to go on are taken for alike if they leave as many events of their graphs. Of those that are
//! alike a few are drawn at random, and each stands for its share of them all. What the executions stand for, added up, is the
//! number of all executions that are left: not each time, but on average over all draws.
//!
//! This is heterogeneous sampling (P. C. Chen, *Heterogeneous Sampling: A Method for Predicting the Performance of Tree Searching
//! Programs*, SIAM Journal on Computing, 1992), with several representatives of a stratum in place of one. Walks from the root to a leaf
//! (Knuth, *Estimating the Efficiency of Backtrack Programs*, 1975) take many more executions to say as much: backward revisits make
//! some subtrees much larger than others, and a walk seldom meets those.
//!
//! Every execution that a search has left can be drawn, but not each with the same chance: of each kind equally many are.

use super::clock::Clock;
use super::event::EventId;
use super::graph::Graph;
use super::search::{Change, Item, Search};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A way to go on, and for how many it stands.
#[derive(Clone)]
struct Way {
    item: Item,
    graph: Arc<Graph>,
    weight: f64,
}

/// What is left of a search, looked at by samples.
pub struct Survey {
    /// How many are drawn of those that are alike.
    per: usize,
    random: Random,
    /// Those of this level that were drawn and have not had their turn.
    level: Vec<Way>,
    /// All that lead to the next level, by the number of events that they leave.
    below: BTreeMap<usize, Vec<Way>>,
    /// What the execution under way stands for.
    weight: f64,
    /// Those that were begun.
    pub drawn: u64,
    /// What they stand for.
    pub all: f64,
}

impl Survey {
    /// Of what `search` has left. Of ways that are alike `per` are drawn.
    pub fn of(search: &Search, per: usize, seed: u64) -> Self {
        let mut survey = Self {
            per: per.max(1),
            random: Random::new(seed),
            level: Vec::new(),
            below: BTreeMap::new(),
            weight: 1.0,
            drawn: 0,
            all: 0.0,
        };
        for (graph, work) in search.left() {
            survey.add(graph, work);
        }
        survey
    }

    /// Makes the next graph to run that of `search`, which has nothing but what the last run has left in it. `None` if the
    /// survey has ended. The event that was changed is returned.
    pub fn next(&mut self, search: &mut Search) -> Option<EventId> {
        loop {
            self.add(&search.graph, &search.work);
            search.forget_work();
            let way = self.next_way()?;
            search.graph.copy_from(&way.graph);
            self.weight = way.weight;
            if search.apply(way.item) {
                self.drawn += 1;
                self.all += self.weight;
                return Some(way.item.id);
            }
        }
    }

    fn next_way(&mut self) -> Option<Way> {
        if self.level.is_empty() {
            for (_, alike) in std::mem::take(&mut self.below) {
                self.level.extend(self.random.draw(alike, self.per));
            }
        }
        self.level.pop()
    }

    fn add(&mut self, graph: &Graph, work: &[Item]) {
        if work.is_empty() {
            return;
        }
        let mut copy = Graph::default();
        copy.copy_from(graph);
        let graph = Arc::new(copy);
        for &item in work {
            let way = Way { item, graph: graph.clone(), weight: self.weight };
            self.below.entry(kept(&graph, item)).or_default().push(way);
        }
    }
}

/// How many events the change leaves of the graph.
fn kept(graph: &Graph, item: Item) -> usize {
    let (stamp, keep) = match item.change {
        Change::Revisit { write } => (graph.event(item.id).stamp, graph.event(write).porf),
        _ => (item.stamp, Clock::default()),
    };
    (0..graph.threads.len()).map(|thread| graph.kept(thread, stamp, &keep)).sum()
}

/// Numbers that look random, and are the same each time (xorshift64: Marsaglia, *Xorshift RNGs*, 2003).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        // Any number but 0; neighbouring seeds are set apart.
        Self(seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// From 0 to 1, and not 1.
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// At most `most` of them, which stand for all: those that steps of the same size come to, along the weights of all in a row.
    fn draw(&mut self, ways: Vec<Way>, most: usize) -> Vec<Way> {
        if ways.len() <= most {
            return ways;
        }
        let step = ways.iter().map(|way| way.weight).sum::<f64>() / most as f64;
        let mut next = self.next() * step;
        let mut drawn = Vec::with_capacity(most);
        let mut sum = 0.0;
        for way in ways {
            sum += way.weight;
            let mut weight = 0.0;
            while next < sum {
                weight += step;
                next += step;
            }
            if weight > 0.0 {
                drawn.push(Way { weight, ..way });
            }
        }
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::{Random, Way};
    use crate::core::event::EventId;
    use crate::core::graph::Graph;
    use crate::core::search::{Change, Item};
    use std::sync::Arc;

    fn way(value: u64, weight: f64) -> Way {
        let item = Item { id: EventId::INIT, stamp: 0, change: Change::Choice { value } };
        Way { item, graph: Arc::new(Graph::default()), weight }
    }

    #[test]
    fn those_that_are_drawn_stand_for_all() {
        let mut random = Random::new(0);
        for _ in 0..100 {
            let ways: Vec<_> = (0..50).map(|n| way(n, 1.0 + n as f64)).collect();
            let sum: f64 = ways.iter().map(|way| way.weight).sum();
            let drawn = random.draw(ways, 8);
            assert!(drawn.len() <= 8);
            let stands_for: f64 = drawn.iter().map(|way| way.weight).sum();
            assert!((stands_for - sum).abs() < 1e-6 * sum, "{stands_for} of {sum}");
        }
    }

    #[test]
    fn each_is_drawn_as_often_as_its_weight_says() {
        let mut random = Random::new(7);
        let mut weights = [0.0; 4];
        const TIMES: usize = 10_000;
        for _ in 0..TIMES {
            let ways = (0..4).map(|n| way(n, [1.0, 2.0, 3.0, 14.0][n as usize])).collect();
            for way in random.draw(ways, 2) {
                let Change::Choice { value } = way.item.change else { unreachable!() };
                weights[value as usize] += way.weight / TIMES as f64;
            }
        }
        for (is, should) in weights.into_iter().zip([1.0, 2.0, 3.0, 14.0]) {
            assert!((is - should).abs() < 0.2 * should, "{weights:?}");
        }
    }

    #[test]
    fn few_are_all_taken() {
        let drawn = Random::new(1).draw(vec![way(0, 5.0), way(1, 0.5)], 2);
        assert_eq!(drawn.iter().map(|way| way.weight).collect::<Vec<_>>(), [5.0, 0.5]);
    }
}
