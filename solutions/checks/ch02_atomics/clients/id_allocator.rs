//! What can be done with an allocator of ids, and what it is to do.

use super::super::subject::IdAllocator;
use clients::{Clients, Next, Place, Progress, Scene, Spec};

/// The next id.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Ids(u32);

/// An id is taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Allocate;

impl Spec for Ids {
    type Op = Allocate;
    type Ret = Option<u32>;

    fn next(&self, Allocate: &Allocate) -> Vec<Next<Self>> {
        match self.0 {
            u32::MAX => Next::returns(None, self.clone()),
            id => Next::returns(Some(id), Self(id + 1)),
        }
    }
}

fn scene(
    (first, text): (u32, &'static str),
    others: usize,
    hands: fn() -> Vec<Place<IdAllocator>>,
) -> Scene<Allocators> {
    let (kits, finally) = (vec![(); 1 + others], vec![Allocate; 2]);
    Scene { text, spec: Ids(first), kits, hands, finally }
}

pub struct Allocators;

impl Clients for Allocators {
    type Spec = Ids;
    type Hand = Place<IdAllocator>;
    type Kit = ();
    fn scenes() -> Vec<Scene<Self>> {
        const LAST: u32 = u32::MAX - 1;
        const BEFORE: u32 = u32::MAX - 2;
        vec![
            scene((7, "let ids = IdAllocator::starting_at(7);"), 3, || {
                Place::hands(IdAllocator::starting_at(7), 3)
            }),
            scene((LAST, "let ids = IdAllocator::starting_at(u32::MAX - 1);"), 3, || {
                Place::hands(IdAllocator::starting_at(LAST), 3)
            }),
            scene((BEFORE, "let ids = IdAllocator::starting_at(u32::MAX - 2);"), 3, || {
                Place::hands(IdAllocator::starting_at(BEFORE), 3)
            }),
            scene((u32::MAX, "let ids = IdAllocator::starting_at(u32::MAX);"), 2, || {
                Place::hands(IdAllocator::starting_at(u32::MAX), 2)
            }),
        ]
    }

    fn next((): &(), _: u32) -> Vec<(Allocate, ())> {
        vec![(Allocate, ())]
    }

    fn perform(ids: &mut Self::Hand, Allocate: &Allocate) -> Option<Option<u32>> {
        Some(ids.allocate())
    }

    fn progress(Allocate: &Allocate) -> Progress {
        Progress::LockFree
    }

    fn show(Allocate: &Allocate) -> String {
        "ids.allocate()".into()
    }
}
