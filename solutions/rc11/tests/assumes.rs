//! A loop that waits is as good as an assumption in its place: the same ends, whatever the turns before have read.

mod told;

use rc11::atomic::Ordering::*;
use rc11::atomic::{AtomicBool, AtomicUsize};
use rc11::{Report, thread};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// How a thread waits.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Wait {
    /// It looks until it sees what it waits for.
    InALoop,
    /// It looks once. An execution in which it does not see what it waits for does not count.
    ByAssumption,
}

impl Wait {
    fn until(self, is_over: impl Fn() -> bool) {
        match self {
            // Without a hint it is compiled to one look, not to one before the loop and one in it.
            Self::InALoop => while !is_over() {},
            Self::ByAssumption if is_over() => {}
            Self::ByAssumption => {
                // Nobody writes to it. No static, which explorations that run side by side would share.
                let never = AtomicBool::new(false);
                while !never.load(Relaxed) {}
            }
        }
    }
}

/// Something that threads wait in; what it returns is seen in the end.
type Program = fn(Wait, usize) -> Vec<usize>;

/// Explores. All ends, and what was counted.
fn explore(program: Program, wait: Wait, n: usize) -> (BTreeSet<Vec<usize>>, Report) {
    let ends: Arc<Mutex<BTreeSet<Vec<usize>>>> = Arc::default();
    let sink = ends.clone();
    let report = told::builder().on_wait(|_| Ok(())).check(move || {
        let end = program(wait, n);
        sink.lock().unwrap().insert(end);
    });
    let report = report.unwrap_or_else(|failure| panic!("{wait:?}, {n}: {failure}"));
    assert!(report.complete, "{wait:?}, {n}");
    let ends = std::mem::take(&mut *ends.lock().unwrap());
    (ends, report)
}

/// So many executions, with the loop and with the assumption in its place. Those that are blocked are no more with the loop.
#[track_caller]
fn assert_same(name: &str, program: Program, expected: &[(usize, u64)]) {
    for &(n, executions) in expected {
        let (ends, in_a_loop) = explore(program, Wait::InALoop, n);
        let (expected, by_assumption) = explore(program, Wait::ByAssumption, n);
        assert_eq!(ends, expected, "{name} {n}");
        let found = [in_a_loop.executions, by_assumption.executions];
        let blocked = [in_a_loop.blocked, by_assumption.blocked];
        println!("{name} {n}: {found:?}, blocked {blocked:?}, {:?}", in_a_loop.elapsed);
        assert_eq!(found, [executions; 2], "{name} {n}");
        assert!(blocked[0] <= blocked[1], "{name} {n}");
    }
}

/// Who has entered, in order: `n` threads, each once.
fn entries(n: usize, enter: impl Fn(usize, &dyn Fn()) + Sync) -> Vec<usize> {
    let entered = AtomicUsize::new(0);
    let order = thread::scope(|scope| {
        let threads: Vec<_> = (0..n)
            .map(|me| {
                let (entered, enter) = (&entered, &enter);
                scope.spawn(move || {
                    let place = std::cell::Cell::new(0);
                    enter(me, &|| {
                        // Relaxed: the lock orders it, and a wrong one is seen by two at one place.
                        place.set(entered.load(Relaxed));
                        entered.store(place.get() + 1, Relaxed);
                    });
                    place.get()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(order.iter().collect::<BTreeSet<_>>().len(), n, "one at a time: {order:?}");
    order
}

fn ticket(wait: Wait, n: usize) -> Vec<usize> {
    let (next, owner) = (AtomicUsize::new(0), AtomicUsize::new(0));
    entries(n, |_, inside| {
        let mine = next.fetch_add(1, Relaxed);
        wait.until(|| owner.load(Acquire) == mine);
        inside();
        owner.store(owner.load(Relaxed) + 1, Release);
    })
}

#[test]
fn ticket_lock() {
    assert_same("ticket", ticket, &[(2, 2), (3, 6), (4, 24), (5, 120)]);
}

fn mcs(wait: Wait, n: usize) -> Vec<usize> {
    /// No node. The others have the numbers of their threads, and 1 more.
    const NONE: usize = 0;
    #[derive(Default)]
    struct Node {
        next: AtomicUsize,
        is_next: AtomicBool,
    }
    let nodes: Vec<Node> = (0..n).map(|_| Node::default()).collect();
    let tail = AtomicUsize::new(NONE);
    entries(n, |me, inside| {
        let node = &nodes[me];
        let before = tail.swap(me + 1, AcqRel);
        if before != NONE {
            nodes[before - 1].next.store(me + 1, Release);
            wait.until(|| node.is_next.load(Acquire));
        }
        inside();
        if node.next.load(Acquire) == NONE {
            if tail.compare_exchange(me + 1, NONE, Release, Relaxed).is_ok() {
                return;
            }
            wait.until(|| node.next.load(Acquire) != NONE);
        }
        nodes[node.next.load(Relaxed) - 1].is_next.store(true, Release);
    })
}

#[test]
fn mcs_lock() {
    assert_same("mcs", mcs, &[(2, 6), (3, 66)]);
}

/// Each thread sees what the others have done before the barrier.
fn barrier(wait: Wait, n: usize) -> Vec<usize> {
    let (waiting, step) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let done: Vec<AtomicUsize> = (0..n).map(|_| AtomicUsize::new(0)).collect();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..n)
            .map(|me| {
                let (waiting, step, done) = (&waiting, &step, &done);
                scope.spawn(move || {
                    done[me].store(1, Relaxed);
                    let now = step.load(SeqCst);
                    let is_last = waiting.fetch_add(1, SeqCst) == done.len() - 1;
                    if is_last {
                        waiting.store(0, SeqCst);
                        step.fetch_add(1, SeqCst);
                    } else {
                        wait.until(|| step.load(SeqCst) != now);
                    }
                    assert!(done.iter().all(|done| done.load(Relaxed) == 1));
                    usize::from(is_last)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn barrier_of_two_words() {
    assert_same("barrier", barrier, &[(2, 2), (3, 6)]);
}

/// A bounded queue with a message in it; one thread writes another one, the other reads what there is. Reads and writes that have
/// begun are counted in one word.
fn queue(wait: Wait, _: usize) -> Vec<usize> {
    const READ: usize = 1 << 16;
    let (begun, read, written) = (AtomicUsize::new(1), AtomicUsize::new(0), AtomicUsize::new(1));
    let slots = [AtomicUsize::new(17), AtomicUsize::new(0)];
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut now = begun.load(Acquire);
            while let Err(other) = begun.compare_exchange(now, now + 1, AcqRel, Acquire) {
                now = other;
            }
            wait.until(|| read.load(Acquire) == now / READ);
            slots[now % READ].store(1, Relaxed);
            written.fetch_add(1, Release);
        });
        let reader = scope.spawn(|| {
            let mut messages = Vec::new();
            let mut now = begun.load(Acquire);
            while now / READ != now % READ {
                match begun.compare_exchange(now, now + READ, AcqRel, Acquire) {
                    Err(other) => now = other,
                    Ok(_) => {
                        wait.until(|| written.load(Acquire) == now % READ);
                        messages.push(slots[now / READ].load(Relaxed));
                        read.fetch_add(1, Release);
                        now = begun.load(Acquire);
                    }
                }
            }
            messages
        });
        reader.join().unwrap()
    })
}

#[test]
fn bounded_queue() {
    assert_same("queue", queue, &[(2, 6)]);
}

/// Looks before it swaps. The loop around both is no waiting: the lock may be gone each time that it looked free.
fn ttas(wait: Wait, n: usize) -> Vec<usize> {
    let lock = AtomicBool::new(false);
    entries(n, |_, inside| {
        loop {
            wait.until(|| !lock.load(Relaxed));
            if !lock.swap(true, Acquire) {
                break;
            }
        }
        inside();
        lock.store(false, Release);
    })
}

#[test]
fn lock_that_looks_before_it_swaps() {
    assert_same("ttas", ttas, &[(2, 4), (3, 36), (4, 576)]);
}
