//! What an execution is in which no thread can go on, or one that has failed.

use crate::core::clock::MAX_THREADS;
use crate::runtime::failure::{Blocked, Failure, FailureKind, blocked};
use crate::runtime::leaks;
use crate::runtime::report::{Stuck, Turn};
use crate::runtime::run::Outcome;
use crate::runtime::state::{Engine, Status};

impl Engine {
    /// The execution has ended. What its threads own is left where it is.
    pub fn finish(&mut self) -> Outcome {
        for t in 0..MAX_THREADS {
            let entry = self.entries[t].take();
            if self.threads[t].is_none() {
                // As with the stacks, what a thread that never ran was given is leaked.
                std::mem::forget(entry);
            }
            if let Some(mut thread) = self.threads[t].take() {
                if !thread.done() {
                    // SAFETY: the thread's stack is never run again. What it owns is leaked, and what others borrow from
                    // it is only borrowed by threads that are abandoned with it.
                    unsafe { thread.force_reset() };
                }
                self.stacks.push(thread.into_stack());
            }
        }
        let outcome = self.outcome();
        // What panics because it is not the checker's is told as that.
        let escapes = |failure: &Failure| failure.kind == FailureKind::Escape;
        // Where a thread waits for what another execution can give it, that one tells of the panic, unless somebody has dealt with it there.
        let has_ended = match outcome {
            Outcome::Complete | Outcome::Failed => true,
            Outcome::Blocked => self.waits_for_ever(),
            Outcome::Pruned => false,
        };
        if has_ended
            && !self.failure.as_ref().is_some_and(escapes)
            && let Some(panic) = self.blamed_panic()
        {
            self.failure = Some(Failure::panic(self, &panic));
            return Outcome::Failed;
        }
        outcome
    }

    fn outcome(&mut self) -> Outcome {
        if self.failure.is_some() {
            return Outcome::Failed;
        }
        if self.pruned {
            return self.unless_seen(Outcome::Pruned);
        }
        if self.left > 0 {
            self.failure = Some(Failure::nondeterminism(self));
            return Outcome::Failed;
        }
        let outcome = self.verdict();
        self.unless_seen(outcome)
    }

    /// `outcome`, if it is a failure or none was seen.
    fn unless_seen(&mut self, outcome: Outcome) -> Outcome {
        match self.seen.take() {
            Some(seen) if outcome != Outcome::Failed => {
                self.failure = Some(seen);
                Outcome::Failed
            }
            _ => outcome,
        }
    }

    /// `outcome`, if the program has not lost memory.
    pub fn unless_it_leaks(&mut self, outcome: Outcome) -> Outcome {
        if outcome == Outcome::Complete && !self.config.may_leak {
            self.failure = leaks::find(self);
        }
        if self.failure.is_some() { Outcome::Failed } else { outcome }
    }

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
        let is_there = |status: &Status| !matches!(status, Status::Absent | Status::Done);
        let blocked = self.status.iter().any(is_there);
        if !self.waits_for_ever() {
            return self.judge_stuck(false).unwrap_or(Outcome::Blocked);
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

    /// Can none of the threads that have not ended go on, in any execution that begins as this one?
    fn waits_for_ever(&self) -> bool {
        self.status.iter().enumerate().all(|(thread, status)| match *status {
            Status::Absent | Status::Done => true,
            Status::Stuck(Blocked::Spinning) => self.reads_newest(thread),
            Status::Stuck(Blocked::Bounded | Blocked::Repeating | Blocked::Overtaken)
            | Status::Asleep { timeout: true, .. } => false,
            Status::Stuck(Blocked::Awaiting) => {
                let graph = &self.search.graph;
                let read =
                    graph.threads[thread].last().expect("the read that does not let it go on");
                let newest = graph.places[usize::from(read.loc)].mo.last();
                newest == Some(&read.rf)
            }
            _ => true,
        })
    }

    /// What somebody says who was asked about threads that cannot go on.
    fn judge_stuck(&mut self, for_ever: bool) -> Option<Outcome> {
        let judge = self.config.on_stuck.clone()?;
        let mut threads = blocked(self);
        threads.retain(|(_, why)| *why != Blocked::Overtaken);
        let objection = judge(&Stuck { threads, for_ever, counters: self.counters }).err();
        Some(self.blocked_unless(objection.map(|objection| Failure::objection(self, objection))))
    }

    fn blocked_unless(&mut self, failure: Option<Failure>) -> Outcome {
        if failure.is_none() {
            return Outcome::Blocked;
        }
        self.failure = failure;
        Outcome::Failed
    }
}
