//! What can be done with the cell, and what it is to do.

use super::super::subject::{EpochCell, Guard, Handle};
use clients::{Clients, Message, Next, Place, Progress, Scene, Spec};

/// The cell, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Values {
    now: u32,
    /// What is being read, in ascending order.
    read: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Replace(u32),
    Read,
    Leave,
    DropCell,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Value(u32),
    Done,
}

impl Spec for Values {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        match op {
            Op::Replace(number) => {
                next.now = *number;
                Next::returns(Ret::Done, next)
            }
            Op::Read => {
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
            // That each value is dropped, and once, is seen by the checker.
            Op::DropCell => Next::returns(Ret::Done, next),
        }
    }
}

#[derive(Default)]
pub struct Hand {
    guard: Option<Guard<'static, Message>>,
    /// A box, for the guard borrows it: it is neither moved nor used meanwhile.
    handle: Option<Box<Handle<'static, Message>>>,
    /// Dropped last. The main thread has it.
    cell: Option<Place<EpochCell<Message>>>,
}

/// Does a thread read?
#[derive(Clone, Copy, PartialEq)]
pub enum Kit {
    Outside,
    Inside,
}

fn hands(others: usize) -> Vec<Hand> {
    let (cell, handles) =
        Place::lend(EpochCell::new(Message::new(1), 1 + others), |cell| EpochCell::handles(cell));
    let hand = |handle| Hand { handle: Some(Box::new(handle)), ..Hand::default() };
    let mut hands: Vec<Hand> = handles.into_iter().map(hand).collect();
    hands[0].cell = Some(cell);
    hands
}

pub struct Cells;

impl Clients for Cells {
    type Spec = Values;
    type Hand = Hand;
    type Kit = Kit;
    const EXECUTIONS: u64 = 8_000;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |text, others: usize, hands| Scene {
            text,
            spec: Values { now: 1, read: Vec::new() },
            kits: vec![Kit::Outside; 1 + others],
            hands,
            finally: vec![Op::DropCell],
        };
        vec![
            scene("let mut cell = EpochCell::new(1, 3); let handles = cell.handles();", 2, || {
                hands(2)
            }),
            scene("let mut cell = EpochCell::new(1, 4); let handles = cell.handles();", 3, || {
                hands(3)
            }),
        ]
    }

    fn next(kit: &Kit, fresh: u32) -> Vec<(Op, Kit)> {
        match kit {
            Kit::Outside => vec![(Op::Read, Kit::Inside), (Op::Replace(fresh), Kit::Outside)],
            Kit::Inside => vec![(Op::Leave, Kit::Outside)],
        }
    }

    fn end(kit: &Kit) -> Vec<Op> {
        (*kit == Kit::Inside).then_some(Op::Leave).into_iter().collect()
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Replace(number) => {
                hand.handle.as_mut()?.replace(Message::new(*number));
                Ret::Done
            }
            Op::Read => {
                let handle: *mut Handle<'static, Message> = &raw mut **hand.handle.as_mut()?;
                // SAFETY: the handle is in a box, and is not used again before the guard is dropped.
                let guard = unsafe { &mut *handle }.read();
                let number = guard.number();
                hand.guard = Some(guard);
                Ret::Value(number)
            }
            Op::Leave => {
                let guard = hand.guard.take()?;
                let number = guard.number();
                drop(guard);
                Ret::Value(number)
            }
            Op::DropCell => {
                hand.handle = None;
                drop(hand.cell.take()?);
                Ret::Done
            }
        })
    }

    fn progress(op: &Op) -> Progress {
        match op {
            Op::Read | Op::Leave | Op::Replace(_) => Progress::WaitFree(32),
            Op::DropCell => Progress::LockFree,
        }
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Replace(number) => format!("handle.replace({number})"),
            Op::Read => "let guard = handle.read(); *guard".into(),
            Op::Leave => "*guard; drop(guard)".into(),
            Op::DropCell => "drop(cell)".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Value(number) => number.to_string(),
            Ret::Done => "()".into(),
        }
    }
}
