//! Chapter 7: what processors do.

use crate::{Thread, outcomes, outcomes_in};
use rc11::atomic::Ordering::{self, Acquire, Relaxed, Release, SeqCst};
use rc11::atomic::{AtomicU32, fence};
use rc11::{Memory, hint, thread};
use std::collections::BTreeSet;

/// As [`two`], of the executions of this memory model.
fn two_in(memory: Memory, first: Thread, second: Thread) -> BTreeSet<(u32, u32)> {
    outcomes_in(memory, move || {
        let (x, y) = (AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|scope| {
            let other = scope.spawn(|| second(&x, &y));
            let read = first(&x, &y);
            (read, other.join().unwrap())
        })
    })
}

/// What the loads of store buffering read, with this before the store of each side and that between its store and its load. Both get a
/// third word.
fn store_buffering(memory: Memory, before: Step, between: Step) -> BTreeSet<(u32, u32)> {
    outcomes_in(memory, move || {
        let (x, y, z) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
        let side = |mine: &AtomicU32, theirs: &AtomicU32| {
            before(&z);
            mine.store(1, Relaxed);
            between(&z);
            theirs.load(Relaxed)
        };
        thread::scope(|scope| {
            let other = scope.spawn(|| side(&y, &x));
            let read = side(&x, &y);
            (read, other.join().unwrap())
        })
    })
}

/// What a thread does with a word.
type Step = fn(&AtomicU32);

const NOTHING: Step = |_| ();

#[test]
fn a_relaxed_addition_between_a_store_and_a_load_orders_nothing() {
    let addition: Step = |z| _ = z.fetch_add(1, Relaxed);
    let in_rust = store_buffering(Memory::Rc11, NOTHING, addition);
    assert_eq!(in_rust, store_buffering(Memory::Rc11, NOTHING, NOTHING));
    assert!(in_rust.contains(&(0, 0)), "{in_rust:?}");
    // What the page says of the instructions.
    let on_x86 = store_buffering(Memory::X86Tso, NOTHING, addition);
    assert!(!on_x86.contains(&(0, 0)), "{on_x86:?}");
}

/// What `sum` may give while another thread adds 10 to the first of two shards and then 1 to the second.
fn sums(order: Ordering) -> BTreeSet<u32> {
    outcomes(move || {
        let shards = [AtomicU32::new(0), AtomicU32::new(0)];
        thread::scope(|scope| {
            scope.spawn(|| {
                shards[0].fetch_add(10, order);
                shards[1].fetch_add(1, order);
            });
            shards[0].load(order) + shards[1].load(order)
        })
    })
}

#[test]
fn a_sum_of_two_shards_may_be_a_total_that_never_was() {
    assert_eq!(sums(Relaxed), BTreeSet::from([0, 1, 10, 11]));
}

#[test]
fn seq_cst_does_not_make_a_sum_a_snapshot() {
    assert_eq!(sums(SeqCst), BTreeSet::from([0, 1, 10, 11]));
}

#[test]
fn relaxed_sums_of_one_thread_do_not_fall() {
    let all = outcomes(|| {
        let shards = [AtomicU32::new(0), AtomicU32::new(0)];
        let sum = || shards[0].load(Relaxed) + shards[1].load(Relaxed);
        thread::scope(|scope| {
            for shard in &shards {
                scope.spawn(|| shard.fetch_add(1, Relaxed));
            }
            (sum(), sum())
        })
    });
    assert!(all.contains(&(0, 2)) && all.iter().all(|(first, second)| first <= second), "{all:?}");
}

#[test]
fn on_x86_each_core_may_see_its_own_store_and_miss_the_others() {
    let all = two_in(
        Memory::X86Tso,
        |x, y| {
            x.store(1, Relaxed);
            10 * x.load(Relaxed) + y.load(Relaxed)
        },
        |x, y| {
            y.store(1, Relaxed);
            10 * y.load(Relaxed) + x.load(Relaxed)
        },
    );
    assert_eq!(all, BTreeSet::from([(10, 10), (10, 11), (11, 10), (11, 11)]));
}

#[test]
fn on_x86_only_a_load_passes_an_earlier_store() {
    let passes_a_store = two_in(
        Memory::X86Tso,
        |x, y| {
            x.store(1, Relaxed);
            y.load(Relaxed)
        },
        |x, y| {
            y.store(1, Relaxed);
            x.load(Relaxed)
        },
    );
    assert!(passes_a_store.contains(&(0, 0)), "{passes_a_store:?}");
    // Two stores on one side, two loads on the other.
    let publish: Thread = |x, y| {
        x.store(1, Relaxed);
        y.store(1, Relaxed);
        0
    };
    let look: Thread = |x, y| 10 * y.load(Relaxed) + x.load(Relaxed);
    let in_order = BTreeSet::from([(0, 0), (0, 1), (0, 11)]);
    assert_eq!(two_in(Memory::X86Tso, publish, look), in_order);
    assert!(two_in(Memory::Rc11, publish, look).contains(&(0, 10)));
    // A load and a later store on each side.
    let load_buffering = two_in(
        Memory::X86Tso,
        |x, y| {
            let read = x.load(Relaxed);
            y.store(1, Relaxed);
            read
        },
        |x, y| {
            let read = y.load(Relaxed);
            x.store(1, Relaxed);
            read
        },
    );
    assert!(!load_buffering.contains(&(1, 1)), "{load_buffering:?}");
}

#[test]
fn on_x86_a_fence_on_one_side_does_not_forbid_store_buffering() {
    let fenced: Thread = |x, y| {
        x.store(1, Relaxed);
        fence(SeqCst);
        y.load(Relaxed)
    };
    let all = two_in(Memory::X86Tso, fenced, |x, y| {
        y.store(1, Relaxed);
        x.load(Relaxed)
    });
    assert!(all.contains(&(0, 0)), "{all:?}");
    let both = store_buffering(Memory::X86Tso, NOTHING, |_| fence(SeqCst));
    assert!(!both.contains(&(0, 0)), "{both:?}");
}

#[test]
fn on_x86_a_locked_instruction_before_the_store_hides_nothing() {
    let gate: Step = |z| {
        z.fetch_add(1, Release);
        while z.load(Acquire) != 2 {
            hint::spin_loop();
        }
    };
    let all = store_buffering(Memory::X86Tso, gate, NOTHING);
    assert!(all.contains(&(0, 0)), "{all:?}");
}
