//! What can be done with the lock, and what it is to do.

use super::super::subject::{Guard, SpinLock};
use super::super::sync::cell::Probe;
use clients::{Clients, Next, Place, Scene, Spec};

/// The lock, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Lock {
    held: bool,
    poisoned: bool,
    /// How often it was locked.
    data: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Lock,
    Unlock,
    Panic,
    IsPoisoned,
    ClearPoison,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Locked { data: u32, poisoned: bool },
    Poisoned(bool),
    Done,
}

impl Spec for Lock {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        let ret = match op {
            Op::Lock if self.held => return Next::waits(),
            Op::Lock => {
                (next.held, next.data) = (true, self.data + 1);
                Ret::Locked { data: self.data, poisoned: self.poisoned }
            }
            Op::Unlock | Op::Panic if !self.held => return Next::waits(),
            Op::Unlock | Op::Panic => {
                (next.held, next.poisoned) = (false, self.poisoned || *op == Op::Panic);
                Ret::Done
            }
            Op::IsPoisoned => Ret::Poisoned(self.poisoned),
            Op::ClearPoison => {
                next.poisoned = false;
                Ret::Done
            }
        };
        Next::returns(ret, next)
    }
}

pub struct Hand {
    guard: Option<Guard<'static, Probe>>,
    /// Dropped last: the guard borrows from it.
    lock: Place<SpinLock<Probe>>,
}

fn hands(others: usize) -> Vec<Hand> {
    clients::hands(SpinLock::new(Probe::new(0)), others, |lock| Hand { guard: None, lock })
}

/// A panic with the guard in hand.
fn poison(hand: &mut Hand) {
    let lock = hand.lock.get();
    clients::in_panic(|| lock.lock());
}

pub struct Locks;

impl Clients for Locks {
    type Spec = Lock;
    type Hand = Hand;
    /// Has the thread a guard?
    type Kit = bool;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |poisoned: bool, others: usize, hands| Scene {
            text: match poisoned {
                false => "let lock = SpinLock::new(0);",
                true => "let lock = SpinLock::new(0); // and a holder has panicked",
            },
            spec: Lock { held: false, poisoned, data: 0 },
            kits: vec![false; 1 + others],
            hands,
            finally: vec![Op::IsPoisoned, Op::Lock, Op::Unlock],
        };
        vec![
            scene(false, 2, || hands(2)),
            scene(true, 2, || {
                let mut hands = hands(2);
                poison(&mut hands[0]);
                hands
            }),
            scene(false, 3, || hands(3)),
        ]
    }

    fn next(kit: &bool, _: u32) -> Vec<(Op, bool)> {
        let mut next = match kit {
            false => vec![(Op::Lock, true)],
            true => vec![(Op::Unlock, false), (Op::Panic, false)],
        };
        next.extend([(Op::IsPoisoned, *kit), (Op::ClearPoison, *kit)]);
        next
    }

    fn end(kit: &bool) -> Vec<Op> {
        kit.then_some(Op::Unlock).into_iter().collect()
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        let lock = hand.lock.get();
        Some(match op {
            Op::Lock => {
                let (mut guard, poisoned) = match lock.lock() {
                    Ok(guard) => (guard, false),
                    Err(error) => (error.into_inner(), true),
                };
                let data = guard.get();
                guard.set(data + 1);
                hand.guard = Some(guard);
                Ret::Locked { data, poisoned }
            }
            Op::Unlock => {
                drop(hand.guard.take()?);
                Ret::Done
            }
            Op::Panic => {
                let guard = hand.guard.take()?;
                clients::in_panic(move || guard);
                Ret::Done
            }
            Op::IsPoisoned => Ret::Poisoned(lock.is_poisoned()),
            Op::ClearPoison => {
                lock.clear_poison();
                Ret::Done
            }
        })
    }

    fn never_waits(op: &Op) -> bool {
        matches!(op, Op::IsPoisoned | Op::ClearPoison)
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Lock => "lock.lock()",
            Op::Unlock => "drop(guard)",
            Op::Panic => "panic, with the guard in hand",
            Op::IsPoisoned => "lock.is_poisoned()",
            Op::ClearPoison => "lock.clear_poison()",
        }
        .into()
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Locked { data, poisoned: false } => format!("a guard of {data}"),
            Ret::Locked { data, poisoned: true } => format!("an error with a guard of {data}"),
            Ret::Poisoned(yes) => yes.to_string(),
            Ret::Done => "()".into(),
        }
    }
}
