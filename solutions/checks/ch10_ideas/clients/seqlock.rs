//! What can be done with the lock, and what it is to do.

use super::super::subject::SeqLock;
use clients::{Clients, Next, Place, Progress, Scene, Spec};

/// The lock, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Words([u64; 2]);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Write(u32),
    /// Adds to each word.
    Add(u32),
    Read,
    TryRead,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ret {
    Done,
    Words([u64; 2]),
    None,
}

/// Both words of a write are told apart, and which write they are of.
fn words(number: u32) -> [u64; 2] {
    [u64::from(number), u64::from(number) + 100]
}

impl Spec for Words {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match op {
            Op::Write(number) => Next::returns(Ret::Done, Self(words(*number))),
            Op::Add(number) => {
                Next::returns(Ret::Done, Self(self.0.map(|word| word + u64::from(*number))))
            }
            Op::Read => Next::returns(Ret::Words(self.0), self.clone()),
            Op::TryRead => {
                // A write may be in the way.
                let mut may = Next::returns(Ret::Words(self.0), self.clone());
                may.push(Next::Returns(Ret::None, self.clone()));
                may
            }
        }
    }
}

type Hand = Place<SeqLock<2>>;

/// Writes beside `Debug`, which never waits.
pub struct Shown;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    Write(u32),
    Show,
}

/// The lock, as one thread sees it who is not told what is in it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Hidden;

impl Spec for Hidden {
    type Op = Call;
    type Ret = ();

    fn next(&self, _: &Call) -> Vec<Next<Self>> {
        Next::returns((), Self)
    }
}

impl Clients for Shown {
    type Spec = Hidden;
    type Hand = Hand;
    type Kit = ();
    const MEANWHILE: bool = false;
    const EXECUTIONS: u64 = 2_600;

    fn scenes() -> Vec<Scene<Self>> {
        vec![Scene {
            text: "let lock = SeqLock::new([1, 101]);",
            spec: Hidden,
            kits: vec![(); 3],
            hands: || Place::hands(SeqLock::new(words(1)), 2),
            finally: Vec::new(),
        }]
    }

    fn next((): &(), fresh: u32) -> Vec<(Call, ())> {
        vec![(Call::Write(fresh), ()), (Call::Show, ())]
    }

    fn perform(lock: &mut Hand, op: &Call) -> Option<()> {
        match op {
            Call::Write(number) => lock.write(words(*number)),
            Call::Show => drop(format!("{:?}", **lock)),
        }
        Some(())
    }

    fn never_waits(op: &Call) -> bool {
        *op == Call::Show
    }

    fn show(op: &Call) -> String {
        match op {
            Call::Write(number) => format!("lock.write({:?})", words(*number)),
            Call::Show => "format!(\"{lock:?}\")".into(),
        }
    }

    fn show_ret((): &()) -> String {
        "()".into()
    }
}

pub struct Locks;

impl Clients for Locks {
    type Spec = Words;
    type Hand = Hand;
    type Kit = ();
    fn scenes() -> Vec<Scene<Self>> {
        let scene = |others: usize, hands| Scene {
            text: "let lock = SeqLock::new([1, 101]);",
            spec: Words(words(1)),
            kits: vec![(); 1 + others],
            hands,
            finally: vec![Op::Read],
        };
        vec![
            scene(2, || Place::hands(SeqLock::new(words(1)), 2)),
            scene(3, || Place::hands(SeqLock::new(words(1)), 3)),
        ]
    }

    fn next((): &(), fresh: u32) -> Vec<(Op, ())> {
        vec![(Op::Write(fresh), ()), (Op::Add(fresh), ()), (Op::Read, ()), (Op::TryRead, ())]
    }

    fn perform(lock: &mut Hand, op: &Op) -> Option<Ret> {
        Some(match op {
            Op::Write(number) => {
                lock.write(words(*number));
                Ret::Done
            }
            Op::Add(number) => {
                lock.update(|words| words.map(|word| word + u64::from(*number)));
                Ret::Done
            }
            Op::Read => Ret::Words(lock.read()),
            Op::TryRead => lock.try_read().map_or(Ret::None, Ret::Words),
        })
    }

    fn progress(op: &Op) -> Progress {
        match op {
            Op::TryRead => Progress::LockFree,
            Op::Write(_) | Op::Add(_) | Op::Read => Progress::Blocking,
        }
    }

    fn may_wait_for(op: &Op, stopped: &Op) -> bool {
        // Nobody waits for a reader.
        *op != Op::TryRead && matches!(stopped, Op::Write(_) | Op::Add(_))
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Write(number) => format!("lock.write({:?})", words(*number)),
            Op::Add(number) => format!("lock.update(|words| words.map(|word| word + {number}))"),
            Op::Read => "lock.read()".into(),
            Op::TryRead => "lock.try_read()".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        match ret {
            Ret::Done => "()".into(),
            Ret::Words(words) => format!("{words:?}"),
            Ret::None => "None".into(),
        }
    }
}
