//! What the book's questions say of executions: each proof is a test, and a question names it (`data-proof`). `cargo book check` holds the
//! one against the other.

mod questions {
    mod ch01;
    mod ch02_aba;
    mod ch02_handing_over;
    mod ch02_numbers;
    mod ch03_counting;
    mod ch03_passing;
    mod ch03_store_buffering;
    mod ch04;
    mod ch05_messages;
    mod ch05_waiting;
    mod ch06;
    mod ch07;
    mod ch08_gates;
    mod ch08_sleepers;
    mod ch09_condvar;
    mod ch09_mutex;
    mod ch09_rwlock;
    mod ch10_claims;
    mod ch10_lists;
    mod ch10_locks;
    mod ch10_queues;
    mod ch10_readers;
    mod ch10_unlock;
    mod ch10_waiting;
    mod handed_over;
    mod other_languages;
}
mod told;

use rc11::atomic::AtomicU32;
use rc11::{FailureKind, Memory, Report, thread};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// Nothing was left out. Where the checker cannot look at the stacks of threads, a loop that waits costs the word *complete*.
#[track_caller]
fn assert_complete(report: &Report) {
    let sees_stacks = cfg!(all(unix, any(target_arch = "x86_64", target_arch = "aarch64")));
    assert!(report.complete || !sees_stacks, "{report}");
}

/// What the executions return, each value once. Nothing is left out.
fn outcomes<T: Ord + Send + 'static>(f: impl Fn() -> T + Send + Sync + 'static) -> BTreeSet<T> {
    outcomes_in(Memory::Rc11, f)
}

/// As [`outcomes`], of the executions of this memory model.
fn outcomes_in<T: Ord + Send + 'static>(
    memory: Memory,
    f: impl Fn() -> T + Send + Sync + 'static,
) -> BTreeSet<T> {
    let found = Arc::new(Mutex::new(BTreeSet::new()));
    let sink = found.clone();
    let report = told::builder().memory(memory).check(move || {
        let outcome = f();
        sink.lock().unwrap().insert(outcome);
    });
    assert_complete(&report.unwrap());
    std::mem::take(&mut *found.lock().unwrap())
}

/// What goes wrong in some execution. Nothing, if none fails: then all of them were tried.
fn failure(f: impl Fn() + Send + Sync + 'static) -> Option<FailureKind> {
    match told::builder().check(f) {
        Ok(report) => {
            assert_complete(&report);
            None
        }
        Err(failure) => Some(failure.kind),
    }
}

/// Runs both at the same time.
fn both<A: Send, B>(first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B) {
    thread::scope(|scope| {
        scope.spawn(first);
        second();
    });
}

/// What a thread does with two words, and what it has read.
type Thread = fn(&AtomicU32, &AtomicU32) -> u32;

/// What two threads read, in all executions. The words are 0 before.
fn two(first: Thread, second: Thread) -> BTreeSet<(u32, u32)> {
    outcomes(move || {
        let (x, y) = (AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|scope| {
            let other = scope.spawn(|| second(&x, &y));
            let read = first(&x, &y);
            (read, other.join().unwrap())
        })
    })
}
