//! All programs up to a size, the smallest first.

mod beset;
mod many;
#[cfg(test)]
mod tests;

pub(crate) use beset::Beset;
pub(crate) use many::{after, ends, may_sleep};

use crate::object::{KitId, Object, OpId, Scene};
use crate::size::Size;
use std::collections::HashSet;

/// What one thread does to another a third one may come between.
pub(crate) const THREE: usize = 3;

/// A program that uses an object.
#[derive(Debug)]
pub(crate) struct Program {
    /// The number of its scene.
    pub scene: usize,
    /// Calls that the main thread makes before all others, and with whose hands. They are very many, and are not judged here.
    pub long_before: Vec<(usize, OpId)>,
    /// Calls that the main thread makes before the others start, and with whose hands.
    pub before: Vec<(usize, OpId)>,
    /// The calls of each hand, the main thread's first; with those at its end.
    pub calls: Vec<Vec<OpId>>,
    /// How many of them are at its end.
    pub ends: Vec<usize>,
    /// Does the main thread play the last hand?
    main_takes_part: bool,
}

impl Program {
    /// The call of this number, and its thread as programs are shown: first those before the threads start, then those of each
    /// thread, then the main thread's.
    pub fn call(&self, number: usize) -> (usize, OpId) {
        if let Some((_, op)) = self.before.get(number) {
            return (0, *op);
        }
        let mut number = number - self.before.len();
        for (thread, ops) in self.threads() {
            match ops.get(number) {
                Some(op) => return (thread, *op),
                None => number -= ops.len(),
            }
        }
        (0, self.calls[0][number])
    }

    /// The numbers of the last call of each thread, and of those at its end. With what a thread does up to a call that is not its last one
    /// a smaller program ends.
    pub fn last_calls(&self) -> impl Iterator<Item = usize> {
        let mut first = self.before.len();
        let threads = self.calls.iter().zip(&self.ends).skip(1);
        threads.flat_map(move |(ops, ends)| {
            let from = ops.len().saturating_sub(1 + ends);
            let last = first + from..first + ops.len();
            first += ops.len();
            last
        })
    }

    /// Does another thread than the one that makes this call make one that promises to come to its end, though this one does not?
    pub fn is_claimed_beside(&self, object: &dyn Object, call: usize) -> bool {
        let (thread, stopped) = self.call(call);
        let is_claimed = |op: &OpId| !object.may_wait_for(*op, stopped);
        self.threads().any(|(other, ops)| other != thread && ops.iter().any(is_claimed))
    }

    /// Do so many threads do something? The search knows much less of such programs than of smaller ones.
    pub fn has_three_threads(&self) -> bool {
        self.threads().count() >= THREE
    }

    /// All calls.
    pub fn all(&self) -> impl Iterator<Item = OpId> {
        let before = self.long_before.iter().chain(&self.before).map(|(_, op)| *op);
        before.chain(self.calls.iter().flatten().copied())
    }

    /// Is it the main thread that plays this hand, which is not its own?
    pub fn plays_main(&self, hand: usize) -> bool {
        self.main_takes_part && hand + 1 == self.calls.len()
    }

    /// The threads that do something, by their numbers, and what they do.
    pub fn threads(&self) -> impl Iterator<Item = (usize, &[OpId])> {
        let mut started = 0;
        let threads = self.calls.iter().enumerate().skip(1).filter(|(_, ops)| !ops.is_empty());
        threads.map(move |(hand, ops)| {
            started += 1;
            let is_main = self.plays_main(hand);
            (if is_main { 0 } else { started }, &ops[..])
        })
    }
}

/// A way to go on: which of the possibilities were taken, the calls, and what is in the hands then.
struct Line {
    choices: Vec<usize>,
    ops: Vec<OpId>,
    kit: KitId,
    /// What was in the hands before the last call.
    before: KitId,
}

/// The calls of one hand, and those before: what tells programs apart.
type Key = (usize, Vec<(usize, OpId)>, Vec<Vec<OpId>>);

/// Makes the programs.
pub(crate) struct Programs<'a> {
    object: &'a dyn Object,
    scenes: &'a [Scene],
    size: Size,
    seen: HashSet<Key>,
    /// Only those are made in which so many threads make a call each, and nobody does so before.
    only: Option<usize>,
}

/// So many programs are enough to choose from.
const ENOUGH: usize = 1_000;

/// A number for a message that no other call has.
fn fresh(hand: usize, position: usize) -> u32 {
    (10 * hand + position + 1) as u32
}

impl<'a> Programs<'a> {
    pub fn new(object: &'a dyn Object, scenes: &'a [Scene], size: Size) -> Self {
        Self { object, scenes, size, seen: HashSet::new(), only: None }
    }

    /// The first scene that is this one, but for the number of threads.
    fn first_like(&self, number: usize) -> usize {
        let scene = &self.scenes[number];
        let is_like = |other: &Scene| {
            other.text == scene.text
                && other.spec == scene.spec
                && other.finally == scene.finally
                && other.kits[0] == scene.kits[0]
                && scene.kits.starts_with(&other.kits)
        };
        self.scenes.iter().position(is_like).unwrap_or(number)
    }

    /// The largest size of a program.
    pub fn largest(&self) -> usize {
        let of = |scene: &Scene| {
            let threads = scene.kits.len() - 1;
            self.size.before + self.size.together[threads - 1] + threads
        };
        self.scenes.iter().map(of).max().unwrap_or(0)
    }

    /// The programs of this size: their calls, those at the ends not counted, and the threads of their scene. One more thread
    /// costs the search more than one more call.
    pub fn of(&mut self, size: usize) -> Vec<Program> {
        let mut programs = Vec::new();
        for (number, scene) in self.scenes.iter().enumerate() {
            let threads = scene.kits.len() - 1;
            let Some(calls) = size.checked_sub(threads) else { continue };
            if self.only.is_some_and(|only| threads < only) {
                continue;
            }
            let most_before = if self.only.is_some() { 0 } else { self.size.before.min(calls) };
            for before in 0..=most_before {
                let mut prefix = Vec::new();
                self.begin(
                    number,
                    scene,
                    &scene.kits,
                    before,
                    calls - before,
                    &mut prefix,
                    &mut programs,
                );
            }
        }
        programs
    }

    /// Those of this size in which three threads make a call each, and nobody does so before: the first of them. There are far fewer of
    /// these than of all.
    pub fn of_three(&mut self, size: usize) -> Vec<Program> {
        self.only = Some(THREE);
        let programs = self.of(size);
        self.only = None;
        programs
    }

    /// Chooses the calls before the threads start.
    #[allow(clippy::too_many_arguments, reason = "the state of a search")]
    fn begin(
        &mut self,
        number: usize,
        scene: &Scene,
        kits: &[KitId],
        left: usize,
        calls: usize,
        prefix: &mut Vec<(usize, OpId)>,
        programs: &mut Vec<Program>,
    ) {
        if left == 0 {
            let has_moved = |(now, then): (&KitId, &KitId)| now != then;
            if !self.object.traits().hands_move
                && kits.iter().zip(&scene.kits).skip(1).any(has_moved)
            {
                return;
            }
            return self.fill(number, scene, kits, calls, prefix, programs);
        }
        for hand in 0..kits.len() {
            let is_used = |hand| prefix.iter().any(|(used, _)| *used == hand);
            let twin = |other: usize| other > 0 && !is_used(other) && kits[other] == kits[hand];
            if !is_used(hand) && (0..hand).any(twin) {
                continue;
            }
            let position = prefix.iter().filter(|(used, _)| *used == hand).count();
            for (op, kit) in self.object.next(kits[hand], fresh(hand, position)) {
                let mut kits = kits.to_vec();
                kits[hand] = kit;
                prefix.push((hand, op));
                self.begin(number, scene, &kits, left - 1, calls, prefix, programs);
                prefix.pop();
            }
        }
    }

    /// Chooses the calls of the threads.
    fn fill(
        &mut self,
        number: usize,
        scene: &Scene,
        kits: &[KitId],
        calls: usize,
        prefix: &[(usize, OpId)],
        programs: &mut Vec<Program>,
    ) {
        let threads = kits.len() - 1;
        let most = self.size.each[threads - 1];
        let together = self.size.together[threads - 1];
        if calls > together {
            return;
        }
        let lengths = shares(calls, threads, most);
        // What a thread has room for it does itself: see the docs of the crate.
        let is_alike = is_alike(scene);
        let is_full = |lengths: &Vec<usize>| {
            let has_no_room = |hand: usize| match hand {
                // What the main thread has any other thread has too.
                0 => !(is_alike && scene.kits[0] == scene.kits[1]),
                _ => !is_alike || lengths[hand - 1] == most,
            };
            calls == together || prefix.iter().all(|(hand, _)| has_no_room(*hand))
        };
        let is_asked_for = |lengths: &Vec<usize>| {
            let callers = lengths.iter().filter(|calls| **calls > 0).count();
            self.only.is_none_or(|only| callers >= only)
        };
        let lengths: Vec<_> = lengths.into_iter().filter(is_full).filter(is_asked_for).collect();
        for lengths in lengths {
            let lines: Vec<Vec<Line>> = (1..=threads)
                .map(|hand| {
                    let position = prefix.iter().filter(|(used, _)| *used == hand).count();
                    lines(self.object, kits[hand], hand, position, lengths[hand - 1])
                })
                .collect();
            let mut chosen = Vec::new();
            self.choose(number, scene, kits, prefix, &lines, &mut chosen, programs);
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the state of a search")]
    fn choose<'l>(
        &mut self,
        number: usize,
        scene: &Scene,
        kits: &[KitId],
        prefix: &[(usize, OpId)],
        lines: &'l [Vec<Line>],
        chosen: &mut Vec<&'l Line>,
        programs: &mut Vec<Program>,
    ) {
        if self.only.is_some() && programs.len() >= ENOUGH {
            return;
        }
        let hand = chosen.len() + 1;
        let Some(mine) = lines.get(chosen.len()) else {
            let threads =
                chosen.iter().map(|line| [&line.ops[..], &self.object.end(line.kit)].concat());
            let main = [self.object.end(kits[0]), scene.finally.clone()].concat();
            let calls: Vec<_> = [main].into_iter().chain(threads).collect();
            let ends = chosen.iter().map(|line| self.object.end(line.kit).len());
            let ends = [calls[0].len()].into_iter().chain(ends).collect();
            // A thread that does nothing is none: then it is a program of a scene with fewer threads, if there is such a scene.
            let is_told = |(hand, ops): &(usize, &Vec<OpId>)| *hand == 0 || !ops.is_empty();
            let key = match prefix {
                [] if is_alike(scene) => {
                    let told = calls.iter().enumerate().filter(is_told).map(|(_, ops)| ops.clone());
                    (self.first_like(number), Vec::new(), told.collect())
                }
                _ => (number, prefix.to_vec(), calls.clone()),
            };
            if self.seen.insert(key) {
                programs.push(Program {
                    scene: number,
                    long_before: Vec::new(),
                    before: prefix.to_vec(),
                    calls,
                    ends,
                    main_takes_part: self.object.traits().main_takes_part,
                });
            }
            return;
        };
        for line in mine {
            let of = |line: &Line| (line.choices.len(), line.choices.clone());
            let is_sorted = match chosen.last() {
                // The first thread does most: so a program is the same with a thread more that does nothing.
                Some(last) if kits[hand - 1] == kits[hand] => of(last) >= of(line),
                _ => true,
            };
            if is_sorted {
                chosen.push(line);
                self.choose(number, scene, kits, prefix, lines, chosen, programs);
                chosen.pop();
            }
        }
    }
}

/// All that a thread can do in so many calls.
fn lines(object: &dyn Object, kit: KitId, hand: usize, position: usize, calls: usize) -> Vec<Line> {
    let mut lines = vec![Line { choices: Vec::new(), ops: Vec::new(), kit, before: kit }];
    for step in 0..calls {
        let longer = |line: Line| {
            let next = object.next(line.kit, fresh(hand, position + step)).into_iter().enumerate();
            let add = move |(choice, (op, kit))| Line {
                choices: [&line.choices[..], &[choice]].concat(),
                ops: [&line.ops[..], &[op]].concat(),
                kit,
                before: line.kit,
            };
            next.map(add).collect::<Vec<_>>()
        };
        lines = lines.into_iter().flat_map(longer).collect();
    }
    lines
}

/// Have all threads the same in their hands?
fn is_alike(scene: &Scene) -> bool {
    scene.kits[1..].windows(2).all(|pair| pair[0] == pair[1])
}

/// All ways to give so many calls to the threads, each at most `most`.
fn shares(calls: usize, threads: usize, most: usize) -> Vec<Vec<usize>> {
    if threads == 0 {
        return if calls == 0 { vec![Vec::new()] } else { Vec::new() };
    }
    let with = |mine: usize| {
        shares(calls - mine, threads - 1, most).into_iter().map(move |mut rest| {
            rest.insert(0, mine);
            rest
        })
    };
    (0..=most.min(calls)).flat_map(with).collect()
}
