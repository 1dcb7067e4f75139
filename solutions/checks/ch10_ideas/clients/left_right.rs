//! What can be done with the data, and what it is to do.

use super::super::subject::{Guard, LeftRight};
use clients::{Clients, Next, Place, Probe, Progress, Scene, Spec};

/// The data, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Values {
    now: u32,
    /// Is somebody writing?
    changes: bool,
    /// What is being read, in ascending order.
    read: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Write(u32),
    /// What is left of that when readers see the new value.
    Wait(u32),
    Read,
    Leave,
    Drop,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Done,
    Value(u32),
}

impl Spec for Values {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match op {
            Op::Write(_) if self.changes => Next::waits(),
            Op::Write(number) => {
                let next = Self { now: *number, changes: true, ..self.clone() };
                vec![Next::GoesOn(Op::Wait(self.now), next)]
            }
            Op::Wait(old) if self.read.contains(old) => Next::waits(),
            Op::Wait(_) => Next::returns(Ret::Done, Self { changes: false, ..self.clone() }),
            Op::Read => {
                let mut next = self.clone();
                next.read.push(self.now);
                next.read.sort_unstable();
                Next::returns(Ret::Value(self.now), next)
            }
            // It still reads what it has read when it came.
            Op::Leave => {
                let without = |place: usize| {
                    let mut next = self.clone();
                    let number = next.read.remove(place);
                    Next::Returns(Ret::Value(number), next)
                };
                (0..self.read.len()).map(without).collect()
            }
            Op::Drop => Next::returns(Ret::Done, self.clone()),
        }
    }
}

/// What a thread has. The main thread drops the data in the end.
pub struct Hand {
    guard: Option<Guard<'static, Probe>>,
    data: Option<Place<LeftRight<Probe>>>,
}

/// Who a thread is.
#[derive(Clone, Copy, PartialEq)]
pub enum Kit {
    Main,
    Outside,
    Inside,
}

fn hands(others: usize) -> Vec<Hand> {
    let copy = || {
        let mut copy = Probe::new(0);
        copy.set(1);
        copy
    };
    let data = LeftRight::new(copy(), copy());
    clients::hands(data, others, |data| Hand { guard: None, data: Some(data) })
}

pub struct Data;

impl Clients for Data {
    type Spec = Values;
    type Hand = Hand;
    type Kit = Kit;

    const EXECUTIONS: u64 = 8_000;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |kits: &[Kit], hands| Scene {
            text: "let data = LeftRight::new(1, 1);",
            spec: Values { now: 1, changes: false, read: Vec::new() },
            kits: kits.into(),
            hands,
            finally: vec![Op::Read, Op::Leave, Op::Drop],
        };
        vec![
            scene(&[Kit::Main, Kit::Outside, Kit::Outside], || hands(2)),
            scene(&[Kit::Main, Kit::Outside, Kit::Outside, Kit::Outside], || hands(3)),
        ]
    }

    fn next(kit: &Kit, fresh: u32) -> Vec<(Op, Kit)> {
        match kit {
            Kit::Main => vec![],
            Kit::Outside => vec![(Op::Write(fresh), Kit::Outside), (Op::Read, Kit::Inside)],
            Kit::Inside => vec![(Op::Leave, Kit::Outside)],
        }
    }

    fn end(kit: &Kit) -> Vec<Op> {
        (*kit == Kit::Inside).then_some(Op::Leave).into_iter().collect()
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Write(number) => {
                hand.data.as_ref()?.write(|copy| copy.set(*number));
                Ret::Done
            }
            Op::Wait(_) => return None,
            Op::Read => {
                let guard = hand.data.as_ref()?.get().read();
                let number = guard.get();
                hand.guard = Some(guard);
                Ret::Value(number)
            }
            Op::Leave => Ret::Value(hand.guard.take()?.get()),
            Op::Drop => {
                drop(hand.data.take()?);
                Ret::Done
            }
        })
    }

    fn progress(op: &Op) -> Progress {
        match op {
            Op::Read | Op::Leave => Progress::WaitFree(16),
            Op::Write(_) | Op::Wait(_) | Op::Drop => Progress::Blocking,
        }
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Write(number) => format!("data.write(|copy| *copy = {number})"),
            Op::Wait(_) => "the rest of it".into(),
            Op::Read => "let guard = data.read(); *guard".into(),
            Op::Leave => "*guard; drop(guard)".into(),
            Op::Drop => "drop(data)".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Done => "()".into(),
            Ret::Value(number) => number.to_string(),
        }
    }
}
