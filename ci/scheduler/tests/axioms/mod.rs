//! The axioms as they stand in the paper, on relations: slow, and not written after the engine.

#[path = "../../../../solutions/rc11/tests/brute/relation.rs"]
mod relation;

use rc11::by_hand::{Action, Axiom, Growing, Name, Operation};
use relation::{Relation, identity};
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Release, SeqCst};

#[derive(Clone, Copy)]
struct Event {
    /// Nobody's: an initial write.
    by: Option<Name>,
    location: Option<usize>,
    read: bool,
    write: bool,
    /// `None` is non-atomic.
    order: Option<Ordering>,
}

/// An execution, as events and relations.
#[derive(Clone)]
pub struct Naive {
    events: Vec<Event>,
    rf: Vec<Option<usize>>,
    half_of: Vec<Option<usize>>,
    mo: Vec<Vec<usize>>,
}

impl Naive {
    /// Nothing has been done.
    pub fn new(locations: usize) -> Self {
        let initial = |location| Event {
            by: None,
            location: Some(location),
            read: false,
            write: true,
            order: Some(Ordering::Relaxed),
        };
        Self {
            events: (0..locations).map(initial).collect(),
            rf: vec![None; locations],
            half_of: vec![None; locations],
            mo: (0..locations).map(|location| vec![location]).collect(),
        }
    }

    /// Adds what `thread` does next, at this place of the modification order, whatever the axioms say of it. `before` is what has been
    /// done; it gives the values.
    pub fn add(&mut self, before: &Growing, thread: usize, operation: &Operation, place: usize) {
        let &Operation { action, location, order } = operation;
        let by = Some((thread, before.done(thread)));
        let event =
            Event { by, location: Some(location), read: false, write: false, order: Some(order) };
        let source = self.mo[location][place.min(self.mo[location].len() - 1)];
        match action {
            Action::Fence => self.push(Event { location: None, ..event }, None, None),
            Action::Store(_) => self.write(event, None, place),
            Action::Load => self.push(Event { read: true, ..event }, Some(source), None),
            Action::Read => {
                let last = *self.mo[location].last().expect("the initial write");
                self.push(Event { read: true, order: None, ..event }, Some(last), None);
            }
            Action::Write(_) => {
                let last = self.mo[location].len() - 1;
                self.write(Event { order: None, ..event }, None, last);
            }
            Action::Exchange(expected, _, failure)
                if before.writes(location)[place].value != expected =>
            {
                self.push(Event { read: true, order: Some(failure), ..event }, Some(source), None);
            }
            Action::Add(_) | Action::Swap(_) | Action::Exchange(..) => {
                self.push(Event { read: true, ..event }, Some(source), None);
                self.write(event, Some(self.events.len() - 1), place);
            }
        }
    }

    fn write(&mut self, event: Event, half_of: Option<usize>, place: usize) {
        self.push(Event { write: true, ..event }, None, half_of);
        let location = event.location.expect("a write has one");
        self.mo[location].insert(place + 1, self.events.len() - 1);
    }

    fn push(&mut self, event: Event, rf: Option<usize>, half_of: Option<usize>) {
        self.events.push(event);
        self.rf.push(rf);
        self.half_of.push(half_of);
    }

    /// Is this axiom violated?
    pub fn violates(&self, axiom: Axiom) -> bool {
        let Verdict { coherent, atomic, sc } = self.verdict();
        match axiom {
            Axiom::Overwritten(_) | Axiom::Seen(_) => !coherent,
            Axiom::Taken(_) => !atomic,
            Axiom::SeqCst => !sc,
        }
    }

    /// Do all axioms hold?
    pub fn is_consistent(&self) -> bool {
        let Verdict { coherent, atomic, sc } = self.verdict();
        coherent && atomic && sc
    }

    /// Two accesses of which one is non-atomic and one writes, and neither happens before the other.
    pub fn races(&self) -> Vec<(Name, Name)> {
        let hb = self.happens_before();
        let mut found = Vec::new();
        for (b, two) in self.events.iter().enumerate() {
            for (a, one) in self.events[..b].iter().enumerate() {
                let conflict = one.location.is_some()
                    && one.location == two.location
                    && (one.write || two.write)
                    && (one.order.is_none() || two.order.is_none());
                if let (Some(one), Some(two)) = (one.by, two.by)
                    && conflict
                    && !hb.has(a, b)
                    && !hb.has(b, a)
                {
                    found.push((one, two));
                }
            }
        }
        found
    }

    fn po(&self) -> Relation {
        let thread = |e: usize| self.events[e].by.map(|by| by.0);
        Relation::new(self.events.len(), |a, b| match (thread(a), thread(b)) {
            (None, Some(_)) => true,
            (one, other) => one.is_some() && one == other && a < b,
        })
    }

    fn rf(&self) -> Relation {
        Relation::new(self.events.len(), |a, b| self.rf[b] == Some(a))
    }

    fn rmw(&self) -> Relation {
        Relation::new(self.events.len(), |a, b| self.half_of[b] == Some(a))
    }

    fn only(&self, holds: impl Fn(&Event) -> bool) -> Relation {
        identity(self.events.len(), |e| holds(&self.events[e]))
    }

    fn happens_before(&self) -> Relation {
        let (po, rf) = (self.po(), self.rf());
        let is_fence = |event: &Event| event.location.is_none();
        let fences = self.only(is_fence);
        let sequence = rf.then(&self.rmw()).plus().or_same();
        let releases = self.only(|event| matches!(event.order, Some(Release | AcqRel | SeqCst)));
        let acquires = self.only(|event| matches!(event.order, Some(Acquire | AcqRel | SeqCst)));
        let synchronizes = releases
            .then(&fences.then(&po).or_same())
            .then(&self.only(|event| event.write && event.order.is_some()))
            .then(&sequence)
            .then(&rf)
            .then(&self.only(|event| event.read && event.order.is_some()))
            .then(&po.then(&fences).or_same())
            .then(&acquires);
        po.union(&synchronizes).plus()
    }

    fn verdict(&self) -> Verdict {
        let n = self.events.len();
        let (po, rf, hb) = (self.po(), self.rf(), self.happens_before());
        let place = |e: usize| {
            let event = &self.events[e];
            self.mo[event.location.expect("a write has one")].iter().position(|&w| w == e)
        };
        let same = Relation::new(n, |a, b| {
            let [one, other] = [a, b].map(|e| self.events[e].location);
            one.is_some() && one == other
        });
        let mo = Relation::new(n, |a, b| {
            same.has(a, b) && self.events[a].write && self.events[b].write && place(a) < place(b)
        });
        let rb = rf.inverse().then(&mo);
        let eco = rf.union(&mo).union(&rb).plus();
        let coherent = hb.is_irreflexive() && hb.then(&eco).is_irreflexive();
        let between = self.rmw().intersect(&rb.then(&mo));
        let atomic = between.0.iter().all(|row| *row == 0);

        let elsewhere = po.minus(&same);
        let scb = po
            .union(&elsewhere.then(&hb).then(&elsewhere))
            .union(&hb.intersect(&same))
            .union(&mo)
            .union(&rb);
        let events = self.only(|event| event.order == Some(SeqCst));
        let fences = self.only(|event| event.order == Some(SeqCst) && event.location.is_none());
        let left = events.union(&fences.then(&hb.or_same()));
        let right = events.union(&hb.or_same().then(&fences));
        let base = left.then(&scb).then(&right);
        let between = fences.then(&hb.union(&hb.then(&eco).then(&hb))).then(&fences);
        Verdict { coherent, atomic, sc: base.union(&between).is_acyclic() }
    }
}

struct Verdict {
    coherent: bool,
    atomic: bool,
    sc: bool,
}
