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

/// What must come of a model.
#[derive(Clone, Copy, Debug)]
enum Expected {
    /// It passes, and these are the last words of the verdict.
    Passes(&'static str),
    /// It fails, and the report has these words.
    Fails(&'static str),
}
use Expected::{Fails, Passes};

/// Is this run over our own engine? The package of loom runs the same cases; it may need a bound where we need none.
const IS_OURS: bool = matches!(env!("CARGO_PKG_NAME").as_bytes(), b"sync-model");

/// It passes, and turns of a waiting loop were left out. Nothing tells of what this program writes, so the checker cannot know
/// that they were like others, and does not call the search complete.
const SPINS: Expected = Passes(if IS_OURS { "within bounds" } else { "" });
/// It passes, and nothing was cut.
const PASSES: Expected = Passes(if IS_OURS { "executions" } else { "" });

/// Name, model, and what must come of it.
type Case = (&'static str, fn(), Expected);

const CASES: &[Case] = &[
    ("swap_lock_passes_with_two_threads", || two(Wait::Swap, Acquire, Release), SPINS),
    ("swap_lock_without_a_hint_passes", || two(Wait::SwapWithoutHint, Acquire, Release), SPINS),
    ("swap_lock_with_acq_rel_passes", || two(Wait::Swap, AcqRel, Release), SPINS),
    ("ttas_lock_passes_with_two_threads", || two(Wait::TestAndTestAndSet, Acquire, Release), SPINS),
    ("cas_lock_passes_with_two_threads", || two(Wait::CompareExchange, Acquire, Release), SPINS),
    ("unlock_by_cas_passes_beside_a_waiting_swap", || unlock_by_exchange(false), SPINS),
    ("unlock_by_weak_cas_passes_beside_a_waiting_swap", || unlock_by_exchange(true), SPINS),
    (
        "weak_cas_lock_passes_with_two_threads",
        || two(Wait::CompareExchangeWeak, Acquire, Release),
        SPINS,
    ),
    ("swap_lock_passes_with_three_threads", || three(Wait::Swap), SPINS),
    ("ttas_lock_passes_with_three_threads", || three(Wait::TestAndTestAndSet), SPINS),
    ("cas_lock_passes_with_three_threads", || three(Wait::CompareExchange), SPINS),
    ("weak_cas_lock_passes_with_three_threads", || three(Wait::CompareExchangeWeak), SPINS),
    (
        "relaxed_lock_is_a_data_race",
        || two(Wait::Swap, Relaxed, Release),
        Fails("learns nothing of what was published"),
    ),
    (
        "relaxed_unlock_is_a_data_race",
        || two(Wait::Swap, Acquire, Relaxed),
        Fails("publishes nothing"),
    ),
    (
        "load_then_store_is_a_data_race",
        || two(Wait::LoadThenStore, Acquire, Release),
        Fails("data race"),
    ),
    ("lock_that_is_never_released_is_a_livelock", never_released, Fails("livelock")),
    ("store_buffering_is_seen", || store_buffering(false), Fails("both went ahead")),
    ("seq_cst_fences_forbid_store_buffering", || store_buffering(true), PASSES),
    ("futex_hand_over_passes", || futex_hand_over(true), PASSES),
    ("missing_wake_up_is_a_deadlock", || futex_hand_over(false), Fails("DEADLOCK")),
    ("timed_hand_over_passes", || timed_hand_over(true, false), PASSES),
    ("missing_wake_up_of_a_timed_wait_is_no_deadlock", || timed_hand_over(false, false), PASSES),
    (
        "time_may_run_out_before_a_wake_up",
        || timed_hand_over(true, true),
        Fails("the time ran out"),
    ),
    ("spurious_failure_of_a_weak_exchange_is_tried", spurious, Fails("(spurious)")),
    ("counters_count", counters, PASSES),
    ("every_hint_is_counted", every_hint_is_counted, PASSES),
    ("loop_of_hints_alone_is_reported", hints_alone, Fails("spins without looking")),
    ("expected_panic_goes_on", expected_panic, PASSES),
    (
        "panic_of_a_drop_while_unwinding_hides_no_report",
        panic_in_a_drop,
        Fails("word.load(Relaxed) → 0"),
    ),
    ("loop_without_end_is_cut", endless, Fails("left out")),
    ("bound_on_preemptions_hides_nothing", no_preemptions, Fails("lost")),
];

/// What only our own engine tells.
const OURS: &[Case] = &[
    (
        "panic_that_was_expected_is_told",
        expected_panic_before_another,
        Fails("panic, as expected: on purpose"),
    ),
    (
        "bound_on_executions_that_cuts_is_told",
        || bounded(2),
        Passes("explored 2 executions within bounds"),
    ),
    (
        "bound_on_executions_that_cuts_nothing_is_not",
        || bounded(100),
        Passes("explored 6 executions"),
    ),
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

fn expected_panic_before_another() {
    sync::model(|| {
        sync::expect_panic(|| panic!("on purpose"));
        assert_eq!(AtomicU32::new(0).load(Relaxed), 1);
    });
}

fn panic_in_a_drop() {
    struct Guard;
    impl Drop for Guard {
        fn drop(&mut self) {
            panic!("in a drop");
        }
    }
    sync::model(|| {
        let word = AtomicU32::new(0);
        thread::spawn(|| {}).join().expect("never an error");
        let _guard = Guard;
        assert_eq!(word.load(Relaxed), 1);
    });
}

fn endless() {
    sync::model(|| {
        let word = AtomicU32::new(0);
        while word.fetch_add(1, Relaxed) < u32::MAX {}
    });
}

/// Has 6 executions.
fn bounded(most: u64) {
    sync::Model::new().executions(most).check(|| {
        let word = Arc::new(AtomicU32::new(0));
        let add = || {
            let word = word.clone();
            thread::spawn(move || word.fetch_add(1, Relaxed))
        };
        let others = [add(), add(), add()];
        for other in others {
            other.join().expect("never an error");
        }
    });
}

fn no_preemptions() {
    sync::Model::new().preemptions(0).check(|| {
        let word = Arc::new(AtomicU32::new(0));
        let add = |word: &AtomicU32| word.store(word.load(Relaxed) + 1, Relaxed);
        let theirs = word.clone();
        let other = thread::spawn(move || add(&theirs));
        add(&word);
        other.join().expect("never an error");
        assert_eq!(word.load(Relaxed), 2, "an addition is lost");
    });
}

fn judge(name: &str, expected: Expected) -> Result<(), String> {
    let this = std::env::current_exe().expect("a path of this test");
    let output = Command::new(this).args(["--case", name]).output().expect("a child process");
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    let verdict = String::from_utf8_lossy(&output.stdout).into_owned();
    match expected {
        Passes(words) if output.status.success() && verdict.trim_end().ends_with(words) => Ok(()),
        Fails(words) if output.status.code() == Some(101) && report.contains(words) => Ok(()),
        _ => Err(format!("expected {expected:?}, got {}\n{verdict}{report}", output.status)),
    }
}

fn cases() -> impl Iterator<Item = &'static Case> {
    CASES.iter().chain(OURS.iter().filter(|_| IS_OURS))
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, name] = &arguments[..]
        && flag == "--case"
    {
        let (_, model, _) = cases().find(|case| case.0 == name).expect("a case of this name");
        model();
        return ExitCode::SUCCESS;
    }
    let trial = |&(name, _, expected): &Case| {
        Trial::test(name, move || judge(name, expected).map_err(Into::into))
    };
    libtest_mimic::run(&Arguments::from_args(), cases().map(trial).collect()).exit_code()
}
