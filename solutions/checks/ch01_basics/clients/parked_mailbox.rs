//! What can be done with the two ends of a mailbox, and what they are to do.

use super::super::subject::{Address, Mailbox, mailbox};
use clients::{Clients, Message, Next, Scene, Spec};

/// The mailbox, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Messages(Vec<u32>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Send(u32),
    Receive,
    DropAddress,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Done,
    Received(u32),
}

impl Spec for Messages {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        match op {
            Op::Send(number) => next.0.push(*number),
            Op::Receive if self.0.is_empty() => return Next::waits(),
            Op::Receive => return Next::returns(Ret::Received(next.0.remove(0)), next),
            Op::DropAddress => {}
        }
        Next::returns(Ret::Done, next)
    }
}

#[derive(Default)]
pub struct Hand {
    address: Option<Address<Message>>,
    mailbox: Option<Mailbox<Message>>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Kit {
    Nothing,
    Address,
    Mailbox,
}

fn hands<const SENDERS: usize>() -> Vec<Hand> {
    let (address, mailbox) = mailbox();
    let sender = |_| Hand { address: Some(address.clone()), mailbox: None };
    let receiver = Hand { address: None, mailbox: Some(mailbox) };
    let senders = (0..SENDERS).map(sender);
    // The main thread has an address too, so that it is the last to let go: who does that last in std's `Arc` the checker does
    // not know.
    let main = Hand { address: Some(address.clone()), mailbox: None };
    [main].into_iter().chain(senders).chain([receiver]).collect()
}

pub struct Ends;

impl Clients for Ends {
    type Spec = Messages;
    type Hand = Hand;
    type Kit = Kit;
    const WAKES: bool = true;
    const FAULTS: usize = 1;
    fn scenes() -> Vec<Scene<Self>> {
        let scene = |senders: usize, hands| {
            let mut kits = vec![Kit::Address; 2 + senders];
            (kits[0], kits[1 + senders]) = (Kit::Nothing, Kit::Mailbox);
            let text = "let (address, mailbox) = mailbox();";
            Scene { text, spec: Messages(Vec::new()), kits, hands, finally: Vec::new() }
        };
        vec![scene(1, hands::<1>), scene(2, hands::<2>)]
    }

    fn next(kit: &Kit, fresh: u32) -> Vec<(Op, Kit)> {
        match kit {
            Kit::Nothing => Vec::new(),
            Kit::Address => vec![(Op::Send(fresh), *kit), (Op::DropAddress, Kit::Nothing)],
            Kit::Mailbox => vec![(Op::Receive, *kit)],
        }
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Send(number) => {
                hand.address.as_ref()?.send(Message::new(*number));
                Ret::Done
            }
            Op::Receive => Ret::Received(hand.mailbox.as_mut()?.receive().take()),
            Op::DropAddress => {
                drop(hand.address.take()?);
                Ret::Done
            }
        })
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Send(number) => format!("address.send({number})"),
            Op::Receive => "mailbox.receive()".into(),
            Op::DropAddress => "drop(address)".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Done => "()".into(),
            Ret::Received(number) => number.to_string(),
        }
    }
}
