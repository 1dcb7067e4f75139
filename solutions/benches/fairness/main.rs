//! What a throughput does not show: how long the unluckiest thread waits, how the critical sections are shared out, and how
//! much memory a lock takes.
//!
//!     cargo bench -p solutions --bench fairness                                  a table for `ci/speed/run`
//!     cargo bench -p solutions --bench fairness -- once mutex std 4 100000       so many sections, to be looked at by strace

#[path = "../locks/peers.rs"]
mod peers;
#[path = "../locks/team.rs"]
mod team;

use peers::{Exclusive, Left, Shared};
use solutions::ch09_locks::condvar_no_idle_wake::Condvar;
use solutions::ch09_locks::{mutex_spin::Mutex, rwlock_writer_preference::RwLock};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};
use team::{Apart, CASES};

/// How long the threads compete in each pass.
const TIME: Duration = Duration::from_millis(150);
/// How often each lock has its turn. The middle one counts.
const PASSES: usize = 5;
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
        // The smoke test of `cargo bench -- --test`.
        ["--test", ..] => {}
        _ => {
            sizes();
            fairness();
        }
    }
}

/// `size`, what, lock, bytes.
fn sizes() {
    macro_rules! size {
        ($what:literal: $($peer:literal $type:ty),*) => {
            $(println!("size\t{}\t{}\t{}", $what, $peer, size_of::<$type>());)*
        };
    }
    size!("`Mutex<()>`": "locksmith" Mutex<()>, "std" std::sync::Mutex<()>, "parking_lot" parking_lot::Mutex<()>, "spin" spin::Mutex<()>);
    size!("`Mutex<u64>`": "locksmith" Mutex<u64>, "std" std::sync::Mutex<u64>, "parking_lot" parking_lot::Mutex<u64>, "spin" spin::Mutex<u64>);
    size!("`RwLock<()>`": "locksmith" RwLock<()>, "std" std::sync::RwLock<()>, "parking_lot" parking_lot::RwLock<()>, "spin" spin::RwLock<()>);
    size!("`RwLock<u64>`": "locksmith" RwLock<u64>, "std" std::sync::RwLock<u64>, "parking_lot" parking_lot::RwLock<u64>, "spin" spin::RwLock<u64>);
    size!("`Condvar`": "locksmith" Condvar, "std" std::sync::Condvar, "parking_lot" parking_lot::Condvar);
}

/// `fair`, row, lock, longest wait in microseconds, smallest and largest share of the sections in percent of an equal one.
fn fairness() {
    type Short = fn(usize) -> Vec<Had>;
    let mutexes: [(&str, Short); 4] = [
        ("locksmith", compete::<Mutex<Left>>),
        ("std", compete::<std::sync::Mutex<Left>>),
        ("parking_lot", compete::<parking_lot::Mutex<Left>>),
        ("spin", compete::<spin::Mutex<Left>>),
    ];
    for threads in THREADS {
        show(
            &format!("mutex, {threads} threads, {}", CASES[1].name),
            &mutexes.map(|(name, run)| (name, move || run(threads))),
        );
    }
    type Mixed = fn(usize, bool) -> Vec<Had>;
    let locks: [(&str, Mixed); 4] = [
        ("locksmith", mix::<RwLock<Left>>),
        ("std", mix::<std::sync::RwLock<Left>>),
        ("parking_lot", mix::<parking_lot::RwLock<Left>>),
        ("spin", mix::<spin::RwLock<Left>>),
    ];
    for (who, writers) in [("readers", false), ("writers", true)] {
        let row = format!("reader-writer lock, 4 threads, 90 % reads: {who}");
        show(&row, &locks.map(|(name, run)| (name, move || run(4, writers))));
    }
}

/// Lets each lock of a row have its turns, and prints the middle of them.
fn show(row: &str, peers: &[(&str, impl Fn() -> Vec<Had>)]) {
    let mut found = vec![Vec::new(); peers.len()];
    for _ in 0..PASSES {
        for (index, (_, run)) in peers.iter().enumerate() {
            let had = run();
            let sections = had.iter().map(|had| had.sections);
            let equal = sections.clone().sum::<u64>() as f64 / had.len() as f64;
            let share =
                |sections: Option<u64>| 100.0 * sections.unwrap_or(0) as f64 / equal.max(1.0);
            let longest = had.iter().map(|had| had.longest).max().unwrap_or_default();
            found[index].push([
                longest.as_secs_f64() * 1e6,
                share(sections.clone().min()),
                share(sections.max()),
            ]);
        }
    }
    for ((name, _), found) in peers.iter().zip(found) {
        let [longest, least, most] = [0, 1, 2].map(|column| {
            let mut values: Vec<f64> = found.iter().map(|found| found[column]).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        });
        println!("fair\t{row}\t{name}\t{longest:.0}\t{least:.0}\t{most:.0}");
    }
}

/// Lets threads do something until the time is over.
fn until_over(threads: usize, work: impl Fn(usize, &mut Had) + Sync) -> Vec<Had> {
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
        thread::sleep(TIME);
        over.store(true, Relaxed);
        threads.into_iter().map(|thread| thread.join().expect("no section panics")).collect()
    })
}

/// Short sections of a mutex.
fn compete<L: Exclusive>(threads: usize) -> Vec<Had> {
    let [_, case, _] = CASES;
    let lock = Apart(L::new(0));
    until_over(threads, |_, had| {
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
fn mix<L: Shared>(threads: usize, writers: bool) -> Vec<Had> {
    let [_, case, _] = CASES;
    let lock = Apart(L::new(0));
    until_over(threads, |_, had| {
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
