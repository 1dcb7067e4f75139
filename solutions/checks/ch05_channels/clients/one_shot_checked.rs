//! What can be done with the channel, and what it is to do.

use super::super::subject::Channel;
use clients::{Clients, Message, Next, Place, Scene, Spec, attempt};

/// The channel, as one thread sees it.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct OneShot {
    /// `send` was called.
    sent: bool,
    message: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Send(u32),
    /// What is left of the first `send`: others may find that it was called, and no message yet.
    Finish(u32),
    Receive,
    IsReady,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Sent,
    Received(u32),
    Ready(bool),
    /// And these messages were dropped.
    Panicked(Vec<u32>),
}

impl Spec for OneShot {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        let ret = match op {
            Op::Send(number) if self.sent => Ret::Panicked(vec![*number]),
            Op::Send(number) => {
                next.sent = true;
                return Next::goes_on(Op::Finish(*number), next);
            }
            Op::Finish(number) => {
                next.message = Some(*number);
                Ret::Sent
            }
            Op::Receive => next.message.take().map_or(Ret::Panicked(Vec::new()), Ret::Received),
            Op::IsReady => Ret::Ready(self.message.is_some()),
        };
        Next::returns(ret, next)
    }
}

type Hand = Place<Channel<Message>>;

fn scene(others: usize, hands: fn() -> Vec<Hand>) -> Scene<Uses> {
    Scene {
        text: "let channel = Channel::new();",
        spec: OneShot::default(),
        kits: vec![(); 1 + others],
        hands,
        finally: vec![Op::IsReady],
    }
}

pub struct Uses;

impl Clients for Uses {
    type Spec = OneShot;
    type Hand = Hand;
    type Kit = ();
    const FAULTS: usize = 1;

    fn scenes() -> Vec<Scene<Self>> {
        vec![
            scene(2, || Place::hands(Channel::new(), 2)),
            scene(3, || Place::hands(Channel::new(), 3)),
        ]
    }

    fn next((): &(), fresh: u32) -> Vec<(Op, ())> {
        [Op::Send(fresh), Op::Receive, Op::IsReady].map(|op| (op, ())).into()
    }

    fn perform(channel: &mut Hand, op: &Op) -> Option<Ret> {
        let panicked = || Ret::Panicked(clients::drops());
        Some(match op {
            Op::Send(number) | Op::Finish(number) => {
                let message = Message::new(*number);
                let sent = attempt(|| channel.send(message));
                sent.map_or_else(|_| panicked(), |()| Ret::Sent)
            }
            Op::Receive => match attempt(|| channel.receive()) {
                Ok(message) => Ret::Received(message.take()),
                Err(_) => panicked(),
            },
            Op::IsReady => Ret::Ready(channel.is_ready()),
        })
    }

    fn never_waits(_: &Op) -> bool {
        true
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Send(number) | Op::Finish(number) => format!("channel.send({number})"),
            Op::Receive => "channel.receive()".into(),
            Op::IsReady => "channel.is_ready()".into(),
        }
    }
}
