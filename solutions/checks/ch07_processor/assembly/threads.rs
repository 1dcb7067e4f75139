//! The lock, tried with real threads.

use super::subject::SpinLock;
use super::sync::{arch, cell::UnsafeCell};
use grader::{Shared, time_of_others};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// For so long the other thread runs while the lock is held. This is its own processor time, so a busy machine takes nothing away: a
/// `lock` that gives up before has returned when it is over.
const ITS_CHANCE: Duration = Duration::from_millis(100);

/// For so long a waiter is listened to.
const A_LOOK: Duration = Duration::from_millis(1);

/// Processor time in which whoever tries to take a free lock has long had it.
const PATIENCE: Duration = Duration::from_secs(2);

/// So often a lock is unlocked again when its waiter has seen nothing.
const UNLOCKS: usize = 20;

/// A `lock` that sleeps while it waits uses next to no processor time. After so many naps of a millisecond, it has had its chance.
const NAPS: usize = 10_000;

/// Whether it comes true before the other threads have used so much processor time.
fn comes_true(is_so: impl Fn() -> bool, before: Duration) -> bool {
    let start = time_of_others();
    for _ in 0..NAPS {
        if is_so() {
            return true;
        }
        if time_of_others().saturating_sub(start) > before {
            break;
        }
        thread::sleep(Duration::from_millis(1));
    }
    is_so()
}

/// A lock, and how far a thread has come that waits for it.
type Board = Shared<(SpinLock, AtomicU32)>;

/// It is about to call `lock`.
const COMES: u32 = 1;
/// `lock` has returned.
const HOLDS: u32 = 2;
/// It may unlock.
const MAY_GO: u32 = 3;

/// A lock that is held, and another thread that waits for it. The thread does `then` when it has got it, and gives the assembly that
/// `lock` has run.
fn waiter(look: fn(&'static str), then: fn(&Board)) -> (Board, JoinHandle<Vec<&'static str>>) {
    let board = Shared::new((SpinLock::new(), AtomicU32::new(0)));
    assert!(board.0.try_lock(), "the lock is free, but `try_lock` does not take it");
    let theirs = board.clone();
    let other = thread::spawn(move || {
        theirs.1.store(COMES, SeqCst);
        let noted = arch::looked_at(look, || theirs.0.lock());
        theirs.1.store(HOLDS, SeqCst);
        then(&theirs);
        noted
    });
    while board.1.load(SeqCst) == 0 {
        thread::yield_now();
    }
    (board, other)
}

fn holds(board: &Board) -> bool {
    board.1.load(SeqCst) == HOLDS
}

const NOT_WOKEN: &str = "`unlock` was called, but the waiting thread did not get the lock";

/// The assembly that `lock` runs from when it has to wait until it has the lock.
/// `look` is shown each text before it is run.
pub fn noted_while_it_waits(look: fn(&'static str)) -> Vec<&'static str> {
    let (board, other) = waiter(look, |_| {});
    comes_true(|| other.is_finished(), A_LOOK);
    board.0.unlock();
    if !comes_true(|| other.is_finished(), PATIENCE) {
        // A waiter that loads and then stores may have written over the `unlock`. What it ran says more than its bad luck, so it gets more.
        let another_is_seen = (0..UNLOCKS).any(|_| {
            board.0.unlock();
            comes_true(|| other.is_finished(), ITS_CHANCE)
        });
        assert!(another_is_seen, "{NOT_WOKEN}");
    }
    other.join().unwrap_or_else(|panic| resume_unwind(panic))
}

pub fn waits() {
    let (board, other) = waiter(|_| {}, |board| board.0.unlock());
    assert!(
        !comes_true(|| holds(&board), ITS_CHANCE),
        "`lock` has returned although another thread holds the lock"
    );
    board.0.unlock();
    assert!(comes_true(|| holds(&board), PATIENCE), "{NOT_WOKEN}");
    other.join().expect("the other thread does not panic");
}

/// Whoever has waited has the lock, and not only seen that it was free.
fn waiter_takes_it() {
    let go = |board: &Board| {
        while board.1.load(SeqCst) == HOLDS {
            thread::yield_now();
        }
        board.0.unlock();
    };
    let (board, other) = waiter(|_| {}, go);
    // It waits by now.
    comes_true(|| false, ITS_CHANCE);
    board.0.unlock();
    assert!(comes_true(|| holds(&board), PATIENCE), "{NOT_WOKEN}");
    let is_free = board.0.try_lock();
    board.1.store(MAY_GO, SeqCst);
    other.join().expect("the other thread does not panic");
    assert!(
        !is_free,
        "a thread has waited for the lock and its `lock` has returned, but another thread can take the lock"
    );
}

const THREADS: u64 = 2;
const ROUNDS: u64 = 5_000;

/// After so many rounds a thread lets others run, with the lock held. Each time may cost a slice of time, on a machine that has much
/// to do.
const TURN: u64 = 50;

pub fn stress() {
    waiter_takes_it();
    let shared = Shared::new((SpinLock::new(), UnsafeCell::new(0_u64)));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let shared = shared.clone();
            thread::spawn(move || {
                for round in 0..ROUNDS {
                    shared.0.lock();
                    // SAFETY: what is under test: whoever holds the lock is alone.
                    let sum = unsafe { *shared.1.get() };
                    if round % TURN == 0 {
                        thread::yield_now();
                    }
                    // SAFETY: as above.
                    unsafe { *shared.1.get() = sum + 1 };
                    shared.0.unlock();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("the thread does not panic");
    }
    // SAFETY: all threads have ended.
    let sum = unsafe { *shared.1.get() };
    assert_eq!(
        sum,
        THREADS * ROUNDS,
        "the sum of {THREADS} threads that add 1 {ROUNDS} times each, the lock held"
    );
}
