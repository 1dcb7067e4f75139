//! What can be done with a latch, and what it is to do.

use super::super::subject::Latch;
use clients::{Clients, Next, PANICS, Place, Scene, Spec, attempt};

/// The latch, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Gate {
    count: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    CountDown,
    IsOpen,
    Wait,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Done,
    Panicked,
    Open(bool),
}

impl Spec for Gate {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let is_open = self.count == 0;
        match op {
            Op::CountDown if is_open => Next::returns(Ret::Panicked, self.clone()),
            Op::CountDown => Next::returns(Ret::Done, Self { count: self.count - 1 }),
            Op::IsOpen => Next::returns(Ret::Open(is_open), self.clone()),
            Op::Wait if is_open => Next::returns(Ret::Done, self.clone()),
            Op::Wait => Next::waits(),
        }
    }
}

type Hand = Place<Latch>;

pub struct Latches;

impl Clients for Latches {
    type Spec = Gate;
    type Hand = Hand;
    type Kit = ();
    const WAKES: bool = true;
    const FAULTS: usize = 1;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |text, count, others: usize, hands| Scene {
            text,
            spec: Gate { count },
            kits: vec![(); 1 + others],
            hands,
            finally: vec![Op::IsOpen, Op::CountDown, Op::IsOpen],
        };
        const ONE: &str = "let latch = Latch::new(1);";
        const TWO: &str = "let latch = Latch::new(2);";
        vec![
            scene(ONE, 1, 2, || Place::hands(Latch::new(1), 2)),
            scene(TWO, 2, 2, || Place::hands(Latch::new(2), 2)),
            scene(ONE, 1, 3, || Place::hands(Latch::new(1), 3)),
            scene(TWO, 2, 3, || Place::hands(Latch::new(2), 3)),
        ]
    }

    fn crowded() -> Option<Scene<Self>> {
        // With all calls of both threads it is open.
        const MANY: u32 = 35;
        Some(Scene {
            text: "let latch = Latch::new(35);",
            spec: Gate { count: MANY },
            kits: vec![(); 3],
            hands: || Place::hands(Latch::new(MANY), 2),
            finally: vec![Op::IsOpen],
        })
    }

    fn next((): &(), _: u32) -> Vec<(Op, ())> {
        [Op::CountDown, Op::Wait, Op::IsOpen].map(|op| (op, ())).into()
    }

    fn perform(latch: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::CountDown => attempt(|| latch.count_down()).map_or(Ret::Panicked, |()| Ret::Done),
            Op::IsOpen => Ret::Open(latch.is_open()),
            Op::Wait => {
                latch.wait();
                Ret::Done
            }
        })
    }

    fn never_waits(op: &Op) -> bool {
        *op != Op::Wait
    }

    fn show(op: &Op) -> String {
        match op {
            Op::CountDown => "latch.count_down()",
            Op::IsOpen => "latch.is_open()",
            Op::Wait => "latch.wait()",
        }
        .into()
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Done => "()".into(),
            Ret::Panicked => PANICS.into(),
            Ret::Open(open) => open.to_string(),
        }
    }
}
