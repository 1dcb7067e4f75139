//! Does the specification allow what the calls return, and where they wait?

use super::{Run, lock};
use crate::log::{Blame, Made, Span};
use crate::object::{RetId, State};
use crate::program::{after, ends, may_sleep};
use crate::show;
use rc11::history::{Call, End, History};
use rc11::{CallSpan, Objection, Stuck};
use std::sync::atomic::Ordering::Relaxed;

impl Run {
    /// Does the specification allow what was done?
    pub fn is_good(&self, for_ever: bool) -> Result<(), Objection> {
        let Some(made) = lock(&self.log).new_end(for_ever) else { return Ok(()) };
        let known = lock(&self.log).blame(&made, for_ever);
        if let Some(blame) = known {
            return Err(self.objection(blame));
        }
        let end = if for_ever { End::Still } else { End::Open };
        let initial =
            &after(&self.world.scenes[self.program.scene].spec, &self.program.long_before);
        let check =
            |made: &[Made]| lock(&self.world.checker).check(&self.history(made), initial, end);
        if check(&made).is_ok() {
            lock(&self.log).is_good(made, for_ever);
            return Ok(());
        }
        // The calls are told in the order in which they were made.
        let order = lock(&self.log).order();
        let violation = check(&in_order(&made, &order))
            .expect_err("the order in which calls are told changes nothing");
        let blamed = violation.culprit.as_ref().map_or(&violation.core[..], std::slice::from_ref);
        let object = &self.world.object;
        let blame = Blame {
            why: show::violation(&**object, &violation),
            because: violation.because(|op| object.show(*op), |ret| object.show_ret(*ret)),
            calls: blamed.iter().map(|place| order[*place]).collect(),
        };
        lock(&self.log).is_bad(made, for_ever, blame.clone());
        Err(self.objection(blame))
    }

    /// The main thread makes all calls, one after the other. Does the specification allow what each returns, and that the last one does not?
    pub fn is_good_in_turn(&self, waiting: Option<usize>) -> Result<(), Objection> {
        let object = &self.world.object;
        let made: Vec<(usize, Option<u32>)> = {
            let log = lock(&self.log);
            log.spans().map(|span| (span.call, span.end.map(|(ret, _)| ret))).collect()
        };
        let mut states = vec![self.world.scenes[self.program.scene].spec.clone()];
        for (number, &(call, ret)) in made.iter().enumerate() {
            let op = self.program.call(call).1;
            let all: Vec<_> = states.iter().flat_map(|state| ends(state, op)).collect();
            let Some(ret) = ret else {
                let may_wait = states.iter().any(|state| may_sleep(state, op));
                return match waiting {
                    Some(_) if !may_wait => {
                        Err(self.wrong_in_turn(call, number, "does not return"))
                    }
                    _ => Ok(()),
                };
            };
            let mut next = Vec::new();
            for (other, state) in all {
                if other == RetId(ret) && !next.contains(&state) {
                    next.push(state);
                }
            }
            if next.is_empty() {
                let returns = format!("returns `{}`", object.show_ret(RetId(ret)));
                return Err(self.wrong_in_turn(call, number, &returns));
            }
            states = next;
        }
        Ok(())
    }

    /// The main thread cannot go on.
    pub fn waits_in_turn(&self) -> Result<(), Objection> {
        let under_way = lock(&self.log).under_way();
        self.is_good_in_turn(under_way.first().map(|(call, _)| *call))
    }

    fn wrong_in_turn(&self, call: usize, before: usize, does: &str) -> Objection {
        let why = format!("`{}` {does}, after {before} calls on the same thread", self.shown(call));
        Objection { why, ..Objection::default() }
    }

    /// What is wrong, with the calls.
    pub fn objection(&self, blame: Blame) -> Objection {
        let span = |span: Span| CallSpan {
            thread: span.thread,
            text: self.shown(span.call),
            result: span.end.map(|(ret, _)| self.world.object.show_ret(RetId(ret))),
            begin: span.begin,
            end: span.end.map(|(_, end)| end),
            is_blamed: blame.calls.contains(&span.call),
        };
        let calls = lock(&self.log).spans().map(span).collect();
        Objection { why: blame.why, because: blame.because, calls }
    }

    fn history(&self, made: &[Made]) -> History<State> {
        let mut history = History::new();
        for &(call, ret, after) in made {
            let (thread, op) = self.program.call(call);
            history.push(Call { thread, op, ret: ret.map(RetId), after });
        }
        history
    }

    /// May the threads be where they are?
    pub fn is_allowed(&self, stuck: &Stuck) -> Result<(), Objection> {
        self.has_slept.store(true, Relaxed);
        let under_way = lock(&self.log).under_way();
        let is_stuck = |thread| stuck.threads.iter().any(|(stuck, _)| *stuck == thread);
        let stuck_calls = under_way.iter().filter(|(_, thread)| is_stuck(*thread));
        let mut calls = stuck_calls.map(|(call, _)| *call);
        let object = &self.world.object;
        match calls.find(|call| object.never_waits(self.program.call(*call).1)) {
            Some(call) => {
                let op = self.shown(call);
                let why = format!("`{op}` waits for another thread, but must never wait");
                Err(self.objection(Blame { why, because: String::new(), calls: vec![call] }))
            }
            None if stuck.for_ever => self.is_good(true),
            None => Ok(()),
        }
    }
}

/// The calls in this order.
fn in_order(made: &[Made], order: &[usize]) -> Vec<Made> {
    let place = |call: usize| order.iter().position(|other| *other == call).expect("it was made");
    let moved = |&(call, ret, after): &Made| {
        let before = made.iter().enumerate().filter(|(bit, _)| after >> bit & 1 == 1);
        (call, ret, before.map(|(_, (other, ..))| 1 << place(*other)).sum())
    };
    let mut moved: Vec<Made> = made.iter().map(moved).collect();
    moved.sort_unstable_by_key(|(call, ..)| place(*call));
    moved
}
