//! What a throughput does not show: how long the unluckiest thread waits, how the critical sections are shared out, and how
//! much memory a lock takes.
//!
//!     cargo bench -p solutions --bench fairness                                  `ci/speed/run` keeps the results
//!     cargo bench -p solutions --bench fairness -- once mutex std 4 100000       so many sections, to be looked at by strace

#[path = "../locks/peers.rs"]
mod peers;
#[path = "../locks/shared.rs"]
mod shared;
#[path = "../locks/team.rs"]
mod team;

use peers::{Exclusive, Left};
use shared::Shared;
use solutions::ch09_locks::condvar_no_idle_wake::Condvar;
use solutions::ch09_locks::{mutex_spin::Mutex, rwlock_writer_preference::RwLock};
use speed::measure::Bench;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};
use team::{Apart, CASES};

/// For how many times the length of a pass the threads compete.
const LENGTH: u32 = 4;
/// How many threads meet.
const THREADS: [usize; 3] = [2, 4, 16];

/// What one thread had.
#[derive(Clone, Copy, Default)]
struct Had {
    sections: u64,
    longest: Duration,
}

impl Had {
    /// Counts a section that was asked for at `asked` and begins now.
    fn enters(&mut self, asked: Instant) {
        self.sections += 1;
        self.longest = self.longest.max(asked.elapsed());
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|word| *word != "--bench").collect();
    match words[..] {
        ["once", kind, peer, threads, sections] => {
            let number = |word: &str| word.parse().expect("a number");
            once(kind, peer, number(threads) as usize, number(sections));
        }
        _ => {
            let mut bench = Bench::new("fairness");
            sizes(&mut bench);
            fairness(&mut bench);
            bench.finish();
        }
    }
}

/// `size …`, in bytes.
fn sizes(bench: &mut Bench) {
    macro_rules! size {
        ($what:literal: $($peer:literal $type:ty),*) => {
            bench.keep([$((format!("size {}", $what), $peer.into(), size_of::<$type>() as f64)),*])
        };
    }
    size!("Mutex<()>": "locksmith" Mutex<()>, "std" std::sync::Mutex<()>, "parking_lot" parking_lot::Mutex<()>, "spin" spin::Mutex<()>);
    size!("Mutex<u64>": "locksmith" Mutex<u64>, "std" std::sync::Mutex<u64>, "parking_lot" parking_lot::Mutex<u64>, "spin" spin::Mutex<u64>);
    size!("RwLock<()>": "locksmith" RwLock<()>, "std" std::sync::RwLock<()>, "parking_lot" parking_lot::RwLock<()>, "spin" spin::RwLock<()>);
    size!("RwLock<u64>": "locksmith" RwLock<u64>, "std" std::sync::RwLock<u64>, "parking_lot" parking_lot::RwLock<u64>, "spin" spin::RwLock<u64>);
    size!("Condvar": "locksmith" Condvar, "std" std::sync::Condvar, "parking_lot" parking_lot::Condvar);
}

/// For each row: `wait …`, the longest wait in microseconds; `least …` and `most …`, the smallest and the largest share of the
/// sections in percent of an equal one.
fn fairness(bench: &mut Bench) {
    type Short = fn(usize, Duration) -> Vec<Had>;
    let mutexes: [(&str, Short); 4] = [
        ("locksmith", compete::<Mutex<Left>>),
        ("std", compete::<std::sync::Mutex<Left>>),
        ("parking_lot", compete::<parking_lot::Mutex<Left>>),
        ("spin", compete::<spin::Mutex<Left>>),
    ];
    for threads in THREADS {
        show(
            bench,
            &format!("mutex {threads} {}", CASES[1].name),
            &mutexes.map(|(name, run)| (name, move |time| run(threads, time))),
        );
    }
    type Mixed = fn(usize, bool, Duration) -> Vec<Had>;
    let locks: [(&str, Mixed); 4] = [
        ("locksmith", mix::<RwLock<Left>>),
        ("std", mix::<std::sync::RwLock<Left>>),
        ("parking_lot", mix::<parking_lot::RwLock<Left>>),
        ("spin", mix::<spin::RwLock<Left>>),
    ];
    for (who, writers) in [("readers", false), ("writers", true)] {
        show(
            bench,
            &format!("rwlock 4 {who}"),
            &locks.map(|(name, run)| (name, move |time| run(4, writers, time))),
        );
    }
}

/// Lets each lock of a row have its turns.
fn show(bench: &mut Bench, row: &str, peers: &[(&str, impl Fn(Duration) -> Vec<Had>)]) {
    if bench.skips(row) {
        return;
    }
    let time = bench.time().unwrap_or_default() * LENGTH;
    bench.rows(row, peers.len(), |turn| {
        let (peer, run) = &peers[turn];
        let had = run(time);
        let sections = had.iter().map(|had| had.sections);
        let equal = sections.clone().sum::<u64>() as f64 / had.len() as f64;
        let share = |sections: Option<u64>| 100.0 * sections.unwrap_or(0) as f64 / equal.max(1.0);
        let longest = had.iter().map(|had| had.longest).max().unwrap_or_default();
        let named = |what: &str, value| (format!("{what} {row}"), (*peer).to_owned(), value);
        vec![
            named("wait", longest.as_secs_f64() * 1e6),
            named("least", share(sections.clone().min())),
            named("most", share(sections.max())),
        ]
    });
}

/// Lets threads do something until the time is over.
fn until_over(threads: usize, time: Duration, work: impl Fn(usize, &mut Had) + Sync) -> Vec<Had> {
    // Relaxed: it is only to be seen some time.
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let start = |index| {
            let (over, work) = (&over, &work);
            scope.spawn(move || {
                let mut had = Had::default();
                while !over.load(Relaxed) {
                    work(index, &mut had);
                }
                had
            })
        };
        let threads: Vec<_> = (0..threads).map(start).collect();
        thread::sleep(time);
        over.store(true, Relaxed);
        threads.into_iter().map(|thread| thread.join().expect("no section panics")).collect()
    })
}

/// Short sections of a mutex.
fn compete<L: Exclusive>(threads: usize, time: Duration) -> Vec<Had> {
    let [_, case, _] = CASES;
    let lock = Apart(L::new(0));
    until_over(threads, time, |_, had| {
        let asked = Instant::now();
        lock.0.with(|left| {
            had.enters(asked);
            *left += 1;
            case.work();
        });
        case.work();
    })
}

/// Short sections of a reader-writer lock, one of ten of which writes. What is told is how the one or the other kind waits.
fn mix<L: Shared>(threads: usize, writers: bool, time: Duration) -> Vec<Had> {
    let [_, case, _] = CASES;
    let lock = Apart(L::new(0));
    until_over(threads, time, |_, had| {
        for round in 0..10 {
            let asked = Instant::now();
            if round == 9 {
                lock.0.write(|left| {
                    if writers {
                        had.enters(asked);
                    }
                    *left += 1;
                    case.work();
                });
            } else {
                lock.0.read(|_| {
                    if !writers {
                        had.enters(asked);
                    }
                    case.work();
                });
            }
            case.work();
        }
    })
}

/// So many short sections, by all threads together.
fn once(kind: &str, peer: &str, threads: usize, sections: u64) {
    fn exclusive<L: Exclusive>(threads: usize, sections: u64) {
        let [_, case, _] = CASES;
        let lock = Apart(L::new(sections));
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
        team::with(threads, work, |run| run());
    }
    fn shared<L: Shared>(threads: usize, sections: u64) {
        let [_, case, _] = CASES;
        let lock = Apart(L::new(0));
        let work = |_| {
            for section in 0..sections / threads as u64 {
                if section % 10 == 9 {
                    lock.0.write(|left| {
                        *left += 1;
                        case.work();
                    });
                } else {
                    lock.0.read(|_| case.work());
                }
                case.work();
            }
        };
        team::with(threads, work, |run| run());
    }
    let run: fn(usize, u64) = match (kind, peer) {
        ("mutex", "locksmith") => exclusive::<Mutex<Left>>,
        ("mutex", "std") => exclusive::<std::sync::Mutex<Left>>,
        ("mutex", "parking_lot") => exclusive::<parking_lot::Mutex<Left>>,
        ("mutex", "spin") => exclusive::<spin::Mutex<Left>>,
        ("rwlock", "locksmith") => shared::<RwLock<Left>>,
        ("rwlock", "std") => shared::<std::sync::RwLock<Left>>,
        ("rwlock", "parking_lot") => shared::<parking_lot::RwLock<Left>>,
        ("rwlock", "spin") => shared::<spin::RwLock<Left>>,
        _ => panic!("there is no {kind} of {peer}"),
    };
    run(threads, sections);
}
