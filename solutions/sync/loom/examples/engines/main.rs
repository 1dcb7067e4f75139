//! Executions and time of the same locks under rc11 and under loom, in one run:
//! `cargo run --release -p sync-loom --example engines`. `ci/engines --measure` puts what it prints into the book.
//!
//! loom is used as its own documentation says, without the facade: what it accepts and what it costs is its own.

#[macro_use]
mod locks;
mod futex;
mod table;

use std::sync::Arc;
use std::time::{Duration, Instant};

locks!(under_rc11, rc11::atomic, rc11::hint, rc11::futex);
locks!(under_loom, loom::sync::atomic, loom::hint, crate::futex);

/// How long loom may take for one row.
const LIMIT: Duration = Duration::from_secs(120);

/// What an engine had to do.
struct Cost {
    executions: u64,
    /// Executions that were begun and led nowhere.
    given_up: u64,
    time: Duration,
    complete: bool,
}

fn rc11(threads: &'static [Role]) -> Cost {
    let report = rc11::Builder::new().check(move || {
        let lock = Arc::new(rc11::atomic::AtomicU32::new(0));
        let others: Vec<_> = threads[1..]
            .iter()
            .map(|&role| {
                let lock = lock.clone();
                rc11::thread::spawn(move || under_rc11::run(role, &lock))
            })
            .collect();
        under_rc11::run(threads[0], &lock);
        others.into_iter().for_each(|other| other.join().expect("never an error"));
    });
    let report = report.unwrap_or_else(|failure| panic!("{failure}"));
    Cost {
        executions: report.executions,
        given_up: report.blocked + report.pruned,
        time: report.elapsed,
        complete: report.complete,
    }
}

fn loom(threads: &'static [Role]) -> Cost {
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
    let mut builder = loom::model::Builder::new();
    builder.max_duration = Some(LIMIT);
    let count = Arc::new(AtomicU64::new(0));
    let counter = count.clone();
    let start = Instant::now();
    builder.check(move || {
        // Relaxed: loom runs one execution after the other, on one thread.
        counter.fetch_add(1, Relaxed);
        let lock = Arc::new(loom::sync::atomic::AtomicU32::new(0));
        let others: Vec<_> = threads[1..]
            .iter()
            .map(|&role| {
                let lock = lock.clone();
                loom::thread::spawn(move || under_loom::run(role, &lock))
            })
            .collect();
        under_loom::run(threads[0], &lock);
        others.into_iter().for_each(|other| other.join().expect("never an error"));
    });
    let time = start.elapsed();
    // Relaxed: as above.
    Cost { executions: count.load(Relaxed), given_up: 0, time, complete: time < LIMIT }
}

/// What a thread does with the lock.
#[derive(Clone, Copy, Debug)]
enum Role {
    /// Locks a spin lock that unlocks by a store.
    SpinStore,
    /// Locks a spin lock that unlocks by a swap.
    SpinSwap,
    /// Locks a mutex that sleeps.
    Mutex,
    /// Reads under a reader-writer lock.
    Read,
    /// Writes under it.
    Write,
}

/// A row: what it is called, and what each thread does.
type Row = (&'static str, &'static [Role]);

const ROWS: &[Row] = {
    use Role::*;
    &[
        ("spin lock (store), 2 threads", &[SpinStore; 2]),
        ("spin lock (store), 3 threads", &[SpinStore; 3]),
        ("spin lock (swap), 2 threads", &[SpinSwap; 2]),
        ("spin lock (swap), 3 threads", &[SpinSwap; 3]),
        ("futex mutex, 2 threads", &[Mutex; 2]),
        ("futex mutex, 3 threads", &[Mutex; 3]),
        ("rwlock, 1 reads, 1 writes", &[Read, Write]),
        ("rwlock, 2 read, 1 writes", &[Read, Read, Write]),
        ("rwlock, 1 reads, 2 write", &[Read, Write, Write]),
        ("rwlock, 3 write", &[Write; 3]),
    ]
};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match &arguments[..] {
        [_, engine, row] => {
            let (_, threads) = ROWS[row.parse::<usize>().expect("the number of a row")];
            let measure = if engine == "rc11" { rc11 } else { loom };
            table::tell(&best(|| measure(threads)));
        }
        _ => table::print(),
    }
}

/// The shortest of several runs, where one is short.
fn best(measure: impl Fn() -> Cost) -> Cost {
    const RUNS: usize = 10;
    const SHORT: Duration = Duration::from_millis(200);
    let first = measure();
    let runs = if first.time < SHORT { RUNS } else { 0 };
    (0..runs).map(|_| measure()).fold(first, |a, b| if b.time < a.time { b } else { a })
}
