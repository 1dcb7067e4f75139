//! What can be done with the channel by callers that keep their promises, and what it is to do.

use super::super::subject::Channel;
use clients::{Clients, Message, Next, Place, Scene, Spec};
use std::cell::Cell;

/// The channel, as one thread sees it.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct OneShot {
    message: Option<u32>,
    received: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Send(u32),
    IsReady,
    /// By a thread that has seen that there is a message, if nobody has received it.
    Receive,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Sent,
    Ready(bool),
    Received(u32),
}

impl Spec for OneShot {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        match op {
            Op::Send(number) => {
                next.message = Some(*number);
                Next::returns(Ret::Sent, next)
            }
            // What it says of a message that is gone nobody has promised.
            Op::IsReady if self.received => {
                [true, false].map(|ready| Next::Returns(Ret::Ready(ready), self.clone())).into()
            }
            Op::IsReady => Next::returns(Ret::Ready(self.message.is_some()), next),
            Op::Receive => {
                next.received = true;
                let message = next.message.take();
                message.map_or(Next::waits(), |number| Next::returns(Ret::Received(number), next))
            }
        }
    }
}

/// What a thread may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kit {
    Send,
    Receive,
    Look,
}

pub struct Hand {
    /// The channel, and whether its message was received.
    shared: Place<(Channel<Message>, Cell<bool>)>,
    /// It has seen that there is a message.
    has_seen: bool,
}

fn hands<const OTHERS: usize>() -> Vec<Hand> {
    clients::hands((Channel::new(), Cell::new(false)), OTHERS, |shared| Hand {
        shared,
        has_seen: false,
    })
}

pub struct Uses;

impl Clients for Uses {
    type Spec = OneShot;
    type Hand = Hand;
    type Kit = Kit;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |others: &[Kit], hands| Scene {
            text: "let channel = Channel::new();",
            spec: OneShot::default(),
            kits: [&[Kit::Look], others].concat(),
            hands,
            // A message that nobody has received the channel may keep.
            finally: vec![Op::IsReady, Op::Receive],
        };
        vec![
            scene(&[Kit::Send, Kit::Receive], hands::<2>),
            scene(&[Kit::Send, Kit::Receive, Kit::Look], hands::<3>),
        ]
    }

    fn next(kit: &Kit, fresh: u32) -> Vec<(Op, Kit)> {
        let mut next = vec![(Op::IsReady, *kit)];
        match kit {
            Kit::Send => next.push((Op::Send(fresh), Kit::Look)),
            Kit::Receive => next.push((Op::Receive, Kit::Look)),
            Kit::Look => {}
        }
        next
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        let (channel, is_received) = hand.shared.get();
        Some(match op {
            Op::Send(number) => {
                // SAFETY: one thread sends, once.
                unsafe { channel.send(Message::new(*number)) };
                Ret::Sent
            }
            Op::IsReady => {
                hand.has_seen = channel.is_ready();
                Ret::Ready(hand.has_seen)
            }
            Op::Receive => {
                if !hand.has_seen || is_received.replace(true) {
                    return None;
                }
                // SAFETY: this thread has seen that there is a message, and nobody else has received it.
                Ret::Received(unsafe { channel.receive() }.take())
            }
        })
    }

    fn never_waits(_: &Op) -> bool {
        true
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Send(number) => format!("channel.send({number})"),
            Op::IsReady => "channel.is_ready()".into(),
            Op::Receive => "channel.receive()".into(),
        }
    }
}
