//! What can be done with the two ends, and what they are to do.

use super::super::subject::{ReceiveError, Receiver, Sender, channel};
use clients::{Clients, Message, Next, Scene, Spec};

/// The channel, as one thread sees it.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct OneShot {
    message: Option<u32>,
    sender_gone: bool,
    receiver_gone: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Send(u32),
    DropSender,
    DropSenderInPanic,
    Receive,
    DropReceiver,
    /// The message panics if it is dropped.
    DropReceiverPanics,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Sent,
    Back(u32),
    Received(u32),
    Empty,
    Disconnected,
    /// These messages were dropped.
    Dropped(Vec<u32>),
    /// This one was dropped, and panicked.
    Panicked(Vec<u32>),
}

impl Spec for OneShot {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        let ret = match op {
            Op::Send(number) => {
                next.sender_gone = true;
                match self.receiver_gone {
                    true => Ret::Back(*number),
                    false => {
                        next.message = Some(*number);
                        Ret::Sent
                    }
                }
            }
            Op::DropSender | Op::DropSenderInPanic => {
                next.sender_gone = true;
                Ret::Dropped(Vec::new())
            }
            Op::Receive if self.message.is_none() && !self.sender_gone => Ret::Empty,
            Op::Receive => {
                next.receiver_gone = true;
                next.message.take().map_or(Ret::Disconnected, Ret::Received)
            }
            Op::DropReceiver | Op::DropReceiverPanics => {
                next.receiver_gone = true;
                let Some(number) = next.message.take() else {
                    return Next::returns(Ret::Dropped(Vec::new()), next);
                };
                let ret = match op {
                    Op::DropReceiver => Ret::Dropped(vec![number]),
                    _ => Ret::Panicked(vec![number]),
                };
                // A sender that has not returned yet may be the last owner, and drop the message.
                let by_sender = Next::Returns(Ret::Dropped(Vec::new()), next.clone());
                return vec![Next::Returns(ret, next), by_sender];
            }
        };
        Next::returns(ret, next)
    }
}

#[derive(Default)]
pub struct Hand {
    sender: Option<Sender<Message>>,
    receiver: Option<Receiver<Message>>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Kit {
    Nothing,
    Sender,
    Receiver,
}

pub struct Ends;

impl Clients for Ends {
    type Spec = OneShot;
    type Hand = Hand;
    type Kit = Kit;
    const FAULTS: usize = 1;

    fn scenes() -> Vec<Scene<Self>> {
        vec![Scene {
            text: "let (sender, receiver) = channel();",
            spec: OneShot::default(),
            kits: vec![Kit::Nothing, Kit::Sender, Kit::Receiver],
            hands: || {
                let (sender, receiver) = channel();
                let sender = Hand { sender: Some(sender), ..Hand::default() };
                vec![Hand::default(), sender, Hand { receiver: Some(receiver), ..Hand::default() }]
            },
            finally: Vec::new(),
        }]
    }

    fn next(kit: &Kit, fresh: u32) -> Vec<(Op, Kit)> {
        match kit {
            Kit::Nothing => Vec::new(),
            Kit::Sender => {
                let ops = [Op::Send(fresh), Op::DropSender, Op::DropSenderInPanic];
                ops.map(|op| (op, Kit::Nothing)).into()
            }
            Kit::Receiver => {
                let drops = [Op::DropReceiver, Op::DropReceiverPanics];
                let drops = drops.into_iter().map(|op| (op, Kit::Nothing));
                [(Op::Receive, Kit::Receiver)].into_iter().chain(drops).collect()
            }
        }
    }

    fn end(kit: &Kit) -> Vec<Op> {
        match kit {
            Kit::Nothing => Vec::new(),
            Kit::Sender => vec![Op::DropSender],
            Kit::Receiver => vec![Op::DropReceiver],
        }
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Send(number) => match hand.sender.take()?.send(Message::new(*number)) {
                Ok(()) => Ret::Sent,
                Err(error) => Ret::Back(error.0.take()),
            },
            Op::DropSender => {
                drop(hand.sender.take()?);
                Ret::Dropped(clients::drops())
            }
            Op::DropSenderInPanic => {
                let sender = hand.sender.take()?;
                clients::in_panic(move || sender);
                Ret::Dropped(clients::drops())
            }
            Op::Receive => match hand.receiver.take()?.receive() {
                Ok(message) => Ret::Received(message.take()),
                Err(ReceiveError::Disconnected) => Ret::Disconnected,
                Err(ReceiveError::Empty(receiver)) => {
                    hand.receiver = Some(receiver);
                    Ret::Empty
                }
            },
            Op::DropReceiver => {
                drop(hand.receiver.take()?);
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

    fn never_waits(op: &Op) -> bool {
        matches!(op, Op::Send(_) | Op::Receive)
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Send(number) => format!("sender.send({number})"),
            Op::DropSender => "drop(sender)".into(),
            Op::DropSenderInPanic => "panic, with the sender in hand".into(),
            Op::Receive => "receiver.receive()".into(),
            Op::DropReceiver => "drop(receiver)".into(),
            Op::DropReceiverPanics => "drop(receiver), where the drop of the message panics".into(),
        }
    }
}
