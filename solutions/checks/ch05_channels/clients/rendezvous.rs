//! What can be done with the two ends, and what they are to do.

use super::super::subject::{Channel, Receiver, Sender};
use clients::{Clients, Message, Next, Place, Scene, Spec};

/// The channel, as one thread sees it.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Meeting {
    /// The message of the sender whose turn it is, and whether it was taken.
    offer: Option<(u32, bool)>,
    sender_gone: bool,
    receiver_gone: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Send(u32),
    /// What is left of a `send` whose message is on offer.
    WaitForReceiver,
    DropSender,
    DropSenderInPanic,
    Receive,
    DropReceiver,
    Split,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Sent,
    Back(u32),
    Received(u32),
    Disconnected,
    Done,
}

impl Spec for Meeting {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        let ret = match op {
            Op::Send(_) if self.offer.is_some() => return Next::waits(),
            Op::Send(number) if self.receiver_gone => Ret::Back(*number),
            Op::Send(number) => {
                next.offer = Some((*number, false));
                return Next::goes_on(Op::WaitForReceiver, next);
            }
            Op::WaitForReceiver => match next.offer.take() {
                Some((_, true)) => Ret::Sent,
                Some((number, false)) if self.receiver_gone => Ret::Back(number),
                _ => return Next::waits(),
            },
            Op::Receive => match self.offer {
                Some((number, false)) => {
                    next.offer = Some((number, true));
                    Ret::Received(number)
                }
                _ if self.sender_gone => Ret::Disconnected,
                _ => return Next::waits(),
            },
            Op::DropSender | Op::DropSenderInPanic => {
                next.sender_gone = true;
                Ret::Done
            }
            Op::DropReceiver => {
                next.receiver_gone = true;
                Ret::Done
            }
            Op::Split => {
                next = Self::default();
                Ret::Done
            }
        };
        Next::returns(ret, next)
    }
}

#[derive(Default)]
pub struct Hand {
    sender: Option<Sender<'static, Message>>,
    receiver: Option<Receiver<'static, Message>>,
    /// A sender that several threads share. The main thread has it as its own in the end.
    shared: Option<Place<Sender<'static, Message>>>,
    /// Of the main thread. Dropped last: the ends borrow from it.
    channel: Option<Place<Channel<Message>>>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Kit {
    Nothing,
    Sender,
    SharedSender,
    Receiver,
}

pub struct Ends;

impl Clients for Ends {
    type Spec = Meeting;
    type Hand = Hand;
    type Kit = Kit;
    const WAKES: bool = true;

    fn scenes() -> Vec<Scene<Self>> {
        let hands = || {
            let (channel, (sender, receiver)) = Place::lend(Channel::new(), Channel::split);
            let main = Hand { channel: Some(channel), ..Hand::default() };
            let sender = Hand { sender: Some(sender), ..Hand::default() };
            vec![main, sender, Hand { receiver: Some(receiver), ..Hand::default() }]
        };
        let two = |finally| Scene {
            text: "let mut channel = Channel::new(); let (sender, receiver) = channel.split();",
            spec: Meeting::default(),
            kits: vec![Kit::Nothing, Kit::Sender, Kit::Receiver],
            hands,
            finally,
        };
        let three = Scene {
            text: "let mut channel = Channel::new(); let (sender, receiver) = channel.split(); // two threads share the sender",
            spec: Meeting::default(),
            kits: vec![Kit::Nothing, Kit::SharedSender, Kit::SharedSender, Kit::Receiver],
            hands: || {
                let (channel, (sender, receiver)) = Place::lend(Channel::new(), Channel::split);
                let mut senders = Place::hands(sender, 2).into_iter();
                let mut shared = || Hand { shared: senders.next(), ..Hand::default() };
                let (main, one, two) = (shared(), shared(), shared());
                let main = Hand { channel: Some(channel), ..main };
                vec![main, one, two, Hand { receiver: Some(receiver), ..Hand::default() }]
            },
            finally: Vec::new(),
        };
        vec![
            two(Vec::new()),
            two(vec![Op::Split, Op::Receive]),
            two(vec![Op::Split, Op::DropReceiver, Op::Send(1)]),
            three,
        ]
    }

    fn next(kit: &Kit, fresh: u32) -> Vec<(Op, Kit)> {
        match kit {
            Kit::Nothing => Vec::new(),
            Kit::Sender => vec![
                (Op::Send(fresh), Kit::Sender),
                (Op::DropSender, Kit::Nothing),
                (Op::DropSenderInPanic, Kit::Nothing),
            ],
            Kit::SharedSender => vec![(Op::Send(fresh), Kit::SharedSender)],
            Kit::Receiver => {
                vec![(Op::Receive, Kit::Receiver), (Op::DropReceiver, Kit::Nothing)]
            }
        }
    }

    fn end(kit: &Kit) -> Vec<Op> {
        match kit {
            Kit::Nothing | Kit::SharedSender => Vec::new(),
            Kit::Sender => vec![Op::DropSender],
            Kit::Receiver => vec![Op::DropReceiver],
        }
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Send(number) => {
                let sender = hand.sender.as_ref().or(hand.shared.as_deref())?;
                match sender.send(Message::new(*number)) {
                    Ok(()) => Ret::Sent,
                    Err(message) => Ret::Back(message.take()),
                }
            }
            Op::WaitForReceiver => return None,
            Op::DropSender => {
                drop(hand.sender.take()?);
                Ret::Done
            }
            Op::DropSenderInPanic => {
                let sender = hand.sender.take()?;
                clients::in_panic(move || sender);
                Ret::Done
            }
            Op::Receive => match hand.receiver.as_mut()?.receive() {
                Ok(message) => Ret::Received(message.take()),
                Err(_) => Ret::Disconnected,
            },
            Op::DropReceiver => {
                drop(hand.receiver.take()?);
                Ret::Done
            }
            Op::Split => {
                let (sender, receiver) = hand.channel.as_mut()?.lend_again(Channel::split);
                (hand.sender, hand.receiver) = (Some(sender), Some(receiver));
                Ret::Done
            }
        })
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Send(number) => format!("sender.send({number})"),
            Op::WaitForReceiver => "sender.send(…)".into(),
            Op::DropSender => "drop(sender)".into(),
            Op::DropSenderInPanic => "panic, with the sender in hand".into(),
            Op::Receive => "receiver.receive()".into(),
            Op::DropReceiver => "drop(receiver)".into(),
            Op::Split => "let (sender, receiver) = channel.split()".into(),
        }
    }
}
