//! Programs in which one thread makes very many calls: what is counted in a byte begins anew there.
//!
//! In some of them the calls change something: one again and again, or one and what undoes it. Where a byte is full, others look, or two
//! threads meet. In others the calls change nothing, as a `try_lock` of a lock that is held.

use super::{Program, Programs};
use crate::object::{KitId, OpId, RetId, Scene, State};
use rc11::history::{self, Spec as _};

/// More than a byte counts, where two calls belong together.
const MANY: usize = 540;

/// More than a byte counts.
const IN_VAIN: usize = 270;

/// After so many calls a byte is full, or one bit less of it: one call adds one, or each second one does.
const FULL: [usize; 3] = [128, 256, 512];

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
        let mut walk = Walk::of(number, &self.scenes[number]);
        for calls in 1..=MANY {
            if !self.go_on(&mut walk, hand, way) {
                break;
            }
            if FULL.iter().any(|full| calls.abs_diff(*full) <= 2) {
                self.look_around(&mut walk, hand);
            }
        }
        self.end_of(walk)
    }

    /// Each other hand makes each call that changes nothing now.
    fn look_around(&self, walk: &mut Walk, busy: usize) {
        for hand in (0..walk.kits.len()).filter(|hand| *hand != busy) {
            for (op, kit) in self.object.next(walk.kits[hand], FIRST as u32 - 1) {
                if kit == walk.kits[hand] && walk.changes_nothing(op) {
                    walk.calls.push((hand, op));
                }
            }
        }
    }

    /// The main thread makes one call again and again, or one and what undoes it, until a byte is full, or one bit less of it. Then two threads
    /// make a call each.
    pub fn on_the_edge(&self) -> Vec<Program> {
        let mut programs = Vec::new();
        for rounds in [255, 127] {
            for (number, scene) in self.scenes.iter().enumerate() {
                let mut seen = Vec::new();
                for hand in 0..scene.kits.len() {
                    if seen.contains(&scene.kits[hand]) || scene.kits.len() != 3 {
                        continue;
                    }
                    seen.push(scene.kits[hand]);
                    for way in 0..2 {
                        if let Some(calls) = self.rounds(number, hand, way, rounds) {
                            programs.extend(self.two_calls_after(number, &calls));
                        }
                    }
                }
            }
        }
        programs
    }

    /// So many calls after each of which the hand has what it had at first; or calls and what undoes each. What each returns is known.
    fn rounds(
        &self,
        number: usize,
        hand: usize,
        way: usize,
        rounds: usize,
    ) -> Option<Vec<(usize, OpId)>> {
        let scene = &self.scenes[number];
        let mut walk = Walk::of(number, scene);
        for _ in 0..rounds {
            for _ in 0..2 {
                let before = walk.state.clone();
                if !self.go_on(&mut walk, hand, way)
                    || ends(&before, walk.calls.last()?.1).len() > 1
                {
                    return None;
                }
                if walk.kits[hand] == scene.kits[hand] {
                    break;
                }
            }
            if walk.kits[hand] != scene.kits[hand] {
                return None;
            }
        }
        Some(walk.calls)
    }

    fn two_calls_after(&self, number: usize, long_before: &[(usize, OpId)]) -> Vec<Program> {
        let scene = &self.scenes[number];
        let lines = |hand: usize| {
            let next = self.object.next(scene.kits[hand], hand as u32);
            next.into_iter().map(|(op, kit)| [&[op][..], &self.object.end(kit)].concat())
        };
        let main = [self.object.end(scene.kits[0]), scene.finally.clone()].concat();
        let mut programs = Vec::new();
        for first in lines(1) {
            for second in lines(2) {
                let calls = vec![main.clone(), first.clone(), second];
                programs.push(Program {
                    scene: number,
                    long_before: long_before.to_vec(),
                    before: Vec::new(),
                    ends: vec![0; calls.len()],
                    calls,
                    main_takes_part: self.object.traits().main_takes_part,
                });
            }
        }
        programs
    }

    /// A hand makes one call, and then another one makes very many that change nothing any more.
    pub fn in_vain(&self) -> Vec<Program> {
        let mut programs: Vec<Program> = Vec::new();
        for (number, scene) in self.scenes.iter().enumerate() {
            let hands = 0..scene.kits.len();
            let pairs =
                hands.clone().flat_map(|hand| hands.clone().map(move |other| [hand, other]));
            for [hand, other] in pairs.filter(|[hand, other]| hand != other) {
                programs.extend(self.in_vain_beside(number, hand, other));
            }
        }
        programs
    }

    /// One for each call of `hand` and each of `other`, as far as that changes nothing after the first call, and would before.
    fn in_vain_beside(&self, number: usize, hand: usize, other: usize) -> Vec<Program> {
        let scene = &self.scenes[number];
        let mut programs = Vec::new();
        for (first, kit) in self.object.next(scene.kits[hand], FIRST as u32) {
            for (op, _) in self.object.next(scene.kits[other], FIRST as u32 + 1) {
                let mut walk = Walk::of(number, scene);
                let changes_then = !walk.changes_nothing(op);
                if self.object.never_waits(op)
                    && changes_then
                    && walk.makes(hand, first)
                    && walk.changes_nothing(op)
                {
                    walk.kits[hand] = kit;
                    walk.calls.extend([(other, op); IN_VAIN]);
                    programs.push(self.end_of(walk));
                }
            }
        }
        programs
    }

    /// Each hand makes each call that it can make, and puts down what it has.
    fn end_of(&self, mut walk: Walk) -> Program {
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
        let hands = walk.kits.len();
        Program {
            scene: walk.scene,
            long_before: Vec::new(),
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
    fn of(number: usize, scene: &Scene) -> Self {
        let (kits, state) = (scene.kits.clone(), scene.spec.clone());
        Self { scene: number, kits, state, calls: Vec::new() }
    }

    /// Is everything as before, whatever the call may return now?
    fn changes_nothing(&self, op: OpId) -> bool {
        !may_sleep(&self.state, op)
            && ends(&self.state, op).iter().all(|(_, state)| *state == self.state)
    }

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

/// What it is after these calls, each of which returns the first thing that it may.
pub(crate) fn after(state: &State, calls: &[(usize, OpId)]) -> State {
    let first =
        |state: State, op| ends(&state, op).into_iter().next().map_or(state, |(_, next)| next);
    calls.iter().fold(state.clone(), |state, (_, op)| first(state, *op))
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
