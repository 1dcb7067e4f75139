//! What can be done with a gate, and what it is to do.

use super::super::subject::Gate;
use clients::{Clients, Next, Place, Scene, Spec};

/// The gate, as one thread sees it: is it open?
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Open(bool);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Open,
    IsOpen,
    Wait,
}

impl Spec for Open {
    type Op = Op;
    /// Is it open, if that was asked?
    type Ret = Option<bool>;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match op {
            Op::Open => Next::returns(None, Self(true)),
            Op::IsOpen => Next::returns(Some(self.0), self.clone()),
            Op::Wait if !self.0 => Next::waits(),
            Op::Wait => Next::returns(None, self.clone()),
        }
    }
}

pub struct Gates;

impl Clients for Gates {
    type Spec = Open;
    type Hand = Place<Gate>;
    type Kit = ();
    const WAKES: bool = true;
    const FAULTS: usize = 1;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |others: usize, hands| Scene {
            text: "let gate = Gate::new();",
            spec: Open(false),
            kits: vec![(); 1 + others],
            hands,
            finally: vec![Op::IsOpen],
        };
        vec![scene(2, || Place::hands(Gate::new(), 2)), scene(3, || Place::hands(Gate::new(), 3))]
    }

    fn next((): &(), _: u32) -> Vec<(Op, ())> {
        vec![(Op::Open, ()), (Op::IsOpen, ()), (Op::Wait, ())]
    }

    fn perform(gate: &mut Self::Hand, op: &Op) -> Option<Option<bool>> {
        match op {
            Op::Open => gate.open(),
            Op::IsOpen => return Some(Some(gate.is_open())),
            Op::Wait => gate.wait(),
        }
        Some(None)
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Open => "gate.open()",
            Op::IsOpen => "gate.is_open()",
            Op::Wait => "gate.wait()",
        }
        .into()
    }

    fn show_ret(ret: &Option<bool>) -> String {
        ret.map_or_else(|| "()".into(), |open| open.to_string())
    }
}
