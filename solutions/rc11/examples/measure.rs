//! Executions, time and memory of larger models: `cargo run --release -p rc11 --example measure`. With `-- 2`, on two OS threads, and how
//! much each of them has done.

use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::*;
use rc11::{Builder, futex, hint, thread};

const WRITER: u32 = u32::MAX;

fn read(lock: &AtomicU32) {
    let mut state = lock.load(Relaxed);
    loop {
        if state == WRITER {
            futex::wait(lock, WRITER);
            state = lock.load(Relaxed);
        } else {
            match lock.compare_exchange(state, state + 1, Acquire, Relaxed) {
                Ok(_) => break,
                Err(now) => state = now,
            }
        }
    }
    if lock.fetch_sub(1, Release) == 1 {
        futex::wake_one(lock);
    }
}

fn write(lock: &AtomicU32) {
    while let Err(state) = lock.compare_exchange(0, WRITER, Acquire, Relaxed) {
        futex::wait(lock, state);
    }
    lock.store(0, Release);
    futex::wake_all(lock);
}

fn mutex(lock: &AtomicU32) {
    if lock.compare_exchange(0, 1, Acquire, Relaxed).is_err() {
        while lock.swap(2, Acquire) != 0 {
            futex::wait(lock, 2);
        }
    }
    if lock.swap(0, Release) == 2 {
        futex::wake_one(lock);
    }
}

fn spin(lock: &AtomicU32) {
    while lock.swap(1, Acquire) != 0 {
        hint::spin_loop();
    }
    lock.store(0, Release);
}

/// The largest memory that the process had so far, in MiB; 0 where the system does not tell.
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|text| text.trim().strip_suffix(" kB")?.parse::<usize>().ok()).unwrap_or(0) / 1024
}

/// How many OS threads explore.
fn os_threads() -> usize {
    std::env::args().nth(1).and_then(|threads| threads.parse().ok()).unwrap_or(1)
}

type Run = fn(&AtomicU32);

fn measure(name: &str, threads: &[Run]) {
    let threads = threads.to_vec();
    let report = Builder::new().threads(os_threads()).check(move || {
        let lock = AtomicU32::new(0);
        thread::scope(|s| {
            for run in &threads[1..] {
                s.spawn(|| run(&lock));
            }
            threads[0](&lock);
        });
    });
    let report = report.unwrap_or_else(|failure| panic!("{name}: {failure}"));
    let runs = report.executions + report.blocked + report.pruned;
    println!(
        "{name:>12}: {:>8} executions, {:>7} blocked, {:>7} pruned, {:>9.1?}, {:>4.0} k/s, {} MiB, depth {} {:?}",
        report.executions,
        report.blocked,
        report.pruned,
        report.elapsed,
        runs as f64 / report.elapsed.as_secs_f64() / 1e3,
        memory(),
        report.depth,
        report.shares,
    );
}

fn main() {
    measure("spin 2", &[spin as Run; 2]);
    measure("spin 3", &[spin as Run; 3]);
    measure("spin 4", &[spin as Run; 4]);
    measure("spin 5", &[spin as Run; 5]);
    measure("mutex 2", &[mutex as Run; 2]);
    measure("mutex 3", &[mutex as Run; 3]);
    measure("rwlock 1+1", &[read as Run, write]);
    measure("rwlock 2+1", &[read as Run, read, write]);
    measure("rwlock 1+2", &[read as Run, write, write]);
    measure("rwlock 3", &[write as Run; 3]);
}
