//! The search for an order that explains a history. In numbers only: see `table`.

use super::End;
use super::table::{Step, Steps};
use std::collections::HashSet;

/// A call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub op: u32,
    pub ret: Option<u32>,
    /// The calls that happened before it, a bit for each.
    pub after: u64,
}

/// How far a call has come in the order that is tried: what is left of it, or [`DONE`].
type Left = u32;

const DONE: Left = u32::MAX;

pub(super) struct Search<'a> {
    pub calls: &'a [Call],
    pub end: End,
    /// A call whose result is not held against the specification.
    pub exempt: Option<usize>,
    /// Calls of which nothing is asked, a bit for each: they may have returned anything, and may be left out.
    pub free: u64,
    pub table: &'a mut dyn Steps,
}

/// One step of an order: what the exempt call returns if it does so now, what is left of all calls, and the state.
type Position = (Option<u32>, Vec<Left>, u32);

impl Search<'_> {
    /// Is there an order that explains the calls?
    pub fn finds_order(mut self, initial: u32) -> bool {
        let mut seen = HashSet::new();
        let mut open = vec![(None, self.begin(), initial)];
        while let Some((_, left, state)) = open.pop() {
            if self.is_explained(&left, state) {
                return true;
            }
            if seen.insert((left.clone(), state)) {
                open.extend(self.next(&left, state));
            }
        }
        false
    }

    /// What the exempt call returns in the orders that explain all others.
    pub fn results(mut self, initial: u32) -> Vec<u32> {
        let mut seen = HashSet::new();
        let mut results = Vec::new();
        let mut open = vec![(None, self.begin(), initial)];
        while let Some((found, left, state)) = open.pop() {
            if let Some(ret) = found
                && !results.contains(&ret)
                && self.is_explained(&left, state)
            {
                results.push(ret);
            }
            if seen.insert((found, left.clone(), state)) {
                let next = self.next(&left, state).into_iter();
                open.extend(next.map(|(ret, left, state)| (ret.or(found), left, state)));
            }
        }
        results
    }

    fn begin(&self) -> Vec<Left> {
        self.calls.iter().map(|call| call.op).collect()
    }

    fn is_free(&self, call: usize) -> bool {
        self.free >> call & 1 == 1
    }

    /// Is nothing left to be explained?
    fn is_explained(&mut self, left: &[Left], state: u32) -> bool {
        self.calls.iter().zip(left).enumerate().all(|(number, (call, &left))| {
            left == DONE
                || self.is_free(number)
                || call.ret.is_none()
                    && (self.end == End::Open || self.table.may_sleep(state, left))
        })
    }

    /// Where one more step may lead.
    fn next(&mut self, left: &[Left], state: u32) -> Vec<Position> {
        let is_done = left.iter().enumerate().filter(|(_, left)| **left == DONE);
        let is_done: Vec<usize> = is_done.map(|(number, _)| number).collect();
        let done: u64 = is_done.iter().map(|number| 1 << number).sum();
        // What has to come before one of those comes no longer.
        let passed = is_done.iter().fold(0, |passed, number| passed | self.calls[*number].after);
        let mut next = Vec::new();
        for (number, call) in self.calls.iter().enumerate() {
            // All that happened before it must have come, but for what may be left out.
            let needed = call.after & !self.free;
            if left[number] == DONE || needed & !done != 0 || passed >> number & 1 == 1 {
                continue;
            }
            let steps = self.table.steps(state, left[number]);
            for step in steps.iter() {
                let (ret, rest, state) = match *step {
                    Step::GoesOn { op, state } => (None, op, state),
                    Step::Returns { ret, state } if self.exempt == Some(number) => {
                        (Some(ret), DONE, state)
                    }
                    Step::Returns { state, .. } if self.is_free(number) => (None, DONE, state),
                    // Of a call that has not returned nobody knows the result. One that sleeps for ever has not got so far.
                    Step::Returns { ret, state }
                        if call.ret.map_or(self.end == End::Open, |real| real == ret) =>
                    {
                        (None, DONE, state)
                    }
                    Step::Returns { .. } => continue,
                };
                let mut left = left.to_vec();
                left[number] = rest;
                next.push((ret, left, state));
            }
        }
        next
    }
}
