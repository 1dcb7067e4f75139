//! Holds histories to a specification, and says what is wrong with one that it does not explain.

use super::search::{self, Search};
use super::table::Table;
use super::{Call, End, History, Spec, Violation};

/// Sets of up to so many calls are tried one after the other.
const MOST_TRIED: usize = 3;

/// Of more calls than these nobody says which contradict each other.
const MOST_REDUCED: usize = 16;

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
        self.finds_order_but_for(0, calls, initial, end)
    }

    /// As above, where nothing is asked of the calls that are `free`.
    fn finds_order_but_for(
        &mut self,
        free: u64,
        calls: &[search::Call],
        initial: u32,
        end: End,
    ) -> bool {
        Search { calls, end, exempt: None, free, table: &mut self.table }.finds_order(initial)
    }

    /// Finds the shortest beginning of the history that is not linearizable, the call that is to blame, and the smallest set of calls
    /// that no order explains, whatever the others do.
    ///
    /// If it is enough to take another result for one call, that one is in each such set.
    fn explain(
        &mut self,
        history: &History<S>,
        calls: &[search::Call],
        initial: u32,
        end: End,
    ) -> Violation<S> {
        // Of calls that are left out nobody knows what they did.
        let but_for = |len: usize| all(calls.len()) & !all(len);
        if calls.len() > MOST_REDUCED {
            // What calls may have returned is asked for each set of them: of many that would take too long.
            let core = (0..calls.len()).collect();
            return Violation {
                calls: history.calls.clone(),
                culprit: None,
                could: Vec::new(),
                core,
            };
        }
        let (mut len, mut end) = (calls.len(), end);
        while let Some(shorter) = len.checked_sub(1)
            && !self.finds_order_but_for(but_for(shorter), calls, initial, End::Open)
        {
            (len, end) = (shorter, End::Open);
        }
        let free = but_for(len);
        let mut blame = |call| {
            let search = Search { calls, end, exempt: Some(call), free, table: &mut self.table };
            let could = search.results(initial);
            (!could.is_empty()).then_some((call, could))
        };
        let blamed = (0..len).rev().find_map(&mut blame);
        // It may be that a call should not have returned at all, unless all that is wrong is that some do not.
        let mut should_wait = |call: &usize| {
            let mut without = calls.to_vec();
            end == End::Open
                && without[*call].ret.take().is_some()
                && self.finds_order_but_for(free, &without, initial, End::Open)
        };
        let blamed =
            blamed.or_else(|| (0..len).rev().find(&mut should_wait).map(|call| (call, Vec::new())));
        let (culprit, could) = blamed.unzip();
        let could = could.unwrap_or_default();
        let could = could.into_iter().map(|ret| self.table.ret_of(ret).clone()).collect();
        let core = self.core(calls, len, initial, end);
        Violation { calls: history.calls.clone(), culprit, could, core }
    }

    /// Of the first `len` calls, the smallest set that no order explains, whatever the others do. Of more than [`MOST_TRIED`] it is one
    /// from which none can be taken.
    fn core(&mut self, calls: &[search::Call], len: usize, initial: u32, end: End) -> Vec<usize> {
        let every = all(calls.len());
        let mut explains = |set: u64| self.finds_order_but_for(every & !set, calls, initial, end);
        let numbers = |set: u64| (0..len).filter(|call| set >> call & 1 == 1).collect();
        for size in 1..=MOST_TRIED {
            if let Some(set) = subsets(len, size).into_iter().find(|set| !explains(*set)) {
                return numbers(set);
            }
        }
        let mut set = all(len);
        for call in 0..len {
            if !explains(set & !(1 << call)) {
                set &= !(1 << call);
            }
        }
        numbers(set)
    }
}

/// The first `count` numbers, as bits.
fn all(count: usize) -> u64 {
    u64::MAX.checked_shr(64 - count as u32).unwrap_or(0)
}

/// All sets of so many of the first `of` numbers, as bits.
fn subsets(of: usize, size: usize) -> Vec<u64> {
    match (of, size) {
        (_, 0) => vec![0],
        (0, _) => Vec::new(),
        _ => {
            let last = of - 1;
            let with = subsets(last, size - 1).into_iter().map(|set| set | 1 << last);
            with.chain(subsets(last, size)).collect()
        }
    }
}
