//! What an execution is in which no thread can go on.

use crate::core::clock::MAX_THREADS;
use crate::runtime::failure::{Blocked, Failure, blocked};
use crate::runtime::report::{Stuck, Turn};
use crate::runtime::run::Outcome;
use crate::runtime::state::{Engine, Status};

impl Engine {
    /// Is an execution in which no thread can go on a failure?
    pub fn verdict(&mut self) -> Outcome {
        let bounded = |t: &usize| self.status[*t] == Status::Stuck(Blocked::Bounded);
        if let Some(thread) = (0..MAX_THREADS).find(bounded) {
            self.cut = true;
            if self.endless.is_none()
                && self.config.on_wait.is_none()
                && self.config.on_stuck.is_none()
            {
                self.endless = Some(Failure::endless(self));
            }
            let turn = Turn { thread, loads: 0, rmws: 0, fences: 0, writes: 1 };
            let objection = self.plan.config.on_wait.clone().and_then(|judge| judge(&turn).err());
            return self.blocked_unless(objection.map(|objection| Failure::wait(self, objection)));
        }
        let mut blocked = false;
        for (thread, status) in self.status.iter().enumerate() {
            let graph = &self.search.graph;
            let hopeless = match *status {
                Status::Absent | Status::Done => continue,
                Status::Stuck(Blocked::Spinning) => self.reads_newest(thread),
                Status::Stuck(Blocked::Bounded | Blocked::Repeating | Blocked::Overtaken)
                | Status::Asleep { timeout: true, .. } => false,
                Status::Stuck(Blocked::Awaiting) => {
                    let read =
                        graph.threads[thread].last().expect("the read that does not let it go on");
                    let newest = graph.places[usize::from(read.loc)].mo.last();
                    newest == Some(&read.rf)
                }
                _ => true,
            };
            if !hopeless {
                return self.judge_stuck(false).unwrap_or(Outcome::Blocked);
            }
            blocked = true;
        }
        if let (true, Some(outcome)) = (blocked, self.judge_stuck(true)) {
            return outcome;
        }
        if !blocked {
            let mut left = self.tracked.iter().filter(|tracked| tracked.alive);
            let leak = left.next().map(|first| Failure::leak(self, 1 + left.count(), first.at));
            let outcome = if leak.is_some() { Outcome::Failed } else { Outcome::Complete };
            self.failure = leak;
            return outcome;
        }
        let spinning = |t: &usize| self.status[*t] == Status::Stuck(Blocked::Spinning);
        let failure = match self.plan.config.on_wait.clone() {
            Some(judge) if (0..MAX_THREADS).any(|t| spinning(&t)) => {
                let turns = (0..MAX_THREADS).filter(spinning).map(|t| self.turn_of(t));
                let objection = turns.map(|turn| judge(&turn)).find_map(Result::err);
                objection.map(|objection| Failure::wait(self, objection))
            }
            _ => Some(Failure::stuck(self)),
        };
        self.blocked_unless(failure)
    }

    /// What somebody says who was asked about threads that cannot go on.
    fn judge_stuck(&mut self, for_ever: bool) -> Option<Outcome> {
        let judge = self.config.on_stuck.clone()?;
        let mut threads = blocked(self);
        threads.retain(|(_, why)| *why != Blocked::Overtaken);
        let objection = judge(&Stuck { threads, for_ever }).err();
        Some(self.blocked_unless(objection.map(|objection| Failure::wait(self, objection))))
    }

    fn blocked_unless(&mut self, failure: Option<Failure>) -> Outcome {
        if failure.is_none() {
            return Outcome::Blocked;
        }
        self.failure = failure;
        Outcome::Failed
    }
}
