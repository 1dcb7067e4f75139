//! What can be done with the cell, and what it is to do.

use super::super::subject::WakerCell;
use super::super::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use clients::{Clients, Message, Next, PANICS, Place, Scene, Spec};
use std::task::{RawWaker, RawWakerVTable, Waker};

/// Tasks and what they wait for, as one thread sees them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Tasks {
    /// Whose waker is in the cell.
    registered: Option<u32>,
    /// How often something has happened.
    events: u32,
    /// A bit for each waker that has been woken.
    woken: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// A task registers its waker, and then looks how much has happened.
    Poll(u32),
    /// The same, but to clone the waker panics.
    PollPanics(u32),
    /// What is left of that when it has registered.
    Look,
    /// Something happens, and then the task is woken.
    Happen,
    /// What is left of that when it has happened.
    Wake,
    /// Who has been woken?
    Woken,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Seen(u32),
    Panicked,
    Done,
    Woken(u64),
}

fn bit(number: u32) -> u64 {
    1 << (number % clients::CLONE)
}

impl Spec for Tasks {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match op {
            Op::Poll(number) => {
                let left = Self { registered: Some(*number), ..self.clone() };
                // Somebody is at the cell: the task is woken at once, and what was there stays there, or is woken as well.
                let busy = Self { woken: self.woken | bit(*number), ..self.clone() };
                let replaced = Self { registered: None, ..busy.clone() };
                [left, busy, replaced].map(|next| Next::GoesOn(Op::Look, next)).into()
            }
            // A cell that is busy need not clone: then it is as above.
            Op::PollPanics(number) => {
                let mut next = self.next(&Op::Poll(*number));
                next.push(Next::Returns(Ret::Panicked, self.clone()));
                next
            }
            Op::Look => Next::returns(Ret::Seen(self.events), self.clone()),
            Op::Happen => {
                vec![Next::GoesOn(Op::Wake, Self { events: self.events + 1, ..self.clone() })]
            }
            Op::Wake => {
                let woken = self.woken | self.registered.map_or(0, bit);
                Next::returns(Ret::Done, Self { registered: None, events: self.events, woken })
            }
            Op::Woken => Next::returns(Ret::Woken(self.woken), self.clone()),
        }
    }
}

/// The cell, and what the tasks wait for.
#[derive(Default)]
pub struct Scenery {
    cell: WakerCell,
    events: AtomicU32,
    woken: AtomicU64,
}

/// What a waker is: each clone has memory of its own, so that the checker knows when it is used.
struct Task {
    number: Message,
    woken: &'static AtomicU64,
}

static CALLS: RawWakerVTable = RawWakerVTable::new(
    |task| {
        // SAFETY: a waker lives until it is dropped or woken.
        let task = unsafe { &*task.cast::<Task>() };
        raw(Task { number: task.number.clone(), woken: task.woken })
    },
    |task| {
        // SAFETY: `wake` uses the waker up, and its memory comes from a box.
        unsafe { Box::from_raw(task.cast_mut().cast::<Task>()) }.wake();
    },
    // SAFETY: as for `clone`.
    |task| unsafe { &*task.cast::<Task>() }.wake(),
    // SAFETY: as for `wake`.
    |task| drop(unsafe { Box::from_raw(task.cast_mut().cast::<Task>()) }),
);

impl Task {
    fn wake(&self) {
        // Relaxed: it is looked at when all threads have ended.
        self.woken.fetch_or(bit(self.number.number()), Relaxed);
    }
}

fn raw(task: Task) -> RawWaker {
    RawWaker::new(Box::into_raw(Box::new(task)).cast(), &CALLS)
}

fn waker(number: u32, woken: &'static AtomicU64) -> Waker {
    // SAFETY: the functions are those of a `Task` in a box.
    unsafe { Waker::from_raw(raw(Task { number: Message::new(number), woken })) }
}

type Hand = Place<Scenery>;

/// Who a thread is.
#[derive(Clone, Copy, PartialEq)]
pub enum Kit {
    Main,
    Task,
    Other,
}

pub struct Cells;

impl Clients for Cells {
    type Spec = Tasks;
    type Hand = Hand;
    type Kit = Kit;
    // Wakers are bits of a word.
    const MEANWHILE: bool = false;
    const MANY: bool = false;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |kits: &[Kit], hands| Scene {
            text: "let (cell, events) = (WakerCell::new(), AtomicU32::new(0));",
            spec: Tasks { registered: None, events: 0, woken: 0 },
            kits: kits.into(),
            hands,
            finally: vec![Op::Woken],
        };
        vec![
            scene(&[Kit::Main, Kit::Task, Kit::Other], || Place::hands(Scenery::default(), 2)),
            scene(&[Kit::Main, Kit::Task, Kit::Task], || Place::hands(Scenery::default(), 2)),
            scene(&[Kit::Main, Kit::Task, Kit::Other, Kit::Other], || {
                Place::hands(Scenery::default(), 3)
            }),
        ]
    }

    fn next(kit: &Kit, fresh: u32) -> Vec<(Op, Kit)> {
        match kit {
            Kit::Main => vec![],
            Kit::Task => vec![(Op::Poll(fresh), *kit), (Op::PollPanics(fresh), *kit)],
            Kit::Other => vec![(Op::Happen, *kit)],
        }
    }

    fn perform(place: &mut Hand, op: &Op) -> Option<Ret> {
        let Scenery { cell, events, woken } = place.get();
        Some(match op {
            Op::Poll(number) => {
                cell.register(&waker(*number, woken));
                // Relaxed: the cell orders it.
                Ret::Seen(events.load(Relaxed))
            }
            Op::PollPanics(number) => {
                let waker = waker(*number, woken);
                match clients::panics_in_clone(|| cell.register(&waker)) {
                    // It does not clone: that is not forbidden. Relaxed: as above.
                    Ok(()) => Ret::Seen(events.load(Relaxed)),
                    Err(clients::Panicked) => Ret::Panicked,
                }
            }
            Op::Happen => {
                // Relaxed: as above.
                events.fetch_add(1, Relaxed);
                cell.wake();
                Ret::Done
            }
            Op::Woken => Ret::Woken(woken.load(Relaxed)),
            Op::Look | Op::Wake => return None,
        })
    }

    fn never_waits(_: &Op) -> bool {
        true
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Poll(number) => format!("cell.register(&waker{number}); events.load(Relaxed)"),
            Op::PollPanics(number) => {
                format!("cell.register(&waker{number}), where to clone the waker panics")
            }
            Op::Look => "events.load(Relaxed)".into(),
            Op::Wake => "cell.wake()".into(),
            Op::Happen => "events.fetch_add(1, Relaxed); cell.wake()".into(),
            Op::Woken => "which have been woken?".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Seen(events) => events.to_string(),
            Ret::Panicked => PANICS.into(),
            Ret::Done => "()".into(),
            Ret::Woken(bits) => {
                let numbers = (0..64).filter(|number| bits >> number & 1 == 1);
                let names: Vec<_> = numbers.map(|number| format!("waker{number}")).collect();
                if names.is_empty() { "none".into() } else { names.join(", ") }
            }
        }
    }
}
