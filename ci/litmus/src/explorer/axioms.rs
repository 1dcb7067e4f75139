//! What the memory models ask of an execution, and where it breaks it: after the papers, and not after the checker.
//!
//! Rust's model is RC11 (Lahav, Vafeiadis, Kang, Hur, Dreyer: *Repairing sequential consistency in C/C++11*, PLDI 2017) with the release
//! sequences of C++20; x86-TSO is that of Owens, Sarkar, Sewell (*A better x86 memory model*, TPHOLs 2009), by axioms. For Armv8 see there.

use super::armv8::{self, armv8};
use super::executions::Execution;
use super::relation::{Relation, identity};

/// An axiom that does not hold, and where: a way from event to event that ends where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its name, as the page explains it.
    pub axiom: &'static str,
    /// From this event to the next by this relation; from the last one to the first.
    pub cycle: Vec<(usize, &'static str)>,
}

type Named<'a> = (&'static str, &'a Relation);

/// What an execution breaks of a model.
pub type Model = fn(&Execution) -> Option<Broken>;

/// The models, as the data calls them.
pub const MODELS: [(&str, Model); 4] =
    [("sc", sc), ("x86tso", x86_tso), ("armv8", armv8), ("rc11rs20", rc11)];

/// A step of what [`sc`] breaks in an execution that this model allows: one that orders nothing in it. From which event to which, and by which
/// relation.
pub fn lifts(
    model: &str,
    execution: &Execution,
    broken: &Broken,
) -> Option<(usize, usize, &'static str)> {
    let basic = Basic::of(execution);
    let events = &execution.events;
    let is_external = |a: usize, b: usize| events[a].thread != events[b].thread;
    // What the threads see of each other always counts on a machine.
    let seen = execution.relation(|a, b| {
        is_external(a, b) && [&basic.rf, &basic.mo, &basic.fr].iter().any(|of| of.has(a, b))
    });
    let kept = match model {
        "x86tso" => stores_in_order(execution, &basic.po),
        "armv8" => execution.relation(|_, _| false),
        _ => happens_before(execution, &basic.po, &basic.rf),
    };
    let length = broken.cycle.len();
    let at = |index: usize| broken.cycle[index % length];
    let is_lifted = |index: &usize| {
        let ((from, _), (to, next)) = (at(*index), at(index + 1));
        let before = at(index + length - 1).1;
        let is_kept = match model {
            "rc11rs20" => kept.has(from, to),
            "armv8" if !seen.has(from, to) => {
                let written = before == "fr" || before == "mo";
                armv8::keeps(execution, (from, written), (to, next == "fr"))
            }
            _ => kept.has(from, to) || seen.has(from, to),
        };
        !is_kept
    };
    let index = (0..length).find(is_lifted)?;
    Some((at(index).0, at(index + 1).0, at(index).1))
}

/// The relations that all need.
pub(super) struct Basic {
    pub po: Relation,
    pub rf: Relation,
    pub mo: Relation,
    pub fr: Relation,
}

impl Basic {
    pub fn of(execution: &Execution) -> Self {
        let (po, rf, mo) = (execution.po(), execution.rf(), execution.mo());
        // A read-modify-write reads the write before its own.
        let fr = execution
            .relation(|a, b| a != b && execution.rf[a].is_some_and(|from| mo.has(from, b)));
        Self { po, rf, mo, fr }
    }

    /// The same location, one after the other in the program, and what connects accesses to it.
    pub fn broken_coherence(&self, execution: &Execution) -> Option<Broken> {
        let same = execution.relation(|a, b| {
            self.po.has(a, b)
                && execution.events[a].loc.is_some()
                && execution.events[a].loc == execution.events[b].loc
        });
        broken("coherence", &[("po", &same), ("rf", &self.rf), ("mo", &self.mo), ("fr", &self.fr)])
    }

    pub fn broken_atomicity(&self, execution: &Execution) -> Option<Broken> {
        execution.events.iter().enumerate().find_map(|(own, event)| {
            let from = execution.rf[own].filter(|_| event.writes)?;
            let order = &execution.mo[event.loc?];
            let place = |write: usize| order.iter().position(|&other| other == write);
            let (read, written) = (place(from)?, place(own)?);
            if read + 1 == written {
                return None;
            }
            let between = order[written.checked_sub(1)?];
            let cycle = match read < written {
                true => vec![(from, "mo"), (between, "mo"), (own, "reads")],
                false => vec![(from, "reads"), (own, "mo")],
            };
            Some(Broken { axiom: "atomicity", cycle })
        })
    }
}

/// The shortest cycle in the union of these relations.
pub(super) fn broken(axiom: &'static str, relations: &[Named<'_>]) -> Option<Broken> {
    let n = relations[0].1.0.len();
    let step = |a: usize, b: usize| {
        relations.iter().find(|(_, relation)| relation.has(a, b)).map(|(name, _)| *name)
    };
    let mut best: Option<Vec<(usize, &'static str)>> = None;
    for start in 0..n {
        // Breadth first, with how each event was reached.
        let mut came: Vec<Option<usize>> = vec![None; n];
        let mut queue = std::collections::VecDeque::from([start]);
        'search: while let Some(at) = queue.pop_front() {
            for next in (0..n).filter(|&next| step(at, next).is_some()) {
                if next == start {
                    let mut way = vec![at];
                    while let Some(before) = came[way[way.len() - 1]] {
                        way.push(before);
                    }
                    way.reverse();
                    if best.as_ref().is_none_or(|best| way.len() < best.len()) {
                        let named = way.iter().enumerate().map(|(index, &from)| {
                            let to = way.get(index + 1).copied().unwrap_or(start);
                            (from, step(from, to).expect("it was found so"))
                        });
                        best = Some(named.collect());
                    }
                    break 'search;
                }
                if next != start && came[next].is_none() {
                    came[next] = Some(at);
                    queue.push_back(next);
                }
            }
        }
    }
    best.map(|cycle| Broken { axiom, cycle })
}

/// Interleavings.
pub fn sc(execution: &Execution) -> Option<Broken> {
    let basic = Basic::of(execution);
    let Basic { po, rf, mo, fr } = &basic;
    broken("one-order", &[("po", po), ("rf", rf), ("mo", mo), ("fr", fr)])
        .or_else(|| basic.broken_atomicity(execution))
}

/// What an x86-64 processor shows: a load may go before an earlier store of its thread.
pub fn x86_tso(execution: &Execution) -> Option<Broken> {
    let basic = Basic::of(execution);
    let Basic { po, rf, mo, fr } = &basic;
    let events = &execution.events;
    let kept = stores_in_order(execution, po);
    let external = execution.relation(|a, b| rf.has(a, b) && events[a].thread != events[b].thread);
    basic.broken_coherence(execution).or_else(|| basic.broken_atomicity(execution)).or_else(|| {
        broken("store-order", &[("po", &kept), ("rf", &external), ("mo", mo), ("fr", fr)])
    })
}

/// What x86-TSO keeps of the order of the program.
fn stores_in_order(execution: &Execution, po: &Relation) -> Relation {
    let events = &execution.events;
    // A locked instruction: a read-modify-write, one that fails too, and the `xchg` of a `SeqCst` store.
    let is_locked = |event: usize| {
        let event = &events[event];
        event.thread.is_some() && event.writes && (event.reads || event.is_sc)
    };
    let fence = |event: usize| events[event].is_fence() && events[event].is_sc;
    execution.relation(|a, b| {
        let is_delayed =
            events[a].writes && !events[a].reads && events[b].reads && !events[b].writes;
        let is_flushed = is_locked(a)
            || is_locked(b)
            || (0..events.len())
                .any(|between| fence(between) && po.has(a, between) && po.has(between, b));
        po.has(a, b)
            && !events[a].is_fence()
            && !events[b].is_fence()
            && (events[a].thread.is_none() || !is_delayed || is_flushed)
    })
}

/// Rust's.
pub fn rc11(execution: &Execution) -> Option<Broken> {
    let basic = Basic::of(execution);
    let Basic { po, rf, mo, fr } = &basic;
    let events = &execution.events;
    let n = events.len();
    let only = |holds: &dyn Fn(usize) -> bool| identity(n, holds);
    let hb = happens_before(execution, po, rf);
    let eco = rf.union(mo).union(fr).plus();
    if let Some(event) = (0..n).find(|&a| hb.then(&eco.or_same()).has(a, a)) {
        let to = (0..n).find(|&b| hb.has(event, b) && (b == event || eco.has(b, event)));
        return Some(coherence(&basic, event, to.expect("it was found so")));
    }
    if let Some(broken) = basic.broken_atomicity(execution) {
        return Some(broken);
    }
    if let Some(broken) = broken("thin-air", &[("po", po), ("rf", rf)]) {
        return Some(broken);
    }
    let is_sc = only(&|a| events[a].is_sc && !events[a].is_fence());
    let sc_fence = only(&|a| events[a].is_sc && events[a].is_fence());
    let same = |a: usize, b: usize| events[a].loc.is_some() && events[a].loc == events[b].loc;
    let po_other = execution.relation(|a, b| po.has(a, b) && !same(a, b));
    let hb_same = execution.relation(|a, b| hb.has(a, b) && same(a, b));
    let scb = po.union(&po_other.then(&hb).then(&po_other)).union(&hb_same).union(mo).union(fr);
    let base = is_sc
        .union(&sc_fence.then(&hb.or_same()))
        .then(&scb)
        .then(&is_sc.union(&hb.or_same().then(&sc_fence)));
    let fences = sc_fence.then(&hb.union(&hb.then(&eco).then(&hb))).then(&sc_fence);
    broken("seqcst", &[("sc", &base), ("sc", &fences)])
}

fn happens_before(execution: &Execution, po: &Relation, rf: &Relation) -> Relation {
    let events = &execution.events;
    let n = events.len();
    let only = |holds: &dyn Fn(usize) -> bool| identity(n, holds);
    let atomic = |a: usize| events[a].is_atomic && !events[a].is_fence();
    let rmw = only(&|a| events[a].reads && events[a].writes);
    // As C++20 has it: what read-modify-writes make of the store.
    let sequence = only(&|a| atomic(a) && events[a].writes).then(&rf.then(&rmw).plus().or_same());
    let release = only(&|a| events[a].releases && (events[a].is_fence() || events[a].writes));
    let acquire = only(&|a| events[a].acquires && (events[a].is_fence() || events[a].reads));
    let is_fence = only(&|a| events[a].is_fence());
    let begin = release.then(&only(&|_| true).union(&is_fence.then(po)));
    let end = only(&|_| true).union(&po.then(&is_fence)).then(&acquire);
    let read = only(&|a| atomic(a) && events[a].reads);
    let sw = begin.then(&sequence).then(rf).then(&read).then(&end);
    po.union(&sw).plus()
}

/// `event` happens before `to`, and comes after it in what concerns their location.
fn coherence(basic: &Basic, event: usize, to: usize) -> Broken {
    let Basic { rf, mo, fr, .. } = basic;
    let hb = Relation::new(rf.0.len(), |a, b| (a, b) == (event, to));
    let cycle = broken("coherence", &[("hb", &hb), ("rf", rf), ("mo", mo), ("fr", fr)]);
    // Two events of which each happens before the other.
    cycle.unwrap_or(Broken { axiom: "coherence", cycle: vec![(event, "hb"), (to, "hb")] })
}
