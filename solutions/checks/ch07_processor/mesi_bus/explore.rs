//! Every state that the caches can reach, by the shortest way.

use super::super::subject::State;
use super::bus::{Event, World};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;

type Key = (Vec<super::bus::Copy>, [bool; super::bus::WORDS]);

/// Fails with the shortest sequence of events after which `invariant` does not hold.
pub fn all(invariant: fn(&World) -> Result<(), String>) {
    for caches in [2, 3] {
        explore(caches, invariant).unwrap_or_else(|report| panic!("{report}"));
    }
}

fn explore(caches: usize, invariant: fn(&World) -> Result<(), String>) -> Result<(), String> {
    let start = World::new(caches);
    // How each state was reached first.
    let mut ways: BTreeMap<Key, Vec<Event>> = BTreeMap::from([(start.key(), Vec::new())]);
    let mut queue = VecDeque::from([start]);
    while let Some(world) = queue.pop_front() {
        let way = ways[&world.key()].clone();
        for event in Event::all(caches) {
            let mut next = world.clone();
            next.run(event);
            let mut way = way.clone();
            way.push(event);
            invariant(&next).map_err(|broken| tell(caches, &way, &broken))?;
            if let std::collections::btree_map::Entry::Vacant(place) = ways.entry(next.key()) {
                place.insert(way);
                queue.push_back(next);
            }
        }
    }
    Ok(())
}

/// The events, one a line, with what they left in each cache.
fn tell(caches: usize, way: &[Event], broken: &str) -> String {
    let mut world = World::new(caches);
    let mut out = format!("{broken}\n\n  {:<22}{:<31}", "", "bus");
    for cache in 0..caches {
        let _ = write!(out, "{:<12}", format!("cache {cache}"));
    }
    out += "memory";
    for &event in way {
        world.run(event);
        let bus = if world.bus.is_empty() { "–" } else { &world.bus };
        let _ = write!(out, "\n  {:<22}{:<31}", event.to_string(), bus);
        for copy in &world.caches {
            let is_old = copy.state != State::Invalid && copy.is_stale();
            let _ =
                write!(out, "{:<12}", format!("{:?}{}", copy.state, if is_old { "!" } else { "" }));
        }
        out += if world.memory.contains(&false) { "old" } else { "up to date" };
    }
    if out.contains('!') {
        out += "\n\n  !: the copy has something older than what was stored last.";
    }
    out + "\n\n  No shorter sequence of events leads to it."
}
