//! What can be done with the stack, and what it is to do.

use super::super::subject::Stack;
use clients::{Clients, Message, Next, Place, Progress, Scene, Spec};

/// The stack, as one thread sees it. A node that is in somebody's hands is in neither list.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Nodes {
    full: Vec<u32>,
    spare: u32,
    /// A value was taken off.
    popped: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Push(u32),
    /// What is left of a push that has a node.
    Put(u32),
    Pop,
    /// What is left of a pop that has this value: its node is not spare yet.
    GiveBack(u32),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Pushed,
    Back(u32),
    Popped(u32),
    None,
}

impl Spec for Nodes {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        let ret = match op {
            Op::Push(value) if self.spare == 0 => Ret::Back(*value),
            Op::Push(value) => {
                next.spare -= 1;
                let mut may = Next::goes_on(Op::Put(*value), next);
                // "The place of a value that another thread is just taking off may not be free yet": nothing orders what that
                // thread has done, so to this one it may be just doing it.
                if self.popped {
                    may.push(Next::Returns(Ret::Back(*value), self.clone()));
                }
                return may;
            }
            Op::Put(value) => {
                next.full.push(*value);
                Ret::Pushed
            }
            Op::Pop => match next.full.pop() {
                Some(value) => {
                    next.popped = true;
                    return Next::goes_on(Op::GiveBack(value), next);
                }
                None => Ret::None,
            },
            Op::GiveBack(value) => {
                next.spare += 1;
                Ret::Popped(*value)
            }
        };
        Next::returns(ret, next)
    }
}

type Hand = Place<Stack<Message>>;

/// A stack with room for `capacity` values on which these are.
fn hands(capacity: u32, values: &[u32], others: usize) -> Vec<Hand> {
    let stack = Stack::with_capacity(capacity);
    for value in values {
        assert!(stack.push(Message::new(*value)).is_ok(), "`push` fails although there is room");
    }
    Place::hands(stack, others)
}

fn scene(
    text: &'static str,
    (capacity, values): (u32, &[u32]),
    others: usize,
    hands: fn() -> Vec<Hand>,
) -> Scene<Stacks> {
    Scene {
        text,
        spec: Nodes { full: values.to_vec(), spare: capacity - values.len() as u32, popped: false },
        kits: vec![(); 1 + others],
        hands,
        finally: vec![Op::Pop; capacity as usize + 1],
    }
}

pub struct Stacks;

impl Clients for Stacks {
    type Spec = Nodes;
    type Hand = Hand;
    type Kit = ();
    // A value that goes and comes back twice takes four.
    const LONGEST: usize = 4;
    fn scenes() -> Vec<Scene<Self>> {
        vec![
            scene("let stack = Stack::with_capacity(1);", (1, &[]), 2, || hands(1, &[], 2)),
            scene(
                "let stack = Stack::with_capacity(2); stack.push(1); stack.push(2);",
                (2, &[1, 2]),
                2,
                || hands(2, &[1, 2], 2),
            ),
            scene("let stack = Stack::with_capacity(2); stack.push(1);", (2, &[1]), 2, || {
                hands(2, &[1], 2)
            }),
        ]
    }

    fn next((): &(), fresh: u32) -> Vec<(Op, ())> {
        vec![(Op::Pop, ()), (Op::Push(fresh), ())]
    }

    fn perform(stack: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Push(value) | Op::Put(value) => match stack.push(Message::new(*value)) {
                Ok(()) => Ret::Pushed,
                Err(value) => Ret::Back(value.take()),
            },
            Op::Pop | Op::GiveBack(_) => {
                stack.pop().map_or(Ret::None, |value| Ret::Popped(value.take()))
            }
        })
    }

    fn progress(_: &Op) -> Progress {
        Progress::LockFree
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Push(value) | Op::Put(value) => format!("stack.push({value})"),
            Op::Pop | Op::GiveBack(_) => "stack.pop()".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Pushed => "Ok(())".into(),
            Ret::Back(value) => format!("Err({value})"),
            Ret::Popped(value) => format!("Some({value})"),
            Ret::None => "None".into(),
        }
    }
}
