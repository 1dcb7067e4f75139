//! What can be done with a parker, and what it is to do.

use super::super::subject::Parker;
use clients::{Clients, Next, Place, Scene, Spec};

/// The parker, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Token(bool);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Park,
    Unpark,
}

impl Spec for Token {
    type Op = Op;
    type Ret = ();

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match op {
            Op::Park if !self.0 => Next::waits(),
            Op::Park => Next::returns((), Self(false)),
            Op::Unpark => Next::returns((), Self(true)),
        }
    }
}

/// Who has the parker, and whether this is the owner.
#[derive(Clone, Copy, PartialEq)]
pub enum Kit {
    Nobody,
    Owner,
    Other,
}

pub struct Parkers;

impl Clients for Parkers {
    type Spec = Token;
    type Hand = Place<Parker>;
    type Kit = Kit;
    const WAKES: bool = true;
    const FAULTS: usize = 1;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |others: usize, hands| {
            let mut kits = vec![Kit::Nobody, Kit::Owner];
            kits.resize(1 + others, Kit::Other);
            let text = "let parker = Parker::new();";
            Scene { text, spec: Token(false), kits, hands, finally: Vec::new() }
        };
        vec![
            scene(2, || Place::hands(Parker::new(), 2)),
            scene(3, || Place::hands(Parker::new(), 3)),
        ]
    }

    fn next(kit: &Kit, _: u32) -> Vec<(Op, Kit)> {
        match kit {
            Kit::Nobody => Vec::new(),
            Kit::Owner => vec![(Op::Park, *kit), (Op::Unpark, *kit)],
            Kit::Other => vec![(Op::Unpark, *kit)],
        }
    }

    fn perform(parker: &mut Self::Hand, op: &Op) -> Option<()> {
        match op {
            Op::Park => parker.park(),
            Op::Unpark => parker.unpark(),
        }
        Some(())
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Park => "parker.park()",
            Op::Unpark => "parker.unpark()",
        }
        .into()
    }
}
