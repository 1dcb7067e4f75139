//! The ordering audit: weaken one ordering at run time and run the models again.
//!
//! With `LOCKSMITH_AUDIT=list` a model tells the judge `FILE:LINE:COL:PART OP ORDERING` for each ordering it met.
//! With `LOCKSMITH_WEAKEN=FILE:LINE:COL:PART=ORDERING` that one is replaced. `PART` is `only`, or `success` and `failure`.

use crate::atomic::Ordering;
use rc11::audit::{Part, Site, Weakening};
use std::env;

const PARTS: [(&str, Part); 3] =
    [("only", Part::Only), ("success", Part::Success), ("failure", Part::Failure)];

/// Is this run to list the orderings that it meets?
pub fn is_listing() -> bool {
    env::var("LOCKSMITH_AUDIT").is_ok_and(|value| value == "list")
}

/// The ordering that this run is to replace.
///
/// # Panics
///
/// Panics if the variable is not of the form above.
pub fn weakening() -> Option<Weakening> {
    let plan = env::var("LOCKSMITH_WEAKEN").ok()?;
    let parsed = parse(&plan);
    assert!(parsed.is_some(), "LOCKSMITH_WEAKEN={plan}: want FILE:LINE:COL:PART=ORDERING");
    parsed
}

fn parse(plan: &str) -> Option<Weakening> {
    let (site, to) = plan.rsplit_once('=')?;
    let to = match to {
        "Relaxed" => Ordering::Relaxed,
        "Acquire" => Ordering::Acquire,
        "Release" => Ordering::Release,
        "AcqRel" => Ordering::AcqRel,
        _ => return None,
    };
    let mut parts = site.rsplitn(4, ':');
    let name = parts.next()?;
    let (_, part) = PARTS.into_iter().find(|(known, _)| *known == name)?;
    let column = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    let file = parts.next()?.to_owned();
    Some(Weakening { file, line, column, part, to })
}

/// Prints what was found, if this run is to list it.
pub fn print_if_listing(sites: &[Site]) {
    if is_listing() {
        print(sites);
    }
}

/// Prints what a listing has found.
pub fn print(sites: &[Site]) {
    for Site { at, op, part, order } in sites {
        let (name, _) = PARTS.into_iter().find(|(_, known)| known == part).expect("all parts");
        let site = format!("{at}:{name} {op} {order:?}");
        if !protocol::say(&protocol::Message::Ordering(site.clone())) {
            println!("ordering {site}");
        }
    }
}
