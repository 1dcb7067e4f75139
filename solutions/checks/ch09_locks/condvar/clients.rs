//! What can be done with a condition variable and its mutex, and what it is to do, in each of its stages.

use super::super::parts::Mutex;
use super::super::subject::Condvar;
use super::super::sync;
use clients::{Clients, Next, Place, Probe, Scene, Spec};
use std::time::Duration;

/// The data, and those who wait, as one thread sees them.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Waiters {
    data: u32,
    /// Those who wait and were not notified.
    waiting: Vec<u32>,
    /// Those who were notified, and have not looked at the data since.
    notified: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// `wait_while` the data is less than the second number. The first is each call's own.
    WaitFor(u32, u32),
    /// What is left of such a call that sleeps.
    Sleep(u32, u32),
    /// `wait_timeout`, if the data is 0.
    WaitTimeout(u32),
    SleepTimeout(u32),
    /// Adds 1 to the data.
    Add,
    NotifyOne,
    NotifyAll,
    /// A notification when nobody waits any more. Returns how many system calls it made.
    Idle,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Done,
    Data(u32),
    TimedOut(bool),
    Calls(usize),
}

impl Waiters {
    fn without(&self, number: u32) -> Self {
        let mut next = self.clone();
        next.waiting.retain(|it| *it != number);
        next.notified.retain(|it| *it != number);
        next
    }

    fn with(&self, number: u32) -> Self {
        let mut next = self.clone();
        next.waiting.push(number);
        next.waiting.sort_unstable();
        next
    }

    fn notify(&self, number: u32) -> Self {
        let mut next = self.without(number);
        next.notified.push(number);
        next.notified.sort_unstable();
        next
    }
}

impl Spec for Waiters {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match *op {
            Op::WaitFor(_, least) if self.data >= least => {
                Next::returns(Ret::Data(self.data), self.clone())
            }
            Op::WaitFor(me, least) => Next::goes_on(Op::Sleep(me, least), self.with(me)),
            Op::Sleep(me, least) if self.notified.contains(&me) => {
                Next::goes_on(Op::WaitFor(me, least), self.without(me))
            }
            // It may wake for no reason.
            Op::Sleep(me, least) if self.data >= least => {
                Next::returns(Ret::Data(self.data), self.without(me))
            }
            Op::Sleep(..) => Next::waits(),
            Op::WaitTimeout(_) if self.data > 0 => {
                Next::returns(Ret::Data(self.data), self.clone())
            }
            Op::WaitTimeout(me) => Next::goes_on(Op::SleepTimeout(me), self.with(me)),
            Op::SleepTimeout(me) => {
                let mut may = Next::returns(Ret::TimedOut(false), self.without(me));
                // Whoever was notified does not say that the time ran out: nobody else was notified in its place.
                if !self.notified.contains(&me) {
                    may.push(Next::Returns(Ret::TimedOut(true), self.without(me)));
                }
                may
            }
            Op::Add => Next::returns(Ret::Done, Self { data: self.data + 1, ..self.clone() }),
            Op::NotifyOne if self.waiting.is_empty() => Next::returns(Ret::Done, self.clone()),
            Op::NotifyOne => {
                let one = |number: &u32| Next::Returns(Ret::Done, self.notify(*number));
                self.waiting.iter().map(one).collect()
            }
            Op::NotifyAll => {
                let all = self.waiting.iter().fold(self.clone(), |next, it| next.notify(*it));
                Next::returns(Ret::Done, all)
            }
            Op::Idle => Next::returns(Ret::Calls(0), self.clone()),
        }
    }

    fn may_sleep(&self, op: &Op) -> bool {
        matches!(op, Op::Sleep(me, _) if !self.notified.contains(me))
    }
}

type Hand = Place<(Condvar, Mutex<Probe>)>;

fn hands<const OTHERS: usize>() -> Vec<Hand> {
    Place::hands((Condvar::new(), Mutex::new(Probe::new(0))), OTHERS)
}

/// `IDLE`: does the page promise no system call if nobody waits?
pub struct Condvars<const IDLE: bool>;

impl<const IDLE: bool> Clients for Condvars<IDLE> {
    type Spec = Waiters;
    type Hand = Hand;
    type Kit = ();
    fn scenes() -> Vec<Scene<Self>> {
        let finally: &[Op] = if IDLE { &[Op::Idle] } else { &[] };
        let scene = |others: usize, hands| Scene {
            text: "let condvar = Condvar::new(); let mutex = Mutex::new(0);",
            spec: Waiters::default(),
            kits: vec![(); 1 + others],
            hands,
            finally: finally.to_vec(),
        };
        vec![scene(2, hands::<2>), scene(3, hands::<3>)]
    }

    fn next((): &(), fresh: u32) -> Vec<(Op, ())> {
        let waits = [Op::WaitFor(fresh, 1), Op::WaitTimeout(fresh)];
        let others = [Op::Add, Op::NotifyOne, Op::NotifyAll];
        waits.into_iter().chain(others).map(|op| (op, ())).collect()
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        let (condvar, mutex) = hand.get();
        Some(match *op {
            Op::WaitFor(_, least) | Op::Sleep(_, least) => {
                let guard = condvar.wait_while(mutex.lock(), |data| data.get() < least);
                Ret::Data(guard.get())
            }
            Op::WaitTimeout(_) | Op::SleepTimeout(_) => {
                let guard = mutex.lock();
                if guard.get() > 0 {
                    Ret::Data(guard.get())
                } else {
                    let (guard, result) = condvar.wait_timeout(guard, Duration::from_secs(1));
                    // It is locked again: to look is allowed.
                    let _ = guard.get();
                    Ret::TimedOut(result.timed_out())
                }
            }
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
            Op::Idle => {
                let before = sync::counters();
                condvar.notify_one();
                condvar.notify_all();
                let after = sync::counters();
                Ret::Calls(after.waits + after.wakes - before.waits - before.wakes)
            }
        })
    }

    fn show(op: &Op) -> String {
        match op {
            Op::WaitFor(_, least) | Op::Sleep(_, least) => {
                format!("condvar.wait_while(mutex.lock(), |data| *data < {least})")
            }
            Op::WaitTimeout(_) | Op::SleepTimeout(_) => {
                "if *mutex.lock() == 0 { condvar.wait_timeout(…) }".into()
            }
            Op::Add => "*mutex.lock() += 1".into(),
            Op::NotifyOne => "condvar.notify_one()".into(),
            Op::NotifyAll => "condvar.notify_all()".into(),
            Op::Idle => "condvar.notify_one(); condvar.notify_all()".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Done => "()".into(),
            Ret::Data(data) => format!("a guard of {data}"),
            Ret::TimedOut(true) => "the time ran out".into(),
            Ret::TimedOut(false) => "the time did not run out".into(),
            Ret::Calls(0) => "no system call".into(),
            Ret::Calls(1) => "1 system call".into(),
            Ret::Calls(calls) => format!("{calls} system calls"),
        }
    }
}
