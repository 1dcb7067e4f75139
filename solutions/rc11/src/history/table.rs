//! Numbers for states, operations and results, so that the search compares and keeps numbers, and asks the specification once.

use super::{Next, Spec};
use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

/// What an operation may do in a state, in numbers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Returns { ret: u32, state: u32 },
    GoesOn { op: u32, state: u32 },
}

/// Knows what may happen.
pub(super) trait Steps {
    fn steps(&mut self, state: u32, op: u32) -> Rc<[Step]>;
    fn may_sleep(&self, state: u32, op: u32) -> bool;
}

/// Values, each with a number.
struct Numbers<T> {
    of: HashMap<T, u32>,
    values: Vec<T>,
}

impl<T: Clone + Eq + Hash> Numbers<T> {
    fn new() -> Self {
        Self { of: HashMap::new(), values: Vec::new() }
    }

    fn number(&mut self, value: &T) -> u32 {
        if let Some(number) = self.of.get(value) {
            return *number;
        }
        let number = self.values.len() as u32;
        self.of.insert(value.clone(), number);
        self.values.push(value.clone());
        number
    }
}

/// A specification in numbers, as far as it was asked about.
pub(super) struct Table<S: Spec> {
    states: Numbers<S>,
    ops: Numbers<S::Op>,
    rets: Numbers<S::Ret>,
    known: HashMap<(u32, u32), Rc<[Step]>>,
}

impl<S: Spec> Table<S> {
    pub fn new() -> Self {
        let (states, ops, rets) = (Numbers::new(), Numbers::new(), Numbers::new());
        Self { states, ops, rets, known: HashMap::new() }
    }

    pub fn state(&mut self, state: &S) -> u32 {
        self.states.number(state)
    }

    pub fn op(&mut self, op: &S::Op) -> u32 {
        self.ops.number(op)
    }

    pub fn ret(&mut self, ret: &S::Ret) -> u32 {
        self.rets.number(ret)
    }

    pub fn ret_of(&self, number: u32) -> &S::Ret {
        &self.rets.values[number as usize]
    }

    fn ask(&mut self, state: u32, op: u32) -> Rc<[Step]> {
        let next = self.states.values[state as usize].next(&self.ops.values[op as usize]);
        let mut step = |next| match next {
            Next::Returns(ret, state) => {
                Step::Returns { ret: self.rets.number(&ret), state: self.states.number(&state) }
            }
            Next::GoesOn(op, state) => {
                Step::GoesOn { op: self.ops.number(&op), state: self.states.number(&state) }
            }
        };
        next.into_iter().map(&mut step).collect()
    }
}

impl<S: Spec> Steps for Table<S> {
    fn steps(&mut self, state: u32, op: u32) -> Rc<[Step]> {
        if let Some(steps) = self.known.get(&(state, op)) {
            return steps.clone();
        }
        let steps = self.ask(state, op);
        self.known.insert((state, op), steps.clone());
        steps
    }

    fn may_sleep(&self, state: u32, op: u32) -> bool {
        self.states.values[state as usize].may_sleep(&self.ops.values[op as usize])
    }
}
