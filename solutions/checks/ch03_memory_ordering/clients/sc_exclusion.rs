//! What can be done with the two sides, and what they are to do.

use super::super::subject::{Exclusion, Side};
use clients::{Clients, Next, Place, Probe, Scene, Spec};

/// The two sides, as one thread sees them.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Sides {
    /// Who tries to get in, or is inside.
    trying: [bool; 2],
    /// How often somebody was inside.
    data: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// `try_with`, of this side.
    TryWith(usize),
    /// What is left of it once it has withdrawn, and tries once more before it returns.
    TryAgain(usize),
    /// What is left of it once it has said that it wants in. Is it for the second time?
    Decide(usize, bool),
    /// What is left of it once it has seen that the other one wants in, too. Was it for the second time?
    GiveUp(usize, bool),
    /// What is left of it once it is inside.
    Leave(usize),
}

impl Spec for Sides {
    type Op = Op;
    type Ret = Option<u32>;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        match *op {
            Op::TryWith(side) | Op::TryAgain(side) => {
                next.trying[side] = true;
                let again = matches!(op, Op::TryAgain(_));
                Next::goes_on(Op::Decide(side, again), next)
            }
            Op::Decide(side, again) if self.trying[1 - side] => {
                Next::goes_on(Op::GiveUp(side, again), next)
            }
            Op::GiveUp(side, again) => {
                next.trying[side] = false;
                let mut all = Next::returns(None, next.clone());
                // It need not be the end of the call: who does not wait may still try twice.
                if !again {
                    all.extend(Next::goes_on(Op::TryAgain(side), next));
                }
                all
            }
            Op::Decide(side, _) => Next::goes_on(Op::Leave(side), next),
            Op::Leave(side) => {
                next.trying[side] = false;
                next.data += 1;
                Next::returns(Some(self.data), next)
            }
        }
    }
}

#[derive(Default)]
pub struct Hand {
    side: Option<Side<'static, Probe>>,
    /// Of the main thread. Dropped last: the sides borrow from it.
    _exclusion: Option<Place<Exclusion<Probe>>>,
}

fn hands() -> Vec<Hand> {
    let (exclusion, sides) = Place::lend(Exclusion::new(Probe::new(0)), Exclusion::sides);
    let main = Hand { side: None, _exclusion: Some(exclusion) };
    let sides = sides.map(|side| Hand { side: Some(side), _exclusion: None });
    [main].into_iter().chain(sides).collect()
}

pub struct Exclusions;

impl Clients for Exclusions {
    type Spec = Sides;
    type Hand = Hand;
    /// Which side the thread has.
    type Kit = Option<usize>;

    fn scenes() -> Vec<Scene<Self>> {
        vec![Scene {
            text: "let mut exclusion = Exclusion::new(0); let [left, right] = exclusion.sides();",
            spec: Sides::default(),
            kits: vec![None, Some(0), Some(1)],
            hands,
            finally: Vec::new(),
        }]
    }

    fn next(kit: &Option<usize>, _: u32) -> Vec<(Op, Option<usize>)> {
        kit.iter().map(|side| (Op::TryWith(*side), *kit)).collect()
    }

    fn perform(hand: &mut Hand, _: &Op) -> Option<Option<u32>> {
        let count = |data: &mut Probe| {
            let before = data.get();
            data.set(before + 1);
            before
        };
        Some(hand.side.as_mut()?.try_with(count))
    }

    fn never_waits(_: &Op) -> bool {
        true
    }

    fn show(op: &Op) -> String {
        let (Op::TryWith(side)
        | Op::TryAgain(side)
        | Op::Decide(side, _)
        | Op::GiveUp(side, _)
        | Op::Leave(side)) = op;
        format!("{}.try_with(|data| *data += 1)", ["left", "right"][*side])
    }

    fn show_ret(ret: &Option<u32>) -> String {
        ret.map_or("None".into(), |before| format!("Some, and the data was {before}"))
    }
}
