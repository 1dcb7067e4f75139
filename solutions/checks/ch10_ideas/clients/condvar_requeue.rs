//! What can be done with a condition variable and its mutex, and what it is to do.

use super::super::subject::{Condvar, Mutex};
use clients::{Clients, Next, Place, Probe, Scene, Spec};

/// The data, and those who wait, as one thread sees them.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Waiters {
    data: u32,
    /// Those who wait and were not notified.
    waiting: Vec<u32>,
    /// Those who were notified, and have not returned since.
    notified: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Waits, and looks at the data. The number is each call's own.
    Wait(u32),
    /// What is left of such a call that sleeps.
    Sleep(u32),
    /// Adds 1 to the data.
    Add,
    NotifyOne,
    NotifyAll,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Done,
    Data(u32),
}

impl Waiters {
    fn notify(&self, number: u32) -> Self {
        let mut next = self.clone();
        next.waiting.retain(|it| *it != number);
        next.notified.push(number);
        next.notified.sort_unstable();
        next
    }
}

impl Spec for Waiters {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        match *op {
            Op::Wait(me) => {
                next.waiting.push(me);
                next.waiting.sort_unstable();
                Next::goes_on(Op::Sleep(me), next)
            }
            Op::Sleep(me) if self.notified.contains(&me) => {
                next.notified.retain(|it| *it != me);
                Next::returns(Ret::Data(self.data), next)
            }
            // It does not wake for no reason.
            Op::Sleep(_) => Next::waits(),
            Op::Add => Next::returns(Ret::Done, Self { data: self.data + 1, ..next }),
            Op::NotifyOne if self.waiting.is_empty() => Next::returns(Ret::Done, next),
            Op::NotifyOne => {
                let one = |number: &u32| Next::Returns(Ret::Done, self.notify(*number));
                self.waiting.iter().map(one).collect()
            }
            Op::NotifyAll => {
                let all = self.waiting.iter().fold(next, |next, it| next.notify(*it));
                Next::returns(Ret::Done, all)
            }
        }
    }

    fn may_sleep(&self, op: &Op) -> bool {
        matches!(op, Op::Sleep(me) if !self.notified.contains(me))
    }
}

type Hand = Place<(Condvar, Mutex<Probe>)>;

fn hands<const OTHERS: usize>() -> Vec<Hand> {
    Place::hands((Condvar::new(), Mutex::new(Probe::new(0))), OTHERS)
}

pub struct Condvars;

impl Clients for Condvars {
    type Spec = Waiters;
    type Hand = Hand;
    type Kit = ();
    const WAKES: bool = true;
    const EXECUTIONS: u64 = 8_000;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |others: usize, hands| Scene {
            text: "let condvar = Condvar::new(); let mutex = Mutex::new(0);",
            spec: Waiters::default(),
            kits: vec![(); 1 + others],
            hands,
            finally: Vec::new(),
        };
        vec![scene(2, hands::<2>), scene(3, hands::<3>)]
    }

    fn next((): &(), fresh: u32) -> Vec<(Op, ())> {
        [Op::Wait(fresh), Op::Add, Op::NotifyOne, Op::NotifyAll].map(|op| (op, ())).into()
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        let (condvar, mutex) = hand.get();
        Some(match op {
            Op::Wait(_) | Op::Sleep(_) => Ret::Data(condvar.wait(mutex.lock()).get()),
            Op::Add => {
                let mut guard = mutex.lock();
                let data = guard.get();
                guard.set(data + 1);
                Ret::Done
            }
            Op::NotifyOne => {
                condvar.notify_one();
                Ret::Done
            }
            Op::NotifyAll => {
                condvar.notify_all();
                Ret::Done
            }
        })
    }

    fn may_leak(op: &Op) -> bool {
        // Nobody may notify it.
        matches!(op, Op::Wait(_) | Op::Sleep(_))
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Wait(_) | Op::Sleep(_) => "*condvar.wait(mutex.lock())",
            Op::Add => "*mutex.lock() += 1",
            Op::NotifyOne => "condvar.notify_one()",
            Op::NotifyAll => "condvar.notify_all()",
        }
        .into()
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Done => "()".into(),
            Ret::Data(data) => data.to_string(),
        }
    }
}
