//! What can be done with a reader-writer lock, and what it is to do, in each of its stages.

use super::super::subject::{MAX_READERS, ReadGuard, RwLock, WriteGuard};
use super::super::sync::cell::Probe;
use clients::{Clients, Next, PANICS, Place, Scene, Spec, attempt};
use std::mem;

/// The lock, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Lock {
    readers: u32,
    writer: bool,
    /// How many more readers may go in.
    room: u32,
    /// Readers that never leave are inside.
    forgotten: bool,
    /// Writers that wait.
    waiting: u32,
    writers_first: bool,
    /// How often it was written.
    data: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Read,
    TryRead,
    Write,
    TryWrite,
    LeaveRead,
    LeaveWrite,
    LeaveWriteInPanic,
    /// What is left of a `write` that has found somebody inside.
    WaitToWrite,
    /// `read`, by the thread that writes.
    ReadBehindItself,
    /// `write`, by a thread that is inside.
    WriteBehindItself,
    /// What is left of that.
    WaitForEver,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    /// It is inside, and reads this.
    Inside(u32),
    None,
    Left,
    Panicked,
}

impl Lock {
    fn is_free(&self) -> bool {
        self.readers == 0 && !self.writer && !self.forgotten
    }

    fn lets_readers_in(&self) -> bool {
        !self.writer && !(self.writers_first && self.waiting > 0)
    }

    fn written(&self) -> (Ret, Self) {
        (Ret::Inside(self.data), Self { writer: true, data: self.data + 1, ..self.clone() })
    }
}

impl Spec for Lock {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let mut next = self.clone();
        let ret = match op {
            Op::Read if !self.lets_readers_in() => return Next::waits(),
            Op::TryRead if !self.lets_readers_in() || self.room == 0 => Ret::None,
            Op::Read if self.room == 0 => Ret::Panicked,
            Op::Read | Op::TryRead => {
                (next.readers, next.room) = (self.readers + 1, self.room - 1);
                Ret::Inside(self.data)
            }
            Op::WriteBehindItself => {
                next.waiting += 1;
                return Next::goes_on(Op::WaitForEver, next);
            }
            Op::ReadBehindItself | Op::WaitForEver => return Next::waits(),
            Op::TryWrite if !self.is_free() => Ret::None,
            Op::Write if !self.is_free() => {
                next.waiting += 1;
                return Next::goes_on(Op::WaitToWrite, next);
            }
            Op::WaitToWrite if !self.is_free() => return Next::waits(),
            Op::Write | Op::TryWrite | Op::WaitToWrite => {
                next.waiting -= u32::from(*op == Op::WaitToWrite);
                let (ret, state) = next.written();
                next = state;
                ret
            }
            // Nobody leaves who is not inside.
            Op::LeaveRead if self.readers == 0 => return Next::waits(),
            Op::LeaveRead => {
                (next.readers, next.room) = (self.readers - 1, self.room + 1);
                Ret::Left
            }
            Op::LeaveWrite | Op::LeaveWriteInPanic => {
                next.writer = false;
                Ret::Left
            }
        };
        Next::returns(ret, next)
    }
}

pub struct Hand {
    reads: Vec<ReadGuard<'static, Probe>>,
    write: Option<WriteGuard<'static, Probe>>,
    /// Dropped last: the guards borrow from it.
    lock: Place<RwLock<Probe>>,
}

/// Guards that the thread may have.
#[derive(Clone, PartialEq)]
pub struct Kit {
    reads: u32,
    writes: bool,
}

fn hands(readers: u32, others: usize) -> Vec<Hand> {
    let lock = RwLock::with_forgotten_readers(Probe::new(0), readers);
    clients::hands(lock, others, |lock| Hand { reads: Vec::new(), write: None, lock })
}

/// The lock in a stage: that writers go first is part of the specification, or not.
pub struct Locks<const WRITERS_FIRST: bool>;

impl<const WRITERS_FIRST: bool> Locks<WRITERS_FIRST> {
    fn scene(
        text: &'static str,
        room: u32,
        others: usize,
        hands: fn() -> Vec<Hand>,
    ) -> Scene<Self> {
        let forgotten = room < MAX_READERS;
        let spec = Lock {
            readers: 0,
            writer: false,
            room,
            forgotten,
            waiting: 0,
            writers_first: WRITERS_FIRST,
            data: 0,
        };
        let kits = vec![Kit { reads: 0, writes: false }; 1 + others];
        let finally = vec![Op::TryRead, Op::LeaveRead, Op::TryWrite, Op::LeaveWrite];
        Scene { text, spec, kits, hands, finally }
    }

    /// The first thread begins with a guard in hand.
    fn held(hands: fn() -> Vec<Hand>) -> Scene<Self> {
        let text = "let lock = RwLock::new(0); let guard = lock.write(); // for thread 1";
        let mut scene = Self::scene(text, MAX_READERS, 2, || self::hands(0, 2));
        (scene.hands, scene.spec.writer, scene.kits[1].writes) = (hands, true, true);
        scene
    }
}

impl<const WRITERS_FIRST: bool> Clients for Locks<WRITERS_FIRST> {
    type Spec = Lock;
    type Hand = Hand;
    type Kit = Kit;
    const WAKES: bool = true;
    const HANDS_MOVE: bool = false;
    const EXECUTIONS: u64 = 14_000;
    fn scenes() -> Vec<Scene<Self>> {
        const NEW: &str = "let lock = RwLock::new(0);";
        vec![
            Self::scene(NEW, MAX_READERS, 2, || hands(0, 2)),
            Self::held(|| {
                let mut hands = hands(0, 2);
                hands[1].write = Some(hands[1].lock.get().write());
                hands
            }),
            Self::scene(
                "let lock = RwLock::with_forgotten_readers(0, MAX_READERS - 1);",
                1,
                2,
                || hands(MAX_READERS - 1, 2),
            ),
            Self::scene(NEW, MAX_READERS, 3, || hands(0, 3)),
        ]
    }

    fn next(kit: &Kit, _: u32) -> Vec<(Op, Kit)> {
        let with_read = || Kit { reads: kit.reads + 1, writes: kit.writes };
        let with_write = || Kit { writes: true, ..kit.clone() };
        let mut next = vec![(Op::TryRead, with_read())];
        if !kit.writes {
            next.push((Op::TryWrite, with_write()));
        }
        if kit.reads == 0 && !kit.writes {
            next.push((Op::Read, with_read()));
            next.push((Op::Write, with_write()));
        } else {
            next.push((Op::WriteBehindItself, with_write()));
        }
        if kit.writes {
            next.push((Op::ReadBehindItself, with_read()));
        }
        if kit.reads > 0 {
            next.push((Op::LeaveRead, Kit { reads: kit.reads - 1, ..kit.clone() }));
        }
        if kit.writes {
            next.push((Op::LeaveWrite, Kit { writes: false, ..kit.clone() }));
            next.push((Op::LeaveWriteInPanic, Kit { writes: false, ..kit.clone() }));
        }
        next
    }

    fn end(kit: &Kit) -> Vec<Op> {
        let reads = (0..kit.reads).map(|_| Op::LeaveRead);
        reads.chain(kit.writes.then_some(Op::LeaveWrite)).collect()
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Ret> {
        let lock = hand.lock.get();
        let (is_writer, is_reader) = (hand.write.is_some(), !hand.reads.is_empty());
        let mut reads = |guard: ReadGuard<'static, Probe>| {
            let data = guard.get();
            hand.reads.push(guard);
            Ret::Inside(data)
        };
        let writes = |mut guard: WriteGuard<'static, Probe>| {
            let data = guard.get();
            guard.set(data + 1);
            (Ret::Inside(data), Some(guard))
        };
        Some(match op {
            // What is not in the hand the thread has not got: an attempt may have failed.
            Op::ReadBehindItself if !is_writer => return None,
            Op::ReadBehindItself => {
                mem::forget(lock.read());
                Ret::Left
            }
            Op::WriteBehindItself | Op::WaitForEver if !is_writer && !is_reader => return None,
            Op::WriteBehindItself | Op::WaitForEver => {
                mem::forget(lock.write());
                Ret::Left
            }
            Op::Read => attempt(|| lock.read()).map_or(Ret::Panicked, reads),
            Op::TryRead => lock.try_read().map_or(Ret::None, &mut reads),
            Op::Write | Op::WaitToWrite => {
                let (ret, guard) = writes(lock.write());
                hand.write = guard;
                ret
            }
            Op::TryWrite => match lock.try_write() {
                Some(guard) => {
                    let (ret, guard) = writes(guard);
                    hand.write = guard;
                    ret
                }
                None => Ret::None,
            },
            Op::LeaveRead => {
                drop(hand.reads.pop()?);
                Ret::Left
            }
            Op::LeaveWrite => {
                drop(hand.write.take()?);
                Ret::Left
            }
            Op::LeaveWriteInPanic => {
                let guard = hand.write.take()?;
                clients::in_panic(move || guard);
                Ret::Left
            }
        })
    }

    fn never_waits(op: &Op) -> bool {
        matches!(op, Op::TryRead | Op::TryWrite)
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Read | Op::ReadBehindItself => "lock.read()",
            Op::TryRead => "lock.try_read()",
            Op::Write | Op::WaitToWrite | Op::WriteBehindItself | Op::WaitForEver => "lock.write()",
            Op::TryWrite => "lock.try_write()",
            Op::LeaveRead => "drop(read guard)",
            Op::LeaveWrite => "drop(write guard)",
            Op::LeaveWriteInPanic => "panic, with the write guard in hand",
        }
        .into()
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Inside(data) => format!("a guard of {data}"),
            Ret::None => "None".into(),
            Ret::Left => "()".into(),
            Ret::Panicked => PANICS.into(),
        }
    }
}
