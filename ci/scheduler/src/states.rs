//! All states of a level, each once: two ways to the same execution graph lead to the same state.

use crate::level::Level;
use crate::play::{No, Play};
use std::collections::HashMap;

/// A state.
#[derive(Debug)]
pub struct State<'a> {
    /// What has been done.
    pub play: Play<'a>,
    /// For each thread, what there is to choose: the state that it leads to.
    pub choices: Vec<Vec<Result<usize, No>>>,
    /// How a best way here ends: the state before, and what was chosen there.
    pub from: Option<(usize, Choice)>,
    /// How long that is: its steps, and how many of them chose another place than the newest. Of two ways with as many steps, that is
    /// the plainer one in which fewer did.
    pub cost: (usize, usize),
}

/// A choice: a thread and a place.
pub type Choice = (usize, usize);

/// All states. The first one is that in which nothing has been done, and no state is nearer to it than the one before.
pub fn all(level: &Level) -> Vec<State<'_>> {
    let first = Play::new(level);
    let mut known = HashMap::from([(first.execution.shape(), 0)]);
    let mut states = vec![State::new(first, None, (0, 0))];
    // States are found nearest first: when the turn of one comes, all ways to it of as many steps have been seen.
    for at in 0.. {
        let Some(State { play, cost: (steps, older), .. }) = states.get(at) else { break };
        let (play, steps, older) = (play.clone(), steps + 1, *older);
        for thread in 0..level.threads.len() {
            let places = play.choices(thread);
            let newest = places.len().saturating_sub(1);
            let mut choices = Vec::new();
            for (place, next) in places.into_iter().enumerate() {
                choices.push(next.map(|next| {
                    let cost = (steps, older + usize::from(place < newest));
                    let from = Some((at, (thread, place)));
                    let to = *known.entry(next.execution.shape()).or_insert(states.len());
                    if to == states.len() {
                        states.push(State::new(next, from, cost));
                    } else if cost < states[to].cost {
                        (states[to].cost, states[to].from) = (cost, from);
                    }
                    to
                }));
            }
            states[at].choices.push(choices);
        }
    }
    states
}

/// A shortest way to break the program, if there is one.
pub fn shortest(states: &[State<'_>]) -> Option<Vec<Choice>> {
    let broken = states.iter().filter(|state| state.play.broken.is_some());
    let mut at = broken.min_by_key(|state| state.cost)?;
    let mut way = Vec::new();
    while let Some((before, choice)) = at.from {
        way.push(choice);
        at = &states[before];
    }
    way.reverse();
    Some(way)
}

impl<'a> State<'a> {
    fn new(play: Play<'a>, from: Option<(usize, Choice)>, cost: (usize, usize)) -> Self {
        Self { play, choices: Vec::new(), from, cost }
    }
}
