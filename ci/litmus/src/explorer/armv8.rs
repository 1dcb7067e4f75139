//! Armv8, after Arm's own model as herd7 has it (W. Deacon's `aarch64.cat`), with the atomic instructions of Armv8.1. `SeqCst` and `Acquire` loads are
//! `ldar`, `SeqCst` and `Release` stores `stlr`; an acquire fence is `dmb ishld`, any other `dmb ish`.
//!
//! The two halves of a read-modify-write are ordered differently. So they are nodes of their own here.

use super::axioms::{Basic, Broken, broken};
use super::executions::{Event, Execution};
use super::relation::{Relation, identity};

/// An event, or a half of a read-modify-write: the event, and whether it is what writes.
type Node = (usize, bool);

/// What orders the steps of a thread for all others.
struct Local {
    nodes: Vec<Node>,
    /// A dependency.
    depends: Relation,
    /// A barrier, or an instruction that acquires or releases.
    barred: Relation,
    /// A later store to the same place, or an acquiring load of what the thread has itself written.
    same: Relation,
}

/// Where every access is seen in one order.
pub fn armv8(execution: &Execution) -> Option<Broken> {
    let basic = Basic::of(execution);
    let coherence = basic.broken_coherence(execution);
    coherence
        .or_else(|| basic.broken_atomicity(execution))
        .or_else(|| seen_order(execution, &basic))
}

/// Is an event seen before another one of its thread? Of a read-modify-write, what is asked for is the half that others have to do with: `written` of
/// the first, or `read` of the second.
pub fn keeps(
    execution: &Execution,
    (from, written): (usize, bool),
    (to, read): (usize, bool),
) -> bool {
    let Local { nodes, depends, barred, same } = Local::of(execution, &Basic::of(execution));
    let all = depends.union(&barred).union(&same).plus();
    let half = |event: usize, writes: bool| {
        let of_event = (0..nodes.len()).filter(|&node| nodes[node].0 == event);
        let of_event: Vec<usize> = of_event.collect();
        let wanted = of_event.iter().copied().find(|&node| nodes[node].1 == writes);
        wanted.or(of_event.first().copied()).expect("each event has a node")
    };
    all.has(half(from, written), half(to, !read))
}

fn seen_order(execution: &Execution, basic: &Basic) -> Option<Broken> {
    let local = Local::of(execution, basic);
    let events = &execution.events;
    let n = local.nodes.len();
    let external = |of: &Relation, from: bool, to: bool| {
        Relation::new(n, |a, b| {
            let ((one, writes), (other, also)) = (local.nodes[a], local.nodes[b]);
            (writes, also) == (from, to)
                && of.has(one, other)
                && events[one].thread != events[other].thread
        })
    };
    let rf = external(&basic.rf, true, false);
    let mo = external(&basic.mo, true, true);
    let fr = external(&basic.fr, false, true);
    let Local { nodes, depends, barred, same } = &local;
    let named =
        [("dep", depends), ("bar", barred), ("same", same), ("rf", &rf), ("mo", &mo), ("fr", &fr)];
    let Broken { axiom, cycle } = broken("seen-order", &named)?;
    // The two halves of an event are one on the page.
    let event = |index: usize| nodes[cycle[index % cycle.len()].0].0;
    let steps = (0..cycle.len()).filter(|&index| event(index) != event(index + 1));
    Some(Broken { axiom, cycle: steps.map(|index| (event(index), cycle[index].1)).collect() })
}

impl Local {
    fn of(execution: &Execution, basic: &Basic) -> Self {
        let events = &execution.events;
        let halves = |(number, event): (usize, &Event)| {
            let first = (event.reads || event.is_fence()).then_some((number, false));
            first.into_iter().chain(event.writes.then_some((number, true)))
        };
        let nodes: Vec<Node> = events.iter().enumerate().flat_map(halves).collect();
        let n = nodes.len();
        let event = |node: usize| &events[nodes[node].0];
        let only = |holds: &dyn Fn(usize) -> bool| identity(n, holds);
        let relation = |holds: &dyn Fn(usize, usize) -> bool| Relation::new(n, holds);

        // Initial writes come before everything, and nothing leads to them.
        let po = relation(&|a, b| {
            a < b && event(a).thread.is_some() && event(a).thread == event(b).thread
        });
        let access = only(&|a| !event(a).is_fence());
        let reads = only(&|a| !nodes[a].1 && !event(a).is_fence());
        let writes = only(&|a| nodes[a].1);
        let rmw = relation(&|a, b| nodes[a].0 == nodes[b].0 && !nodes[a].1 && nodes[b].1);
        let acquires = |a: usize| !nodes[a].1 && !event(a).is_fence() && event(a).orders.0;
        let releases = |a: usize| nodes[a].1 && event(a).orders.1;
        let (acquire, release) = (only(&acquires), only(&releases));
        let own = relation(&|a, b| {
            po.has(a, b) && nodes[a].1 && !nodes[b].1 && basic.rf.has(nodes[a].0, nodes[b].0)
        });

        let given = |by: &dyn Fn(&Event) -> &Vec<usize>| {
            relation(&|a, b| !nodes[a].1 && by(event(b)).contains(&nodes[a].0)).then(&writes)
        };
        let data = given(&|event| &event.depends_on);
        let depends = data.union(&given(&|event| &event.controlled_by)).union(&data.then(&own));

        let (before, after) = (access.then(&po), po.then(&access));
        let full = only(&|a| event(a).is_fence() && event(a).releases);
        let of_loads = only(&|a| event(a).is_fence() && !event(a).releases);
        let is_both = |b: usize| releases(b) && (0..n).any(|a| rmw.has(a, b) && acquires(a));
        let barred = [
            before.then(&full).then(&after),
            reads.then(&po).then(&of_loads).then(&after),
            release.then(&po).then(&acquire),
            acquire.then(&after),
            before.then(&release),
            only(&is_both).then(&after),
        ];
        let barred = barred.iter().fold(relation(&|_, _| false), |all, one| all.union(one));

        let later = relation(&|a, b| po.has(a, b) && event(a).loc == event(b).loc);
        let later = access.then(&later).then(&writes);
        let same = later.union(&rmw).union(&rmw.then(&own).then(&acquire));
        Self { nodes, depends, barred, same }
    }
}
