//! Orderings at run time: which ones a program asks for, and what happens if one is weaker.

use crate::runtime::run;
use std::panic::Location;
use std::sync::atomic::Ordering;

/// Which ordering of an operation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// The only one.
    Only,
    /// Of a compare-exchange that succeeds.
    Success,
    /// Of a compare-exchange that fails.
    Failure,
}

/// An ordering in the source of a program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Site {
    /// Where the operation is.
    pub at: &'static Location<'static>,
    /// Its name.
    pub op: &'static str,
    /// Which of its orderings.
    pub part: Part,
    /// What the program asks for, or what it is given instead.
    pub order: Ordering,
}

/// Uses another ordering at one place of the program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Weakening {
    /// The source file, as the compiler calls it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// Which of the operation's orderings.
    pub part: Part,
    /// The ordering to use. A fence that is `Relaxed` is left out.
    pub to: Ordering,
}

/// The ordering to use for this part of the operation at `at`.
#[inline]
pub(crate) fn ordering(
    at: &'static Location<'static>,
    op: &'static str,
    part: Part,
    order: Ordering,
) -> Ordering {
    let used = run::with(|engine| {
        let here = |weaken: &&Weakening| {
            weaken.part == part
                && weaken.line == at.line()
                && weaken.column == at.column()
                && weaken.file == at.file()
        };
        let order = engine.config.weaken.as_ref().filter(here).map_or(order, |weaken| weaken.to);
        if engine.config.list_sites {
            let site = Site { at, op, part, order };
            if !engine.sites.contains(&site) {
                engine.sites.push(site);
            }
        }
        order
    });
    used.unwrap_or(order)
}
