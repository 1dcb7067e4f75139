//! What can be done with a batch, and what it is to do.

use super::super::subject::Batch;
use clients::{Clients, Next, Place, Probe, Scene, Spec};

/// The items that are there and not taken.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Items(Vec<u32>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Items with the numbers from 1 to this one.
    Publish(u32),
    Take,
}

impl Spec for Items {
    type Op = Op;
    type Ret = Option<u32>;

    fn next(&self, op: &Op) -> Vec<Next<Self>> {
        match op {
            Op::Publish(count) => Next::returns(None, Self((1..=*count).collect())),
            Op::Take if self.0.is_empty() => Next::returns(None, self.clone()),
            Op::Take => {
                let without =
                    |item| Self(self.0.iter().copied().filter(|it| *it != item).collect());
                let take = |&item: &u32| Next::Returns(Some(item), without(item));
                self.0.iter().map(take).collect()
            }
        }
    }
}

/// May the thread publish?
#[derive(Clone, Copy, PartialEq)]
pub enum Kit {
    Publishes,
    Takes,
}

pub struct Batches<const N: usize>;

impl<const N: usize> Batches<N> {
    fn scene(
        published: bool,
        others: usize,
        hands: fn() -> Vec<Place<Batch<Probe, N>>>,
    ) -> Scene<Self> {
        let mut kits = vec![Kit::Takes; 1 + others];
        let (mut text, mut items) =
            ("let batch = Batch::new(); // published", (1..=N as u32).collect());
        if !published {
            kits[1] = Kit::Publishes;
            (text, items) = ("let batch = Batch::new();", Vec::new());
        }
        Scene { text, spec: Items(items), kits, hands, finally: vec![Op::Take; N + 1] }
    }
}

fn publish<const N: usize>(batch: &Batch<Probe, N>) {
    let write = |items: &mut [Probe; N]| {
        for (item, number) in items.iter_mut().zip(1..) {
            item.set(number);
        }
    };
    // SAFETY: only one thread may publish, and only once.
    unsafe { batch.publish(write) };
}

fn published<const N: usize>(others: usize) -> Vec<Place<Batch<Probe, N>>> {
    let batch = Batch::new();
    publish(&batch);
    Place::hands(batch, others)
}

impl<const N: usize> Clients for Batches<N> {
    type Spec = Items;
    type Hand = Place<Batch<Probe, N>>;
    type Kit = Kit;

    fn scenes() -> Vec<Scene<Self>> {
        vec![
            Self::scene(false, 2, || Place::hands(Batch::new(), 2)),
            Self::scene(true, 2, || published(2)),
            Self::scene(true, 3, || published(3)),
            Self::scene(false, 3, || Place::hands(Batch::new(), 3)),
        ]
    }

    fn next(kit: &Kit, _: u32) -> Vec<(Op, Kit)> {
        let mut next = vec![(Op::Take, *kit)];
        if *kit == Kit::Publishes {
            next.push((Op::Publish(N as u32), Kit::Takes));
        }
        next
    }

    fn perform(batch: &mut Self::Hand, op: &Op) -> Option<Option<u32>> {
        Some(match op {
            Op::Publish(_) => {
                publish(batch);
                None
            }
            Op::Take => batch.take().map(|probe| probe.get()),
        })
    }

    fn never_waits(_: &Op) -> bool {
        true
    }

    fn show(op: &Op) -> String {
        match op {
            Op::Publish(count) => format!("batch.publish({count} items)"),
            Op::Take => "batch.take()".into(),
        }
    }
}
