//! The search for an order that explains a history.

use super::{Call, End, Next, Spec};
use std::collections::HashSet;

/// How far a call has come in the order that is tried.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Progress<O> {
    /// What is left of it.
    Left(O),
    Done,
}

/// A call whose result is not held against the specification: what it could return instead is collected.
pub(super) struct Exempt<'a, S: Spec> {
    pub call: usize,
    pub could: &'a mut Vec<S::Ret>,
}

struct Search<'a, S: Spec> {
    calls: &'a [Call<S>],
    end: End,
    exempt: Option<usize>,
    seen: HashSet<(Vec<Progress<S::Op>>, S)>,
}

/// Is there an order that explains the calls? With an exempt call, all orders are gone through that explain the others.
pub(super) fn is_explained<S: Spec>(
    calls: &[Call<S>],
    initial: &S,
    end: End,
    exempt: Option<Exempt<'_, S>>,
) -> bool {
    let progress: Vec<_> = calls.iter().map(|call| Progress::Left(call.op.clone())).collect();
    let Some(Exempt { call, could }) = exempt else {
        return Search { calls, end, exempt: None, seen: HashSet::new() }.go(&progress, initial);
    };
    // One search for each result that it may have, since what it returns decides nothing for the others but the state.
    let mut search = Search { calls, end, exempt: Some(call), seen: HashSet::new() };
    let mut results = Vec::new();
    search.collect(&progress, initial, None, &mut results);
    could.extend(results);
    !could.is_empty()
}

impl<S: Spec> Search<'_, S> {
    /// May the call be the next one? All that happened before it must have come.
    fn may_come(&self, progress: &[Progress<S::Op>], number: usize) -> bool {
        let before = self.calls[number].after;
        (0..self.calls.len()).all(|i| before >> i & 1 == 0 || progress[i] == Progress::Done)
    }

    /// Can the calls that are left be explained?
    fn go(&mut self, progress: &[Progress<S::Op>], state: &S) -> bool {
        if self.is_explained(progress, state) {
            return true;
        }
        if !self.seen.insert((progress.to_vec(), state.clone())) {
            return false;
        }
        for (number, _, progress, state) in self.steps(progress, state) {
            debug_assert!(number < self.calls.len(), "a step of a call");
            if self.go(&progress, &state) {
                return true;
            }
        }
        false
    }

    /// As [`go`](Self::go) through all orders. `found` is what the exempt call returns in this one.
    fn collect(
        &mut self,
        progress: &[Progress<S::Op>],
        state: &S,
        found: Option<&S::Ret>,
        results: &mut Vec<S::Ret>,
    ) {
        if found.is_none_or(|ret| !results.contains(ret)) {
            if let Some(ret) = found
                && self.is_explained(progress, state)
            {
                results.push(ret.clone());
                return;
            }
            for (_, ret, progress, state) in self.steps(progress, state) {
                self.collect(&progress, &state, ret.as_ref().or(found), results);
            }
        }
    }

    /// Is nothing left to be explained?
    fn is_explained(&self, progress: &[Progress<S::Op>], state: &S) -> bool {
        let of = |(call, progress): (&Call<S>, &Progress<S::Op>)| match progress {
            Progress::Done => true,
            Progress::Left(_) if call.ret.is_some() => false,
            Progress::Left(op) => self.end == End::Open || state.next(op).is_empty(),
        };
        self.calls.iter().zip(progress).all(of)
    }

    /// What may come next: whose step it is, what the exempt call returns if it does, and what is left afterwards.
    #[allow(clippy::type_complexity, reason = "what the sentence above says")]
    fn steps(
        &self,
        progress: &[Progress<S::Op>],
        state: &S,
    ) -> Vec<(usize, Option<S::Ret>, Vec<Progress<S::Op>>, S)> {
        let mut steps = Vec::new();
        for (number, call) in self.calls.iter().enumerate() {
            let Progress::Left(op) = &progress[number] else { continue };
            if !self.may_come(progress, number) {
                continue;
            }
            for next in state.next(op) {
                let is_exempt = self.exempt == Some(number);
                let (ret, left, state) = match next {
                    Next::GoesOn(op, state) => (None, Progress::Left(op), state),
                    Next::Returns(ret, state) if is_exempt => (Some(ret), Progress::Done, state),
                    // Of a call that has not returned nobody knows the result. One that sleeps for ever has not got so far.
                    Next::Returns(ret, state)
                        if call.ret.as_ref().map_or(self.end == End::Open, |real| *real == ret) =>
                    {
                        (None, Progress::Done, state)
                    }
                    Next::Returns(..) => continue,
                };
                let mut progress = progress.to_vec();
                progress[number] = left;
                steps.push((number, ret, progress, state));
            }
        }
        steps
    }
}
