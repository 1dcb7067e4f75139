//! What the calls of a program did in the execution under way, in numbers.
//!
//! Nothing here depends on the object: so it is compiled once, and with the optimiser.

use rc11::Moment;
use std::collections::{HashMap, HashSet};

/// What came of a call.
#[derive(Clone, Copy, Debug)]
struct Entry {
    call: usize,
    begin: Moment,
    end: Option<(u32, Moment)>,
}

/// A call, by its place in the execution.
pub(crate) struct Span {
    pub call: usize,
    pub thread: usize,
    pub begin: usize,
    pub end: Option<(u32, usize)>,
}

/// What is wrong with an end, in words: in a line, and in sentences; and the calls that are to blame.
#[derive(Clone, Debug)]
pub(crate) struct Blame {
    pub why: String,
    pub because: String,
    pub calls: Vec<usize>,
}

/// A call that was made: its number in the program, what it returned, and the calls before it. Those are bits too, by the place
/// in the list of all that were made.
pub(crate) type Made = (usize, Option<u32>, u64);

/// The calls in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: Vec<Entry>,
    /// Ends of executions that were looked at before and were good.
    good: HashSet<(Vec<Made>, bool)>,
    /// And those that were not. They are met again: when the checker looks for a shorter execution, and when it asks on which machines it can
    /// happen.
    bad: HashMap<(Vec<Made>, bool), Blame>,
}

impl Log {
    /// Begins an execution.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// A call begins.
    pub fn begin(&mut self, call: usize, begin: Moment) {
        self.entries.push(Entry { call, begin, end: None });
    }

    /// A call returns, with a result of this number.
    pub fn end(&mut self, call: usize, ret: u32, end: Moment) {
        let mut entries = self.entries.iter_mut();
        let entry = entries.find(|entry| entry.call == call).expect("it has begun");
        entry.end = Some((ret, end));
    }

    /// There was nothing to make the call with.
    pub fn take_back(&mut self, call: usize) {
        self.entries.retain(|entry| entry.call != call);
    }

    /// The calls that have not returned, and the thread of each.
    pub fn under_way(&self) -> Vec<(usize, usize)> {
        let open = self.entries.iter().filter(|entry| entry.end.is_none());
        open.map(|entry| (entry.call, entry.begin.thread())).collect()
    }

    /// The order in which the calls were made.
    pub fn order(&self) -> Vec<usize> {
        self.entries.iter().map(|entry| entry.call).collect()
    }

    /// The calls in this order: the number of each, its thread, how many events that had at its beginning, and at its end, with the number
    /// of the result.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        self.entries.iter().map(|&Entry { call, begin, end }| Span {
            call,
            thread: begin.thread(),
            begin: begin.steps(),
            end: end.map(|(ret, end)| (ret, end.steps())),
        })
    }

    /// The calls by their numbers, or `None` if there was an end like this before, and it was good.
    pub fn new_end(&self, for_ever: bool) -> Option<Vec<Made>> {
        let mut entries = self.entries.clone();
        entries.sort_unstable_by_key(|entry| entry.call);
        let made = entries.iter().map(|entry| {
            // Two calls of a thread that did nothing that the checker sees are at the same moment, and come in their order.
            let is_in_order = |other: &Entry| {
                other.begin.thread() != entry.begin.thread() || other.call < entry.call
            };
            let is_before = |other: &Entry| {
                other.call != entry.call
                    && is_in_order(other)
                    && other.end.is_some_and(|(_, end)| {
                        other.begin.until_happens_before(&end, &entry.begin)
                    })
            };
            let before = entries.iter().enumerate().filter(|(_, other)| is_before(other));
            let after = before.map(|(place, _)| 1 << place).sum();
            (entry.call, entry.end.map(|(ret, _)| ret), after)
        });
        let end = (made.collect(), for_ever);
        (!self.good.contains(&end)).then_some(end.0)
    }

    /// What was wrong with an end like this.
    pub fn blame(&self, made: &[Made], for_ever: bool) -> Option<Blame> {
        self.bad.get(&(made.to_vec(), for_ever)).cloned()
    }

    /// An end like this is not good.
    pub fn is_bad(&mut self, made: Vec<Made>, for_ever: bool, blame: Blame) {
        self.bad.insert((made, for_ever), blame);
    }

    /// An end like this is good, and need not be looked at again.
    pub fn is_good(&mut self, made: Vec<Made>, for_ever: bool) {
        self.good.insert((made, for_ever));
    }
}

#[cfg(test)]
mod tests {
    use super::Log;

    #[test]
    fn an_end_is_looked_at_until_it_was_good() {
        let mut log = Log::default();
        let end = log.new_end(false).unwrap();
        assert_eq!(log.new_end(false), Some(end.clone()), "it was not good, as far as is known");
        log.is_good(end, false);
        assert_eq!(log.new_end(false), None);
        assert!(log.new_end(true).is_some(), "to wait for ever is something else");
    }
}
