//! What can be done with the number, and what it is to do.

use super::super::subject::AtomicF32;
use clients::{Clients, Next, Place, Scene, Spec};

/// The number, as its bits.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Number(u32);

/// A call; arguments are bits too.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Load,
    Store(u32),
    FetchAdd(u32),
}

/// What comes of it: the bits of a number, if it returns one.
pub type Ret = Option<u32>;

impl Spec for Number {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match op {
            Op::Load => Next::returns(Some(self.0), self.clone()),
            Op::Store(value) => Next::returns(None, Self(*value)),
            Op::FetchAdd(value) => {
                let sum = f32::from_bits(self.0) + f32::from_bits(*value);
                Next::returns(Some(self.0), Self(sum.to_bits()))
            }
        }
    }
}

pub struct Numbers;

impl Clients for Numbers {
    type Spec = Number;
    type Hand = Place<AtomicF32>;
    type Kit = ();
    const FAULTS: usize = 1;
    fn scenes() -> Vec<Scene<Self>> {
        // With a sign: the sum with zero is another number, and an equal one.
        let scene = |others: usize, hands| Scene {
            text: "let number = AtomicF32::new(-0.0);",
            spec: Number((-0.0_f32).to_bits()),
            kits: vec![(); 1 + others],
            hands,
            finally: vec![Op::Load],
        };
        vec![
            scene(2, || Place::hands(AtomicF32::new(-0.0), 2)),
            scene(3, || Place::hands(AtomicF32::new(-0.0), 3)),
        ]
    }

    fn next((): &(), _: u32) -> Vec<(Op, ())> {
        // Whole and small: sums are exact. What is added and subtracted again is a value that comes back.
        let mut next: Vec<_> =
            [1.0_f32, -1.0, 0.0].map(|value| Op::FetchAdd(value.to_bits())).into();
        next.extend([Op::Store(1.0_f32.to_bits()), Op::Load]);
        next.into_iter().map(|op| (op, ())).collect()
    }

    fn perform(number: &mut Self::Hand, op: &Op) -> Option<Ret> {
        let bits = match op {
            Op::Load => Some(number.load()),
            Op::FetchAdd(value) => Some(number.fetch_add(f32::from_bits(*value))),
            Op::Store(value) => {
                number.store(f32::from_bits(*value));
                None
            }
        };
        Some(bits.map(f32::to_bits))
    }

    fn never_waits(_: &Op) -> bool {
        true
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Load => "number.load()".into(),
            Op::Store(value) => format!("number.store({:?})", f32::from_bits(*value)),
            Op::FetchAdd(value) => format!("number.fetch_add({:?})", f32::from_bits(*value)),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        ret.map_or("()".into(), |bits| format!("{:?}", f32::from_bits(bits)))
    }
}
