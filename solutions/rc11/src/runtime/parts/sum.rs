//! What has come of the parts of an exploration, and what is left to one thread.

use super::{Parts, State};
use crate::core::part::Part;
use crate::core::search::Search;
use crate::runtime::explore::Step;
use crate::runtime::rest::Rest;
use std::iter;

impl Parts {
    /// What is left of `rest`, of which these were the parts.
    pub fn sum_up(mut self, mut rest: Rest) -> Rest {
        rest.progress.report.shares = std::mem::take(&mut self.shares);
        if self.is_for_one {
            rest.traits.is_for_one = true;
            return rest;
        }
        let order: Vec<usize> = self.in_order().collect();
        let mut first = self.head;
        if self.is_late {
            let is_stopped = |part: &usize| matches!(self.all[*part].state, State::Stopped(_));
            first = order.iter().copied().find(is_stopped);
            rest.left_by_others = Some(Step::Late);
        }
        let mut tally = std::mem::take(&mut self.sum);
        let mut search = Search::new(rest.plan.config.memory, rest.plan.config.spurious_failures);
        let mut later = Vec::new();
        for &part in &order {
            match std::mem::replace(&mut self.all[part].state, State::Anew) {
                State::Stopped(stop) if first == Some(part) => {
                    tally.add(stop.tally);
                    search = stop.search;
                    rest.traits = stop.traits;
                    rest.left_by_others = Some(stop.step);
                    later = self.after(part, &order, false);
                }
                _ if first == Some(part) => {
                    search.begin(std::mem::take(&mut self.all[part].origin));
                    later = self.after(part, &order, true);
                }
                State::Ended(seen) | State::GivenUp(seen) if self.is_late => tally.add(seen),
                _ => {}
            }
        }
        search.append(later.into_iter());
        search.deepest = search.deepest.max(rest.search.deepest).max(tally.deepest);
        rest.search = search;
        rest.add(tally);
        rest
    }

    /// The parts after `first`, each as it was given out. Those that were given out of another one of them are in that one, as are those
    /// out of `first` if that is `whole`.
    fn after(&mut self, first: usize, order: &[usize], whole: bool) -> Vec<Part> {
        let mut is_whole = vec![false; self.all.len()];
        is_whole[first] = whole;
        let mut later = Vec::new();
        for &part in order.iter().skip_while(|part| **part != first).skip(1) {
            let parent = |part: &usize| self.all[*part].parent;
            if !iter::successors(parent(&part), parent).any(|parent| is_whole[parent]) {
                is_whole[part] = true;
                later.push(std::mem::take(&mut self.all[part].origin));
            }
        }
        later
    }
}
