//! What can be done with a slot, and what it is to do.

use super::super::subject::Slot;
use clients::{Clients, Message, Next, Place, Scene, Spec};

/// What is in the slot.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Value {
    Empty,
    /// Somebody puts a value in, and nobody sees it yet.
    Claimed,
    Full(u32),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Publish(u32),
    /// What is left of a `publish` that has claimed the slot.
    Put(u32),
    Get,
    /// By the owner.
    Take,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Done,
    Back(u32),
    Got(Option<u32>),
}

impl Spec for Value {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let found = if let Self::Full(value) = self { Some(*value) } else { None };
        match (op, self) {
            (Op::Publish(value), Self::Empty) => vec![
                Next::Returns(Ret::Done, Self::Full(*value)),
                Next::GoesOn(Op::Put(*value), Self::Claimed),
            ],
            (Op::Put(value), _) => Next::returns(Ret::Done, Self::Full(*value)),
            (Op::Publish(value), _) => Next::returns(Ret::Back(*value), *self),
            (Op::Get, _) => Next::returns(Ret::Got(found), *self),
            (Op::Take, _) => Next::returns(Ret::Got(found), Self::Empty),
        }
    }
}

pub struct Hand {
    slot: Place<Slot<Message>>,
    is_owner: bool,
}

fn hands<const OTHERS: usize>() -> Vec<Hand> {
    let mut hands = clients::hands(Slot::new(), OTHERS, |slot| Hand { slot, is_owner: false });
    hands[0].is_owner = true;
    hands
}

pub struct Slots;

impl Clients for Slots {
    type Spec = Value;
    type Hand = Hand;
    type Kit = ();

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |others: usize, finally: &[Op], hands| Scene {
            text: "let slot = Slot::new();",
            spec: Value::Empty,
            kits: vec![(); 1 + others],
            hands,
            finally: finally.to_vec(),
        };
        let taken = [Op::Get, Op::Take, Op::Get, Op::Publish(1), Op::Take, Op::Take];
        vec![scene(2, &taken, hands::<2>), scene(2, &[], hands::<2>), scene(3, &[], hands::<3>)]
    }

    fn next((): &(), fresh: u32) -> Vec<(Op, ())> {
        vec![(Op::Publish(fresh), ()), (Op::Get, ())]
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Publish(value) | Op::Put(value) => {
                match hand.slot.publish(Box::new(Message::new(*value))) {
                    Ok(()) => Ret::Done,
                    Err(back) => Ret::Back(back.take()),
                }
            }
            Op::Get => Ret::Got((*hand.slot).get().map(|value| value.number())),
            Op::Take if hand.is_owner => {
                let taken = hand.slot.lend_again(Slot::take);
                Ret::Got(taken.map(|value| value.take()))
            }
            Op::Take => return None,
        })
    }

    fn never_waits(_: &Op) -> bool {
        true
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Publish(value) | Op::Put(value) => format!("slot.publish(Box::new({value}))"),
            Op::Get => "slot.get()".into(),
            Op::Take => "slot.take()".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Done => "Ok(())".into(),
            Ret::Back(value) => format!("Err({value})"),
            Ret::Got(Some(value)) => format!("Some({value})"),
            Ret::Got(None) => "None".into(),
        }
    }
}
