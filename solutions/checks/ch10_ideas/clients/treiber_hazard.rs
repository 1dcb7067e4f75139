//! What can be done with the stack, and what it is to do.

use super::super::subject::{Handle, Stack};
use clients::{Clients, Message, Next, Place, Progress, Scene, Spec};

/// The stack, as one thread sees it: the last value is on top.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Values(Vec<u32>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Push(u32),
    Pop,
    DropStack,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Done,
    Value(u32),
    None,
    /// These messages were dropped.
    Dropped(Vec<u32>),
}

impl Spec for Values {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        let ret = match op {
            Op::Push(number) => {
                next.0.push(*number);
                Ret::Done
            }
            Op::Pop => next.0.pop().map_or(Ret::None, Ret::Value),
            Op::DropStack => {
                next.0.sort_unstable();
                Ret::Dropped(std::mem::take(&mut next.0))
            }
        };
        Next::returns(ret, next)
    }
}

pub struct Hand {
    handle: Option<Handle<'static, Message>>,
    /// Dropped last: the handle borrows from it. The main thread has it.
    stack: Option<Place<Stack<Message>>>,
}

fn hands(others: usize, numbers: &[u32]) -> Vec<Hand> {
    let (stack, mut handles) = Place::lend(Stack::new(1 + others), Stack::handles);
    for number in numbers {
        handles[0].push(Message::new(*number));
    }
    let mut handles = handles.into_iter();
    let main = Hand { handle: handles.next(), stack: Some(stack) };
    let others = handles.map(|handle| Hand { handle: Some(handle), stack: None });
    [main].into_iter().chain(others).collect()
}

pub struct Stacks;

/// More than others take out while one is slow, so that there is something for that one at each moment. No call has these numbers.
const MANY: std::ops::RangeInclusive<u32> = 201..=240;

impl Clients for Stacks {
    type Spec = Values;
    type Hand = Hand;
    type Kit = ();
    const EXECUTIONS: u64 = 10_000;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |text, values: &[u32], others: usize, hands| Scene {
            text,
            spec: Values(values.into()),
            kits: vec![(); 1 + others],
            hands,
            finally: vec![Op::Pop, Op::DropStack],
        };
        const EMPTY: &str = "let mut stack = Stack::new(3); let handles = stack.handles();";
        const TWO: &str =
            "let mut stack = Stack::new(3); let handles = stack.handles(); // 2 is on top of 1";
        const THREE: &str = "let mut stack = Stack::new(4); let handles = stack.handles(); // 3 is on top of 2 and 1";
        vec![
            scene(EMPTY, &[], 2, || hands(2, &[])),
            scene(TWO, &[1, 2], 2, || hands(2, &[1, 2])),
            scene(THREE, &[1, 2, 3], 3, || hands(3, &[1, 2, 3])),
        ]
    }

    fn crowded() -> Option<Scene<Self>> {
        Some(Scene {
            text: "let mut stack = Stack::new(3); let handles = stack.handles(); // 201 to 240 are in it",
            spec: Values(MANY.collect()),
            kits: vec![(); 3],
            hands: || hands(2, &MANY.collect::<Vec<_>>()),
            finally: vec![Op::DropStack],
        })
    }

    fn next((): &(), fresh: u32) -> Vec<(Op, ())> {
        vec![(Op::Push(fresh), ()), (Op::Pop, ())]
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Push(number) => {
                hand.handle.as_mut()?.push(Message::new(*number));
                Ret::Done
            }
            Op::Pop => {
                let value = hand.handle.as_mut()?.pop();
                value.map_or(Ret::None, |message| Ret::Value(message.take()))
            }
            Op::DropStack => {
                hand.handle = None;
                drop(hand.stack.take()?);
                Ret::Dropped(clients::drops())
            }
        })
    }

    fn progress(_: &Op) -> Progress {
        Progress::LockFree
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Push(number) => format!("handle.push({number})"),
            Op::Pop => "handle.pop()".into(),
            Op::DropStack => "drop(stack)".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Done => "()".into(),
            Ret::Value(number) => format!("Some({number})"),
            Ret::None => "None".into(),
            Ret::Dropped(numbers) => format!("dropped {numbers:?}"),
        }
    }
}
