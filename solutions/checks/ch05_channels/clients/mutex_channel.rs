//! What can be done with the channel, and what it is to do.

use super::super::subject::{Receiver, Sender, TryReceiveError, channel};
use clients::{Clients, Message, Next, Place, Scene, Spec};

/// The channel, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Channel {
    messages: Vec<u32>,
    senders: u32,
    receiver: bool,
    /// What is left of a drop that ended by a panic. Whoever is the last to let go of the channel drops it.
    left: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Send(u32),
    Clone,
    DropSender,
    DropSenderInPanic,
    Receive,
    TryReceive,
    DropReceiver,
    /// Messages panic if they are dropped.
    DropReceiverPanics,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Done,
    Back(u32),
    Received(u32),
    Empty,
    Disconnected,
    /// These messages were dropped.
    Dropped(Vec<u32>),
    /// These were dropped, and the first of them panicked.
    Panicked(Vec<u32>),
}

impl Spec for Channel {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        let ret = match op {
            Op::Send(number) if !self.receiver => Ret::Back(*number),
            Op::Send(number) => {
                next.messages.push(*number);
                Ret::Done
            }
            Op::Clone => {
                next.senders += 1;
                Ret::Done
            }
            Op::DropSender | Op::DropSenderInPanic => {
                next.senders -= 1;
                let mut may = Next::returns(Ret::Dropped(Vec::new()), next.clone());
                if !next.left.is_empty() {
                    let left = std::mem::take(&mut next.left);
                    may.push(Next::Returns(Ret::Dropped(left), next));
                }
                return may;
            }
            Op::DropReceiver | Op::DropReceiverPanics => {
                next.receiver = false;
                let mut dropped = std::mem::take(&mut next.messages);
                dropped.sort_unstable();
                if *op == Op::DropReceiverPanics && !dropped.is_empty() {
                    // One of them panics; some or all others may be dropped all the same, and the rest must be at last.
                    let some = 1..1_u32 << dropped.len();
                    let part = |some: u32, wanted: u32| {
                        let is_in = |place: &usize| some >> place & 1 == wanted;
                        (0..dropped.len()).filter(is_in).map(|place| dropped[place]).collect()
                    };
                    let ends = some.map(|some| {
                        let next = Self { left: part(some, 0), ..next.clone() };
                        Next::Returns(Ret::Panicked(part(some, 1)), next)
                    });
                    return ends.collect();
                }
                Ret::Dropped(dropped)
            }
            Op::Receive | Op::TryReceive if !self.messages.is_empty() => {
                Ret::Received(next.messages.remove(0))
            }
            Op::Receive | Op::TryReceive if self.senders == 0 => Ret::Disconnected,
            Op::Receive => return Next::waits(),
            Op::TryReceive => Ret::Empty,
        };
        Next::returns(ret, next)
    }
}

#[derive(Default)]
pub struct Hand {
    senders: Vec<Sender<Message>>,
    receiver: Option<Receiver<Message>>,
    /// A receiver that several threads share. The main thread has it as its own in the end.
    shared: Option<Place<Receiver<Message>>>,
}

/// Senders, and who may receive.
#[derive(Clone, Debug, PartialEq)]
pub struct Kit {
    senders: u32,
    receives: bool,
    owns_receiver: bool,
}

const fn kit(senders: u32, receives: bool, owns_receiver: bool) -> Kit {
    Kit { senders, receives, owns_receiver }
}

pub struct Channels;

impl Clients for Channels {
    type Spec = Channel;
    type Hand = Hand;
    type Kit = Kit;
    const WAKES: bool = true;
    // A drop that panics may leave any part of the messages that are there: of many, there are too many parts.
    const MEANWHILE: bool = false;

    fn scenes() -> Vec<Scene<Self>> {
        let spec =
            |senders| Channel { messages: Vec::new(), senders, receiver: true, left: Vec::new() };
        let (sends, receives) = (kit(1, false, false), kit(0, true, true));
        let shares = kit(0, true, false);
        vec![
            Scene {
                text: "let (sender, receiver) = channel();",
                spec: spec(1),
                kits: vec![kit(0, false, false), sends.clone(), receives.clone()],
                hands: || {
                    let (sender, receiver) = channel();
                    let sender = Hand { senders: vec![sender], ..Hand::default() };
                    let receiver = Hand { receiver: Some(receiver), ..Hand::default() };
                    vec![Hand::default(), sender, receiver]
                },
                finally: Vec::new(),
            },
            Scene {
                text: "let (sender, receiver) = channel(); let second = sender.clone();",
                spec: spec(2),
                kits: vec![kit(0, false, false), sends.clone(), sends.clone(), receives],
                hands: || {
                    let (sender, receiver) = channel();
                    let second = sender.clone();
                    let sender = Hand { senders: vec![sender], ..Hand::default() };
                    let second = Hand { senders: vec![second], ..Hand::default() };
                    let receiver = Hand { receiver: Some(receiver), ..Hand::default() };
                    vec![Hand::default(), sender, second, receiver]
                },
                finally: Vec::new(),
            },
            Scene {
                text: "let (sender, receiver) = channel(); // two threads share the receiver",
                spec: spec(1),
                kits: vec![kit(0, true, false), sends, shares.clone(), shares],
                hands: || {
                    let (sender, receiver) = channel();
                    let sender = Hand { senders: vec![sender], ..Hand::default() };
                    let mut receivers = Place::hands(receiver, 2).into_iter();
                    let mut shared = || Hand { shared: receivers.next(), ..Hand::default() };
                    vec![shared(), sender, shared(), shared()]
                },
                finally: vec![Op::TryReceive, Op::DropReceiver],
            },
        ]
    }

    fn next(kit: &Kit, fresh: u32) -> Vec<(Op, Kit)> {
        let mut next = Vec::new();
        if kit.senders > 0 {
            let less = Kit { senders: kit.senders - 1, ..kit.clone() };
            next.push((Op::Send(fresh), kit.clone()));
            next.push((Op::Clone, Kit { senders: kit.senders + 1, ..kit.clone() }));
            next.push((Op::DropSender, less.clone()));
            next.push((Op::DropSenderInPanic, less));
        }
        if kit.receives {
            next.push((Op::Receive, kit.clone()));
            next.push((Op::TryReceive, kit.clone()));
        }
        if kit.owns_receiver {
            let less = Kit { receives: false, owns_receiver: false, ..kit.clone() };
            next.push((Op::DropReceiver, less.clone()));
            next.push((Op::DropReceiverPanics, less));
        }
        next
    }

    fn end(kit: &Kit) -> Vec<Op> {
        let senders = (0..kit.senders).map(|_| Op::DropSender);
        senders.chain(kit.owns_receiver.then_some(Op::DropReceiver)).collect()
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        let received = |message: Message| Ret::Received(message.take());
        let receiver = hand.receiver.as_ref().or(hand.shared.as_deref());
        Some(match op {
            Op::Send(number) => match hand.senders.last()?.send(Message::new(*number)) {
                Ok(()) => Ret::Done,
                Err(error) => Ret::Back(error.0.take()),
            },
            Op::Clone => {
                let more = hand.senders.last()?.clone();
                hand.senders.push(more);
                Ret::Done
            }
            Op::DropSender => {
                drop(hand.senders.pop()?);
                Ret::Dropped(clients::drops())
            }
            Op::DropSenderInPanic => {
                let sender = hand.senders.pop()?;
                clients::in_panic(move || sender);
                Ret::Dropped(clients::drops())
            }
            Op::Receive => receiver?.receive().map_or(Ret::Disconnected, received),
            Op::TryReceive => match receiver?.try_receive() {
                Ok(message) => received(message),
                Err(TryReceiveError::Empty) => Ret::Empty,
                Err(TryReceiveError::Disconnected) => Ret::Disconnected,
            },
            Op::DropReceiver => {
                match hand.receiver.take() {
                    Some(receiver) => drop(receiver),
                    None => drop(hand.shared.take()?),
                }
                Ret::Dropped(clients::drops())
            }
            Op::DropReceiverPanics => {
                let receiver = hand.receiver.take()?;
                match clients::panics_in_drop(move || drop(receiver)) {
                    Ok(()) => Ret::Dropped(clients::drops()),
                    Err(clients::Panicked) => Ret::Panicked(clients::drops()),
                }
            }
        })
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Send(number) => format!("sender.send({number})"),
            Op::Clone => "sender.clone()".into(),
            Op::DropSender => "drop(sender)".into(),
            Op::DropSenderInPanic => "panic, with the sender in its hands".into(),
            Op::Receive => "receiver.receive()".into(),
            Op::TryReceive => "receiver.try_receive()".into(),
            Op::DropReceiver => "drop(receiver)".into(),
            Op::DropReceiverPanics => "drop(receiver), where the drop of a message panics".into(),
        }
    }
}
