//! The order in which a timeline shows the events of a graph.
//!
//! A graph has no order of its own, and every linear extension of po ∪ rf runs it. The one to show is chosen like this:
//!
//! 1. It also respects mo, and then rb, wherever that closes no circle. So what an interleaving explains is shown as that
//!    interleaving, and a read that comes after a newer write, though it does not see it, is one that no interleaving explains.
//! 2. Of the orders that are left, it is one with the fewest switches between threads.

use super::clock::{Clock, MAX_THREADS};
use super::event::{Event, EventId, Kind, is_bookkeeping};
use super::graph::Graph;
use super::idle::ENQUEUE;
use std::collections::{HashMap, VecDeque};

/// An execution with more operations is shown in the order in which the engine ran it.
const MAX_UNITS: usize = 512;

/// How many states the search for the fewest switches looks at, before it takes what looks best at each step.
const MAX_STATES: usize = 4_000;

/// Events of one thread with nothing between them: both halves of a read-modify-write, or looking and falling asleep.
struct Unit {
    first: EventId,
    len: usize,
    shown: bool,
}

/// How many units of each thread are done, and the thread of the last one that is shown.
type State = ([u16; MAX_THREADS], u8);

const NOBODY: u8 = u8::MAX;

struct Order {
    /// Thread by thread, in program order.
    units: Vec<Unit>,
    /// Where the units of each thread begin.
    starts: [usize; MAX_THREADS + 1],
    /// The unit of each event.
    of: [Vec<usize>; MAX_THREADS],
    /// What must come directly before each unit.
    before: Vec<Vec<usize>>,
    /// For each unit, the set of those after it.
    after: Vec<Vec<u64>>,
}

/// The events in `keep`, in the order of the timeline; `last` is the one that it should end with. `None` if there are too
/// many.
pub fn schedule(graph: &Graph, keep: &Clock, last: Option<EventId>) -> Option<Vec<EventId>> {
    let mut order = Order::new(graph, keep)?;
    order.follow_threads_and_reads(graph);
    if let Some(last) = last.and_then(|last| order.unit(last)) {
        for end in order.ends() {
            order.add(end, last);
        }
    }
    order.follow_writes(graph);
    Some(order.run())
}

impl Order {
    fn new(graph: &Graph, keep: &Clock) -> Option<Self> {
        let mut units: Vec<Unit> = Vec::new();
        let mut starts = [0; MAX_THREADS + 1];
        let mut of: [Vec<usize>; MAX_THREADS] = Default::default();
        for thread in 0..MAX_THREADS {
            starts[thread] = units.len();
            let kept = graph.threads[thread].len().min(keep.get(thread));
            for (index, event) in graph.threads[thread][..kept].iter().enumerate() {
                if index > 0 && goes_on(event) {
                    units.last_mut().expect("the unit of the event before").len += 1;
                } else {
                    let first = EventId::new(thread, index);
                    let shown = !is_bookkeeping(event.request.op.name);
                    units.push(Unit { first, len: 1, shown });
                }
                of[thread].push(units.len() - 1);
            }
        }
        starts[MAX_THREADS] = units.len();
        let count = units.len();
        let row = vec![0; count.div_ceil(64)];
        (count <= MAX_UNITS).then(|| Self {
            units,
            starts,
            of,
            before: vec![Vec::new(); count],
            after: vec![row; count],
        })
    }

    fn unit(&self, event: EventId) -> Option<usize> {
        if event.is_init() { None } else { self.of[event.thread()].get(event.index()).copied() }
    }

    fn is_before(&self, a: usize, b: usize) -> bool {
        self.after[a][b / 64] >> (b % 64) & 1 == 1
    }

    /// Puts `a` before `b`, unless `b` is before `a` already.
    fn add(&mut self, a: usize, b: usize) {
        if a == b || self.is_before(a, b) || self.is_before(b, a) {
            return;
        }
        self.before[b].push(a);
        let mut later = self.after[b].clone();
        later[b / 64] |= 1 << (b % 64);
        for unit in 0..self.units.len() {
            if unit == a || self.is_before(unit, a) {
                self.after[unit].iter_mut().zip(&later).for_each(|(mine, new)| *mine |= new);
            }
        }
    }

    fn add_events(&mut self, a: EventId, b: EventId) {
        if let (Some(a), Some(b)) = (self.unit(a), self.unit(b)) {
            self.add(a, b);
        }
    }

    /// The last unit of each thread.
    fn ends(&self) -> Vec<usize> {
        self.starts.windows(2).filter(|pair| pair[0] < pair[1]).map(|pair| pair[1] - 1).collect()
    }

    /// po ∪ rf: what every order must respect.
    fn follow_threads_and_reads(&mut self, graph: &Graph) {
        for thread in 0..MAX_THREADS {
            for unit in self.starts[thread] + 1..self.starts[thread + 1] {
                self.add(unit - 1, unit);
            }
            for index in 0..self.of[thread].len() {
                let id = EventId::new(thread, index);
                let waits = matches!(
                    graph.event(id).kind,
                    Kind::Read | Kind::Begin | Kind::Join | Kind::Resume
                );
                if waits {
                    self.add_events(graph.event(id).rf, id);
                }
            }
        }
    }

    /// mo, and what is read before it is overwritten, where that is possible.
    fn follow_writes(&mut self, graph: &Graph) {
        for place in &graph.places {
            let kept = place.mo.iter().copied().filter(|&write| self.unit(write).is_some());
            let kept: Vec<EventId> = kept.collect();
            kept.windows(2).for_each(|pair| self.add_events(pair[0], pair[1]));
        }
        for place in &graph.places {
            let plain = place.plain.iter().filter(|&&id| graph.event(id).kind == Kind::PlainRead);
            for &read in place.reads.iter().chain(plain) {
                if self.unit(read).is_none() || !graph.has(graph.event(read).rf) {
                    continue;
                }
                let seen = graph.event(read).rf;
                self.add_events(seen, read);
                let newer = &place.mo[graph.pos(seen) + 1..];
                let newer = newer.iter().copied().find(|&write| self.unit(write).is_some());
                if let Some(newer) = newer {
                    self.add_events(read, newer);
                }
            }
        }
    }

    fn ready(&self, done: &[u16; MAX_THREADS], thread: usize) -> Option<usize> {
        let unit = self.starts[thread] + usize::from(done[thread]);
        let is_done = |&other: &usize| {
            let owner = self.units[other].first.thread();
            other < self.starts[owner] + usize::from(done[owner])
        };
        (unit < self.starts[thread + 1] && self.before[unit].iter().all(is_done)).then_some(unit)
    }

    /// Takes every unit that can be taken and is not shown: they cost nothing.
    fn take_unseen(&self, done: &mut [u16; MAX_THREADS], mut take: impl FnMut(usize)) {
        let mut thread = 0;
        while thread < MAX_THREADS {
            match self.ready(done, thread).filter(|&unit| !self.units[unit].shown) {
                Some(unit) => {
                    take(unit);
                    done[thread] += 1;
                    thread = 0;
                }
                None => thread += 1,
            }
        }
    }

    fn run(&self) -> Vec<EventId> {
        let mut events = Vec::new();
        let mut emit = |unit: usize| {
            let Unit { first, len, .. } = self.units[unit];
            events.extend((0..len).map(|i| EventId::new(first.thread(), first.index() + i)));
        };
        let mut done = [0; MAX_THREADS];
        self.take_unseen(&mut done, &mut emit);
        for thread in self.best().unwrap_or_else(|| self.greedy()) {
            emit(self.starts[thread] + usize::from(done[thread]));
            done[thread] += 1;
            self.take_unseen(&mut done, &mut emit);
        }
        events
    }

    /// The threads of the units that are shown, in an order with the fewest switches.
    fn best(&self) -> Option<Vec<usize>> {
        let mut start = [0; MAX_THREADS];
        self.take_unseen(&mut start, |_| {});
        let mut known: HashMap<State, (u32, State)> = HashMap::new();
        let mut open = VecDeque::from([((start, NOBODY), (start, NOBODY), 0)]);
        let end = |done: &[u16; MAX_THREADS]| {
            (0..MAX_THREADS).all(|t| usize::from(done[t]) == self.starts[t + 1] - self.starts[t])
        };
        while let Some((state, from, cost)) = open.pop_front() {
            if known.contains_key(&state) {
                continue;
            }
            known.insert(state, (cost, from));
            if end(&state.0) {
                return Some(path(&known, state));
            }
            if known.len() > MAX_STATES {
                return None;
            }
            for thread in (0..MAX_THREADS).filter(|&t| self.ready(&state.0, t).is_some()) {
                let mut done = state.0;
                done[thread] += 1;
                self.take_unseen(&mut done, |_| {});
                let next = (done, thread as u8);
                if state.1 == thread as u8 || state.1 == NOBODY {
                    open.push_front((next, state, cost));
                } else {
                    open.push_back((next, state, cost + 1));
                }
            }
        }
        unreachable!("po ∪ rf is acyclic, so some unit is ready until all are done")
    }

    /// As `best`, but each thread just goes on as long as it can.
    fn greedy(&self) -> Vec<usize> {
        let mut done = [0; MAX_THREADS];
        self.take_unseen(&mut done, |_| {});
        let mut threads = Vec::new();
        let mut current = 0;
        loop {
            if self.ready(&done, current).is_none() {
                let next = (0..MAX_THREADS).find(|&t| self.ready(&done, t).is_some());
                let Some(next) = next else { return threads };
                current = next;
            }
            threads.push(current);
            done[current] += 1;
            self.take_unseen(&mut done, |_| {});
        }
    }
}

/// Does the event belong to the same operation as the one before it?
fn goes_on(event: &Event) -> bool {
    let falls_asleep = event.request.op.hidden && event.request.b == ENQUEUE;
    event.kind == Kind::Write && event.exclusive || falls_asleep && event.kind == Kind::Read
}

fn path(known: &HashMap<State, (u32, State)>, mut state: State) -> Vec<usize> {
    let mut threads = Vec::new();
    while state.1 != NOBODY {
        threads.push(usize::from(state.1));
        state = known[&state].1;
    }
    threads.reverse();
    threads
}
