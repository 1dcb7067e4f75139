//! What can be done with slots, and what they are to do.

use super::super::subject::Slots;
use clients::{Clients, Next, PANICS, Place, Scene, Spec, attempt};

/// The slots, as one thread sees them: a bit for each that is claimed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Claimed {
    slots: u64,
    count: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Claim,
    /// What is left of a claim that has found these slots claimed, one after the other.
    Search(u64),
    /// Frees the slot that the caller claimed last.
    Free,
    /// Frees a slot that is not there.
    FreeBeyond,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Slot(u32),
    None,
    Freed(u32),
    Panicked,
}

impl Claimed {
    fn has(&self, slot: u32) -> bool {
        self.slots >> slot & 1 == 1
    }

    fn with(&self, slot: u32) -> Self {
        Self { slots: self.slots ^ 1 << slot, count: self.count }
    }
}

impl Spec for Claimed {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let all = 0..self.count;
        match op {
            Op::Claim => Next::goes_on(Op::Search(0), self.clone()),
            // "Finds every slot that is free during the whole call": it may look at one after the other.
            Op::Search(seen) if seen.count_ones() == self.count => {
                Next::returns(Ret::None, self.clone())
            }
            Op::Search(seen) => all
                .filter(|slot| seen >> slot & 1 == 0)
                .map(|slot| match self.has(slot) {
                    true => Next::GoesOn(Op::Search(seen | 1 << slot), self.clone()),
                    false => Next::Returns(Ret::Slot(slot), self.with(slot)),
                })
                .collect(),
            Op::Free => {
                let claimed = all.filter(|slot| self.has(*slot));
                claimed.map(|slot| Next::Returns(Ret::Freed(slot), self.with(slot))).collect()
            }
            Op::FreeBeyond => Next::returns(Ret::Panicked, self.clone()),
        }
    }
}

pub struct Hand {
    slots: Place<Slots>,
    mine: Vec<u32>,
}

fn scene(count: u32, hands: fn() -> Vec<Hand>) -> Scene<Bitset> {
    Scene {
        text: if count == 1 { "let slots = Slots::new(1);" } else { "let slots = Slots::new(2);" },
        spec: Claimed { slots: 0, count },
        kits: vec![0; hands().len()],
        hands,
        finally: vec![Op::Claim, Op::Claim, Op::FreeBeyond],
    }
}

pub struct Bitset;

impl Clients for Bitset {
    type Spec = Claimed;
    type Hand = Hand;
    /// How many slots the thread may have.
    type Kit = u32;
    fn scenes() -> Vec<Scene<Self>> {
        vec![
            scene(1, || clients::hands(Slots::new(1), 2, |slots| Hand { slots, mine: Vec::new() })),
            scene(2, || clients::hands(Slots::new(2), 2, |slots| Hand { slots, mine: Vec::new() })),
            scene(2, || clients::hands(Slots::new(2), 3, |slots| Hand { slots, mine: Vec::new() })),
        ]
    }

    fn next(kit: &u32, _: u32) -> Vec<(Op, u32)> {
        let free = (*kit > 0).then(|| (Op::Free, kit - 1));
        [(Op::Claim, kit + 1)].into_iter().chain(free).collect()
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Claim | Op::Search(_) => match hand.slots.claim() {
                Some(slot) => {
                    hand.mine.push(slot);
                    Ret::Slot(slot)
                }
                None => Ret::None,
            },
            Op::Free => {
                let slot = hand.mine.pop()?;
                hand.slots.free(slot);
                Ret::Freed(slot)
            }
            Op::FreeBeyond => match attempt(|| hand.slots.free(2)) {
                Ok(()) => Ret::Freed(2),
                Err(_) => Ret::Panicked,
            },
        })
    }

    fn never_waits(_: &Op) -> bool {
        true
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Claim | Op::Search(_) => "slots.claim()".into(),
            Op::Free => "slots.free(the one that this thread has claimed last)".into(),
            Op::FreeBeyond => "slots.free(2)".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Slot(slot) => format!("Some({slot})"),
            Ret::None => "None".into(),
            Ret::Freed(slot) => format!("{slot} is freed"),
            Ret::Panicked => PANICS.into(),
        }
    }
}
