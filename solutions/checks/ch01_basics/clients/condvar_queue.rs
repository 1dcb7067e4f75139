//! What can be done with the queue, and what it is to do.

use super::super::subject::Queue;
use clients::{Clients, Message, Next, Place, Scene, Spec};

/// The queue, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Bounded {
    items: Vec<u32>,
    capacity: usize,
    closed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Push(u32),
    Pop,
    Close,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Done,
    Back(u32),
    Item(u32),
    None,
}

impl Spec for Bounded {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        let ret = match op {
            Op::Push(item) if self.closed => Ret::Back(*item),
            Op::Push(_) if self.items.len() == self.capacity => return Next::waits(),
            Op::Push(item) => {
                next.items.push(*item);
                Ret::Done
            }
            Op::Pop if !self.items.is_empty() => Ret::Item(next.items.remove(0)),
            Op::Pop if self.closed => Ret::None,
            Op::Pop => return Next::waits(),
            Op::Close => {
                next.closed = true;
                Ret::Done
            }
        };
        Next::returns(ret, next)
    }
}

fn scene(
    text: &'static str,
    (capacity, items): (usize, &[u32]),
    others: usize,
    hands: fn() -> Vec<Hand>,
) -> Scene<Queues> {
    let drain = (0..=capacity).map(|_| Op::Pop);
    Scene {
        text,
        spec: Bounded { items: items.to_vec(), capacity, closed: false },
        kits: vec![(); 1 + others],
        hands,
        finally: [Op::Close].into_iter().chain(drain).collect(),
    }
}

type Hand = Place<Queue<Message>>;

/// A queue with room for `capacity` items that has these.
fn queue(capacity: usize, items: &[u32]) -> Queue<Message> {
    let queue = Queue::new(capacity);
    for item in items {
        assert!(queue.push(Message::new(*item)).is_ok(), "`push` fails although the queue is open");
    }
    queue
}

pub struct Queues;

impl Clients for Queues {
    type Spec = Bounded;
    type Hand = Hand;
    type Kit = ();
    const WAKES: bool = true;
    fn scenes() -> Vec<Scene<Self>> {
        vec![
            scene("let queue = Queue::new(1);", (1, &[]), 2, || Place::hands(queue(1, &[]), 2)),
            scene("let queue = Queue::new(1);", (1, &[]), 3, || Place::hands(queue(1, &[]), 3)),
            scene("let queue = Queue::new(1); queue.push(1);", (1, &[1]), 3, || {
                Place::hands(queue(1, &[1]), 3)
            }),
            scene(
                "let queue = Queue::new(2); queue.push(1); queue.push(2);",
                (2, &[1, 2]),
                3,
                || Place::hands(queue(2, &[1, 2]), 3),
            ),
            scene("let queue = Queue::new(2);", (2, &[]), 3, || Place::hands(queue(2, &[]), 3)),
        ]
    }

    fn next((): &(), fresh: u32) -> Vec<(Op, ())> {
        vec![(Op::Push(fresh), ()), (Op::Pop, ()), (Op::Close, ())]
    }

    fn perform(queue: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Push(item) => match queue.push(Message::new(*item)) {
                Ok(()) => Ret::Done,
                Err(item) => Ret::Back(item.take()),
            },
            Op::Pop => queue.pop().map_or(Ret::None, |item| Ret::Item(item.take())),
            Op::Close => {
                queue.close();
                Ret::Done
            }
        })
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Push(item) => format!("queue.push({item})"),
            Op::Pop => "queue.pop()".into(),
            Op::Close => "queue.close()".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Done => "Ok(())".into(),
            Ret::Back(item) => format!("Err({item})"),
            Ret::Item(item) => format!("Some({item})"),
            Ret::None => "None".into(),
        }
    }
}
