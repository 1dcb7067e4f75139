//! What can be done with handles, and what they are to do, in the stages that have weak ones.

use super::super::subject::{Arc, Weak};
use clients::{Clients, Message, Next, PANICS, Scene, Spec};

/// The counts, as one thread sees them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Counts {
    arcs: u32,
    weaks: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Read,
    Clone,
    DropArc,
    DropArcInPanic,
    /// The data panics if it is dropped.
    DropArcPanics,
    GetMut,
    Downgrade,
    CloneWeak,
    Upgrade,
    DropWeak,
    /// An `Arc` becomes a `Weak`, and that an `Arc` again.
    Change,
    /// What is left of that: to drop the `Arc`, to upgrade, and to drop the `Weak`. The data may be dropped meanwhile.
    ChangeDrop,
    ChangeUpgrade(bool),
    ChangeEnd(bool, bool),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Done,
    /// Is it `Some`?
    Found(bool),
    /// The data was dropped.
    Dropped(bool),
    /// The data was dropped, and panicked.
    Panicked,
    /// Is there an `Arc` again? Was the data dropped?
    Changed(bool, bool),
}

impl Spec for Counts {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let (arcs, weaks) = (self.arcs, self.weaks);
        let has_what_it_needs = match op {
            Op::CloneWeak | Op::Upgrade | Op::DropWeak => weaks > 0,
            Op::ChangeUpgrade(_) | Op::ChangeEnd(..) => weaks > 0,
            _ => arcs > 0,
        };
        if !has_what_it_needs {
            return Next::waits();
        }
        let goes_on = |op, arcs, weaks| Next::goes_on(op, Self { arcs, weaks });
        let (ret, arcs, weaks) = match *op {
            Op::Change => return goes_on(Op::ChangeDrop, arcs, weaks + 1),
            Op::ChangeDrop => return goes_on(Op::ChangeUpgrade(arcs == 1), arcs - 1, weaks),
            Op::ChangeUpgrade(dropped) => {
                let found = arcs > 0;
                return goes_on(Op::ChangeEnd(found, dropped), arcs + u32::from(found), weaks);
            }
            Op::ChangeEnd(found, dropped) => (Ret::Changed(found, dropped), arcs, weaks - 1),
            Op::Read => (Ret::Done, arcs, weaks),
            Op::Clone => (Ret::Done, arcs + 1, weaks),
            Op::DropArc | Op::DropArcInPanic => (Ret::Dropped(arcs == 1), arcs - 1, weaks),
            Op::DropArcPanics if arcs == 1 => (Ret::Panicked, 0, weaks),
            Op::DropArcPanics => (Ret::Dropped(false), arcs - 1, weaks),
            Op::GetMut => (Ret::Found(arcs == 1 && weaks == 0), arcs, weaks),
            Op::Downgrade | Op::CloneWeak => (Ret::Done, arcs, weaks + 1),
            Op::Upgrade => (Ret::Found(arcs > 0), arcs + u32::from(arcs > 0), weaks),
            Op::DropWeak => (Ret::Dropped(false), arcs, weaks - 1),
        };
        Next::returns(ret, Self { arcs, weaks })
    }
}

#[derive(Default)]
pub struct Hand {
    arcs: Vec<Arc<Message>>,
    weaks: Vec<Weak<Message>>,
}

/// How many handles the thread may have.
#[derive(Clone, Copy, PartialEq)]
pub struct Kit {
    arcs: u32,
    weaks: u32,
}

const NOTHING: Kit = Kit { arcs: 0, weaks: 0 };
const ARC: Kit = Kit { arcs: 1, weaks: 0 };
const WEAK: Kit = Kit { arcs: 0, weaks: 1 };

fn scene(text: &'static str, kits: Vec<Kit>, hands: fn() -> Vec<Hand>) -> Scene<Handles> {
    let arcs = kits.iter().map(|kit| kit.arcs).sum();
    let weaks = kits.iter().map(|kit| kit.weaks).sum();
    Scene { text, spec: Counts { arcs, weaks }, kits, hands, finally: Vec::new() }
}

/// Handles as in the kits, of what `first` is a handle of.
fn deal(first: Arc<Message>, kits: &[Kit]) -> Vec<Hand> {
    let hand = |kit: &Kit| Hand {
        arcs: (0..kit.arcs).map(|_| first.clone()).collect(),
        weaks: (0..kit.weaks).map(|_| Arc::downgrade(&first)).collect(),
    };
    let mut hands: Vec<Hand> = kits.iter().map(hand).collect();
    // The one that was made is one of them.
    let owner = hands.iter_mut().find(|hand| !hand.arcs.is_empty()).expect("somebody has an `Arc`");
    owner.arcs[0] = first;
    hands
}

pub struct Handles;

impl Clients for Handles {
    type Spec = Counts;
    type Hand = Hand;
    type Kit = Kit;

    fn scenes() -> Vec<Scene<Self>> {
        vec![
            scene(
                "let arc = Arc::new(1); let second = arc.clone();",
                vec![NOTHING, ARC, ARC],
                || deal(Arc::new(Message::new(1)), &[NOTHING, ARC, ARC]),
            ),
            scene(
                "let arc = Arc::new(1); let weak = Arc::downgrade(&arc);",
                vec![NOTHING, ARC, WEAK],
                || deal(Arc::new(Message::new(1)), &[NOTHING, ARC, WEAK]),
            ),
            scene(
                "let arc = Arc::with_forgotten(1, 0, 0); let weak = Arc::downgrade(&arc);",
                vec![NOTHING, ARC, WEAK],
                || deal(Arc::with_forgotten(Message::new(1), 0, 0), &[NOTHING, ARC, WEAK]),
            ),
            scene(
                "let arc = Arc::new(1); let second = arc.clone(); let weak = Arc::downgrade(&arc);",
                vec![NOTHING, ARC, ARC, WEAK],
                || deal(Arc::new(Message::new(1)), &[NOTHING, ARC, ARC, WEAK]),
            ),
        ]
    }

    fn next(kit: &Kit, _: u32) -> Vec<(Op, Kit)> {
        let Kit { arcs, weaks } = *kit;
        let mut next = Vec::new();
        if arcs > 0 {
            next.push((Op::DropArc, Kit { arcs: arcs - 1, weaks }));
            next.push((Op::Downgrade, Kit { arcs, weaks: weaks + 1 }));
            next.push((Op::GetMut, *kit));
            next.push((Op::Clone, Kit { arcs: arcs + 1, weaks }));
            next.push((Op::Read, *kit));
            next.push((Op::Change, *kit));
            next.push((Op::DropArcInPanic, Kit { arcs: arcs - 1, weaks }));
            next.push((Op::DropArcPanics, Kit { arcs: arcs - 1, weaks }));
        }
        if weaks > 0 {
            next.push((Op::Upgrade, Kit { arcs: arcs + 1, weaks }));
            next.push((Op::DropWeak, Kit { arcs, weaks: weaks - 1 }));
            next.push((Op::CloneWeak, Kit { arcs, weaks: weaks + 1 }));
        }
        next
    }

    fn end(kit: &Kit) -> Vec<Op> {
        let weaks = (0..kit.weaks).map(|_| Op::DropWeak);
        weaks.chain((0..kit.arcs).map(|_| Op::DropArc)).collect()
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        let dropped = || Ret::Dropped(!clients::drops().is_empty());
        Some(match op {
            Op::Read => {
                hand.arcs.last()?.number();
                Ret::Done
            }
            Op::Clone => {
                let more = hand.arcs.last()?.clone();
                hand.arcs.push(more);
                Ret::Done
            }
            Op::DropArc => {
                drop(hand.arcs.pop()?);
                dropped()
            }
            Op::DropArcInPanic => {
                let arc = hand.arcs.pop()?;
                clients::in_panic(move || arc);
                dropped()
            }
            Op::DropArcPanics => {
                let arc = hand.arcs.pop()?;
                let result = clients::panics_in_drop(move || drop(arc));
                let dropped = dropped();
                result.map_or(Ret::Panicked, |()| dropped)
            }
            Op::Change | Op::ChangeDrop | Op::ChangeUpgrade(_) | Op::ChangeEnd(..) => {
                let arc = hand.arcs.pop()?;
                let weak = Arc::downgrade(&arc);
                drop(arc);
                let again = weak.upgrade();
                drop(weak);
                let found = again.is_some();
                hand.arcs.extend(again);
                Ret::Changed(found, !clients::drops().is_empty())
            }
            Op::GetMut => {
                let data = Arc::get_mut(hand.arcs.last_mut()?);
                Ret::Found(data.map(|data| data.touch()).is_some())
            }
            Op::Downgrade => {
                hand.weaks.push(Arc::downgrade(hand.arcs.last()?));
                Ret::Done
            }
            Op::CloneWeak => {
                let more = hand.weaks.last()?.clone();
                hand.weaks.push(more);
                Ret::Done
            }
            Op::Upgrade => {
                let arc = hand.weaks.last()?.upgrade();
                let found = arc.is_some();
                hand.arcs.extend(arc);
                Ret::Found(found)
            }
            Op::DropWeak => {
                drop(hand.weaks.pop()?);
                dropped()
            }
        })
    }

    fn never_waits(op: &Op) -> bool {
        // `downgrade` may wait for a `get_mut`.
        !matches!(op, Op::Downgrade | Op::Change)
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Read => "read *arc",
            Op::Clone => "arc.clone()",
            Op::DropArc => "drop(arc)",
            Op::DropArcInPanic => "panic, with the arc in hand",
            Op::DropArcPanics => "drop(arc), where the drop of the data panics",
            Op::GetMut => "Arc::get_mut(&mut arc)",
            Op::Downgrade => "Arc::downgrade(&arc)",
            Op::CloneWeak => "weak.clone()",
            Op::Upgrade => "weak.upgrade()",
            Op::DropWeak => "drop(weak)",
            _ => "let weak = Arc::downgrade(&arc); drop(arc); arc = weak.upgrade(); drop(weak)",
        }
        .into()
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Done => "()",
            Ret::Found(true) => "Some",
            Ret::Found(false) => "None",
            Ret::Dropped(true) => "the data is dropped",
            Ret::Dropped(false) => "()",
            Ret::Panicked => PANICS,
            Ret::Changed(true, _) => "Some",
            Ret::Changed(false, true) => "None, and the data is dropped",
            Ret::Changed(false, false) => "None",
        }
        .into()
    }
}
