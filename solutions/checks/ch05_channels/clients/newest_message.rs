//! What can be done with the channel, and what it is to do.

use super::super::subject::Newest;
use clients::{Clients, Message, Next, Place, Progress, Scene, Spec};

/// The newest message, if nobody has received it.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Slot(Option<u32>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Send(u32),
    Receive,
}

impl Spec for Slot {
    type Op = Op;
    type Ret = Option<u32>;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match op {
            Op::Send(number) => Next::returns(self.0, Self(Some(*number))),
            Op::Receive => Next::returns(self.0, Self(None)),
        }
    }
}

type Hand = Place<Newest<Message>>;

pub struct Uses;

impl Clients for Uses {
    type Spec = Slot;
    type Hand = Hand;
    type Kit = ();

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |others: usize, finally: &[Op], hands| Scene {
            text: "let channel = Newest::new();",
            spec: Slot::default(),
            kits: vec![(); 1 + others],
            hands,
            finally: finally.to_vec(),
        };
        vec![
            scene(2, &[Op::Receive, Op::Receive], || Place::hands(Newest::new(), 2)),
            scene(3, &[], || Place::hands(Newest::new(), 3)),
        ]
    }

    fn next((): &(), fresh: u32) -> Vec<(Op, ())> {
        vec![(Op::Send(fresh), ()), (Op::Receive, ())]
    }

    fn perform(channel: &mut Hand, op: &Op) -> Option<Option<u32>> {
        let out = match op {
            Op::Send(number) => channel.send(Message::new(*number)),
            Op::Receive => channel.receive(),
        };
        Some(out.map(Message::take))
    }

    fn progress(_: &Op) -> Progress {
        // An exchange in a loop keeps nobody waiting either.
        Progress::LockFree
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Send(number) => format!("channel.send({number})"),
            Op::Receive => "channel.receive()".into(),
        }
    }
}
