//! Executions that are grown by hand, each choice tried in each state: without the search, but with the engine's axioms.

use super::brute::{Access, LOCATIONS, Op, Program};
use rc11::atomic::Ordering::Relaxed;
use rc11::by_hand::{Action, Growing, Operation};
use std::collections::HashSet;

/// How many executions a straight-line program without waits has, and whether one has a race.
pub fn count(program: &Program) -> (usize, bool) {
    let mut grown = Grown::default();
    grown.go_on(program, &Growing::new(program.len(), &[0; LOCATIONS]));
    (grown.ended, grown.has_race)
}

#[derive(Default)]
struct Grown {
    known: HashSet<rc11::by_hand::Shape>,
    ended: usize,
    has_race: bool,
}

impl Grown {
    fn go_on(&mut self, program: &Program, execution: &Growing) {
        if !self.known.insert(execution.shape()) {
            return;
        }
        let mut has_ended = true;
        for (thread, ops) in program.iter().enumerate() {
            let Some(op) = ops.get(execution.done(thread)) else { continue };
            has_ended = false;
            let operation = operation(op);
            for (place, verdict) in execution.places(thread, &operation).into_iter().enumerate() {
                let mut next = execution.clone();
                let done = next.grow(thread, &operation, place);
                assert_eq!(done.map(|_| ()), verdict);
                match done {
                    Ok(done) if done.race.is_some() => self.has_race = true,
                    Ok(_) => self.go_on(program, &next),
                    Err(_) => {}
                }
            }
        }
        self.ended += usize::from(has_ended);
    }
}

fn operation(op: &Op) -> Operation {
    let action = match (op.access, op.order) {
        (Access::Load, Some(_)) => Action::Load,
        (Access::Load, None) => Action::Read,
        (Access::Store(value), Some(_)) => Action::Store(value),
        (Access::Store(value), None) => Action::Write(value),
        (Access::Add(n), _) => Action::Add(n),
        (Access::Swap(value), _) => Action::Swap(value),
        (Access::Exchange(expected, new, failure), _) => Action::Exchange(expected, new, failure),
        (Access::Fence, _) => Action::Fence,
        (other, _) => panic!("{other:?} is no single operation"),
    };
    Operation { action, location: op.loc, order: op.order.unwrap_or(Relaxed) }
}
