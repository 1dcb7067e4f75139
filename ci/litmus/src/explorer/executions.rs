//! All candidate executions of a program: whatever its reads might read, in whatever order its writes might be. Which of them there are
//! is a matter of the axioms.

use super::relation::Relation;
use crate::oracle::{Op, Program};
use serde_json::Value;

/// An operation that is executed, or an initial write.
#[derive(Clone, Debug)]
pub struct Event {
    /// The thread; none, if it is an initial write.
    pub thread: Option<usize>,
    /// Which of the operations of the thread.
    pub op: usize,
    /// The location, by its number. A fence has none.
    pub loc: Option<usize>,
    /// Does it read?
    pub reads: bool,
    /// Does it write?
    pub writes: bool,
    /// Is it no access to plain data?
    pub is_atomic: bool,
    /// Has it this side of an ordering?
    pub acquires: bool,
    /// As above.
    pub releases: bool,
    /// Is it `SeqCst`?
    pub is_sc: bool,
    /// Does its instruction acquire, and release? That of a `compare_exchange` does also when it fails.
    pub orders: (bool, bool),
    /// The events whose values it writes.
    pub depends_on: Vec<usize>,
    /// The events whose values decide whether it is executed.
    pub controlled_by: Vec<usize>,
}

impl Event {
    /// Is it a fence?
    pub fn is_fence(&self) -> bool {
        self.loc.is_none()
    }
}

/// A candidate.
#[derive(Clone, Debug)]
pub struct Execution {
    /// First the initial writes, then thread by thread.
    pub events: Vec<Event>,
    /// What each event reads from.
    pub rf: Vec<Option<usize>>,
    /// The writes to each location in their order.
    pub mo: Vec<Vec<usize>>,
    /// What the program's variables are in the end.
    pub outcome: Vec<u64>,
}

impl Execution {
    /// The relation that `holds` says, of pairs of events.
    pub fn relation(&self, holds: impl Fn(usize, usize) -> bool) -> Relation {
        Relation::new(self.events.len(), holds)
    }

    /// The order of the program: initial writes come before everything.
    pub fn po(&self) -> Relation {
        self.relation(|a, b| match (self.events[a].thread, self.events[b].thread) {
            (None, Some(_)) => true,
            (first, second) => first == second && first.is_some() && a < b,
        })
    }

    /// Who reads from whom.
    pub fn rf(&self) -> Relation {
        self.relation(|a, b| self.rf[b] == Some(a))
    }

    /// The modification order.
    pub fn mo(&self) -> Relation {
        let place = |event: usize| {
            let loc = self.events[event].loc.filter(|_| self.events[event].writes)?;
            Some((loc, self.mo[loc].iter().position(|&write| write == event)?))
        };
        self.relation(|a, b| match (place(a), place(b)) {
            (Some(first), Some(second)) => first.0 == second.0 && first.1 < second.1,
            _ => false,
        })
    }
}

/// The locations of a program, in the order of their names.
pub fn locations(program: &Program) -> Vec<&str> {
    let mut all: Vec<&str> = program.threads.iter().flatten().map(|op| op.loc.as_str()).collect();
    all.retain(|loc| !loc.is_empty());
    all.sort_unstable();
    all.dedup();
    all
}

/// Calls `each` with every candidate.
pub fn all(program: &Program, each: &mut impl FnMut(Execution)) {
    let is_open = |op: &&Op| op.only_if.is_some() || op.rmw == "cas";
    let open: u32 = program.threads.iter().flatten().filter(is_open).map(questions).sum();
    for answers in 0..1_u32 << open {
        let draft = Draft::new(program, answers);
        let mut rf = vec![None; draft.events.len()];
        draft.choose_rf(0, &mut rf, each);
    }
}

/// What is to be guessed of an operation: is it executed, and does it succeed?
fn questions(op: &Op) -> u32 {
    u32::from(op.only_if.is_some()) + u32::from(op.rmw == "cas")
}

/// The events of a program, as somebody has guessed which there are.
struct Draft<'a> {
    program: &'a Program,
    locations: Vec<&'a str>,
    events: Vec<Event>,
    /// What was guessed: an operation, and the event that its condition or success depends on. None has the value 0.
    guesses: Vec<(Option<usize>, u64, bool)>,
}

impl<'a> Draft<'a> {
    fn new(program: &'a Program, mut answers: u32) -> Self {
        let locations = locations(program);
        let initial = |loc| Event {
            thread: None,
            op: loc,
            loc: Some(loc),
            reads: false,
            writes: true,
            is_atomic: true,
            acquires: false,
            releases: false,
            is_sc: false,
            orders: (false, false),
            depends_on: Vec::new(),
            controlled_by: Vec::new(),
        };
        let events = (0..locations.len()).map(initial).collect();
        let mut draft = Self { program, locations, events, guesses: Vec::new() };
        let mut answer = || {
            let yes = answers & 1 == 1;
            answers >>= 1;
            yes
        };
        for (thread, ops) in program.threads.iter().enumerate() {
            for (number, op) in ops.iter().enumerate() {
                let is_executed = op.only_if.as_ref().is_none_or(|condition| {
                    let is_executed = answer();
                    let on = draft.writer_of(thread, number, &condition.reg);
                    draft.guesses.push((on, condition.eq, is_executed));
                    is_executed
                });
                // Of one that is not executed the other answer does not matter, and only one is asked for.
                let succeeds = op.rmw != "cas" || answer();
                if is_executed {
                    draft.add(thread, number, op, succeeds);
                } else if op.rmw == "cas" && succeeds {
                    draft.guesses.push((None, 1, true));
                }
            }
        }
        draft
    }

    fn add(&mut self, thread: usize, number: usize, op: &Op, succeeds: bool) {
        let event = self.events.len();
        if op.rmw == "cas" {
            self.guesses.push((Some(event), op.expect.unwrap_or(0), succeeds));
        }
        let ord = if succeeds { op.ord.as_str() } else { op.fail_ord.as_str() };
        let is_one_of = |ords: &[&str]| ords.contains(&ord);
        let any_is_one_of =
            |ords: &[&str]| ords.contains(&&*op.ord) || ords.contains(&&*op.fail_ord);
        let register = op.val.as_ref().and_then(Value::as_str);
        // Whatever comes behind a branch depends on it.
        let branches = self.program.threads[thread][..=number].iter().enumerate();
        let conditions = branches.filter_map(|(at, op)| Some((at, &op.only_if.as_ref()?.reg)));
        let controlled_by = conditions.filter_map(|(at, reg)| self.writer_of(thread, at, reg));
        let controlled_by = controlled_by.collect();
        let depends_on = register.and_then(|register| self.writer_of(thread, number, register));
        self.events.push(Event {
            thread: Some(thread),
            op: number,
            loc: self.locations.iter().position(|loc| *loc == op.loc),
            reads: matches!(op.op.as_str(), "load" | "rmw"),
            writes: op.op == "store" || op.op == "rmw" && succeeds,
            is_atomic: ord != "nonatomic",
            acquires: is_one_of(&["acquire", "acqrel", "seqcst"]),
            releases: is_one_of(&["release", "acqrel", "seqcst"]),
            is_sc: ord == "seqcst",
            orders: (
                any_is_one_of(&["acquire", "acqrel", "seqcst"]),
                any_is_one_of(&["release", "acqrel", "seqcst"]),
            ),
            depends_on: depends_on.into_iter().collect(),
            controlled_by,
        });
    }

    /// The event that has given the register its value, before this operation.
    fn writer_of(&self, thread: usize, before: usize, register: &str) -> Option<usize> {
        self.events.iter().rposition(|event| {
            event.thread == Some(thread)
                && event.op < before
                && self.program.threads[thread][event.op].reg == register
        })
    }

    fn choose_rf(
        &self,
        next: usize,
        rf: &mut Vec<Option<usize>>,
        each: &mut impl FnMut(Execution),
    ) {
        let Some(event) = self.events.get(next) else {
            let Some(values) = self.values(rf) else { return };
            let mo = (0..self.locations.len()).map(|loc| vec![loc]).collect();
            return self.choose_mo(0, mo, rf, &values, each);
        };
        if !event.reads {
            return self.choose_rf(next + 1, rf, each);
        }
        for (write, from) in self.events.iter().enumerate() {
            if from.writes && from.loc == event.loc && write != next {
                rf[next] = Some(write);
                self.choose_rf(next + 1, rf, each);
            }
        }
        rf[next] = None;
    }

    /// What each event reads and writes, if that is as it was guessed. Values out of thin air are none.
    fn values(&self, rf: &[Option<usize>]) -> Option<Vec<(u64, u64)>> {
        let mut read: Vec<Option<u64>> = vec![None; self.events.len()];
        let mut written = read.clone();
        for _ in 0..=self.events.len() {
            for (number, event) in self.events.iter().enumerate() {
                read[number] = rf[number].and_then(|from| written[from]);
                written[number] = self.written(number, event, &read);
            }
        }
        for &(on, value, is_so) in &self.guesses {
            if (on.map_or(Some(0), |on| read[on])? == value) != is_so {
                return None;
            }
        }
        let all = self.events.iter().enumerate().map(|(number, event)| {
            let value = |is_there, value: Option<u64>| if is_there { value } else { Some(0) };
            Some((value(event.reads, read[number])?, value(event.writes, written[number])?))
        });
        all.collect()
    }

    fn written(&self, number: usize, event: &Event, read: &[Option<u64>]) -> Option<u64> {
        let Some(thread) = event.thread else { return Some(0) };
        let op = &self.program.threads[thread][event.op];
        let value = match op.val.as_ref()? {
            Value::String(register) => match self.writer_of(thread, event.op, register) {
                Some(writer) => read[writer]?,
                None => 0,
            },
            value => value.as_u64()?,
        };
        if op.rmw == "add" { Some(read[number]? + value) } else { Some(value) }
    }

    fn choose_mo(
        &self,
        loc: usize,
        mo: Vec<Vec<usize>>,
        rf: &[Option<usize>],
        values: &[(u64, u64)],
        each: &mut impl FnMut(Execution),
    ) {
        if loc == self.locations.len() {
            let outcome = self.outcome(&mo, values);
            return each(Execution { events: self.events.clone(), rf: rf.to_vec(), mo, outcome });
        }
        let is_left = |write: &usize| {
            let event = &self.events[*write];
            event.writes && event.loc == Some(loc) && !mo[loc].contains(write)
        };
        let left: Vec<usize> = (0..self.events.len()).filter(is_left).collect();
        if left.is_empty() {
            return self.choose_mo(loc + 1, mo, rf, values, each);
        }
        for write in left {
            let mut mo = mo.clone();
            mo[loc].push(write);
            self.choose_mo(loc, mo, rf, values, each);
        }
    }

    fn outcome(&self, mo: &[Vec<usize>], values: &[(u64, u64)]) -> Vec<u64> {
        let value = |name: &String| match name.split_once(':') {
            Some((thread, register)) => {
                let thread = thread.parse().expect("the number of a thread");
                self.writer_of(thread, usize::MAX, register).map_or(0, |event| values[event].0)
            }
            None => match self.locations.iter().position(|loc| loc == name) {
                Some(loc) => values[*mo[loc].last().expect("the initial write")].1,
                None => 0,
            },
        };
        self.program.vars.iter().map(value).collect()
    }
}
