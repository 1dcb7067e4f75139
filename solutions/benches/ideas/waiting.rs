//! What threads wait at: locks with a queue, a semaphore, a latch, a barrier, a value that is made once, a waker.

use crate::peers::{Exclusive, Left};
use crate::sections::{LOOK, alone, together};
use crate::team::{self, CASES, Case};
use solutions::ch10_ideas::{
    barrier, clh_lock::ClhLock, latch::Latch, mcs_lock::McsLock, mutex_fair, once_lock, semaphore,
    ticket_lock::TicketLock, waker_cell::WakerCell,
};
use speed::measure::{Bench, Meter, Peer};
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Instant;

/// All rows.
pub fn rows(bench: &mut Bench) {
    spinning::<TicketLock<Left>>(bench, "ticket_lock");
    spinning::<McsLock<Left>>(bench, "mcs_lock");
    spinning::<ClhLock<Left>>(bench, "clh_lock");
    fair(bench);
    semaphores(bench);
    barriers(bench);
    small_ones(bench);
}

/// A lock that spins in a queue. More threads than processors would measure the scheduler.
fn spinning<L: Exclusive>(bench: &mut Bench, stem: &str) {
    type Ticket = spin::mutex::TicketMutex<Left>;
    let [_, short, _] = CASES;
    bench.row(
        &format!("{stem} 1 lock"),
        &[
            ("locksmith", &alone::<L>),
            ("spin, ticket", &alone::<Ticket>),
            ("parking_lot", &alone::<parking_lot::Mutex<Left>>),
        ],
    );
    bench.row(
        &format!("{stem} 2 {}", short.name),
        &[
            ("locksmith", &|meter| together::<L>(meter, 2, short)),
            ("spin, ticket", &|meter| together::<Ticket>(meter, 2, short)),
            ("parking_lot", &|meter| together::<parking_lot::Mutex<Left>>(meter, 2, short)),
        ],
    );
}

fn fair(bench: &mut Bench) {
    type Ours = mutex_fair::Mutex<Left>;
    let [_, short, _] = CASES;
    bench.row(
        "mutex_fair 1 lock",
        &[
            ("locksmith", &alone::<Ours>),
            ("parking_lot", &alone::<parking_lot::Mutex<Left>>),
            ("std", &alone::<std::sync::Mutex<Left>>),
        ],
    );
    for threads in [2, 4] {
        bench.row(
            &format!("mutex_fair {threads} {}", short.name),
            &[
                ("locksmith", &|meter| together::<Ours>(meter, threads, short)),
                ("parking_lot", &|meter| {
                    together::<parking_lot::Mutex<Left>>(meter, threads, short);
                }),
                ("std", &|meter| together::<std::sync::Mutex<Left>>(meter, threads, short)),
            ],
        );
    }
}

fn semaphores(bench: &mut Bench) {
    let [_, short, _] = CASES;
    let (ours, tokio) = (semaphore::Semaphore::new(2), tokio::sync::Semaphore::new(2));
    bench.row(
        "semaphore 1 acquire",
        &[
            ("locksmith", &|meter| meter.each(|| drop(black_box(&ours).acquire()))),
            ("tokio", &|meter| meter.each(|| drop(block_on(black_box(&tokio).acquire())))),
        ],
    );
    bench.row(
        "semaphore 1 try_acquire",
        &[
            ("locksmith", &|meter| meter.each(|| drop(black_box(&ours).try_acquire()))),
            ("tokio", &|meter| meter.each(|| drop(black_box(&tokio).try_acquire()))),
        ],
    );
    bench.row(
        &format!("semaphore 4 {}", short.name),
        &[
            ("locksmith", &|meter| permits(meter, short, || ours.acquire())),
            ("tokio", &|meter| permits(meter, short, || block_on(tokio.acquire()))),
        ],
    );
}

/// Short sections of four threads, two at a time.
fn permits<P>(meter: &mut Meter, case: Case, acquire: impl Fn() -> P + Sync) {
    let limit = meter.limit();
    // Relaxed, also below: only the numbers count.
    let (left, undone) = (AtomicI64::new(0), AtomicI64::new(0));
    let work = |_| {
        let start = Instant::now();
        let mut sections = 0_u64;
        while left.fetch_sub(1, Relaxed) > 0 {
            let permit = acquire();
            case.work();
            drop(permit);
            case.work();
            sections += 1;
            if sections.is_multiple_of(LOOK) && start.elapsed() > limit {
                undone.fetch_add(left.swap(0, Relaxed).max(0), Relaxed);
            }
        }
    };
    team::with(4, work, |run| {
        meter.custom(|iterations| {
            let all = iterations.cast_signed();
            left.store(all, Relaxed);
            let time = run();
            time.mul_f64(all as f64 / (all - undone.swap(0, Relaxed)).max(1) as f64)
        });
    });
}

fn barriers(bench: &mut Bench) {
    for threads in [2, 4] {
        let ours = barrier::Barrier::new(threads);
        let std = std::sync::Barrier::new(threads as usize);
        let rounds = |meter: &mut Meter, wait: &(dyn Fn() + Sync)| {
            let rounds = AtomicU64::new(0);
            // Relaxed: the team's own barrier orders it.
            let work = |_| (0..rounds.load(Relaxed)).for_each(|_| wait());
            team::with(threads as usize, work, |run| {
                meter.custom(|iterations| {
                    rounds.store(iterations, Relaxed);
                    run()
                });
            });
        };
        bench.row(
            &format!("barrier {threads} round"),
            &[
                ("locksmith", &|meter| rounds(meter, &|| _ = ours.wait())),
                ("std", &|meter| rounds(meter, &|| _ = std.wait())),
            ],
        );
    }
}

/// What one thread does with objects for which it need not wait.
fn small_ones(bench: &mut Bench) {
    bench.row(
        "latch 1 life",
        &[
            ("locksmith", &|meter| {
                meter.each(|| {
                    let latch = black_box(Latch::new(1));
                    latch.count_down();
                    latch.wait();
                });
            }),
            ("crossbeam", &|meter| {
                meter.each(|| {
                    let group = black_box(crossbeam_utils::sync::WaitGroup::new());
                    drop(group.clone());
                    group.wait();
                });
            }),
        ],
    );
    let (ours, std) = (once_lock::OnceLock::new(), std::sync::OnceLock::new());
    bench.row(
        "once_lock 1 get_or_init",
        &[
            ("locksmith", &|meter| meter.each(|| *black_box(&ours).get_or_init(|| 1_u64))),
            ("std", &|meter| meter.each(|| *black_box(&std).get_or_init(|| 1_u64))),
        ],
    );
    let (ours, crate_s) = (WakerCell::new(), atomic_waker::AtomicWaker::new());
    let wakers: [Peer<'_>; 2] = [
        ("locksmith", &|meter| {
            meter.each(|| {
                black_box(&ours).register(Waker::noop());
                black_box(&ours).wake();
            });
        }),
        ("atomic-waker", &|meter| {
            meter.each(|| {
                black_box(&crate_s).register(Waker::noop());
                black_box(&crate_s).wake();
            });
        }),
    ];
    bench.row("waker_cell 1 register", &wakers);
}

/// Runs a future on this thread, which sleeps while the future waits.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    thread_local! {
        static WAKER: Waker = Arc::new(Unpark(thread::current())).into();
    }
    let mut future = pin!(future);
    WAKER.with(|waker| {
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(waker)) {
                return output;
            }
            thread::park();
        }
    })
}
