//! What can be done with a mutex, and what it is to do, in each of its stages.

use super::super::sync::cell::Probe;
use super::{Mutex, MutexGuard};
use clients::{Clients, Next, Place, Scene, Spec};

/// The mutex, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Lock {
    held: bool,
    /// How often it was locked.
    data: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Lock,
    TryLock,
    Unlock,
    UnlockInPanic,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Locked(u32),
    None,
    Unlocked,
}

impl Spec for Lock {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match op {
            Op::Lock if self.held => Next::waits(),
            Op::TryLock if self.held => Next::returns(Ret::None, self.clone()),
            Op::Lock | Op::TryLock => {
                Next::returns(Ret::Locked(self.data), Self { held: true, data: self.data + 1 })
            }
            Op::Unlock | Op::UnlockInPanic if !self.held => Next::waits(),
            Op::Unlock | Op::UnlockInPanic => {
                Next::returns(Ret::Unlocked, Self { held: false, data: self.data })
            }
        }
    }
}

pub struct Hand {
    guard: Option<MutexGuard<'static, Probe>>,
    /// Dropped last: the guard borrows from it.
    mutex: Place<Mutex<Probe>>,
}

fn hands(others: usize) -> Vec<Hand> {
    clients::hands(Mutex::new(Probe::new(0)), others, |mutex| Hand { guard: None, mutex })
}

/// The programs. There are locks whose unlock may have to wait, for a thread that is about to wait for the lock.
pub struct Locks<const UNLOCK_WAITS: bool = false>;

impl<const UNLOCK_WAITS: bool> Clients for Locks<UNLOCK_WAITS> {
    type Spec = Lock;
    type Hand = Hand;
    /// May the thread have a guard?
    type Kit = bool;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |others: usize, hands| Scene {
            text: "let mutex = Mutex::new(0);",
            spec: Lock { held: false, data: 0 },
            kits: vec![false; 1 + others],
            hands,
            finally: vec![Op::TryLock, Op::Unlock],
        };
        vec![scene(2, || hands(2)), scene(3, || hands(3))]
    }

    fn next(kit: &bool, _: u32) -> Vec<(Op, bool)> {
        match kit {
            false => vec![(Op::Lock, true), (Op::TryLock, true)],
            true => vec![(Op::Unlock, false), (Op::UnlockInPanic, false)],
        }
    }

    fn end(kit: &bool) -> Vec<Op> {
        kit.then_some(Op::Unlock).into_iter().collect()
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        let mutex = hand.mutex.get();
        let guard = match op {
            Op::Lock => Some(mutex.lock()),
            Op::TryLock => mutex.try_lock(),
            Op::Unlock => {
                drop(hand.guard.take()?);
                return Some(Ret::Unlocked);
            }
            Op::UnlockInPanic => {
                let guard = hand.guard.take()?;
                clients::in_panic(move || guard);
                return Some(Ret::Unlocked);
            }
        };
        Some(match guard {
            None => Ret::None,
            Some(mut guard) => {
                let data = guard.get();
                guard.set(data + 1);
                hand.guard = Some(guard);
                Ret::Locked(data)
            }
        })
    }

    fn never_waits(op: &Op) -> bool {
        match op {
            Op::Lock => false,
            Op::TryLock => true,
            Op::Unlock | Op::UnlockInPanic => !UNLOCK_WAITS,
        }
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Lock => "mutex.lock()",
            Op::TryLock => "mutex.try_lock()",
            Op::Unlock => "drop(guard)",
            Op::UnlockInPanic => "panic, with the guard in hand",
        }
        .into()
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Locked(data) => format!("a guard of {data}"),
            Ret::None => "None".into(),
            Ret::Unlocked => "()".into(),
        }
    }
}
