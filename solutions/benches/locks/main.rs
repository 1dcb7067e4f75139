//! The last stage of each lock of chapter 9 beside those of std, `parking_lot` and `spin`.
//!
//! Each row is measured in several passes, and in each pass all its locks one after the other, so that a machine that
//! grows warm or busy does so to all of them. `ci/speed/run` makes the book's tables of it.

mod monitors;
mod pairs;
mod pauses;
mod peers;
mod team;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, SamplingMode};
use monitors::{Locksmith, Monitor, ParkingLot, Std};
use peers::{Exclusive, Left, Shared};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use team::{Apart, CASES, Case};

/// How often each lock of a row has its turn.
const PASSES: usize = 5;
/// How many threads meet.
const THREADS: [usize; 4] = [2, 4, 8, 16];
/// How many of a hundred accesses only read.
const READER_SHARES: [u64; 3] = [50, 90, 99];

type Group<'a> = BenchmarkGroup<'a, WallTime>;

/// One lock of a row: measures it in a group, under a name.
type Peer<'a> = (&'a str, &'a dyn Fn(&mut Group<'_>, BenchmarkId));

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .nresamples(2000)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(300))
        .configure_from_args();
    uncontended(&mut criterion);
    for threads in THREADS {
        for case in CASES {
            mutex(&mut criterion, threads, case);
        }
    }
    for threads in THREADS {
        for share in READER_SHARES {
            rwlock(&mut criterion, threads, share);
        }
    }
    condvar(&mut criterion);
    pairs::pairs(&mut criterion);
    for threads in [2, 4, 16] {
        for case in CASES {
            pauses(&mut criterion, threads, case);
        }
    }
    criterion.final_summary();
}

/// Measures the peers in turn, beginning with another one in each pass.
fn row(criterion: &mut Criterion, name: &str, peers: &[Peer<'_>]) {
    let mut group = criterion.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat);
    for pass in 0..PASSES {
        for turn in 0..peers.len() {
            let (name, measure) = peers[(pass + turn) % peers.len()];
            measure(&mut group, BenchmarkId::new(name, pass));
        }
    }
    group.finish();
}

/// Lock and unlock, by one thread.
fn uncontended(criterion: &mut Criterion) {
    fn lock<L: Exclusive>(group: &mut Group<'_>, id: BenchmarkId) {
        let lock = Apart(L::new(0));
        group.bench_function(id, |bencher| {
            bencher.iter(|| black_box(&lock).0.with(|left| *left += 1))
        });
    }
    fn read<L: Shared>(group: &mut Group<'_>, id: BenchmarkId) {
        let lock = Apart(L::new(0));
        group.bench_function(id, |bencher| bencher.iter(|| black_box(&lock).0.read(|left| *left)));
    }
    fn write<L: Shared>(group: &mut Group<'_>, id: BenchmarkId) {
        let lock = Apart(L::new(0));
        group.bench_function(id, |bencher| {
            bencher.iter(|| black_box(&lock).0.write(|left| *left += 1))
        });
    }
    use solutions::ch09_locks::{mutex_spin::Mutex, rwlock_writer_preference::RwLock};
    row(
        criterion,
        "mutex 1 uncontended",
        &[
            ("locksmith", &lock::<Mutex<Left>>),
            ("std", &lock::<std::sync::Mutex<Left>>),
            ("parking_lot", &lock::<parking_lot::Mutex<Left>>),
            ("spin", &lock::<spin::Mutex<Left>>),
        ],
    );
    row(
        criterion,
        "rwlock 1 read",
        &[
            ("locksmith", &read::<RwLock<Left>>),
            ("std", &read::<std::sync::RwLock<Left>>),
            ("parking_lot", &read::<parking_lot::RwLock<Left>>),
            ("spin", &read::<spin::RwLock<Left>>),
        ],
    );
    row(
        criterion,
        "rwlock 1 write",
        &[
            ("locksmith", &write::<RwLock<Left>>),
            ("std", &write::<std::sync::RwLock<Left>>),
            ("parking_lot", &write::<parking_lot::RwLock<Left>>),
            ("spin", &write::<spin::RwLock<Left>>),
        ],
    );
}

/// Measures critical sections of all threads together, until so many have been done.
fn sections<L: Exclusive>(group: &mut Group<'_>, id: BenchmarkId, threads: usize, case: Case) {
    let lock = Apart(L::new(0));
    // Whoever finds nothing left has done its part. So no thread works on alone when the others have finished.
    let work = |_| {
        while lock.0.with(|left| {
            case.work();
            let goes_on = *left > 0;
            *left = left.saturating_sub(1);
            goes_on
        }) {
            case.work();
        }
    };
    team::with(threads, work, |run| {
        group.bench_function(id, |bencher| {
            bencher.iter_custom(|iterations| {
                lock.0.with(|left| *left = iterations);
                run()
            });
        });
    });
}

/// The mutexes beside each other.
fn mutex(criterion: &mut Criterion, threads: usize, case: Case) {
    use solutions::ch09_locks::mutex_spin::Mutex;
    row(
        criterion,
        &format!("mutex {threads} {}", case.name),
        &[
            ("locksmith", &|group, id| sections::<Mutex<Left>>(group, id, threads, case)),
            ("std", &|group, id| sections::<std::sync::Mutex<Left>>(group, id, threads, case)),
            ("parking_lot", &|group, id| {
                sections::<parking_lot::Mutex<Left>>(group, id, threads, case);
            }),
            ("spin", &|group, id| sections::<spin::Mutex<Left>>(group, id, threads, case)),
        ],
    );
}

/// The last mutex with other pauses.
fn pauses(criterion: &mut Criterion, threads: usize, case: Case) {
    use pauses::{FromFour, FromOne, Rare, Steady};
    row(
        criterion,
        &format!("pauses {threads} {}", case.name),
        &[
            ("from four", &|group, id| sections::<FromFour>(group, id, threads, case)),
            ("from one", &|group, id| sections::<FromOne>(group, id, threads, case)),
            ("steady", &|group, id| sections::<Steady>(group, id, threads, case)),
            ("rare", &|group, id| sections::<Rare>(group, id, threads, case)),
        ],
    );
}

/// Short critical sections, of which `share` in a hundred only read.
fn rwlock(criterion: &mut Criterion, threads: usize, share: u64) {
    fn measure<L: Shared>(group: &mut Group<'_>, id: BenchmarkId, threads: usize, share: u64) {
        let [_, case, _] = CASES;
        let lock = Apart(L::new(0));
        let done = AtomicU64::new(0);
        let work = |index: usize| {
            let mut random = index as u64 + 1;
            let mut sections = 0;
            loop {
                // A linear congruential generator: its high bits are random enough to toss a coin.
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let goes_on = if (random >> 33) % 100 < share {
                    lock.0.read(|left| {
                        case.work();
                        *left > 0
                    })
                } else {
                    lock.0.write(|left| {
                        case.work();
                        let goes_on = *left > 0;
                        *left = left.saturating_sub(1);
                        goes_on
                    })
                };
                sections += 1;
                if !goes_on {
                    break;
                }
                case.work();
            }
            // Relaxed: the end of the run orders it.
            done.fetch_add(sections, Relaxed);
        };
        team::with(threads, work, |run| {
            group.bench_function(id, |bencher| {
                bencher.iter_custom(|iterations| {
                    // Only writers count down. How many sections that made is known afterwards.
                    lock.0.write(|left| *left = (iterations * (100 - share)).div_ceil(100));
                    done.store(0, Relaxed);
                    run().mul_f64(iterations as f64 / done.load(Relaxed) as f64)
                });
            });
        });
    }
    use solutions::ch09_locks::rwlock_writer_preference::RwLock;
    row(
        criterion,
        &format!("rwlock {threads} {share}"),
        &[
            ("locksmith", &|group, id| measure::<RwLock<Left>>(group, id, threads, share)),
            ("std", &|group, id| measure::<std::sync::RwLock<Left>>(group, id, threads, share)),
            ("parking_lot", &|group, id| {
                measure::<parking_lot::RwLock<Left>>(group, id, threads, share);
            }),
            ("spin", &|group, id| measure::<spin::RwLock<Left>>(group, id, threads, share)),
        ],
    );
}

/// Two threads that wait for each other, there and back; and notifications that nobody waits for.
fn condvar(criterion: &mut Criterion) {
    fn ping_pong<M: Monitor>(group: &mut Group<'_>, id: BenchmarkId) {
        let turn = Apart(M::new(0));
        let rounds = AtomicU64::new(0);
        let work = |index: usize| {
            let (mine, other) = (index as u64, 1 - index as u64);
            // Relaxed: the barrier before the run orders it.
            for _ in 0..rounds.load(Relaxed) {
                turn.0.replace(|number| number == mine, other);
            }
        };
        team::with(2, work, |run| {
            group.bench_function(id, |bencher| {
                bencher.iter_custom(|iterations| {
                    rounds.store(iterations, Relaxed);
                    run()
                });
            });
        });
    }
    fn idle<M: Monitor>(group: &mut Group<'_>, id: BenchmarkId) {
        let turn = Apart(M::new(0));
        group.bench_function(id, |bencher| bencher.iter(|| black_box(&turn).0.notify()));
    }
    row(
        criterion,
        "condvar 2 ping-pong",
        &[
            ("locksmith", &ping_pong::<Locksmith>),
            ("std", &ping_pong::<Std>),
            ("parking_lot", &ping_pong::<ParkingLot>),
        ],
    );
    row(
        criterion,
        "condvar 1 nobody waits",
        &[
            ("locksmith", &idle::<Locksmith>),
            ("std", &idle::<Std>),
            ("parking_lot", &idle::<ParkingLot>),
        ],
    );
}
