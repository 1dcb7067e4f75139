//! What can be done with a cell that is filled once, and what it is to do.

use super::super::subject::OnceLock;
use clients::{Clients, Message, Next, PANICS, Place, Scene, Spec, attempt};

/// The cell, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Content(Option<u32>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Get,
    Init(u32),
    InitPanics,
    Set(u32),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Value(u32),
    Nothing,
    Done,
    Back(u32),
    Panicked,
}

impl Spec for Content {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let fill = |value: &u32| Self(Some(*value));
        match (op, self.0) {
            (Op::Get, None) => Next::returns(Ret::Nothing, self.clone()),
            (Op::Init(value), None) => Next::returns(Ret::Value(*value), fill(value)),
            (Op::InitPanics, None) => Next::returns(Ret::Panicked, self.clone()),
            (Op::Set(value), None) => Next::returns(Ret::Done, fill(value)),
            (Op::Set(value), Some(_)) => Next::returns(Ret::Back(*value), self.clone()),
            (Op::Get | Op::Init(_) | Op::InitPanics, Some(value)) => {
                Next::returns(Ret::Value(value), self.clone())
            }
        }
    }
}

type Hand = Place<OnceLock<Message>>;

pub struct Cells;

impl Clients for Cells {
    type Spec = Content;
    type Hand = Hand;
    type Kit = ();
    const WAKES: bool = true;
    fn scenes() -> Vec<Scene<Self>> {
        let scene = |others: usize, hands| Scene {
            text: "let cell = OnceLock::new();",
            spec: Content(None),
            kits: vec![(); 1 + others],
            hands,
            finally: vec![Op::Get],
        };
        vec![
            scene(2, || Place::hands(OnceLock::new(), 2)),
            scene(3, || Place::hands(OnceLock::new(), 3)),
        ]
    }

    fn next((): &(), fresh: u32) -> Vec<(Op, ())> {
        [Op::Init(fresh), Op::InitPanics, Op::Get, Op::Set(fresh)].map(|op| (op, ())).into()
    }

    fn perform(cell: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Get => cell.get().get().map_or(Ret::Nothing, |value| Ret::Value(value.number())),
            Op::Init(number) => Ret::Value(cell.get_or_init(|| Message::new(*number)).number()),
            Op::InitPanics => {
                let value = attempt(|| cell.get_or_init(|| panic!("on purpose")).number());
                value.map_or(Ret::Panicked, Ret::Value)
            }
            Op::Set(number) => match cell.set(Message::new(*number)) {
                Ok(()) => Ret::Done,
                Err(message) => Ret::Back(message.take()),
            },
        })
    }

    fn never_waits(op: &Op) -> bool {
        *op == Op::Get
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Get => "cell.get()".into(),
            Op::Init(number) => format!("cell.get_or_init(|| {number})"),
            Op::InitPanics => "cell.get_or_init(|| panic!())".into(),
            Op::Set(number) => format!("cell.set({number})"),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Value(number) => number.to_string(),
            Ret::Nothing => "None".into(),
            Ret::Done => "Ok(())".into(),
            Ret::Back(number) => format!("Err({number})"),
            Ret::Panicked => PANICS.into(),
        }
    }
}
