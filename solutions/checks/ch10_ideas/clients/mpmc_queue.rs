//! What can be done with the queue, and what it is to do.

use super::super::subject::Queue;
use clients::{Clients, Message, Next, Place, Scene, Spec};

/// The queue, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Bounded {
    values: Vec<u32>,
    capacity: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Push(u32),
    Pop,
    Drop,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Done,
    Back(u32),
    Value(u32),
    None,
    /// These messages were dropped.
    Dropped(Vec<u32>),
}

impl Spec for Bounded {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        let ret = match op {
            Op::Push(number) if self.values.len() == self.capacity => Ret::Back(*number),
            Op::Push(number) => {
                next.values.push(*number);
                Ret::Done
            }
            Op::Pop if self.values.is_empty() => Ret::None,
            Op::Pop => Ret::Value(next.values.remove(0)),
            Op::Drop => {
                let mut dropped = std::mem::take(&mut next.values);
                dropped.sort_unstable();
                Ret::Dropped(dropped)
            }
        };
        Next::returns(ret, next)
    }
}

/// The queue. The main thread drops it in the end.
pub struct Hand(Option<Place<Queue<Message>>>);

fn hands(capacity: usize, others: usize, numbers: &[u32]) -> Vec<Hand> {
    let queue = Queue::new(capacity);
    for number in numbers {
        assert!(queue.push(Message::new(*number)).is_ok(), "`push` says that there is no room");
    }
    clients::hands(queue, others, |queue| Hand(Some(queue)))
}

pub struct Queues;

impl Clients for Queues {
    type Spec = Bounded;
    type Hand = Hand;
    type Kit = ();
    fn scenes() -> Vec<Scene<Self>> {
        let scene = |text, (capacity, values): (usize, &[u32]), others: usize, hands| Scene {
            text,
            spec: Bounded { values: values.iter().copied().collect(), capacity },
            kits: vec![(); 1 + others],
            hands,
            finally: vec![Op::Pop, Op::Drop],
        };
        const ONE: &str = "let queue = Queue::new(1);";
        const TWO: &str = "let queue = Queue::new(2);";
        const FULL: &str = "let queue = Queue::new(2); queue.push(1); queue.push(2);";
        vec![
            scene(ONE, (1, &[]), 2, || hands(1, 2, &[])),
            scene(TWO, (2, &[]), 2, || hands(2, 2, &[])),
            scene(TWO, (2, &[]), 3, || hands(2, 3, &[])),
            scene(FULL, (2, &[1, 2]), 3, || hands(2, 3, &[1, 2])),
        ]
    }

    fn next((): &(), fresh: u32) -> Vec<(Op, ())> {
        vec![(Op::Push(fresh), ()), (Op::Pop, ())]
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Push(number) => match hand.0.as_ref()?.push(Message::new(*number)) {
                Ok(()) => Ret::Done,
                Err(message) => Ret::Back(message.take()),
            },
            Op::Pop => {
                hand.0.as_ref()?.pop().map_or(Ret::None, |message| Ret::Value(message.take()))
            }
            Op::Drop => {
                drop(hand.0.take()?);
                Ret::Dropped(clients::drops())
            }
        })
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Push(number) => format!("queue.push({number})"),
            Op::Pop => "queue.pop()".into(),
            Op::Drop => "drop(queue)".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Done => "Ok(())".into(),
            Ret::Back(number) => format!("Err({number})"),
            Ret::Value(number) => format!("Some({number})"),
            Ret::None => "None".into(),
            Ret::Dropped(numbers) => format!("dropped {numbers:?}"),
        }
    }
}
