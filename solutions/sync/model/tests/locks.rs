//! Locks that are right must pass and locks that are wrong must fail, each in a process of its own: a failing model ends
//! its process.

use libtest_mimic::{Arguments, Trial};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Duration;
use sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use sync::atomic::{AtomicBool, AtomicU32, fence};
use sync::cell::{Probe, UnsafeCell};
use sync::{futex, hint, thread};

/// How a [`Lock`] waits.
#[derive(Clone, Copy)]
enum Wait {
    Swap,
    SwapWithoutHint,
    TestAndTestAndSet,
    CompareExchange,
    CompareExchangeWeak,
    LoadThenStore,
}

struct Lock {
    locked: AtomicBool,
    data: UnsafeCell<Probe>,
    wait: Wait,
    acquire: Ordering,
    release: Ordering,
}

// SAFETY: the tests are about whether `with` keeps the threads apart.
unsafe impl Sync for Lock {}

impl Lock {
    fn acquire(&self) {
        let locked = &self.locked;
        match self.wait {
            Wait::Swap => {
                while locked.swap(true, self.acquire) {
                    hint::spin_loop();
                }
            }
            Wait::SwapWithoutHint => while locked.swap(true, self.acquire) {},
            Wait::TestAndTestAndSet => loop {
                while locked.load(Relaxed) {
                    hint::spin_loop();
                }
                if !locked.swap(true, self.acquire) {
                    break;
                }
            },
            Wait::CompareExchange => {
                while locked.compare_exchange(false, true, self.acquire, Relaxed).is_err() {
                    hint::spin_loop();
                }
            }
            Wait::CompareExchangeWeak => {
                while locked.compare_exchange_weak(false, true, self.acquire, Relaxed).is_err() {
                    hint::spin_loop();
                }
            }
            Wait::LoadThenStore => {
                while locked.load(self.acquire) {
                    hint::spin_loop();
                }
                locked.store(true, Relaxed);
            }
        }
    }

    fn with(&self, f: impl FnOnce(&mut Probe)) {
        self.acquire();
        // SAFETY: what the tests are about.
        f(unsafe { &mut *self.data.get() });
        self.locked.store(false, self.release);
    }
}

fn exclusion(model: &sync::Model, threads: u32, wait: Wait, acquire: Ordering, release: Ordering) {
    model.check(move || {
        let data = UnsafeCell::new(Probe::new(0));
        let lock = Arc::new(Lock { locked: AtomicBool::new(false), data, wait, acquire, release });
        let others: Vec<_> = (1..threads)
            .map(|_| {
                let lock = lock.clone();
                thread::spawn(move || lock.with(|data| data.add(1)))
            })
            .collect();
        lock.with(|data| data.add(1));
        for other in others {
            other.join().expect("never an error");
        }
        lock.with(|data| assert_eq!(data.get(), threads));
    });
}

fn two(wait: Wait, acquire: Ordering, release: Ordering) {
    exclusion(&sync::Model::new(), 2, wait, acquire, release);
}

fn three(wait: Wait) {
    exclusion(&sync::Model::new().preemptions(1), 3, wait, Acquire, Release);
}

/// Each turn of a thread that waits writes anew what is there already, while the holder tries to exchange it.
fn unlock_by_exchange(weak: bool) {
    sync::Model::new().preemptions(2).check(move || {
        let locked = Arc::new(AtomicBool::new(false));
        let turn = move |locked: &AtomicBool| {
            while locked.swap(true, Acquire) {
                hint::spin_loop();
            }
            hint::spin_loop();
            let exchange = || match weak {
                true => locked.compare_exchange_weak(true, false, Release, Relaxed),
                false => locked.compare_exchange(true, false, Release, Relaxed),
            };
            while exchange().is_err() {}
        };
        let others =
            [locked.clone(), locked.clone()].map(|locked| thread::spawn(move || turn(&locked)));
        turn(&locked);
        for other in others {
            other.join().expect("never an error");
        }
    });
}

fn store_buffering(with_fences: bool) {
    sync::model(move || {
        let flags = Arc::new([AtomicBool::new(false), AtomicBool::new(false)]);
        let enter = move |flags: &[AtomicBool; 2], me: usize| {
            flags[me].store(true, Relaxed);
            if with_fences {
                fence(SeqCst);
            }
            flags[1 - me].load(Relaxed)
        };
        let theirs = flags.clone();
        let other = thread::spawn(move || enter(&theirs, 1));
        let first = enter(&flags, 0);
        assert!(first || other.join().expect("never an error"), "both went ahead");
    });
}

fn futex_hand_over(wakes: bool) {
    sync::model(move || {
        let word = Arc::new(AtomicU32::new(0));
        let theirs = word.clone();
        let other = thread::spawn(move || {
            theirs.store(1, Release);
            if wakes {
                futex::wake_one(&theirs);
            }
        });
        while word.load(Acquire) == 0 {
            futex::wait(&word, 0);
        }
        other.join().expect("never an error");
    });
}

/// Sleeps for a time, once.
fn timed_hand_over(wakes: bool, in_time: bool) {
    sync::model(move || {
        let word = Arc::new(AtomicU32::new(0));
        let theirs = word.clone();
        let other = thread::spawn(move || {
            theirs.store(1, Release);
            if wakes {
                futex::wake_one(&theirs);
            }
        });
        let woken = futex::wait_timeout(&word, 0, Duration::from_secs(1));
        assert!(woken || !in_time, "the time ran out");
        other.join().expect("never an error");
    });
}

/// Name, model, and what the report must say where it must fail.
type Case = (&'static str, fn(), Option<&'static str>);

const CASES: &[Case] = &[
    ("swap_lock_passes_with_two_threads", || two(Wait::Swap, Acquire, Release), None),
    ("swap_lock_without_a_hint_passes", || two(Wait::SwapWithoutHint, Acquire, Release), None),
    ("swap_lock_with_acq_rel_passes", || two(Wait::Swap, AcqRel, Release), None),
    ("ttas_lock_passes_with_two_threads", || two(Wait::TestAndTestAndSet, Acquire, Release), None),
    ("cas_lock_passes_with_two_threads", || two(Wait::CompareExchange, Acquire, Release), None),
    ("unlock_by_cas_passes_beside_a_waiting_swap", || unlock_by_exchange(false), None),
    ("unlock_by_weak_cas_passes_beside_a_waiting_swap", || unlock_by_exchange(true), None),
    (
        "weak_cas_lock_passes_with_two_threads",
        || two(Wait::CompareExchangeWeak, Acquire, Release),
        None,
    ),
    ("swap_lock_passes_with_three_threads", || three(Wait::Swap), None),
    ("ttas_lock_passes_with_three_threads", || three(Wait::TestAndTestAndSet), None),
    ("cas_lock_passes_with_three_threads", || three(Wait::CompareExchange), None),
    ("weak_cas_lock_passes_with_three_threads", || three(Wait::CompareExchangeWeak), None),
    (
        "relaxed_lock_is_a_data_race",
        || two(Wait::Swap, Relaxed, Release),
        Some("learns nothing of what was published"),
    ),
    (
        "relaxed_unlock_is_a_data_race",
        || two(Wait::Swap, Acquire, Relaxed),
        Some("publishes nothing"),
    ),
    (
        "load_then_store_is_a_data_race",
        || two(Wait::LoadThenStore, Acquire, Release),
        Some("data race"),
    ),
    ("lock_that_is_never_released_is_a_livelock", never_released, Some("livelock")),
    ("store_buffering_is_seen", || store_buffering(false), Some("both went ahead")),
    ("seq_cst_fences_forbid_store_buffering", || store_buffering(true), None),
    ("futex_hand_over_passes", || futex_hand_over(true), None),
    ("missing_wake_up_is_a_deadlock", || futex_hand_over(false), Some("DEADLOCK")),
    ("timed_hand_over_passes", || timed_hand_over(true, false), None),
    ("missing_wake_up_of_a_timed_wait_is_no_deadlock", || timed_hand_over(false, false), None),
    ("time_may_run_out_before_a_wake_up", || timed_hand_over(true, true), Some("the time ran out")),
    ("spurious_failure_of_a_weak_exchange_is_tried", spurious, Some("(spurious)")),
    ("counters_count", counters, None),
    ("every_hint_is_counted", every_hint_is_counted, None),
    ("loop_of_hints_alone_is_reported", hints_alone, Some("spins without looking")),
    ("expected_panic_goes_on", expected_panic, None),
];

fn never_released() {
    sync::model(|| {
        let locked = Arc::new(AtomicBool::new(false));
        let theirs = locked.clone();
        thread::spawn(move || theirs.swap(true, Acquire));
        while locked.swap(true, Acquire) {
            hint::spin_loop();
        }
    });
}

fn spurious() {
    sync::model(|| {
        let word = AtomicU32::new(0);
        assert!(word.compare_exchange_weak(0, 1, Relaxed, Relaxed).is_ok());
    });
}

fn counters() {
    sync::model(|| {
        let word = AtomicU32::new(0);
        word.fetch_add(1, Relaxed);
        word.store(0, Relaxed);
        assert_eq!(word.load(Relaxed), 0);
        let counters = sync::counters();
        assert_eq!((counters.rmws, counters.stores, counters.loads), (1, 1, 1));
    });
}

fn every_hint_is_counted() {
    sync::model(|| {
        for _ in 0..3 {
            hint::spin_loop();
        }
        thread::yield_now();
        assert_eq!(sync::counters().hints, 4);
    });
}

fn hints_alone() {
    sync::model(|| {
        let held = AtomicBool::new(true).load(Relaxed);
        loop {
            if !held {
                break;
            }
            hint::spin_loop();
        }
    });
}

fn expected_panic() {
    sync::model(|| {
        let other = thread::spawn(|| sync::expect_panic(|| panic!("on purpose")));
        other.join().expect("never an error");
        assert!(!thread::panicking());
    });
}

fn judge(name: &str, expected: Option<&str>) -> Result<(), String> {
    let this = std::env::current_exe().expect("a path of this test");
    let output = Command::new(this).args(["--case", name]).output().expect("a child process");
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    match expected {
        None if output.status.success() => Ok(()),
        Some(words) if !output.status.success() && report.contains(words) => Ok(()),
        _ => Err(format!("expected {expected:?}, got {}\n{report}", output.status)),
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, name] = &arguments[..]
        && flag == "--case"
    {
        let (_, model, _) = CASES.iter().find(|case| case.0 == name).expect("a case of this name");
        model();
        return ExitCode::SUCCESS;
    }
    let trial = |&(name, _, expected): &Case| {
        Trial::test(name, move || judge(name, expected).map_err(Into::into))
    };
    libtest_mimic::run(&Arguments::from_args(), CASES.iter().map(trial).collect()).exit_code()
}
