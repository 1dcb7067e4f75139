//! What can be done with a word and the table of those who sleep on it, and what it is to do.

use super::super::subject::Buckets;
use super::super::sync::atomic::{AtomicU32, Ordering::Relaxed};
use clients::{Clients, Next, Place, Scene, Spec};

/// The word and its sleepers, as one thread sees them.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Futex {
    word: u32,
    /// Those who sleep, longest first.
    asleep: Vec<u32>,
    /// Those who were woken, and have not returned.
    woken: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// `wait`, if the word is 0. Each has a number of its own.
    Wait(u32),
    /// What is left of a `wait` that sleeps.
    Sleep(u32),
    /// Stores 1 in the word.
    Store,
    WakeOne,
    WakeAll,
    Sleeping,
}

impl Spec for Futex {
    type Op = Op;
    /// How many were woken, or sleep.
    type Ret = Option<usize>;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        let ret = match op {
            Op::Wait(_) if self.word != 0 => None,
            Op::Wait(number) => {
                next.asleep.push(*number);
                return Next::goes_on(Op::Sleep(*number), next);
            }
            Op::Sleep(number) if self.woken.contains(number) => {
                next.woken.retain(|it| it != number);
                None
            }
            Op::Sleep(_) => return Next::waits(),
            Op::Store => {
                next.word = 1;
                None
            }
            Op::WakeOne | Op::WakeAll => {
                let most = if *op == Op::WakeOne { 1 } else { usize::MAX };
                let count = most.min(self.asleep.len());
                next.woken.extend(next.asleep.drain(..count));
                next.woken.sort_unstable();
                Some(count)
            }
            Op::Sleeping => Some(self.asleep.len()),
        };
        Next::returns(ret, next)
    }
}

type Hand = Place<(Buckets, AtomicU32)>;

fn hands<const OTHERS: usize>() -> Vec<Hand> {
    Place::hands((Buckets::new(), AtomicU32::new(0)), OTHERS)
}

pub struct Tables;

impl Clients for Tables {
    type Spec = Futex;
    type Hand = Hand;
    type Kit = ();
    const WAKES: bool = true;
    const FAULTS: usize = 1;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |others: usize, hands| Scene {
            text: "let buckets = Buckets::new(); let word = AtomicU32::new(0);",
            spec: Futex::default(),
            kits: vec![(); 1 + others],
            hands,
            finally: vec![Op::Sleeping, Op::WakeOne],
        };
        vec![scene(2, hands::<2>), scene(3, hands::<3>)]
    }

    fn next((): &(), fresh: u32) -> Vec<(Op, ())> {
        let ops = [Op::Wait(fresh), Op::WakeOne, Op::WakeAll, Op::Store, Op::Sleeping];
        ops.map(|op| (op, ())).into()
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Option<usize>> {
        let (buckets, word) = hand.get();
        Some(match op {
            Op::Wait(_) | Op::Sleep(_) => {
                buckets.wait(word, 0);
                None
            }
            Op::Store => {
                // Relaxed: the futex orders nothing, and neither does this.
                word.store(1, Relaxed);
                None
            }
            Op::WakeOne => Some(usize::from(buckets.wake_one(word))),
            Op::WakeAll => Some(buckets.wake_all(word)),
            Op::Sleeping => Some(buckets.sleeping(word)),
        })
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Wait(_) | Op::Sleep(_) => "buckets.wait(&word, 0)",
            Op::Store => "word.store(1, Relaxed)",
            Op::WakeOne => "buckets.wake_one(&word)",
            Op::WakeAll => "buckets.wake_all(&word)",
            Op::Sleeping => "buckets.sleeping(&word)",
        }
        .into()
    }

    fn show_ret(ret: &Option<usize>) -> String {
        ret.map_or("()".into(), |count| format!("{count} of them"))
    }
}
