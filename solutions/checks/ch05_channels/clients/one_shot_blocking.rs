//! What can be done with the two ends, and what they are to do.

use super::super::subject::{Channel, Receiver, Sender};
use clients::{Clients, Message, Next, Place, Scene, Spec};

/// The channel, as one thread sees it.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct OneShot {
    message: Option<u32>,
    sender_gone: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Send(u32),
    DropSender,
    DropSenderInPanic,
    Receive,
    DropReceiver,
    Split,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Sent,
    Received(u32),
    Disconnected,
    /// These messages were dropped.
    Dropped(Vec<u32>),
}

impl Spec for OneShot {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        let ret = match op {
            Op::Send(number) => {
                next = Self { message: Some(*number), sender_gone: true };
                Ret::Sent
            }
            Op::DropSender | Op::DropSenderInPanic => {
                next.sender_gone = true;
                Ret::Dropped(Vec::new())
            }
            Op::Receive => match next.message.take() {
                Some(number) => Ret::Received(number),
                None if self.sender_gone => Ret::Disconnected,
                None => return Next::waits(),
            },
            // A message that is there it may drop at once, or leave to the channel.
            Op::DropReceiver => {
                let mut may = Next::returns(Ret::Dropped(Vec::new()), self.clone());
                if let Some(number) = next.message.take() {
                    may.push(Next::Returns(Ret::Dropped(vec![number]), next));
                }
                return may;
            }
            Op::Split => {
                next = Self::default();
                Ret::Dropped(self.message.into_iter().collect())
            }
        };
        Next::returns(ret, next)
    }
}

#[derive(Default)]
pub struct Hand {
    sender: Option<Sender<'static, Message>>,
    receiver: Option<Receiver<'static, Message>>,
    /// Of the main thread. Dropped last: the ends borrow from it.
    channel: Option<Place<Channel<Message>>>,
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
    const WAKES: bool = true;
    const FAULTS: usize = 1;
    const MAIN_TAKES_PART: bool = true;

    fn scenes() -> Vec<Scene<Self>> {
        let hands = || {
            let (channel, (sender, receiver)) = Place::lend(Channel::new(), Channel::split);
            let main = Hand { channel: Some(channel), ..Hand::default() };
            let sender = Hand { sender: Some(sender), ..Hand::default() };
            vec![main, sender, Hand { receiver: Some(receiver), ..Hand::default() }]
        };
        let scene = |finally| Scene {
            text: "let mut channel = Channel::new(); let (sender, receiver) = channel.split();",
            spec: OneShot::default(),
            kits: vec![Kit::Nothing, Kit::Sender, Kit::Receiver],
            hands,
            finally,
        };
        let again = vec![Op::Split, Op::Send(1), Op::Receive];
        vec![scene(Vec::new()), scene(again), scene(vec![Op::Split, Op::DropSender, Op::Receive])]
    }

    fn next(kit: &Kit, fresh: u32) -> Vec<(Op, Kit)> {
        match kit {
            Kit::Nothing => Vec::new(),
            Kit::Sender => {
                let ops = [Op::Send(fresh), Op::DropSender, Op::DropSenderInPanic];
                ops.map(|op| (op, Kit::Nothing)).into()
            }
            Kit::Receiver => {
                vec![(Op::Receive, Kit::Nothing), (Op::DropReceiver, Kit::Nothing)]
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
            Op::Send(number) => {
                hand.sender.take()?.send(Message::new(*number));
                Ret::Sent
            }
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
                Err(_) => Ret::Disconnected,
            },
            Op::DropReceiver => {
                drop(hand.receiver.take()?);
                Ret::Dropped(clients::drops())
            }
            Op::Split => {
                let (sender, receiver) = hand.channel.as_mut()?.lend_again(Channel::split);
                (hand.sender, hand.receiver) = (Some(sender), Some(receiver));
                Ret::Dropped(clients::drops())
            }
        })
    }

    fn never_waits(op: &Op) -> bool {
        matches!(op, Op::Send(_))
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Send(number) => format!("sender.send({number})"),
            Op::DropSender => "drop(sender)".into(),
            Op::DropSenderInPanic => "panic, with the sender in hand".into(),
            Op::Receive => "receiver.receive()".into(),
            Op::DropReceiver => "drop(receiver)".into(),
            Op::Split => "let (sender, receiver) = channel.split()".into(),
        }
    }
}
