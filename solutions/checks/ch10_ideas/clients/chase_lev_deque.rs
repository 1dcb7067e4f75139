//! What can be done with the deque, and what it is to do.

use super::super::subject::{Deque, Stealer, Worker};
use clients::{Clients, Message, Next, Place, Progress, Scene, Spec};

/// The deque, as one thread sees it: the owner's end is the back.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Tasks(Vec<u32>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Push(u32),
    Pop,
    Steal,
    DropDeque,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Done,
    Task(u32),
    None,
    /// These messages were dropped.
    Dropped(Vec<u32>),
}

impl Spec for Tasks {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        let ret = match op {
            Op::Push(number) => {
                next.0.push(*number);
                Ret::Done
            }
            Op::Pop => next.0.pop().map_or(Ret::None, Ret::Task),
            Op::Steal if self.0.is_empty() => Ret::None,
            Op::Steal => Ret::Task(next.0.remove(0)),
            Op::DropDeque => {
                let mut dropped = std::mem::take(&mut next.0);
                dropped.sort_unstable();
                Ret::Dropped(dropped)
            }
        };
        Next::returns(ret, next)
    }
}

#[derive(Default)]
pub struct Hand {
    worker: Option<Worker<'static, Message>>,
    stealer: Option<Stealer<'static, Message>>,
    /// Dropped last: the others borrow from it. The main thread has it.
    deque: Option<Place<Deque<Message>>>,
}

/// Who a thread is.
#[derive(Clone, Copy, PartialEq)]
pub enum Kit {
    Main,
    Owner,
    Thief,
}

fn hands(capacity: usize, thieves: usize, numbers: &[u32]) -> Vec<Hand> {
    let (deque, (mut worker, stealer)) = Place::lend(Deque::new(capacity), Deque::split);
    for number in numbers {
        worker.push(Box::new(Message::new(*number)));
    }
    let main = Hand { deque: Some(deque), ..Hand::default() };
    let owner = Hand { worker: Some(worker), ..Hand::default() };
    let thief = |_| Hand { stealer: Some(stealer.clone()), ..Hand::default() };
    [main, owner].into_iter().chain((0..thieves).map(thief)).collect()
}

pub struct Deques;

/// More than one thief steals, so that there was something for the other one at each moment. No call has these numbers.
const MANY: std::ops::RangeInclusive<u32> = 201..=240;

impl Clients for Deques {
    type Spec = Tasks;
    type Hand = Hand;
    type Kit = Kit;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |text, tasks: &[u32], thieves: usize, hands| Scene {
            text,
            spec: Tasks(tasks.iter().copied().collect()),
            kits: [Kit::Main, Kit::Owner].into_iter().chain(vec![Kit::Thief; thieves]).collect(),
            hands,
            finally: vec![Op::DropDeque],
        };
        const EMPTY: &str = "let mut deque = Deque::new(2);";
        const TWO: &str = "let mut deque = Deque::new(2); // 1 and 2 are in it";
        vec![
            scene(EMPTY, &[], 1, || hands(2, 1, &[])),
            scene(TWO, &[1, 2], 1, || hands(2, 1, &[1, 2])),
            scene(TWO, &[1, 2], 2, || hands(2, 2, &[1, 2])),
        ]
    }

    fn crowded() -> Option<Scene<Self>> {
        Some(Scene {
            text: "let mut deque = Deque::new(64); // 201 to 240 are in it",
            spec: Tasks(MANY.collect()),
            kits: vec![Kit::Main, Kit::Owner, Kit::Thief, Kit::Thief],
            hands: || hands(64, 2, &MANY.collect::<Vec<_>>()),
            finally: vec![Op::DropDeque],
        })
    }

    fn next(kit: &Kit, fresh: u32) -> Vec<(Op, Kit)> {
        match kit {
            Kit::Main => vec![],
            Kit::Owner => vec![(Op::Push(fresh), Kit::Owner), (Op::Pop, Kit::Owner)],
            Kit::Thief => vec![(Op::Steal, Kit::Thief)],
        }
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        let task =
            |task: Option<Box<Message>>| task.map_or(Ret::None, |task| Ret::Task(task.take()));
        Some(match op {
            Op::Push(number) => {
                hand.worker.as_mut()?.push(Box::new(Message::new(*number)));
                Ret::Done
            }
            Op::Pop => task(hand.worker.as_mut()?.pop()),
            Op::Steal => task(hand.stealer.as_ref()?.steal()),
            Op::DropDeque => {
                drop(hand.deque.take()?);
                Ret::Dropped(clients::drops())
            }
        })
    }

    fn progress(op: &Op) -> Progress {
        match op {
            Op::Push(_) | Op::Pop => Progress::WaitFree(32),
            Op::Steal | Op::DropDeque => Progress::LockFree,
        }
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Push(number) => format!("worker.push({number})"),
            Op::Pop => "worker.pop()".into(),
            Op::Steal => "stealer.steal()".into(),
            Op::DropDeque => "drop(deque)".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Done => "()".into(),
            Ret::Task(number) => format!("Some({number})"),
            Ret::None => "None".into(),
            Ret::Dropped(numbers) => format!("dropped {numbers:?}"),
        }
    }
}
