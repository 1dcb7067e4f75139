//! What can be done with the cell, and what it is to do.

use super::super::subject::{Guard, RcuCell, Reader, Writer};
use clients::{Clients, Message, Next, Place, Progress, Scene, Spec};

/// The cell, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Values {
    now: u32,
    /// What is being read, in ascending order.
    read: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Replace(u32),
    /// What is left of that when the new value is there.
    Wait(u32),
    Read,
    Leave,
    DropCell,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Value(u32),
    Dropped(Vec<u32>),
}

impl Spec for Values {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match op {
            Op::Replace(number) => {
                vec![Next::GoesOn(Op::Wait(self.now), Self { now: *number, ..self.clone() })]
            }
            Op::Wait(old) if self.read.contains(old) => Next::waits(),
            Op::Wait(old) => Next::returns(Ret::Value(*old), self.clone()),
            Op::Read => {
                let mut next = self.clone();
                next.read.push(self.now);
                next.read.sort_unstable();
                Next::returns(Ret::Value(self.now), next)
            }
            // It still reads what it has read when it came.
            Op::Leave => {
                let without = |place: usize| {
                    let mut next = self.clone();
                    let number = next.read.remove(place);
                    Next::Returns(Ret::Value(number), next)
                };
                (0..self.read.len()).map(without).collect()
            }
            Op::DropCell => Next::returns(Ret::Dropped(vec![self.now]), self.clone()),
        }
    }
}

#[derive(Default)]
pub struct Hand {
    guard: Option<Guard<'static, Message>>,
    /// A box, for the guard borrows it: it is neither moved nor used meanwhile.
    reader: Option<Box<Reader<'static, Message>>>,
    writer: Option<Writer<'static, Message>>,
    /// Dropped last. The main thread has it.
    cell: Option<Place<RcuCell<Message>>>,
}

/// Who a thread is.
#[derive(Clone, Copy, PartialEq)]
pub enum Kit {
    Main,
    Writer,
    Outside,
    Inside,
}

fn hands(readers: usize) -> Vec<Hand> {
    let cell = RcuCell::new(Message::new(1), readers);
    let (cell, (writer, readers)) = Place::lend(cell, RcuCell::split);
    let readers = readers
        .into_iter()
        .map(|reader| Hand { reader: Some(Box::new(reader)), ..Hand::default() });
    [Hand { cell: Some(cell), ..Hand::default() }, Hand { writer: Some(writer), ..Hand::default() }]
        .into_iter()
        .chain(readers)
        .collect()
}

pub struct Cells;

impl Clients for Cells {
    type Spec = Values;
    type Hand = Hand;
    type Kit = Kit;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |text, kits: &[Kit], hands| Scene {
            text,
            spec: Values { now: 1, read: Vec::new() },
            kits: kits.into(),
            hands,
            finally: vec![Op::DropCell],
        };
        vec![
            scene(
                "let mut cell = RcuCell::new(1, 1);",
                &[Kit::Main, Kit::Writer, Kit::Outside],
                || hands(1),
            ),
            scene(
                "let mut cell = RcuCell::new(1, 2);",
                &[Kit::Main, Kit::Writer, Kit::Outside, Kit::Outside],
                || hands(2),
            ),
        ]
    }

    fn next(kit: &Kit, fresh: u32) -> Vec<(Op, Kit)> {
        match kit {
            Kit::Main => vec![],
            Kit::Writer => vec![(Op::Replace(fresh), Kit::Writer)],
            Kit::Outside => vec![(Op::Read, Kit::Inside)],
            Kit::Inside => vec![(Op::Leave, Kit::Outside)],
        }
    }

    fn end(kit: &Kit) -> Vec<Op> {
        (*kit == Kit::Inside).then_some(Op::Leave).into_iter().collect()
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Replace(number) => {
                Ret::Value(hand.writer.as_mut()?.replace(Message::new(*number)).take())
            }
            Op::Wait(_) => return None,
            Op::Read => {
                let reader: *mut Reader<'static, Message> = &raw mut **hand.reader.as_mut()?;
                // SAFETY: the reader is in a box, and is not used again before the guard is dropped.
                let guard = unsafe { &mut *reader }.read();
                let number = guard.number();
                hand.guard = Some(guard);
                Ret::Value(number)
            }
            Op::Leave => {
                let guard = hand.guard.take()?;
                let number = guard.number();
                drop(guard);
                Ret::Value(number)
            }
            Op::DropCell => {
                drop(hand.cell.take()?);
                Ret::Dropped(clients::drops())
            }
        })
    }

    fn progress(op: &Op) -> Progress {
        match op {
            Op::Read | Op::Leave => Progress::WaitFree(16),
            Op::Replace(_) | Op::Wait(_) | Op::DropCell => Progress::Blocking,
        }
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Replace(number) => format!("writer.replace({number})"),
            Op::Wait(_) => "the rest of it".into(),
            Op::Read => "let guard = reader.read(); *guard".into(),
            Op::Leave => "*guard; drop(guard)".into(),
            Op::DropCell => "drop(cell)".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Value(number) => number.to_string(),
            Ret::Dropped(numbers) => format!("dropped {numbers:?}"),
        }
    }
}
