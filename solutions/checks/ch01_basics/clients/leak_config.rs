//! What can be done with the place, and what it is to do.

use super::super::subject::LeakOnce;
use clients::{Clients, Next, Place, Probe, Scene, Spec, attempt};
use std::cell::Cell;

/// The place, as one thread sees it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Leaked(Option<u32>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// With a `make` that makes this value.
    Get(u32),
    /// With one that panics.
    GetOrPanic,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ret {
    /// None: the call has panicked.
    value: Option<u32>,
    /// How often `make` was called.
    made: u32,
}

impl Spec for Leaked {
    type Op = Op;
    type Ret = Ret;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match (self.0, op) {
            (Some(value), _) => Next::returns(Ret { value: Some(value), made: 0 }, self.clone()),
            (None, Op::Get(mine)) => {
                Next::returns(Ret { value: Some(*mine), made: 1 }, Self(Some(*mine)))
            }
            (None, Op::GetOrPanic) => Next::returns(Ret { value: None, made: 1 }, self.clone()),
        }
    }
}

/// What is leaked: to make it is an access, and so is to use it.
pub struct Value(Probe);

impl Value {
    fn new(number: u32) -> Self {
        let mut probe = Probe::new(0);
        probe.set(number);
        Self(probe)
    }
}

fn hands<const OTHERS: usize>() -> Vec<Place<LeakOnce<Value>>> {
    Place::hands(LeakOnce::new(), OTHERS)
}

pub struct Places;

impl Clients for Places {
    type Spec = Leaked;
    type Hand = Place<LeakOnce<Value>>;
    type Kit = ();

    fn scenes() -> Vec<Scene<Self>> {
        let scene = |others: usize, hands| Scene {
            text: "let place = LeakOnce::new();",
            spec: Leaked(None),
            kits: vec![(); 1 + others],
            hands,
            finally: vec![Op::Get(1)],
        };
        vec![scene(2, hands::<2>), scene(3, hands::<3>)]
    }

    fn next((): &(), fresh: u32) -> Vec<(Op, ())> {
        vec![(Op::Get(fresh), ()), (Op::GetOrPanic, ())]
    }

    fn perform(place: &mut Self::Hand, op: &Op) -> Option<Ret> {
        let (place, made) = (place.get(), Cell::new(0));
        let value = attempt(|| {
            place.get_or_leak(|| {
                made.set(made.get() + 1);
                match op {
                    Op::Get(mine) => Value::new(*mine),
                    Op::GetOrPanic => panic!("on purpose"),
                }
            })
        });
        Some(Ret { value: value.ok().map(|value| value.0.get()), made: made.get() })
    }

    fn may_leak(_: &Op) -> bool {
        true
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Get(mine) => format!("place.get_or_leak(|| {mine})"),
            Op::GetOrPanic => "place.get_or_leak(|| panic!())".into(),
        }
    }

    fn show_ret(ret: &Ret) -> String {
        let value = ret.value.map_or("panic".into(), |value| value.to_string());
        match ret.made {
            0 => value,
            _ => format!("{value}, and has called its closure"),
        }
    }
}
