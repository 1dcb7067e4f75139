//! What can be done with a mark, and what it is to do.

use super::super::subject::fetch_max;
use super::super::sync::atomic::AtomicU32;
use clients::{Clients, Next, Place, Scene, Spec};

/// The largest value so far.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Most(u32);

/// `fetch_max` with this value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FetchMax(u32);

impl Spec for Most {
    type Op = FetchMax;
    type Ret = u32;

    fn next(&self, FetchMax(value): &FetchMax) -> Vec<Next<Self>> {
        Next::returns(self.0, Self(self.0.max(*value)))
    }
}

pub struct Marks;

impl Clients for Marks {
    type Spec = Most;
    type Hand = Place<AtomicU32>;
    type Kit = ();
    const FAULTS: usize = 1;
    fn scenes() -> Vec<Scene<Self>> {
        let scene = |others: usize, hands| Scene {
            text: "let most = AtomicU32::new(5);",
            spec: Most(5),
            kits: vec![(); 1 + others],
            hands,
            finally: vec![FetchMax(0)],
        };
        vec![
            scene(2, || Place::hands(AtomicU32::new(5), 2)),
            scene(3, || Place::hands(AtomicU32::new(5), 3)),
        ]
    }

    fn next((): &(), _: u32) -> Vec<(FetchMax, ())> {
        [4, 6, 7].map(|value| (FetchMax(value), ())).into()
    }

    fn perform(most: &mut Self::Hand, FetchMax(value): &FetchMax) -> Option<u32> {
        Some(fetch_max(most, *value))
    }

    fn never_waits(_: &FetchMax) -> bool {
        true
    }

    fn show(FetchMax(value): &FetchMax) -> String {
        format!("fetch_max(&most, {value})")
    }
}
