//! Data races: two accesses to one location of which one is non-atomic and one writes, and neither happens before the
//! other (C++20 [intro.races], which Rust takes over).
//!
//! Each event is checked against those in the graph when it is added, and a read again when it is changed. That is enough:
//! the (po ∪ rf)-prefix of a first race is itself consistent and free of races, so some graph that is explored contains
//! it, and in it non-atomic reads read the last write that happens before them.

use super::event::{EventId, Kind};
use super::graph::Graph;

impl Graph {
    /// An access in the graph that races with `id`.
    pub fn race_with(&self, id: EventId) -> Option<EventId> {
        let event = self.event(id);
        let place = &self.places[usize::from(event.loc)];
        if place.plain.is_empty() {
            return None;
        }
        let unordered =
            |other: &&EventId| **other != id && !event.hb.has(**other) && !self.hb(id, **other);
        let mut plain =
            place.plain.iter().filter(|other| event.is_write() || self.event(**other).is_write());
        if let Some(other) = plain.find(unordered) {
            return Some(*other);
        }
        let writes = place
            .mo
            .iter()
            .filter(|_| event.kind == Kind::PlainRead || event.kind == Kind::PlainWrite);
        let reads = place.reads.iter().filter(|_| event.kind == Kind::PlainWrite);
        writes.chain(reads).find(|other| !other.is_init() && unordered(other)).copied()
    }
}
