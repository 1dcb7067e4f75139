//! What can be done with the event, and what it is to do.

use super::super::subject::AutoResetEvent;
use clients::{Clients, Next, Place, Scene, Spec};

/// The event, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Event {
    set: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Set,
    Reset,
    Wait,
    TryWait,
}

impl Spec for Event {
    type Op = Op;
    /// What `try_wait` says.
    type Ret = Option<bool>;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        let (ret, set) = match op {
            Op::Set => (None, true),
            Op::Reset => (None, false),
            Op::Wait if !self.set => return Next::waits(),
            Op::Wait => (None, false),
            Op::TryWait => (Some(self.set), false),
        };
        Next::returns(ret, Self { set })
    }
}

type Hand = Place<AutoResetEvent>;

fn event(set: bool, others: usize) -> Vec<Hand> {
    let event = AutoResetEvent::new();
    if set {
        event.set();
    }
    Place::hands(event, others)
}

fn scene(set: bool, others: usize, hands: fn() -> Vec<Hand>) -> Scene<Events> {
    const NEW: &str = "let event = AutoResetEvent::new();";
    const SET: &str = "let event = AutoResetEvent::new(); event.set();";
    Scene {
        text: if set { SET } else { NEW },
        spec: Event { set },
        kits: vec![(); 1 + others],
        hands,
        finally: vec![Op::TryWait, Op::TryWait],
    }
}

pub struct Events;

impl Clients for Events {
    type Spec = Event;
    type Hand = Hand;
    type Kit = ();
    const WAKES: bool = true;

    fn scenes() -> Vec<Scene<Self>> {
        vec![
            scene(false, 2, || event(false, 2)),
            scene(true, 2, || event(true, 2)),
            scene(false, 3, || event(false, 3)),
            scene(true, 3, || event(true, 3)),
        ]
    }

    fn next((): &(), _: u32) -> Vec<(Op, ())> {
        [Op::Set, Op::Wait, Op::TryWait, Op::Reset].map(|op| (op, ())).into()
    }

    fn perform(event: &mut Hand, op: &Op) -> Option<Option<bool>> {
        match op {
            Op::Set => event.set(),
            Op::Reset => event.reset(),
            Op::Wait => event.wait(),
            Op::TryWait => return Some(Some(event.try_wait())),
        }
        Some(None)
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Set => "event.set()",
            Op::Reset => "event.reset()",
            Op::Wait => "event.wait()",
            Op::TryWait => "event.try_wait()",
        }
        .into()
    }

    fn show_ret(ret: &Option<bool>) -> String {
        ret.map_or("()".into(), |taken| taken.to_string())
    }
}
