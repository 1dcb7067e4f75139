//! What can be done with a semaphore, and what it is to do.

use super::super::subject::{Closed, Permit, Semaphore, TryAcquireError};
use clients::{Clients, Next, Place, Scene, Spec};

/// The semaphore, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Permits {
    free: u32,
    closed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Acquire,
    TryAcquire,
    Drop,
    Close,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Permit,
    None,
    Closed,
    Done,
}

impl Spec for Permits {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let with = |free, closed| Self { free, closed };
        match op {
            Op::Close => Next::returns(Ret::Done, with(self.free, true)),
            Op::Drop => Next::returns(Ret::Done, with(self.free + 1, self.closed)),
            Op::Acquire | Op::TryAcquire if self.closed => Next::returns(Ret::Closed, self.clone()),
            Op::Acquire | Op::TryAcquire if self.free > 0 => {
                Next::returns(Ret::Permit, with(self.free - 1, false))
            }
            Op::TryAcquire => Next::returns(Ret::None, self.clone()),
            Op::Acquire => Next::waits(),
        }
    }
}

pub struct Hand {
    permit: Option<Permit<'static>>,
    /// Dropped last: the permit borrows from it.
    semaphore: Place<Semaphore>,
}

fn hands(permits: u32, others: usize) -> Vec<Hand> {
    let hand = |semaphore| Hand { permit: None, semaphore };
    clients::hands(Semaphore::new(permits), others, hand)
}

pub struct Semaphores;

impl Clients for Semaphores {
    type Spec = Permits;
    type Hand = Hand;
    /// May the thread have a permit?
    type Kit = bool;
    const WAKES: bool = true;
    fn scenes() -> Vec<Scene<Self>> {
        let scene = |text, free, others: usize, hands| Scene {
            text,
            spec: Permits { free, closed: false },
            kits: vec![false; 1 + others],
            hands,
            finally: vec![Op::TryAcquire, Op::Drop],
        };
        const ONE: &str = "let semaphore = Semaphore::new(1);";
        const TWO: &str = "let semaphore = Semaphore::new(2);";
        vec![
            scene(ONE, 1, 2, || hands(1, 2)),
            scene(TWO, 2, 2, || hands(2, 2)),
            scene(ONE, 1, 3, || hands(1, 3)),
        ]
    }

    fn crowded() -> Option<Scene<Self>> {
        const MANY: u32 = 100;
        Some(Scene {
            text: "let semaphore = Semaphore::new(100);",
            spec: Permits { free: MANY, closed: false },
            kits: vec![false; 3],
            hands: || hands(MANY, 2),
            finally: vec![Op::TryAcquire, Op::Drop],
        })
    }

    fn next(kit: &bool, _: u32) -> Vec<(Op, bool)> {
        match kit {
            false => vec![(Op::Acquire, true), (Op::TryAcquire, true), (Op::Close, false)],
            true => vec![(Op::Drop, false), (Op::Close, true)],
        }
    }

    fn end(kit: &bool) -> Vec<Op> {
        kit.then_some(Op::Drop).into_iter().collect()
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        let semaphore = hand.semaphore.get();
        match op {
            Op::Acquire => match semaphore.acquire() {
                Ok(permit) => hand.permit = Some(permit),
                Err(Closed) => return Some(Ret::Closed),
            },
            Op::TryAcquire => match semaphore.try_acquire() {
                Ok(permit) => hand.permit = Some(permit),
                Err(TryAcquireError::NoPermits) => return Some(Ret::None),
                Err(TryAcquireError::Closed) => return Some(Ret::Closed),
            },
            Op::Drop => {
                drop(hand.permit.take()?);
                return Some(Ret::Done);
            }
            Op::Close => {
                semaphore.close();
                return Some(Ret::Done);
            }
        }
        Some(Ret::Permit)
    }

    fn never_waits(op: &Op) -> bool {
        *op != Op::Acquire
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Acquire => "semaphore.acquire()",
            Op::TryAcquire => "semaphore.try_acquire()",
            Op::Drop => "drop(permit)",
            Op::Close => "semaphore.close()",
        }
        .into()
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Permit => "a permit",
            Ret::None => "Err(NoPermits)",
            Ret::Closed => "Err(Closed)",
            Ret::Done => "()",
        }
        .into()
    }
}
