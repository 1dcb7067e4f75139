//! What values go through: a ring, queues, a stack, and a deque to steal from.

use crate::team;
use crossbeam_deque::Steal;
use crossbeam_queue::{ArrayQueue, SegQueue};
use crossbeam_utils::Backoff;
use solutions::ch10_ideas::{chase_lev_deque, mpmc_queue, ms_queue, spsc_ring, treiber_hazard};
use speed::measure::{Bench, Meter};
use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{
    AtomicBool, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};

/// Room in what is bounded.
const CAPACITY: usize = 1024;
/// How many threads meet at what has room for all of them.
const THREADS: [usize; 3] = [1, 2, 4];

/// All rows.
pub fn rows(bench: &mut Bench) {
    ring(bench);
    bounded(bench);
    unbounded(bench);
    deque(bench);
}

fn ring(bench: &mut Bench) {
    bench.row(
        "spsc_ring 1 push and pop",
        &[
            ("locksmith", &|meter| {
                let mut ring = spsc_ring::Ring::new(CAPACITY);
                let (mut producer, mut consumer) = ring.split();
                meter.each(|| {
                    let _ = producer.push(black_box(1_u64));
                    consumer.pop()
                });
            }),
            ("rtrb", &|meter| {
                let (mut producer, mut consumer) = rtrb::RingBuffer::new(CAPACITY);
                meter.each(|| {
                    let _ = producer.push(black_box(1_u64));
                    consumer.pop()
                });
            }),
        ],
    );
    bench.row(
        "spsc_ring 2 stream",
        &[
            ("locksmith", &|meter| {
                let mut ring = spsc_ring::Ring::new(CAPACITY);
                let (producer, consumer) = ring.split();
                let push =
                    |producer: &mut spsc_ring::Producer<'_, u64>, n| producer.push(n).is_ok();
                stream(meter, producer, consumer, push, |consumer| consumer.pop());
            }),
            ("rtrb", &|meter| {
                let (producer, consumer) = rtrb::RingBuffer::new(CAPACITY);
                let push = |producer: &mut rtrb::Producer<u64>, n| producer.push(n).is_ok();
                stream(meter, producer, consumer, push, |consumer| consumer.pop().ok());
            }),
        ],
    );
}

fn bounded(bench: &mut Bench) {
    for threads in THREADS {
        bench.row(
            &format!("mpmc_queue {threads} push and pop"),
            &[
                ("locksmith", &|meter| {
                    let queue = mpmc_queue::Queue::new(CAPACITY);
                    pairs(meter, vec![&queue; threads], |queue| {
                        let _ = queue.push(black_box(1_u64));
                        queue.pop()
                    });
                }),
                ("crossbeam, ArrayQueue", &|meter| {
                    let queue = ArrayQueue::new(CAPACITY);
                    pairs(meter, vec![&queue; threads], |queue| {
                        let _ = queue.push(black_box(1_u64));
                        queue.pop()
                    });
                }),
            ],
        );
    }
    bench.row(
        "mpmc_queue 2 stream",
        &[
            ("locksmith", &|meter| {
                let queue = mpmc_queue::Queue::new(CAPACITY);
                stream(
                    meter,
                    &queue,
                    &queue,
                    |queue, n| queue.push(n).is_ok(),
                    |queue| queue.pop(),
                );
            }),
            ("crossbeam, ArrayQueue", &|meter| {
                let queue = ArrayQueue::new(CAPACITY);
                stream(
                    meter,
                    &queue,
                    &queue,
                    |queue, n| queue.push(n).is_ok(),
                    |queue| queue.pop(),
                );
            }),
        ],
    );
}

fn unbounded(bench: &mut Bench) {
    let others = |meter: &mut Meter, threads| {
        let queue = SegQueue::new();
        pairs(meter, vec![&queue; threads], |queue| {
            queue.push(black_box(1_u64));
            queue.pop()
        });
    };
    for threads in THREADS {
        bench.row(
            &format!("ms_queue {threads} push and pop"),
            &[
                ("locksmith", &|meter| {
                    pairs(meter, ms_queue::Queue::new(threads).handles(), |queue| {
                        queue.push(black_box(1_u64));
                        queue.pop()
                    });
                }),
                ("crossbeam, SegQueue", &|meter| others(meter, threads)),
            ],
        );
    }
    for threads in THREADS {
        bench.row(
            &format!("treiber_hazard {threads} push and pop"),
            &[
                ("locksmith", &|meter| {
                    pairs(meter, treiber_hazard::Stack::new(threads).handles(), |stack| {
                        stack.push(black_box(1_u64));
                        stack.pop()
                    });
                }),
                ("crossbeam, SegQueue", &|meter| others(meter, threads)),
            ],
        );
    }
}

/// A task is a box around nothing: no allocator is measured.
fn task() -> Box<()> {
    black_box(Box::new(()))
}

fn deque(bench: &mut Bench) {
    bench.row(
        "chase_lev_deque 1 push and pop",
        &[
            ("locksmith", &|meter| {
                let mut deque = chase_lev_deque::Deque::new(CAPACITY);
                let (mut worker, _) = deque.split();
                meter.each(|| {
                    worker.push(task());
                    worker.pop()
                });
            }),
            ("crossbeam-deque", &|meter| {
                let worker = crossbeam_deque::Worker::new_lifo();
                meter.each(|| {
                    worker.push(task());
                    worker.pop()
                });
            }),
        ],
    );
    bench.row(
        "chase_lev_deque 2 steal",
        &[
            ("locksmith", &|meter| {
                let mut deque = chase_lev_deque::Deque::new(CAPACITY);
                let (worker, stealer) = deque.split();
                let push = |worker: &mut chase_lev_deque::Worker<'_, ()>| worker.push(task());
                steal(meter, worker, push, |worker| worker.pop(), || stealer.steal());
            }),
            ("crossbeam-deque", &|meter| {
                let worker = crossbeam_deque::Worker::new_lifo();
                let stealer = worker.stealer();
                let push = |worker: &mut crossbeam_deque::Worker<Box<()>>| worker.push(task());
                steal(
                    meter,
                    worker,
                    push,
                    |worker| worker.pop(),
                    || {
                        loop {
                            match stealer.steal() {
                                Steal::Success(task) => return Some(task),
                                Steal::Empty => return None,
                                Steal::Retry => {}
                            }
                        }
                    },
                );
            }),
        ],
    );
}

/// Each thread puts a value in and takes one out, with a handle of its own.
fn pairs<H: Send, R>(meter: &mut Meter, handles: Vec<H>, once: impl Fn(&mut H) -> R + Sync) {
    let threads = handles.len() as u64;
    // Each is locked by one thread, once for each run.
    let handles: Vec<_> = handles.into_iter().map(Mutex::new).collect();
    if let [handle] = &handles[..] {
        let mut handle = handle.lock().unwrap();
        return meter.each(|| once(&mut handle));
    }
    let rounds = AtomicU64::new(0);
    let work = |index: usize| {
        let mut handle = handles[index].lock().unwrap();
        // Relaxed: the team's barrier orders it.
        for _ in 0..rounds.load(Relaxed) {
            black_box(once(&mut handle));
        }
    };
    team::with(handles.len(), work, |run| {
        meter.custom(|iterations| {
            let each = iterations.div_ceil(threads);
            rounds.store(each, Relaxed);
            run().mul_f64(iterations as f64 / (each * threads) as f64)
        });
    });
}

/// One thread puts values in, and the other takes them out. Both look again for a while, then yield.
fn stream<P: Send, C: Send>(
    meter: &mut Meter,
    producer: P,
    consumer: C,
    push: impl Fn(&mut P, u64) -> bool + Sync,
    pop: impl Fn(&mut C) -> Option<u64> + Sync,
) {
    let (producer, consumer) = (Mutex::new(producer), Mutex::new(consumer));
    let values = AtomicU64::new(0);
    let work = |index: usize| {
        // Relaxed: the team's barrier orders it.
        let values = 0..values.load(Relaxed);
        if index == 0 {
            let mut producer = producer.lock().unwrap();
            for value in values {
                let backoff = Backoff::new();
                while !push(&mut producer, value) {
                    backoff.snooze();
                }
            }
        } else {
            let mut consumer = consumer.lock().unwrap();
            for _ in values {
                let backoff = Backoff::new();
                while black_box(pop(&mut consumer)).is_none() {
                    backoff.snooze();
                }
            }
        }
    };
    team::with(2, work, |run| {
        meter.custom(|iterations| {
            values.store(iterations, Relaxed);
            run()
        });
    });
}

/// The owner puts two tasks in for each one that it takes out, up to a hundred, and then takes out what is left. A thief steals all
/// the while.
fn steal<W: Send>(
    meter: &mut Meter,
    worker: W,
    push: impl Fn(&mut W) + Sync,
    pop: impl Fn(&mut W) -> Option<Box<()>> + Sync,
    steal: impl Fn() -> Option<Box<()>> + Sync,
) {
    let worker = Mutex::new(worker);
    let (turns, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let work = |index: usize| {
        if index == 0 {
            let mut worker = worker.lock().unwrap();
            // Relaxed: the team's barrier orders it.
            for _ in 0..turns.load(Relaxed) {
                for _ in 0..50 {
                    push(&mut worker);
                    push(&mut worker);
                    black_box(pop(&mut worker));
                }
                while pop(&mut worker).is_some() {}
            }
            // Release: all tasks are gone.
            over.store(true, Release);
        } else {
            let backoff = Backoff::new();
            // Acquire: pairs with the Release above.
            while !over.load(Acquire) {
                match black_box(steal()) {
                    Some(_) => backoff.reset(),
                    None => backoff.snooze(),
                }
            }
        }
    };
    team::with(2, work, |run| {
        meter.custom(|iterations| {
            let rounds = iterations.div_ceil(100);
            turns.store(rounds, Relaxed);
            over.store(false, Relaxed);
            run().mul_f64(iterations as f64 / (rounds * 100) as f64)
        });
    });
}
