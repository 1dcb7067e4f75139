//! A slow enumeration of the consistent executions of straight-line programs, written after the paper and not after the
//! checker: all reads-from, all modification orders, then the axioms as they stand.

pub mod relation;

use rc11::atomic::Ordering::{self, *};
use relation::{Relation, identity};
use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug)]
pub enum Access {
    Load,
    Store(u64),
    Add(u64),
    Swap(u64),
    /// Compare-exchange: expected, new, ordering of a failure.
    Exchange(u64, u64, Ordering),
    Fence,
    /// `while load() != value { spin }`
    Await(u64),
    /// `for _ in 0..TRIES { if load() == value { break } spin }`; what is seen is how many tries have failed.
    Bounded(u64),
    /// One load of a `Bounded`, whether it reads the value, and how many have failed if this is the last one.
    Turn {
        value: u64,
        hits: bool,
        failed: Option<u64>,
    },
    /// `while swap(1) != 0 { spin }`, of a location that is 0 or 1.
    AwaitSwap,
}

#[derive(Clone, Copy, Debug)]
pub struct Op {
    pub access: Access,
    pub loc: usize,
    /// `None` is non-atomic.
    pub order: Option<Ordering>,
}

pub type Program = Vec<Vec<Op>>;

/// What the reads of each thread have read.
pub type Outcome = Vec<Vec<u64>>;

#[derive(Clone, Copy, Debug)]
struct Event {
    thread: usize,
    op: Op,
    read: bool,
    write: bool,
    order: Option<Ordering>,
    /// The read of which this is the write.
    half_of: Option<usize>,
    /// A wait that never ends.
    endless: bool,
}

#[derive(Default, Debug)]
pub struct Found {
    pub executions: usize,
    pub outcomes: BTreeSet<Outcome>,
    pub race: bool,
    /// There is an execution in which a thread waits for ever.
    pub livelock: bool,
}

pub const LOCATIONS: usize = 2;

/// Tries of a `Bounded`.
pub const TRIES: usize = 3;

/// Enumerates the executions of a program. All locations are 0 at first.
pub fn enumerate(program: &Program) -> Found {
    let mut found = Found::default();
    for (thread, ops) in program.iter().enumerate() {
        let Some(at) = ops.iter().position(|op| matches!(op.access, Access::Bounded(_))) else {
            continue;
        };
        for turns in bounded(ops[at]) {
            let mut program = program.clone();
            program[thread].splice(at..=at, turns);
            let one = enumerate(&program);
            found.executions += one.executions;
            found.outcomes.extend(one.outcomes);
            found.race |= one.race;
        }
        return found;
    }
    cut(program, 0, &mut vec![None; program.len()], &mut found);
    found
}

/// What a `Bounded` may do.
fn bounded(op: Op) -> Vec<Vec<Op>> {
    let Access::Bounded(value) = op.access else { unreachable!("only called for one") };
    let turn = |hits, failed| Op { access: Access::Turn { value, hits, failed }, ..op };
    let misses = |count| std::iter::repeat_n(turn(false, None), count);
    let hit_after = |count| misses(count).chain([turn(true, Some(count as u64))]).collect();
    let mut all: Vec<Vec<Op>> = (0..TRIES).map(hit_after).collect();
    all.push(misses(TRIES - 1).chain([turn(false, Some(TRIES as u64))]).collect());
    all
}

/// Chooses for each thread the wait, if any, at which it stays for ever.
fn cut(program: &Program, thread: usize, cuts: &mut Vec<Option<usize>>, found: &mut Found) {
    if thread == program.len() {
        let exchanges =
            program.iter().flatten().filter(|op| matches!(op.access, Access::Exchange(..))).count();
        for successes in 0..1 << exchanges {
            let events = events(program, cuts, successes);
            choose_rf(&events, 0, &mut vec![usize::MAX; events.len()], found);
        }
        return;
    }
    cut(program, thread + 1, cuts, found);
    for (index, op) in program[thread].iter().enumerate() {
        if matches!(op.access, Access::Await(_) | Access::AwaitSwap) {
            cuts[thread] = Some(index);
            cut(program, thread + 1, cuts, found);
            cuts[thread] = None;
        }
    }
}

/// The events if the compare-exchanges in `successes` succeed. The first ones are the initial writes.
fn events(program: &Program, cuts: &[Option<usize>], successes: u32) -> Vec<Event> {
    let mut events = Vec::new();
    for loc in 0..LOCATIONS {
        let op = Op { access: Access::Store(0), loc, order: Some(Relaxed) };
        let (read, write) = (false, true);
        events.push(Event {
            thread: usize::MAX,
            op,
            read,
            write,
            order: op.order,
            half_of: None,
            endless: false,
        });
    }
    let mut exchange = 0;
    for (thread, ops) in program.iter().enumerate() {
        for (index, &op) in ops.iter().enumerate() {
            let endless = cuts[thread] == Some(index);
            let event = Event {
                thread,
                op,
                read: false,
                write: false,
                order: op.order,
                half_of: None,
                endless,
            };
            let succeeds = |exchange: &mut u32| {
                *exchange += 1;
                successes >> (*exchange - 1) & 1 == 1
            };
            let (read, write, order) = match op.access {
                Access::Load => (true, false, op.order),
                Access::Store(_) => (false, true, op.order),
                Access::Add(_) | Access::Swap(_) => (true, true, op.order),
                Access::Exchange(_, _, failure) => match succeeds(&mut exchange) {
                    true => (true, true, op.order),
                    false => (true, false, Some(failure)),
                },
                Access::Fence => (false, false, op.order),
                Access::Await(_) | Access::Turn { .. } => (true, false, op.order),
                Access::Bounded(_) => unreachable!("taken apart before"),
                Access::AwaitSwap => (true, !endless, op.order),
            };
            if read || !write {
                events.push(Event { read, order, ..event });
            }
            if write {
                let half_of = read.then(|| events.len() - 1);
                events.push(Event { write, order, half_of, ..event });
            }
            if endless {
                break;
            }
        }
    }
    events
}

fn choose_rf(events: &[Event], next: usize, rf: &mut Vec<usize>, found: &mut Found) {
    let Some(event) = events.get(next) else {
        let n = events.len();
        let porf = po(events).union(&Relation::new(n, |a, b| rf[b] == a));
        if porf.is_acyclic()
            && let Some(values) = values(events, rf)
        {
            choose_mo(events, rf, &values, 0, &mut vec![Vec::new(); LOCATIONS], found);
        }
        return;
    };
    if !event.read {
        return choose_rf(events, next + 1, rf, found);
    }
    for (write, other) in events.iter().enumerate() {
        if other.write && other.op.loc == event.op.loc && other.half_of != Some(next) {
            rf[next] = write;
            choose_rf(events, next + 1, rf, found);
        }
    }
    rf[next] = usize::MAX;
}

/// The value of each event, if the compare-exchanges do what was assumed. `po ∪ rf` is acyclic.
fn values(events: &[Event], rf: &[usize]) -> Option<Vec<u64>> {
    let mut values: Vec<Option<u64>> = vec![None; events.len()];
    for _ in 0..events.len() {
        for (e, event) in events.iter().enumerate() {
            values[e] = match event.op.access {
                _ if event.read => values[rf[e]],
                Access::Store(value) => Some(value),
                Access::Add(n) => values[event.half_of.unwrap()].map(|old| old + n),
                Access::Exchange(_, new, _) => Some(new),
                Access::Swap(value) => Some(value),
                Access::AwaitSwap => Some(1),
                _ => Some(0),
            };
        }
    }
    let values: Vec<u64> = values.into_iter().map(Option::unwrap).collect();
    let right = events.iter().enumerate().all(|(e, event)| match event.op.access {
        Access::Exchange(expected, ..) if event.read => {
            let writes = events.iter().any(|w| w.half_of == Some(e));
            writes == (values[e] == expected)
        }
        Access::Turn { value, hits, .. } => hits == (values[e] == value),
        Access::Await(value) => event.endless != (values[e] == value),
        Access::AwaitSwap if event.read => event.endless != (values[e] == 0),
        _ => true,
    });
    right.then_some(values)
}

fn choose_mo(
    events: &[Event],
    rf: &[usize],
    values: &[u64],
    loc: usize,
    mo: &mut Vec<Vec<usize>>,
    found: &mut Found,
) {
    if loc == LOCATIONS {
        return check(events, rf, values, mo, found);
    }
    let writes = (0..events.len()).filter(|&e| events[e].write && events[e].op.loc == loc);
    let left: Vec<usize> = writes.filter(|e| !mo[loc].contains(e)).collect();
    if left.is_empty() {
        return choose_mo(events, rf, values, loc + 1, mo, found);
    }
    for write in left {
        if mo[loc].is_empty() && write != loc {
            continue;
        }
        mo[loc].push(write);
        choose_mo(events, rf, values, loc, mo, found);
        mo[loc].pop();
    }
}

fn po(events: &[Event]) -> Relation {
    Relation::new(events.len(), |a, b| {
        let initial = a < LOCATIONS && b >= LOCATIONS;
        initial || a >= LOCATIONS && events[a].thread == events[b].thread && a < b
    })
}

fn check(events: &[Event], rf: &[usize], values: &[u64], mo: &[Vec<usize>], found: &mut Found) {
    let n = events.len();
    let is = |e: usize| &events[e];
    let fence = |e: usize| matches!(is(e).op.access, Access::Fence);
    let same_loc = Relation::new(n, |a, b| !fence(a) && !fence(b) && is(a).op.loc == is(b).op.loc);
    let acquire = |e: usize| matches!(is(e).order, Some(Acquire | AcqRel | SeqCst));
    let release = |e: usize| matches!(is(e).order, Some(Release | AcqRel | SeqCst));
    let atomic = |e: usize| is(e).order.is_some() && !fence(e);
    let sc = |e: usize| is(e).order == Some(SeqCst);

    let po = po(events);
    let rf = Relation::new(n, |a, b| rf[b] == a);
    let rmw = Relation::new(n, |a, b| is(b).half_of == Some(a));
    let place = |e: usize| mo[is(e).op.loc].iter().position(|&w| w == e);
    let mo = Relation::new(n, |a, b| {
        same_loc.has(a, b) && is(a).write && is(b).write && place(a) < place(b)
    });
    let rb = rf.inverse().then(&mo);

    let writes = identity(n, |e| is(e).write && atomic(e));
    let reads = identity(n, |e| is(e).read && atomic(e));
    let fences = identity(n, fence);
    let rs = writes.then(&reflexive_closure(&rf.then(&rmw)));
    let sw = identity(n, release)
        .then(&fences.then(&po).or_same())
        .then(&rs)
        .then(&rf)
        .then(&reads)
        .then(&po.then(&fences).or_same())
        .then(&identity(n, acquire));
    let hb = po.union(&sw).plus();
    let eco = rf.union(&mo).union(&rb).plus();

    if !hb.is_irreflexive() || !hb.then(&eco).is_irreflexive() {
        return;
    }
    if !rmw.intersect(&rb.then(&mo)).is_empty() {
        return;
    }
    let endless = |e: &usize| is(*e).endless;
    if (0..n).filter(endless).any(|e| rb.0[e] != 0) {
        return; // It will see what is newer, at last.
    }
    let elsewhere = po.minus(&same_loc);
    let scb = po
        .union(&elsewhere.then(&hb).then(&elsewhere))
        .union(&hb.intersect(&same_loc))
        .union(&mo)
        .union(&rb);
    let sc_events = identity(n, sc);
    let sc_fences = identity(n, |e| sc(e) && fence(e));
    let left = sc_events.union(&sc_fences.then(&hb.or_same()));
    let right = sc_events.union(&hb.or_same().then(&sc_fences));
    let psc_base = left.then(&scb).then(&right);
    let psc_f = sc_fences.then(&hb.union(&hb.then(&eco).then(&hb))).then(&sc_fences);
    if !psc_base.union(&psc_f).is_acyclic() {
        return;
    }

    if (0..n).any(|e| endless(&e)) {
        found.livelock = true;
        return;
    }
    found.executions += 1;
    found.race |= (LOCATIONS..n).any(|a| {
        (a + 1..n).any(|b| {
            let conflict = same_loc.has(a, b) && (is(a).write || is(b).write);
            let plain = is(a).order.is_none() || is(b).order.is_none();
            is(a).thread != is(b).thread && conflict && plain && !hb.has(a, b) && !hb.has(b, a)
        })
    });
    let threads = events[LOCATIONS..].iter().map(|e| e.thread + 1).max().unwrap_or(0);
    let mut outcome = vec![Vec::new(); threads];
    for (e, event) in events.iter().enumerate().filter(|(_, event)| event.read) {
        match event.op.access {
            Access::Turn { failed, .. } => outcome[event.thread].extend(failed),
            _ => outcome[event.thread].push(values[e]),
        }
    }
    found.outcomes.insert(outcome);
}

fn reflexive_closure(relation: &Relation) -> Relation {
    relation.plus().or_same()
}

impl Relation {
    fn is_empty(&self) -> bool {
        self.0.iter().all(|row| *row == 0)
    }
}
