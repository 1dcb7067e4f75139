//! Programs in which one thread is slow, and another one makes many calls meanwhile.

use super::{Line, Program, Programs, is_alike, lines};
use crate::object::{KitId, OpId, Scene};

/// Which calls are made slowly, and which thread is fast.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beset {
    /// The slow call, and its thread.
    pub call: usize,
    pub slow: usize,
    /// Those of a second slow thread.
    pub second: Option<(usize, usize)>,
    pub fast: usize,
    /// The first call of the fast thread.
    pub first: usize,
}

/// What the threads of such a program do, by their hands.
struct Cast<'a> {
    slow: (usize, &'a Line),
    second: Option<(usize, &'a Line)>,
    fast: (usize, &'a [OpId]),
}

/// The numbers of messages of a fast thread begin here: no other call has one of them.
const REPEATED: u32 = 100;

impl Programs<'_> {
    /// For each call of which `rounds` says how often others are faster: programs in which another thread makes so many calls, always the
    /// same one or in turn. Where there is a third thread, it is as slow as the first.
    pub fn beset(&self, rounds: &dyn Fn(OpId) -> Option<usize>) -> Vec<(Program, Beset)> {
        let mut programs = Vec::new();
        for (number, scene) in self.scenes.iter().enumerate() {
            for (slow, fast) in pairs(scene) {
                let second = (slow + 1..fast).next().filter(|_| is_alike(scene));
                let theirs = second.map(|hand| self.slow_lines(scene.kits[hand], hand));
                for (place, mine) in self.slow_lines(scene.kits[slow], slow).iter().enumerate() {
                    let Some(rounds) = mine.ops.last().and_then(|op| rounds(*op)) else { continue };
                    // Hands that are alike have lines that are.
                    let second = second.zip(theirs.as_ref().map(|theirs| &theirs[place]));
                    for ops in self.repeated(scene.kits[fast], rounds) {
                        let cast = Cast { slow: (slow, mine), second, fast: (fast, &ops) };
                        programs.push(self.with_cast(number, &cast));
                    }
                }
            }
        }
        programs
    }

    fn with_cast(&self, number: usize, cast: &Cast<'_>) -> (Program, Beset) {
        let scene = &self.scenes[number];
        let with_end = |line: &Line| [&line.ops[..], &self.object.end(line.kit)].concat();
        let mut calls: Vec<_> = scene.kits.iter().map(|kit| self.object.end(*kit)).collect();
        calls[0].extend(&scene.finally);
        for (hand, line) in [cast.slow].into_iter().chain(cast.second) {
            calls[hand] = with_end(line);
        }
        calls[cast.fast.0] = cast.fast.1.to_vec();
        let first_of = |hand| calls[1..hand].iter().map(Vec::len).sum::<usize>();
        let last_of = |(hand, line): (usize, &Line)| first_of(hand) + line.ops.len() - 1;
        let (call, second) = (last_of(cast.slow), cast.second.map(last_of));
        let first = first_of(cast.fast.0);
        let program = Program {
            scene: number,
            long_before: Vec::new(),
            before: Vec::new(),
            ends: vec![0; calls.len()],
            calls,
            main_takes_part: self.object.traits().main_takes_part,
        };
        let thread = |call| program.call(call).0;
        let second = second.map(|call| (call, thread(call)));
        let beset = Beset { call, slow: thread(call), second, fast: thread(first), first };
        (program, beset)
    }

    /// What a slow thread does: a call, or two if the first one changes what is in its hand.
    fn slow_lines(&self, kit: KitId, hand: usize) -> Vec<Line> {
        let lines = (1..=2).flat_map(|calls| lines(self.object, kit, hand, 0, calls));
        lines.filter(|line| line.ops.len() == 1 || line.before != kit).collect()
    }

    /// What a thread can do that makes so many calls: where it has a choice, always the same, or in turn.
    fn repeated(&self, kit: KitId, rounds: usize) -> Vec<Vec<OpId>> {
        const IN_TURN: usize = usize::MAX;
        let mut all: Vec<Vec<OpId>> = Vec::new();
        for way in [0, 1, 2, IN_TURN] {
            let (mut kit, mut ops, mut chosen) = (kit, Vec::new(), 0);
            for round in 0..rounds {
                // What is in the hand is put down at the end, which may take as many calls.
                if ops.len() + self.object.end(kit).len() >= rounds {
                    break;
                }
                let next = self.object.next(kit, REPEATED + round as u32);
                let Some(last) = next.len().checked_sub(1) else { break };
                let place = if way == IN_TURN { chosen % next.len() } else { way.min(last) };
                chosen += usize::from(last > 0);
                ops.push(next[place].0);
                kit = next[place].1;
            }
            ops.extend(self.object.end(kit));
            if !all.contains(&ops) {
                all.push(ops);
            }
        }
        all
    }
}

/// Which hand may be slow, and which one fast. Where all are alike, one pair is enough.
fn pairs(scene: &Scene) -> Vec<(usize, usize)> {
    let last = scene.kits.len() - 1;
    if is_alike(scene) {
        return if last > 1 { vec![(1, last)] } else { Vec::new() };
    }
    let with = |slow| (1..=last).map(move |fast| (slow, fast));
    (1..=last).flat_map(with).filter(|(slow, fast)| slow != fast).collect()
}
