//! What checks ask of a model, with real threads: the closure is run again and again.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Once;
use std::time::{Duration, Instant};

/// How often [`model`] runs its closure.
const ROUNDS: usize = 300;

/// How often it does so at least, however long that takes.
const LEAST: usize = 20;

/// No more rounds than the least begin later than this. Beside twenty busy processes each `yield_now` gives the processor away for
/// many milliseconds. Code that is right passes with any number of rounds, and what is wrong is found by the checker.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs `f` many times. Under the model checker the same call tries every execution; this only adds that the code also
/// does its work on the machine at hand.
pub fn model(f: impl Fn() + Send + Sync + 'static) {
    Model::new().check(f);
}

/// See [`model`]; bounds mean nothing here.
#[derive(Clone, Debug)]
pub struct Model {
    rounds: usize,
}

impl Default for Model {
    fn default() -> Self {
        Self { rounds: ROUNDS }
    }
}

impl Model {
    /// A model.
    pub fn new() -> Self {
        Self::default()
    }

    /// Bounds the search under the checker; real threads are interrupted as they are.
    pub fn preemptions(self, _bound: usize) -> Self {
        self
    }

    /// Bounds the search under the checker.
    pub fn executions(self, _most: u64) -> Self {
        self
    }

    /// Faults are up to the machine.
    pub fn faults(self, _most: usize) -> Self {
        self
    }

    /// As [`faults`](Self::faults).
    pub fn fickle(self, _times: usize) -> Self {
        self
    }

    /// As above.
    pub fn restless(self, _times: usize) -> Self {
        self
    }

    /// Time goes on by itself.
    pub fn time_stands_still(self) -> Self {
        self
    }

    /// Watches what is freed when; here nobody watches.
    pub fn watch_frees(self) -> Self {
        self
    }

    /// Leaves memory behind on purpose; here nobody minds.
    pub fn may_leak(self) -> Self {
        self
    }

    /// Which execution is the first is up to the machine.
    pub fn main_last(self) -> Self {
        self
    }

    /// A model of threads that wait for ever: there is nothing to run.
    pub fn waits(
        mut self,
        _: impl Fn(&Turn) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.rounds = 0;
        self
    }

    /// A model of threads that cannot go on: as above.
    pub fn on_stuck(
        mut self,
        _: impl Fn(&Stuck) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.rounds = 0;
        self
    }

    /// Runs `f` many times.
    pub fn check(&self, f: impl Fn() + Send + Sync + 'static) {
        let begin = Instant::now();
        for round in 0..self.rounds {
            if round >= LEAST && begin.elapsed() > PATIENCE {
                break;
            }
            protocol::tick();
            f();
        }
    }
}

thread_local! {
    /// How many calls of [`expect_panic`] enclose the code of this thread.
    static EXPECTING: Cell<usize> = const { Cell::new(0) };
}

/// Runs `f`, which must panic, and goes on. The panic's message is not shown.
///
/// # Panics
///
/// Panics if `f` does not.
#[track_caller]
pub fn expect_panic<R>(f: impl FnOnce() -> R) {
    drop(catch_panic(f));
}

/// Runs `f`, which must panic, and returns the payload. The panic's message is not shown.
///
/// # Panics
///
/// Panics if `f` does not.
#[track_caller]
pub fn catch_panic<R>(f: impl FnOnce() -> R) -> Box<dyn Any + Send> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if EXPECTING.get() == 0 {
                before(info);
            }
        }));
    });
    EXPECTING.set(EXPECTING.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(f));
    EXPECTING.set(EXPECTING.get() - 1);
    if let Some(overflow) = result.as_ref().err().and_then(|payload| protocol::overflow(&**payload))
    {
        panic!(
            "{overflow}\nA panic is expected here, but an optimised build does not panic by an overflow: it goes on with a wrong number"
        );
    }
    match result {
        Ok(_) => panic!("a panic was expected here, but none came"),
        Err(payload) => payload,
    }
}

/// Panics with `payload` and without a message. Under the model checker it is no failure: the thread ends, and who joins it
/// is told.
pub fn panic_quietly(payload: impl Any + Send) -> ! {
    resume_unwind(Box::new(payload))
}

/// Drops a value and gives its memory back. The model checker then finds who uses it all the same.
pub fn free<T>(place: Box<T>) {
    drop(place);
}

/// What the model checker counts. Real threads count nothing: a check that asks is only run by the checker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Loads, failed compare-exchanges included.
    pub loads: usize,
    /// Plain atomic stores.
    pub stores: usize,
    /// Read-modify-writes.
    pub rmws: usize,
    /// Weak compare-exchanges that found the expected value and failed all the same.
    pub spurious: usize,
    /// Fences.
    pub fences: usize,
    /// Waits on a futex.
    pub waits: usize,
    /// Wake-ups of a futex.
    pub wakes: usize,
    /// Hints to wait.
    pub hints: usize,
}

/// What one turn of a waiting loop does; only the model checker knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The thread that waits.
    pub thread: usize,
    /// Loads.
    pub loads: usize,
    /// Read-modify-writes.
    pub rmws: usize,
    /// Fences.
    pub fences: usize,
    /// Stores.
    pub writes: usize,
}

/// An execution in which threads cannot go on; only the model checker knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// What all threads together have done until then.
    pub counters: Counters,
}

/// All zero: see [`Counters`].
pub fn counters() -> Counters {
    Counters::default()
}
