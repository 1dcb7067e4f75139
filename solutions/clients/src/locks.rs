//! What can be done with a lock that says nothing of panics, and what it is to do.

use crate::{Clients, Next, Place, Scene, Spec, attempt};
use rc11::cell::Probe;
use std::marker::PhantomData;
use std::mem;
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
    /// Does it give a guard out, or is it unlocked by a call?
    const HAS_GUARD: bool = true;
    /// Has it `Debug`?
    const HAS_DEBUG: bool = false;
    /// Must `try_lock` never wait, be it for a thread that makes what the lock is made of?
    const NEVER_WAITS: bool = true;
    /// May its guards go to another thread?
    const GUARDS_MOVE: bool = true;
    /// May a thread that holds it, and locks it once more, panic, and not wait for itself for ever?
    const MAY_PANIC: bool = false;
    /// See [`Clients::EXECUTIONS`].
    const EXECUTIONS: u64 = 20_000;
    /// See [`Clients::WAKES`].
    const WAKES: bool = false;

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
    /// See [`Lock::MAY_PANIC`].
    may_panic: bool,
}

impl State {
    fn new(may_panic: bool) -> Self {
        Self { held: false, data: 0, may_panic }
    }

    fn free(&self) -> Self {
        Self { held: false, ..self.clone() }
    }

    fn held(&self, data: u32) -> Self {
        Self { held: true, data, ..self.clone() }
    }
}

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// `lock`.
    Lock,
    /// `lock`, by the thread that holds it.
    LockAgain,
    /// `try_lock`.
    TryLock,
    /// The guard is dropped.
    Unlock,
    /// The guard is dropped by a panic.
    UnlockInPanic,
    /// The guard is forgotten: the lock is held for ever.
    Forget,
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
    /// It is held for ever.
    Forgotten,
    /// The call has panicked.
    Panicked,
    /// As it is while somebody has it, or as it is when nobody has.
    Shown,
}

impl Spec for State {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match op {
            Op::Lock if self.held => Next::waits(),
            Op::LockAgain if self.may_panic => Next::returns(Ret::Panicked, self.clone()),
            Op::LockAgain => Next::waits(),
            Op::TryLock if self.held => Next::returns(Ret::None, self.clone()),
            Op::Lock | Op::TryLock => {
                Next::returns(Ret::Locked(self.data), self.held(self.data + 1))
            }
            Op::Show if self.held => Next::returns(Ret::Shown, self.clone()),
            // It may hold the lock for a moment, as std's does.
            Op::Show => vec![
                Next::Returns(Ret::Shown, self.clone()),
                Next::GoesOn(Op::Look, self.held(self.data)),
            ],
            Op::Look => Next::returns(Ret::Shown, self.free()),
            Op::Unlock | Op::UnlockInPanic | Op::Forget if !self.held => Next::waits(),
            Op::Unlock | Op::UnlockInPanic => Next::returns(Ret::Unlocked, self.free()),
            Op::Forget => Next::returns(Ret::Forgotten, self.clone()),
        }
    }

    fn may_sleep(&self, op: &Op) -> bool {
        *op == Op::LockAgain || self.next(op).is_empty()
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

/// What a thread may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kit {
    /// No guard.
    Nothing,
    /// A guard, perhaps.
    Guard,
    /// It has forgotten one, and must not lock again: it would wait for itself.
    Forgotten,
}

/// The clients of a lock.
#[derive(Debug)]
pub struct Locks<L>(PhantomData<L>);

impl<L: Lock> Clients for Locks<L> {
    type Spec = State;
    type Hand = Hand<L>;
    type Kit = Kit;
    const HANDS_MOVE: bool = L::GUARDS_MOVE;
    const EXECUTIONS: u64 = L::EXECUTIONS;
    const WAKES: bool = L::WAKES;

    fn scenes() -> Vec<Scene<Self>> {
        let finally = if L::HAS_TRY_LOCK { Op::TryLock } else { Op::Lock };
        let scene = |others: usize, hands| Scene {
            text: L::NEW,
            spec: State::new(L::MAY_PANIC),
            kits: vec![Kit::Nothing; 1 + others],
            hands,
            finally: vec![finally, Op::Unlock],
        };
        vec![scene(2, hands::<L, 2>), scene(3, hands::<L, 3>)]
    }

    fn next(kit: &Kit, _: u32) -> Vec<(Op, Kit)> {
        let mut next = match kit {
            Kit::Nothing => vec![(Op::Lock, Kit::Guard)],
            Kit::Guard => vec![
                (Op::Unlock, Kit::Nothing),
                (Op::UnlockInPanic, Kit::Nothing),
                (Op::Forget, Kit::Forgotten),
                (Op::LockAgain, Kit::Guard),
            ],
            Kit::Forgotten => Vec::new(),
        };
        if L::HAS_TRY_LOCK && *kit == Kit::Nothing {
            next.push((Op::TryLock, Kit::Guard));
        }
        if L::HAS_DEBUG {
            next.push((Op::Show, *kit));
        }
        next
    }

    fn end(kit: &Kit) -> Vec<Op> {
        let has_guard = *kit == Kit::Guard;
        has_guard.then_some(Op::Unlock).into_iter().collect()
    }

    fn may_leak(op: &Op) -> bool {
        matches!(op, Op::Forget | Op::LockAgain)
    }

    fn perform(hand: &mut Hand<L>, op: &Op) -> Option<Ret> {
        let lock = hand.lock.get();
        let guard = match op {
            Op::Lock => Some(lock.lock()),
            Op::TryLock => lock.try_lock(),
            Op::LockAgain => {
                hand.guard.as_ref()?;
                let second = match L::MAY_PANIC {
                    true => attempt(|| lock.lock()).ok(),
                    false => Some(lock.lock()),
                };
                let Some(second) = second else { return Some(Ret::Panicked) };
                let data = second.get();
                mem::forget(second);
                return Some(Ret::Locked(data));
            }
            Op::Forget => {
                mem::forget(hand.guard.take()?);
                return Some(Ret::Forgotten);
            }
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
        L::NEVER_WAITS && *op == Op::TryLock
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Lock | Op::LockAgain => "lock.lock()",
            Op::TryLock => "lock.try_lock()",
            Op::Unlock if !L::HAS_GUARD => "lock.unlock()",
            Op::UnlockInPanic if !L::HAS_GUARD => "lock.unlock(), in a panic",
            Op::Forget if !L::HAS_GUARD => "nothing more: the lock stays locked",
            Op::Unlock => "drop(guard)",
            Op::UnlockInPanic => "panic, with the guard in hand",
            Op::Forget => "mem::forget(guard)",
            Op::Show | Op::Look => "format!(\"{lock:?}\")",
        }
        .into()
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Locked(data) if !L::HAS_GUARD => format!("the data is {data}"),
            Ret::Locked(data) => format!("a guard of {data}"),
            Ret::None => "None".into(),
            Ret::Unlocked | Ret::Forgotten => "()".into(),
            Ret::Panicked => "panic".into(),
            Ret::Shown => "a text".into(),
        }
    }
}
