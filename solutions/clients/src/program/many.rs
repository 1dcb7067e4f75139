//! Programs in which one thread makes very many calls: what is counted in a byte begins anew there.

use super::{Program, Programs};
use crate::object::{KitId, OpId, RetId, State};
use rc11::history::{self, Spec as _};

/// More than a byte counts, where two calls belong together.
const MANY: usize = 540;

/// The numbers of messages begin here: as with those of a fast thread.
const FIRST: usize = 100;

/// Ways to choose among what can be done: the first thing, the second one …
const WAYS: usize = 8;

/// What the main thread has done, with all hands.
struct Walk {
    scene: usize,
    kits: Vec<KitId>,
    state: State,
    calls: Vec<(usize, OpId)>,
}

impl Programs<'_> {
    /// The main thread makes one call again and again, or one and what undoes it; then each other that it can make; then it puts down all
    /// that it has.
    pub fn many(&self) -> Vec<Program> {
        let mut programs: Vec<Program> = Vec::new();
        for way in 0..WAYS {
            for (number, scene) in self.scenes.iter().enumerate() {
                for hand in 0..scene.kits.len() {
                    let is_like = |other: &KitId| *other == scene.kits[hand];
                    if scene.kits[..hand].iter().any(is_like) {
                        continue;
                    }
                    let program = self.walk(number, hand, way);
                    let is_known =
                        |other: &Program| other.scene == number && other.before == program.before;
                    if !programs.iter().any(is_known) {
                        programs.push(program);
                    }
                }
            }
        }
        programs
    }

    fn walk(&self, number: usize, hand: usize, way: usize) -> Program {
        let scene = &self.scenes[number];
        let mut walk = Walk {
            scene: number,
            kits: scene.kits.clone(),
            state: scene.spec.clone(),
            calls: Vec::new(),
        };
        for _ in 0..MANY {
            if !self.go_on(&mut walk, hand, way) {
                break;
            }
        }
        for hand in 0..walk.kits.len() {
            for other in 0..self.object.next(walk.kits[hand], 0).len() {
                self.go_on(&mut walk, hand, other);
            }
        }
        for hand in 0..walk.kits.len() {
            for op in self.object.end(walk.kits[hand]) {
                walk.makes(hand, op);
            }
        }
        let hands = scene.kits.len();
        Program {
            scene: walk.scene,
            before: walk.calls,
            calls: vec![Vec::new(); hands],
            ends: vec![0; hands],
            main_takes_part: self.object.traits().main_takes_part,
        }
    }

    /// Makes the call that comes so far down in the list of what can be done, or the last one of that. False if it would wait.
    fn go_on(&self, walk: &mut Walk, hand: usize, way: usize) -> bool {
        let next = self.object.next(walk.kits[hand], (FIRST + walk.calls.len()) as u32);
        let Some(last) = next.len().checked_sub(1) else { return false };
        let (op, kit) = next[way.min(last)];
        let goes_on = walk.makes(hand, op);
        if goes_on {
            walk.kits[hand] = kit;
        }
        goes_on
    }
}

impl Walk {
    /// Makes a call, if it would not wait. Of what it may do, the first.
    fn makes(&mut self, hand: usize, op: OpId) -> bool {
        if may_sleep(&self.state, op) {
            return false;
        }
        let Some((_, state)) = ends(&self.state, op).into_iter().next() else { return false };
        self.state = state;
        self.calls.push((hand, op));
        true
    }
}

/// May the call sleep for ever, at some point of it, if nothing more happens?
pub(crate) fn may_sleep(state: &State, op: OpId) -> bool {
    let later = |next| match next {
        history::Next::Returns(..) => false,
        history::Next::GoesOn(op, state) => may_sleep(&state, op),
    };
    state.may_sleep(&op) || state.next(&op).into_iter().any(later)
}

/// What the call may return, all of it in one step: no other call comes between.
pub(crate) fn ends(state: &State, op: OpId) -> Vec<(RetId, State)> {
    let mut found = Vec::new();
    for next in state.next(&op) {
        match next {
            history::Next::Returns(ret, state) => found.push((ret, state)),
            history::Next::GoesOn(op, state) => found.extend(ends(&state, op)),
        }
    }
    found
}
