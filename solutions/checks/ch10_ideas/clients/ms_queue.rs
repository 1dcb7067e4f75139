//! What can be done with the queue, and what it is to do.

use super::super::subject::{Handle, Queue};
use clients::{Clients, Message, Next, Place, Progress, Scene, Spec};

/// The queue, as one thread sees it: the first value is the first to come out.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Values(Vec<u32>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Push(u32),
    Pop,
    DropQueue,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Done,
    Value(u32),
    None,
    /// These messages were dropped.
    Dropped(Vec<u32>),
}

impl Spec for Values {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        let ret = match op {
            Op::Push(number) => {
                next.0.push(*number);
                Ret::Done
            }
            Op::Pop if self.0.is_empty() => Ret::None,
            Op::Pop => Ret::Value(next.0.remove(0)),
            Op::DropQueue => {
                let mut dropped = std::mem::take(&mut next.0);
                dropped.sort_unstable();
                Ret::Dropped(dropped)
            }
        };
        Next::returns(ret, next)
    }
}

pub struct Hand {
    handle: Option<Handle<'static, Message>>,
    /// Dropped last: the handle borrows from it. The main thread has it.
    queue: Option<Place<Queue<Message>>>,
}

fn hands(others: usize, numbers: &[u32]) -> Vec<Hand> {
    let (queue, mut handles) = Place::lend(Queue::new(1 + others), Queue::handles);
    for number in numbers {
        handles[0].push(Message::new(*number));
    }
    let mut handles = handles.into_iter();
    let main = Hand { handle: handles.next(), queue: Some(queue) };
    let others = handles.map(|handle| Hand { handle: Some(handle), queue: None });
    [main].into_iter().chain(others).collect()
}

pub struct Queues;

/// More than others take out while one is slow, so that there is something for that one at each moment. No call has these numbers.
const MANY: std::ops::RangeInclusive<u32> = 201..=240;

impl Clients for Queues {
    type Spec = Values;
    type Hand = Hand;
    type Kit = ();

    const EXECUTIONS: u64 = 6_000;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |text, values: &[u32], others: usize, hands| Scene {
            text,
            spec: Values(values.iter().copied().collect()),
            kits: vec![(); 1 + others],
            hands,
            finally: vec![Op::Pop, Op::DropQueue],
        };
        const EMPTY: &str = "let mut queue = Queue::new(3); let handles = queue.handles();";
        const TWO: &str =
            "let mut queue = Queue::new(3); let handles = queue.handles(); // 1, then 2, are in it";
        vec![scene(EMPTY, &[], 2, || hands(2, &[])), scene(TWO, &[1, 2], 2, || hands(2, &[1, 2]))]
    }

    fn crowded() -> Option<Scene<Self>> {
        Some(Scene {
            text: "let mut queue = Queue::new(3); let handles = queue.handles(); // 201 to 240 are in it",
            spec: Values(MANY.collect()),
            kits: vec![(); 3],
            hands: || hands(2, &MANY.collect::<Vec<_>>()),
            finally: vec![Op::DropQueue],
        })
    }

    fn next((): &(), fresh: u32) -> Vec<(Op, ())> {
        vec![(Op::Push(fresh), ()), (Op::Pop, ())]
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Push(number) => {
                hand.handle.as_mut()?.push(Message::new(*number));
                Ret::Done
            }
            Op::Pop => {
                let value = hand.handle.as_mut()?.pop();
                value.map_or(Ret::None, |message| Ret::Value(message.take()))
            }
            Op::DropQueue => {
                hand.handle = None;
                drop(hand.queue.take()?);
                Ret::Dropped(clients::drops())
            }
        })
    }

    fn progress(_: &Op) -> Progress {
        Progress::LockFree
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Push(number) => format!("handle.push({number})"),
            Op::Pop => "handle.pop()".into(),
            Op::DropQueue => "drop(queue)".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Done => "()".into(),
            Ret::Value(number) => format!("Some({number})"),
            Ret::None => "None".into(),
            Ret::Dropped(numbers) => format!("dropped {numbers:?}"),
        }
    }
}
