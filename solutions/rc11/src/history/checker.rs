//! Holds histories to a specification, and says what is wrong with one that it does not explain.

use super::search::{self, Search};
use super::table::Table;
use super::{Call, End, History, Spec, Violation};

/// Holds histories to a specification. What it has asked the specification once it remembers.
pub struct Checker<S: Spec> {
    table: Table<S>,
}

impl<S: Spec> std::fmt::Debug for Checker<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Checker").finish_non_exhaustive()
    }
}

impl<S: Spec> Default for Checker<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Spec> Checker<S> {
    /// A checker that knows nothing yet.
    pub fn new() -> Self {
        Self { table: Table::new() }
    }

    /// As [`History::check`].
    ///
    /// # Errors
    ///
    /// If no order of the calls explains the history.
    pub fn check(
        &mut self,
        history: &History<S>,
        initial: &S,
        end: End,
    ) -> Result<(), Violation<S>> {
        let initial = self.table.state(initial);
        let calls: Vec<_> = history.calls.iter().map(|call| self.number(call)).collect();
        match self.finds_order(&calls, initial, end) {
            true => Ok(()),
            false => Err(self.explain(history, &calls, initial, end)),
        }
    }

    fn number(&mut self, call: &Call<S>) -> search::Call {
        let (op, ret) = (self.table.op(&call.op), call.ret.as_ref());
        search::Call { op, ret: ret.map(|ret| self.table.ret(ret)), after: call.after }
    }

    fn finds_order(&mut self, calls: &[search::Call], initial: u32, end: End) -> bool {
        Search { calls, end, exempt: None, table: &mut self.table }.finds_order(initial)
    }

    /// Finds the shortest beginning of the history that is not linearizable, and the call that is to blame.
    fn explain(
        &mut self,
        history: &History<S>,
        calls: &[search::Call],
        initial: u32,
        end: End,
    ) -> Violation<S> {
        let (mut len, mut part, mut end) = (calls.len(), calls.to_vec(), end);
        while let Some(shorter) = len.checked_sub(1) {
            // Calls that are left out may have taken effect: each counts as one of which nobody knows the result.
            let mut fewer = calls.to_vec();
            fewer[shorter..].iter_mut().for_each(|call| call.ret = None);
            if self.finds_order(&fewer, initial, End::Open) {
                break;
            }
            (len, part, end) = (shorter, fewer, End::Open);
        }
        let mut blame = |call| {
            let search = Search { calls: &part, end, exempt: Some(call), table: &mut self.table };
            let could = search.results(initial);
            (!could.is_empty()).then_some((call, could))
        };
        let blamed = (0..len).rev().find_map(&mut blame);
        // It may be that a call should not have returned at all.
        let mut should_wait = |call: &usize| {
            let mut without = part.clone();
            without[*call].ret.take().is_some() && self.finds_order(&without, initial, End::Open)
        };
        let blamed =
            blamed.or_else(|| (0..len).rev().find(&mut should_wait).map(|call| (call, Vec::new())));
        let (culprit, could) = blamed.unzip();
        let could = could.unwrap_or_default();
        let could = could.into_iter().map(|ret| self.table.ret_of(ret).clone()).collect();
        Violation { calls: history.calls.clone(), culprit, could }
    }
}
