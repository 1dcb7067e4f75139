//! What can be done with the ring, and what it is to do.

use super::super::subject::{Consumer, Producer, Ring};
use clients::{Clients, Message, Next, Place, Progress, Scene, Spec};

/// The ring, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Bounded {
    values: Vec<u32>,
    capacity: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Push(u32),
    Pop,
    /// Splits the ring once more.
    Split,
    DropRing,
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
            Op::Split => Ret::Done,
            Op::DropRing => Ret::Dropped(std::mem::take(&mut next.values)),
        };
        Next::returns(ret, next)
    }
}

#[derive(Default)]
pub struct Hand {
    producer: Option<Producer<'static, Message>>,
    consumer: Option<Consumer<'static, Message>>,
    /// Dropped last: the ends borrow from it. The main thread has it.
    ring: Option<Place<Ring<Message>>>,
}

/// What a thread has.
#[derive(Clone, Copy, PartialEq)]
pub enum Kit {
    Ring,
    Producer,
    Consumer,
}

fn hands(capacity: usize) -> Vec<Hand> {
    let (ring, (producer, consumer)) = Place::lend(Ring::new(capacity), Ring::split);
    vec![
        Hand { ring: Some(ring), ..Hand::default() },
        Hand { producer: Some(producer), ..Hand::default() },
        Hand { consumer: Some(consumer), ..Hand::default() },
    ]
}

pub struct Rings;

impl Clients for Rings {
    type Spec = Bounded;
    type Hand = Hand;
    type Kit = Kit;
    /// Each end has one kind of call: so there is room for more of them.
    const LONGEST: usize = 4;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |text, capacity, hands| Scene {
            text,
            spec: Bounded { values: Vec::new(), capacity },
            kits: vec![Kit::Ring, Kit::Producer, Kit::Consumer],
            hands,
            finally: vec![Op::Split, Op::Push(99), Op::Pop, Op::DropRing],
        };
        const ONE: &str =
            "let mut ring = Ring::new(1); let (mut producer, mut consumer) = ring.split();";
        const TWO: &str =
            "let mut ring = Ring::new(2); let (mut producer, mut consumer) = ring.split();";
        vec![scene(ONE, 1, || hands(1)), scene(TWO, 2, || hands(2))]
    }

    fn next(kit: &Kit, fresh: u32) -> Vec<(Op, Kit)> {
        match kit {
            Kit::Ring => vec![],
            Kit::Producer => vec![(Op::Push(fresh), *kit)],
            Kit::Consumer => vec![(Op::Pop, *kit)],
        }
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Push(number) => match hand.producer.as_mut()?.push(Message::new(*number)) {
                Ok(()) => Ret::Done,
                Err(message) => Ret::Back(message.take()),
            },
            Op::Pop => hand
                .consumer
                .as_mut()?
                .pop()
                .map_or(Ret::None, |message| Ret::Value(message.take())),
            Op::Split => {
                let (producer, consumer) = hand.ring.as_mut()?.lend_again(Ring::split);
                (hand.producer, hand.consumer) = (Some(producer), Some(consumer));
                Ret::Done
            }
            Op::DropRing => {
                (hand.producer, hand.consumer) = (None, None);
                drop(hand.ring.take()?);
                Ret::Dropped(clients::drops())
            }
        })
    }

    fn progress(op: &Op) -> Progress {
        match op {
            Op::Push(_) | Op::Pop => Progress::WaitFree(16),
            Op::Split | Op::DropRing => Progress::LockFree,
        }
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Push(number) => format!("producer.push({number})"),
            Op::Pop => "consumer.pop()".into(),
            Op::Split => "(producer, consumer) = ring.split()".into(),
            Op::DropRing => "drop(ring)".into(),
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
