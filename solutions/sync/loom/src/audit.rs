//! The ordering audit: weaken one ordering at run time and run the models again.
//!
//! With `LOCKSMITH_AUDIT=list` a model tells the judge `FILE:LINE:COL:PART OP ORDERING` for each ordering it met.
//! With `LOCKSMITH_WEAKEN=FILE:LINE:COL:PART=ORDERING` that one is replaced. `PART` is `only`, or `success` and `failure`.

use crate::atomic::Ordering;
use std::{cell::RefCell, collections::BTreeSet, env, panic::Location, sync::OnceLock};

struct Weaken {
    site: String,
    to: Ordering,
}

fn plan() -> Option<&'static Weaken> {
    static PLAN: OnceLock<Option<Weaken>> = OnceLock::new();
    PLAN.get_or_init(|| {
        let plan = env::var("LOCKSMITH_WEAKEN").ok()?;
        let (site, to) = plan.rsplit_once('=')?;
        let to = match to {
            "Relaxed" => Ordering::Relaxed,
            "Acquire" => Ordering::Acquire,
            "Release" => Ordering::Release,
            "AcqRel" => Ordering::AcqRel,
            _ => panic!("LOCKSMITH_WEAKEN: no ordering is called {to}"),
        };
        Some(Weaken { site: site.into(), to })
    })
    .as_ref()
}

fn listing() -> bool {
    static LISTING: OnceLock<bool> = OnceLock::new();
    *LISTING.get_or_init(|| env::var("LOCKSMITH_AUDIT").is_ok_and(|v| v == "list"))
}

thread_local! {
    static SEEN: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// The ordering to use for this part of the operation at `at`.
pub fn ordering(at: &Location<'_>, op: &str, part: &str, given: Ordering) -> Ordering {
    if plan().is_none() && !listing() {
        return given;
    }
    let site = format!("{}:{}:{}:{part}", at.file(), at.line(), at.column());
    if listing() {
        SEEN.with_borrow_mut(|seen| seen.insert(format!("{site} {op} {given:?}")));
    }
    match plan() {
        Some(weaken) if weaken.site == site => weaken.to,
        _ => given,
    }
}

/// Tells what a listing has found.
pub fn print() {
    SEEN.with_borrow_mut(|seen| {
        for line in std::mem::take(seen) {
            if !protocol::say(&protocol::Message::Ordering(line.clone())) {
                println!("ordering {line}");
            }
        }
    });
}
