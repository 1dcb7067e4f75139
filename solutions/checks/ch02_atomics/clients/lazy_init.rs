//! What can be done with the box, and what it is to do.

use super::super::subject::LazyBox;
use clients::{Clients, Message, Next, PANICS, Place, Scene, Spec, attempt};

/// The box, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Lazy(Option<u32>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Get,
    GetOrInit(u32),
    /// What is left of a call that has found nothing and makes this value.
    Put(u32),
    /// The closure panics.
    GetOrPanic,
}

/// A value, if there is one, and what was dropped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ret {
    value: Option<u32>,
    dropped: Vec<u32>,
    panicked: bool,
}

const fn found(value: Option<u32>) -> Ret {
    Ret { value, dropped: Vec::new(), panicked: false }
}

impl Spec for Lazy {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match (op, self.0) {
            (Op::Get, _) | (Op::GetOrInit(_) | Op::GetOrPanic, Some(_)) => {
                Next::returns(found(self.0), self.clone())
            }
            (Op::GetOrInit(mine), None) => Next::goes_on(Op::Put(*mine), self.clone()),
            (Op::Put(mine), None) => Next::returns(found(Some(*mine)), Self(Some(*mine))),
            (Op::Put(mine), Some(_)) => {
                let ret = Ret { value: self.0, dropped: vec![*mine], panicked: false };
                Next::returns(ret, self.clone())
            }
            (Op::GetOrPanic, None) => {
                let ret = Ret { value: None, dropped: Vec::new(), panicked: true };
                Next::returns(ret, self.clone())
            }
        }
    }
}

type Hand = Place<LazyBox<Message>>;

fn hands<const OTHERS: usize>() -> Vec<Hand> {
    Place::hands(LazyBox::new(), OTHERS)
}

fn filled() -> Vec<Hand> {
    let lazy = LazyBox::new();
    lazy.get_or_init(|| Message::new(1));
    Place::hands(lazy, 2)
}

pub struct Boxes;

impl Clients for Boxes {
    type Spec = Lazy;
    type Hand = Hand;
    type Kit = ();

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |others: usize, hands| Scene {
            text: "let lazy = LazyBox::new();",
            spec: Lazy(None),
            kits: vec![(); 1 + others],
            hands,
            finally: vec![Op::Get, Op::GetOrInit(1)],
        };
        vec![
            scene(2, hands::<2>),
            scene(3, hands::<3>),
            Scene {
                text: "let lazy = LazyBox::new(); lazy.get_or_init(|| 1);",
                spec: Lazy(Some(1)),
                ..scene(2, filled)
            },
        ]
    }

    fn next((): &(), fresh: u32) -> Vec<(Op, ())> {
        vec![(Op::GetOrInit(fresh), ()), (Op::Get, ()), (Op::GetOrPanic, ())]
    }

    fn perform(lazy: &mut Hand, op: &Op) -> Option<Ret> {
        let (value, panicked) = match op {
            Op::Get => ((**lazy).get(), false),
            Op::GetOrInit(mine) | Op::Put(mine) => {
                (Some(lazy.get_or_init(|| Message::new(*mine))), false)
            }
            Op::GetOrPanic => {
                let lazy = lazy.get();
                match attempt(|| lazy.get_or_init(|| panic!("on purpose"))) {
                    Ok(value) => (Some(value), false),
                    Err(_) => (None, true),
                }
            }
        };
        let value = value.map(|value| value.number());
        Some(Ret { value, dropped: clients::drops(), panicked })
    }

    fn never_waits(_: &Op) -> bool {
        true
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Get => "lazy.get()".into(),
            Op::GetOrInit(mine) | Op::Put(mine) => format!("lazy.get_or_init(|| {mine})"),
            Op::GetOrPanic => "lazy.get_or_init(|| panic!())".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        let value = match (ret.value, ret.panicked) {
            (_, true) => PANICS.into(),
            (None, false) => "None".into(),
            (Some(value), false) => value.to_string(),
        };
        match ret.dropped.first() {
            Some(dropped) => format!("{value}, and drops {dropped}"),
            None => value,
        }
    }
}
