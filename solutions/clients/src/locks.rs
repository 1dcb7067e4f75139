//! What can be done with a lock that says nothing of panics, and what it is to do.

use crate::{Clients, Next, Place, Scene, Spec};
use rc11::cell::Probe;
use std::marker::PhantomData;
use std::ops::DerefMut;

/// What a lock is around. To show it is to read it.
pub struct Data(Probe);

impl Data {
    /// Reads.
    #[track_caller]
    pub fn get(&self) -> u32 {
        self.0.get()
    }

    /// Writes.
    #[track_caller]
    pub fn set(&mut self, value: u32) {
        self.0.set(value);
    }
}

impl std::fmt::Debug for Data {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.get())
    }
}

/// A lock around data.
pub trait Lock: Sized + 'static {
    /// Unlocks when it is dropped.
    type Guard: DerefMut<Target = Data> + 'static;
    /// A lock, as a line of a program.
    const NEW: &'static str;
    /// Has it `try_lock`?
    const HAS_TRY_LOCK: bool;
    /// Has it `Debug`?
    const HAS_DEBUG: bool = false;

    /// An unlocked lock.
    fn new(data: Data) -> Self;

    /// Waits until the lock is free, and takes it.
    fn lock(&'static self) -> Self::Guard;

    /// Takes the lock if it is free.
    fn try_lock(&'static self) -> Option<Self::Guard> {
        None
    }

    /// The lock as `Debug` shows it, if it has that.
    fn shown(&self) -> Option<String> {
        None
    }
}

/// The lock, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct State {
    held: bool,
    /// How often it was locked.
    data: u32,
}

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// `lock`.
    Lock,
    /// `try_lock`.
    TryLock,
    /// The guard is dropped.
    Unlock,
    /// The guard is dropped by a panic.
    UnlockInPanic,
    /// `Debug`.
    Show,
    /// What is left of that where it holds the lock while it looks.
    Look,
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    /// A guard, through which this was read.
    Locked(u32),
    /// No guard.
    None,
    /// It is free again.
    Unlocked,
    /// As it is while somebody has it, or as it is when nobody has.
    Shown,
}

impl Spec for State {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match op {
            Op::Lock if self.held => Next::waits(),
            Op::TryLock if self.held => Next::returns(Ret::None, self.clone()),
            Op::Lock | Op::TryLock => {
                Next::returns(Ret::Locked(self.data), Self { held: true, data: self.data + 1 })
            }
            Op::Show if self.held => Next::returns(Ret::Shown, self.clone()),
            // It may hold the lock for a moment, as std's does.
            Op::Show => vec![
                Next::Returns(Ret::Shown, self.clone()),
                Next::GoesOn(Op::Look, Self { held: true, data: self.data }),
            ],
            Op::Look => Next::returns(Ret::Shown, Self { held: false, data: self.data }),
            Op::Unlock | Op::UnlockInPanic if !self.held => Next::waits(),
            Op::Unlock | Op::UnlockInPanic => {
                Next::returns(Ret::Unlocked, Self { held: false, data: self.data })
            }
        }
    }
}

/// The lock, and the guard if the thread has it.
#[derive(Debug)]
pub struct Hand<L: Lock> {
    guard: Option<L::Guard>,
    /// Dropped last: the guard borrows from it.
    lock: Place<L>,
}

fn hands<L: Lock, const OTHERS: usize>() -> Vec<Hand<L>> {
    crate::hands(L::new(Data(Probe::new(0))), OTHERS, |lock| Hand { guard: None, lock })
}

/// The clients of a lock.
#[derive(Debug)]
pub struct Locks<L>(PhantomData<L>);

impl<L: Lock> Clients for Locks<L> {
    type Spec = State;
    type Hand = Hand<L>;
    /// May the thread have a guard?
    type Kit = bool;

    fn scenes() -> Vec<Scene<Self>> {
        let finally = if L::HAS_TRY_LOCK { Op::TryLock } else { Op::Lock };
        let scene = |others: usize, hands| Scene {
            text: L::NEW,
            spec: State { held: false, data: 0 },
            kits: vec![false; 1 + others],
            hands,
            finally: vec![finally, Op::Unlock],
        };
        vec![scene(2, hands::<L, 2>), scene(3, hands::<L, 3>)]
    }

    fn next(kit: &bool, _: u32) -> Vec<(Op, bool)> {
        let mut next = match kit {
            false if L::HAS_TRY_LOCK => vec![(Op::Lock, true), (Op::TryLock, true)],
            false => vec![(Op::Lock, true)],
            true => vec![(Op::Unlock, false), (Op::UnlockInPanic, false)],
        };
        if L::HAS_DEBUG {
            next.push((Op::Show, *kit));
        }
        next
    }

    fn end(kit: &bool) -> Vec<Op> {
        kit.then_some(Op::Unlock).into_iter().collect()
    }

    fn perform(hand: &mut Hand<L>, op: &Op) -> Option<Ret> {
        let lock = hand.lock.get();
        let guard = match op {
            Op::Lock => Some(lock.lock()),
            Op::TryLock => lock.try_lock(),
            Op::Show | Op::Look => {
                lock.shown()?;
                return Some(Ret::Shown);
            }
            Op::Unlock => {
                drop(hand.guard.take()?);
                return Some(Ret::Unlocked);
            }
            Op::UnlockInPanic => {
                let guard = hand.guard.take()?;
                crate::in_panic(move || guard);
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
        // To unlock may take a moment of who is next, as in a queue of waiters.
        *op == Op::TryLock
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Lock => "lock.lock()",
            Op::TryLock => "lock.try_lock()",
            Op::Unlock => "drop(guard)",
            Op::UnlockInPanic => "panic, with the guard in hand",
            Op::Show | Op::Look => "format!(\"{lock:?}\")",
        }
        .into()
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Locked(data) => format!("a guard of {data}"),
            Ret::None => "None".into(),
            Ret::Unlocked => "()".into(),
            Ret::Shown => "a text".into(),
        }
    }
}
