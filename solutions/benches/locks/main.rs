//! The last stage of each lock of chapter 9 beside those of std, `parking_lot` and `spin`.
//!
//! `ci/speed/run` keeps the results and makes the book's tables of them. With the feature `stretched` the book's locks are also
//! measured with spin hints that are three times and ten times as long, and with none.

mod monitors;
mod pairs;
mod pauses;
mod peers;
mod sections;
mod shared;
mod team;

use monitors::{Locksmith, Monitor, ParkingLot, Std};
use peers::Left;
use shared::Shared;
use speed::measure::{Bench, Meter, Peer};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use team::{Apart, CASES, Case};

/// How many threads meet.
const THREADS: [usize; 4] = [2, 4, 8, 16];
/// How many of a hundred accesses only read.
const READER_SHARES: [u64; 3] = [50, 90, 99];

fn main() {
    let stretched = cfg!(feature = "stretched");
    let mut bench = Bench::new(if stretched { "stretched" } else { "locks" });
    if !stretched {
        uncontended(&mut bench);
    }
    for threads in THREADS {
        for case in CASES {
            mutex(&mut bench, threads, case);
        }
    }
    for threads in THREADS {
        for share in READER_SHARES {
            rwlock(&mut bench, threads, share);
        }
    }
    if !stretched {
        condvar(&mut bench);
        pairs::pairs(&mut bench);
        for threads in [2, 4, 16] {
            for case in CASES {
                pauses(&mut bench, threads, case);
            }
        }
    }
    bench.finish();
}

/// A row of a lock of the book beside the others; with the feature `stretched`, also with hints of other lengths.
fn stretched_too(bench: &mut Bench, name: &str, ours: &dyn Fn(&mut Meter), others: [Peer<'_>; 3]) {
    let mut peers: Vec<Peer<'_>> = vec![("locksmith", ours)];
    peers.extend(others);
    #[cfg(feature = "stretched")]
    {
        let at = |times| {
            move |meter: &mut Meter| {
                sync::hint::stretch(times);
                ours(meter);
                sync::hint::stretch(1);
            }
        };
        let (thrice, tenfold, none) = (at(3), at(10), at(0));
        peers.push(("locksmith ×3", &thrice));
        peers.push(("locksmith ×10", &tenfold));
        peers.push(("locksmith ×0", &none));
        bench.row(name, &peers);
    }
    #[cfg(not(feature = "stretched"))]
    bench.row(name, &peers);
}

/// Lock and unlock, by one thread.
fn uncontended(bench: &mut Bench) {
    fn read<L: Shared>(meter: &mut Meter) {
        let lock = Apart(L::new(0));
        meter.each(|| black_box(&lock).0.read(|left| *left));
    }
    fn write<L: Shared>(meter: &mut Meter) {
        let lock = Apart(L::new(0));
        meter.each(|| black_box(&lock).0.write(|left| *left += 1));
    }
    use solutions::ch09_locks::{mutex_spin::Mutex, rwlock_writer_preference::RwLock};
    bench.row(
        "mutex 1 uncontended",
        &[
            ("locksmith", &sections::alone::<Mutex<Left>>),
            ("std", &sections::alone::<std::sync::Mutex<Left>>),
            ("parking_lot", &sections::alone::<parking_lot::Mutex<Left>>),
            ("spin", &sections::alone::<spin::Mutex<Left>>),
        ],
    );
    bench.row(
        "rwlock 1 read",
        &[
            ("locksmith", &read::<RwLock<Left>>),
            ("std", &read::<std::sync::RwLock<Left>>),
            ("parking_lot", &read::<parking_lot::RwLock<Left>>),
            ("spin", &read::<spin::RwLock<Left>>),
        ],
    );
    bench.row(
        "rwlock 1 write",
        &[
            ("locksmith", &write::<RwLock<Left>>),
            ("std", &write::<std::sync::RwLock<Left>>),
            ("parking_lot", &write::<parking_lot::RwLock<Left>>),
            ("spin", &write::<spin::RwLock<Left>>),
        ],
    );
}

/// The mutexes beside each other.
fn mutex(bench: &mut Bench, threads: usize, case: Case) {
    use solutions::ch09_locks::mutex_spin::Mutex;
    stretched_too(
        bench,
        &format!("mutex {threads} {}", case.name),
        &|meter| sections::together::<Mutex<Left>>(meter, threads, case),
        [
            ("std", &|meter| sections::together::<std::sync::Mutex<Left>>(meter, threads, case)),
            ("parking_lot", &|meter| {
                sections::together::<parking_lot::Mutex<Left>>(meter, threads, case);
            }),
            ("spin", &|meter| sections::together::<spin::Mutex<Left>>(meter, threads, case)),
        ],
    );
}

/// The last mutex with other pauses.
fn pauses(bench: &mut Bench, threads: usize, case: Case) {
    use pauses::{AfterEachHint, OnlyPauses, OnlyYields, Reference};
    bench.row(
        &format!("pauses {threads} {}", case.name),
        &[
            ("reference", &|meter| sections::together::<Reference>(meter, threads, case)),
            ("after each hint", &|meter| sections::together::<AfterEachHint>(meter, threads, case)),
            ("only pauses", &|meter| sections::together::<OnlyPauses>(meter, threads, case)),
            ("only yields", &|meter| sections::together::<OnlyYields>(meter, threads, case)),
        ],
    );
}

/// Short critical sections, of which `share` in a hundred only read.
fn rwlock(bench: &mut Bench, threads: usize, share: u64) {
    fn measure<L: Shared>(meter: &mut Meter, threads: usize, share: u64) {
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
            meter.custom(|iterations| {
                // Only writers count down. How many sections that made is known afterwards.
                lock.0.write(|left| *left = (iterations * (100 - share)).div_ceil(100));
                done.store(0, Relaxed);
                run().mul_f64(iterations as f64 / done.load(Relaxed) as f64)
            });
        });
    }
    use solutions::ch09_locks::rwlock_writer_preference::RwLock;
    stretched_too(
        bench,
        &format!("rwlock {threads} {share}"),
        &|meter| measure::<RwLock<Left>>(meter, threads, share),
        [
            ("std", &|meter| measure::<std::sync::RwLock<Left>>(meter, threads, share)),
            ("parking_lot", &|meter| {
                measure::<parking_lot::RwLock<Left>>(meter, threads, share);
            }),
            ("spin", &|meter| measure::<spin::RwLock<Left>>(meter, threads, share)),
        ],
    );
}

/// Two threads that wait for each other, there and back; and notifications that nobody waits for.
fn condvar(bench: &mut Bench) {
    fn ping_pong<M: Monitor>(meter: &mut Meter) {
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
            meter.custom(|iterations| {
                rounds.store(iterations, Relaxed);
                run()
            });
        });
    }
    fn idle<M: Monitor>(meter: &mut Meter) {
        let turn = Apart(M::new(0));
        meter.each(|| black_box(&turn).0.notify());
    }
    bench.row(
        "condvar 2 ping-pong",
        &[
            ("locksmith", &ping_pong::<Locksmith>),
            ("std", &ping_pong::<Std>),
            ("parking_lot", &ping_pong::<ParkingLot>),
        ],
    );
    bench.row(
        "condvar 1 nobody waits",
        &[
            ("locksmith", &idle::<Locksmith>),
            ("std", &idle::<Std>),
            ("parking_lot", &idle::<ParkingLot>),
        ],
    );
}
