//! An execution as it is told: its steps, in an order that a reader can follow.

mod place;
mod schedule;
mod switches;

use crate::core::clock::{Clock, MAX_THREADS};
use crate::core::event::{Event, EventId, Kind, NOWHERE};
use crate::core::graph::Graph;
use crate::core::trail::Trail;
pub use place::Place;
use schedule::schedule;
use std::sync::atomic::Ordering;

/// In an execution with more events, no step is compared with what is newer: nobody reads so far.
const MAX_COMPARED: usize = 4_096;

/// One operation of a failing execution.
#[derive(Clone, Debug)]
pub struct Step {
    /// The thread; 0 is the main thread.
    pub thread: usize,
    /// The place in the source.
    pub at: Place,
    /// The operation: `compare_exchange`.
    pub op: &'static str,
    /// The operation with its operands and orderings: `compare_exchange(0, 1, Acquire, Relaxed)`.
    pub text: String,
    /// What it returned.
    pub result: Option<String>,
    /// The ordering in effect.
    pub order: Ordering,
    /// The location: accesses with the same number are to the same object.
    pub location: Option<usize>,
    /// What the program calls the memory that is accessed, where [`add_names`](crate::foreign::add_names) was told.
    pub name: Option<String>,
    /// The step whose write was read; `None` if that is the initial value, or if nothing was read.
    pub reads_from: Option<usize>,
    /// It reads a value although a newer one was written in an earlier step.
    pub stale: bool,
    /// It writes a value that a write in an earlier step has already replaced: it is before that one in the modification order.
    pub overtaken: bool,
    /// A read-modify-write that writes what it reads.
    pub repeats: bool,
    /// It reads.
    pub reads: bool,
    /// It writes.
    pub writes: bool,
    /// Of what it writes, the place in the modification order of the location; the initial value has place 0.
    pub order_in_mo: Option<usize>,
    /// It is an atomic access.
    pub atomic: bool,
    /// A compare-exchange that failed for no reason.
    pub spurious: bool,
    /// The program asked for it; see [`Step::is_shown`].
    pub(crate) shown: bool,
    /// For each thread, how many of its events happen before the end of this step.
    pub clock: Vec<u16>,
    /// The place of its last event in its thread, from 1: step `a` happens before step `b` if
    /// `b.clock[a.thread] >= a.number`.
    pub number: u16,
}

impl Step {
    /// Does this step happen before `other`?
    pub fn happens_before(&self, other: &Step) -> bool {
        other.clock[self.thread] >= self.number
    }

    /// Is it something that the program asked for? The others only keep the books.
    pub fn is_shown(&self) -> bool {
        self.shown
    }
}

/// A note of something that happened.
pub(crate) const NOTE: &str = "note";

/// A note of an access to plain memory.
pub(crate) const ACCESS: &str = "access";

/// What happened that is no event of the graph.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub thread: usize,
    /// How many events of its thread came before it.
    pub after: usize,
    pub at: Place,
    /// As [`Step::op`].
    pub op: &'static str,
    pub text: String,
    /// As [`Step::name`].
    pub name: Option<String>,
}

impl Note {
    fn step(&self, clock: &Clock) -> Step {
        Step {
            thread: self.thread,
            at: self.at,
            op: self.op,
            text: self.text.clone(),
            result: None,
            order: Ordering::Relaxed,
            location: None,
            name: self.name.clone(),
            reads_from: None,
            stale: false,
            overtaken: false,
            repeats: false,
            reads: false,
            writes: false,
            order_in_mo: None,
            atomic: false,
            spurious: false,
            shown: true,
            clock: clock.to_array().to_vec(),
            // What happens after it is what happens after the next event.
            number: self.after as u16 + 1,
        }
    }
}

/// An execution to be told.
#[derive(Clone, Copy)]
pub(crate) struct Story<'a> {
    pub graph: &'a Graph,
    /// The order in which the events took place.
    pub log: &'a [EventId],
    /// How many events of each thread have taken place.
    pub taken: &'a [usize; MAX_THREADS],
    pub notes: &'a [Note],
}

/// A story that is told.
pub(crate) struct Told {
    pub steps: Vec<Step>,
    pub trail: Trail,
    /// The events, in the order in which they are told.
    order: Vec<EventId>,
    /// The steps of the events of each thread.
    places: [Vec<usize>; MAX_THREADS],
}

impl Told {
    /// The step of an event, if the story has it.
    pub fn step_of(&self, id: EventId) -> Option<usize> {
        place_in(&self.places, id)
    }

    /// The step of each event, in the order of the trail.
    pub fn step_of_each(&self) -> Vec<usize> {
        let step = |id: &EventId| self.step_of(*id).expect("each event that is told has a step");
        self.order.iter().map(step).collect()
    }
}

fn place_in(places: &[Vec<usize>; MAX_THREADS], id: EventId) -> Option<usize> {
    if id.is_init() { None } else { places[id.thread()].get(id.index()).copied() }
}

/// Tells of the execution that `led_here`. What led to a panic or a race is an execution of its own, and a shorter one: what else
/// the other threads did adds nothing. `last` is the event that it should end with.
pub(crate) fn tell(story: Story<'_>, led_here: &Clock, last: Option<EventId>) -> Told {
    let order = schedule(story.graph, led_here, last);
    tell_in_order(story, order.unwrap_or_else(|| as_it_ran(story, led_here)))
}

/// Tells of the whole execution, in the order in which it ran.
pub(crate) fn tell_as_it_ran(story: Story<'_>) -> Told {
    tell_in_order(story, as_it_ran(story, &Clock::ALL))
}

fn tell_in_order(story: Story<'_>, order: Vec<EventId>) -> Told {
    let graph = story.graph;
    let mut steps: Vec<Step> = Vec::new();
    let mut places: [Vec<usize>; MAX_THREADS] = Default::default();
    let mut notes = story.notes.to_vec();
    let is_before = |note: &mut Note| note.after == 0;
    steps.extend(notes.extract_if(.., is_before).map(|note| note.step(&Clock::default())));
    for &id in &order {
        let event = graph.event(id);
        let owner = places[id.thread()].last().copied();
        match owner {
            Some(owner) if event.kind == Kind::Write && event.exclusive => {
                steps[owner].writes = true;
                steps[owner].clock = event.hb.to_array().to_vec();
                steps[owner].number = id.index() as u16 + 1;
                places[id.thread()].push(owner);
            }
            _ => {
                places[id.thread()].push(steps.len());
                steps.push(step(id, event));
            }
        }
        let is_here = |note: &mut Note| note.thread == id.thread() && note.after <= id.index() + 1;
        steps.extend(notes.extract_if(.., is_here).map(|note| note.step(&event.hb)));
    }
    let place = |id: EventId| place_in(&places, id);
    for &id in &order {
        let event = graph.event(id);
        let mine = place(id).expect("the step of an event that is shown");
        if matches!(event.kind, Kind::Read | Kind::Join | Kind::Resume) {
            steps[mine].reads_from = place(event.rf);
        }
        // Newer in the modification order, and done before in the order of the timeline.
        let newer_than = |write: EventId| {
            if order.len() > MAX_COMPARED {
                return false;
            }
            let newer = graph.places[usize::from(event.loc)].mo[graph.pos(write) + 1..].iter();
            let mut atomic = newer.filter(|&&newer| graph.event(newer).kind == Kind::Write);
            atomic.any(|&newer| place(newer).is_some_and(|newer| newer < mine))
        };
        match event.kind {
            Kind::Read if !event.exclusive && !event.dropped => {
                steps[mine].stale = newer_than(event.rf);
            }
            Kind::Write => steps[mine].overtaken = newer_than(id),
            _ => {}
        }
        if event.is_write() {
            steps[mine].order_in_mo = Some(graph.pos(id));
        }
    }
    Told { trail: Trail::of(graph, &order), steps, order, places }
}

fn as_it_ran(story: Story<'_>, led_here: &Clock) -> Vec<EventId> {
    let graph = story.graph;
    let mut order = story.log.to_vec();
    // What has not taken place again when the failure was found.
    let has_run = |id: &EventId| id.index() < story.taken[id.thread()];
    let mut rest: Vec<EventId> = graph.ids().filter(|id| !has_run(id)).collect();
    rest.sort_by_key(|id| graph.event(*id).stamp);
    order.extend(rest);
    order.retain(|id| led_here.has(*id));
    order
}

fn step(id: EventId, event: &Event) -> Step {
    let request = &event.request;
    let show = |bits| (request.op.show)(bits);
    let mut words: Vec<String> = Vec::new();
    words.extend((request.op.operands > 0).then(|| show(request.a)));
    words.extend((request.op.operands > 1).then(|| show(request.b)));
    if event.is_atomic() && !request.op.role.is_hidden() || event.kind == Kind::Fence {
        words.push(format!("{:?}", request.order));
        if request.op.operands > 1 {
            words.push(format!("{:?}", request.failure));
        }
    }
    let reads = matches!(event.kind, Kind::Read | Kind::PlainRead);
    let exchange = request.op.operands > 1;
    let result = (reads && !request.op.role.is_hidden()).then(|| {
        match (exchange, event.new_value(event.value)) {
            (false, _) => show(event.value),
            (true, Some(_)) => format!("Ok({})", show(event.value)),
            (true, None) => format!("Err({})", show(event.value)),
        }
    });
    let location = (event.loc != NOWHERE).then_some(usize::from(event.loc));
    Step {
        thread: id.thread(),
        at: request.at.into(),
        op: request.op.name,
        text: format!("{}({})", request.op.name, words.join(", ")),
        result: result.filter(|text| !text.is_empty()),
        order: event.order,
        location,
        name: None,
        reads_from: None,
        stale: false,
        overtaken: false,
        reads,
        writes: event.is_write(),
        order_in_mo: None,
        atomic: event.is_atomic(),
        repeats: event.is_atomic() && reads && event.new_value(event.value) == Some(event.value),
        spurious: event.has_failed_for_no_reason(),
        shown: request.op.role.is_shown(),
        clock: event.hb.to_array().to_vec(),
        number: id.index() as u16 + 1,
    }
}
