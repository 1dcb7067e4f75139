//! What can be done with the set, and what it is to do.

use super::super::subject::{Handle, Set};
use super::{Key, key};
use clients::{Clients, Next, Place, Progress, Scene, Spec};

/// The set, as one thread sees it: a bit for each key that is in it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Keys(u32);

impl Keys {
    fn of(keys: &[u32]) -> Self {
        Self(keys.iter().fold(0, |bits, key| bits | 1 << key))
    }

    fn has(&self, key: u32) -> bool {
        self.0 >> key & 1 == 1
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Insert(u32),
    Remove(u32),
    Contains(u32),
    DropSet,
}

impl Spec for Keys {
    type Op = Op;
    type Ret = Option<bool>;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match *op {
            Op::Insert(key) => Next::returns(Some(!self.has(key)), Self(self.0 | 1 << key)),
            Op::Remove(key) => Next::returns(Some(self.has(key)), Self(self.0 & !(1 << key))),
            Op::Contains(key) => Next::returns(Some(self.has(key)), self.clone()),
            Op::DropSet => Next::returns(None, self.clone()),
        }
    }
}

pub struct Hand {
    handle: Option<Handle<'static, Key>>,
    /// Dropped last: the handle borrows from it. The main thread has it.
    set: Option<Place<Set<Key>>>,
}

fn hands(others: usize, numbers: &[u32]) -> Vec<Hand> {
    let (set, mut handles) = Place::lend(Set::new(1 + others), Set::handles);
    for number in numbers {
        handles[0].insert(key(*number));
    }
    let mut handles = handles.into_iter();
    let main = Hand { handle: handles.next(), set: Some(set) };
    let others = handles.map(|handle| Hand { handle: Some(handle), set: None });
    [main].into_iter().chain(others).collect()
}

/// Which calls a thread makes.
#[derive(Clone, Copy, PartialEq)]
pub enum Kit {
    /// All of them, with 2 and 3.
    Any,
    /// Looks for 4, puts it in, or takes it out: nobody else does.
    Slow,
    /// Takes 2 out, and puts it in.
    Fast,
}

pub struct Sets;

impl Clients for Sets {
    type Spec = Keys;
    type Hand = Hand;
    type Kit = Kit;

    const EXECUTIONS: u64 = 8_000;

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |text, keys: &[u32], others: usize, hands| Scene {
            text,
            spec: Keys::of(keys),
            kits: vec![Kit::Any; 1 + others],
            hands,
            finally: vec![Op::Contains(2), Op::Contains(3), Op::DropSet],
        };
        const ONE: &str = "let mut set = Set::new(3); let handles = set.handles(); // 2 is in it";
        const TWO: &str =
            "let mut set = Set::new(3); let handles = set.handles(); // 2 and 3 are in it";
        vec![scene(ONE, &[2], 2, || hands(2, &[2])), scene(TWO, &[2, 3], 2, || hands(2, &[2, 3]))]
    }

    fn crowded() -> Option<Scene<Self>> {
        Some(Scene {
            text: "let mut set = Set::new(3); let handles = set.handles(); // 2 and 4 are in it",
            spec: Keys::of(&[2, 4]),
            kits: vec![Kit::Any, Kit::Slow, Kit::Fast],
            hands: || hands(2, &[2, 4]),
            finally: vec![Op::Contains(4), Op::DropSet],
        })
    }

    fn next(kit: &Kit, _: u32) -> Vec<(Op, Kit)> {
        let ops = |number| [Op::Remove(number), Op::Insert(number), Op::Contains(number)];
        let ops: Vec<_> = match kit {
            Kit::Any => [2, 3].into_iter().flat_map(ops).collect(),
            Kit::Slow => ops(4).into(),
            Kit::Fast => vec![Op::Remove(2), Op::Insert(2)],
        };
        ops.into_iter().map(|op| (op, *kit)).collect()
    }

    fn perform(hand: &mut Hand, op: &Op) -> Option<Option<bool>> {
        Some(match op {
            Op::Insert(number) => Some(hand.handle.as_mut()?.insert(key(*number))),
            Op::Remove(number) => Some(hand.handle.as_mut()?.remove(&key(*number))),
            Op::Contains(number) => Some(hand.handle.as_mut()?.contains(&key(*number))),
            Op::DropSet => {
                hand.handle = None;
                drop(hand.set.take()?);
                None
            }
        })
    }

    fn progress(_: &Op) -> Progress {
        Progress::LockFree
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Insert(number) => format!("handle.insert({number})"),
            Op::Remove(number) => format!("handle.remove(&{number})"),
            Op::Contains(number) => format!("handle.contains(&{number})"),
            Op::DropSet => "drop(set)".into(),
        }
    }

    fn show_ret(ret: &Option<bool>) -> String {
        ret.map_or("()".into(), |ret| ret.to_string())
    }
}
