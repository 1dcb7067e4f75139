//! What can be done with handles, and what they are to do, in the stages that have no weak ones.

use super::super::subject::Arc;
use clients::{Clients, Message, Next, PANICS, Scene, Spec};
use std::marker::PhantomData;

/// The number of handles, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Count(u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Read,
    Clone,
    Drop,
    DropInPanic,
    /// The data panics if it is dropped.
    DropPanics,
    GetMut,
    TryUnwrap,
    /// Then the handle is dropped.
    MakeMut,
    /// What is left of a `make_mut` that has cloned the data: it lets go of the old data.
    LetGo,
    /// The data panics if it is cloned.
    MakeMutPanics,
    /// The old data panics if it is dropped. Then the handle, which is of the clone, is dropped.
    MakeMutDropPanics,
    /// What is left of that.
    LetGoPanics,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Done,
    /// These were dropped.
    Dropped(Vec<u32>),
    /// Is it `Some`, or `Ok`?
    Found(bool),
    /// The data panicked.
    Panicked,
}

impl Spec for Count {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let arcs = self.0;
        if arcs == 0 {
            return Next::waits();
        }
        let is_last = arcs == 1;
        let dropped = if is_last { vec![1] } else { Vec::new() };
        let (ret, arcs) = match op {
            Op::Read => (Ret::Done, arcs),
            Op::Clone => (Ret::Done, arcs + 1),
            Op::Drop | Op::DropInPanic => (Ret::Dropped(dropped), arcs - 1),
            Op::DropPanics if is_last => (Ret::Panicked, 0),
            Op::DropPanics => (Ret::Dropped(Vec::new()), arcs - 1),
            Op::GetMut => (Ret::Found(is_last), arcs),
            Op::TryUnwrap => (Ret::Found(is_last), if is_last { 0 } else { arcs }),
            Op::MakeMut if is_last => (Ret::Dropped(vec![1]), 0),
            Op::MakeMut => return Next::goes_on(Op::LetGo, self.clone()),
            Op::LetGo => {
                let dropped = [dropped, vec![clients::CLONE + 1]].concat();
                (Ret::Dropped(dropped), arcs - 1)
            }
            Op::MakeMutDropPanics if is_last => (Ret::Dropped(vec![1]), 0),
            Op::MakeMutDropPanics => return Next::goes_on(Op::LetGoPanics, self.clone()),
            Op::LetGoPanics if is_last => (Ret::Panicked, 0),
            Op::LetGoPanics => (Ret::Dropped(vec![clients::CLONE + 1]), arcs - 1),
            Op::MakeMutPanics => (if is_last { Ret::Found(true) } else { Ret::Panicked }, arcs),
        };
        Next::returns(ret, Self(arcs))
    }
}

/// A stage: what its handles can do beside being cloned and dropped.
pub trait Stage: 'static {
    /// What can be done with a handle that the thread may have afterwards.
    const KEEPS: &'static [Op];
    /// What takes the handle.
    const TAKES: &'static [Op];

    /// With the last of the handles.
    fn perform(arcs: &mut Vec<Arc<Message>>, op: Op) -> Option<Ret>;

    fn show(op: Op) -> &'static str;
}

type Hand = Vec<Arc<Message>>;

pub struct Handles<S>(PhantomData<S>);

impl<S: Stage> Handles<S> {
    fn scene(text: &'static str, others: usize, hands: fn() -> Vec<Hand>) -> Scene<Self> {
        let mut kits = vec![1; 1 + others];
        kits[0] = 0;
        Scene { text, spec: Count(others as u32), kits, hands, finally: Vec::new() }
    }
}

/// One handle for each of the other threads.
fn deal(first: Arc<Message>, others: usize) -> Vec<Hand> {
    let clones: Vec<Hand> = (1..others).map(|_| vec![first.clone()]).collect();
    [Vec::new(), vec![first]].into_iter().chain(clones).collect()
}

impl<S: Stage> Clients for Handles<S> {
    type Spec = Count;
    type Hand = Hand;
    /// How many handles the thread may have.
    type Kit = usize;

    fn scenes() -> Vec<Scene<Self>> {
        vec![
            Self::scene("let arc = Arc::new(1); let second = arc.clone();", 2, || {
                deal(Arc::new(Message::new(1)), 2)
            }),
            Self::scene(
                "let arc = Arc::with_forgotten_clones(1, 0); let second = arc.clone();",
                2,
                || deal(Arc::with_forgotten_clones(Message::new(1), 0), 2),
            ),
            Self::scene("let arc = Arc::new(1); // and two clones", 3, || {
                deal(Arc::new(Message::new(1)), 3)
            }),
        ]
    }

    fn next(kit: &usize, _: u32) -> Vec<(Op, usize)> {
        let Some(less) = kit.checked_sub(1) else { return Vec::new() };
        let takes = [Op::Drop, Op::DropInPanic, Op::DropPanics].into_iter();
        let takes = takes.chain(S::TAKES.iter().copied()).map(|op| (op, less));
        let keeps = [Op::Read].into_iter().chain(S::KEEPS.iter().copied()).map(|op| (op, *kit));
        takes.chain([(Op::Clone, kit + 1)]).chain(keeps).collect()
    }

    fn end(kit: &usize) -> Vec<Op> {
        vec![Op::Drop; *kit]
    }

    fn perform(arcs: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Read => {
                arcs.last()?.number();
                Ret::Done
            }
            Op::Clone => {
                let more = arcs.last()?.clone();
                arcs.push(more);
                Ret::Done
            }
            Op::Drop => {
                drop(arcs.pop()?);
                Ret::Dropped(clients::drops())
            }
            Op::DropInPanic => {
                let arc = arcs.pop()?;
                clients::in_panic(move || arc);
                Ret::Dropped(clients::drops())
            }
            Op::DropPanics => {
                let arc = arcs.pop()?;
                let result = clients::panics_in_drop(move || drop(arc));
                let dropped = clients::drops();
                result.map_or(Ret::Panicked, |()| Ret::Dropped(dropped))
            }
            _ => return S::perform(arcs, *op),
        })
    }

    fn never_waits(_: &Op) -> bool {
        true
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Read => "read *arc",
            Op::Clone => "arc.clone()",
            Op::Drop => "drop(arc)",
            Op::DropInPanic => "panic, with the arc in hand",
            Op::DropPanics => "drop(arc), where the drop of the data panics",
            _ => S::show(*op),
        }
        .into()
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Done => "()".into(),
            Ret::Found(true) => "the data".into(),
            Ret::Found(false) => "no data".into(),
            Ret::Panicked => PANICS.into(),
            Ret::Dropped(all) if all.is_empty() => "()".into(),
            Ret::Dropped(all) if *all == [1] => "the data is dropped".into(),
            Ret::Dropped(all) if all.len() == 1 => "its clone is dropped".into(),
            Ret::Dropped(_) => "the data and its clone are dropped".into(),
        }
    }
}
