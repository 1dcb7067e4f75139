//! The wall: all that is known of the engine (loom 0.7) is in this file.
//!
//! The engine schedules the threads and picks which write a read sees. It never sees a value: an object of the engine holds
//! the *index* of a write in our own history, so reads-from is known exactly, and the timeline, the happens-before clocks,
//! race detection and the consistency filter are ours.

use crate::atomic::Ordering;
use crate::clock::{Clock, MAX_THREADS};
use crate::exec::{self, Exec, Spinning, Verdict};
use crate::{audit, report};
use loom::sync::atomic::AtomicUsize;
use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, Once};

/// Atomic objects that one execution may use.
const OBJECTS: usize = 24;

/// Scheduling and reading decisions in one execution before it is given up.
const MAX_BRANCHES: usize = 20_000;

/// Hints in a row, with no atomic operation between them, after which a loop is taken for one that never looks.
const MAX_HINTS: usize = 1 << 20;

/// The payload with which the threads of an abandoned execution unwind.
struct Pruned;

thread_local! {
    /// The engine's atomics of this execution. They are all made before any thread starts.
    static POOL: RefCell<Vec<Arc<AtomicUsize>>> = const { RefCell::new(Vec::new()) };
    static THREADS: RefCell<Vec<loom::thread::Thread>> = const { RefCell::new(Vec::new()) };
}

/// Explores a closure: see [`model`].
#[derive(Clone, Debug, Default)]
pub struct Model {
    preemptions: Option<usize>,
    executions: Option<u64>,
    skipped: bool,
}

/// Runs `f` once for every execution that the memory model allows; a failure prints a timeline and ends the process.
///
/// `f` must be deterministic apart from the facade's threads and atomics. Weak compare-exchanges also fail spuriously, once
/// for each thread.
pub fn model(f: impl Fn() + Send + Sync + 'static) {
    Model::new().check(f);
}

impl Model {
    /// A model without bounds.
    pub fn new() -> Self {
        Self::default()
    }

    /// Explores only executions in which a running thread is interrupted at most `bound` times.
    pub fn preemptions(mut self, bound: usize) -> Self {
        self.preemptions = Some(bound);
        self
    }

    /// Ends each search after this many executions.
    pub fn executions(mut self, most: u64) -> Self {
        self.executions = Some(most);
        self
    }

    /// This engine has no faults: nothing fails or returns for no reason.
    pub fn faults(self, _most: usize) -> Self {
        self
    }

    /// As [`faults`](Self::faults).
    pub fn fickle(self, _times: usize) -> Self {
        self
    }

    /// This engine knows no waits that return for no reason.
    pub fn restless(self, _times: usize) -> Self {
        self
    }

    /// This engine knows no time.
    pub fn time_stands_still(self) -> Self {
        self
    }

    /// This engine watches no memory.
    pub fn watch_frees(self) -> Self {
        self
    }

    /// This engine finds no leaks of memory.
    pub fn may_leak(self) -> Self {
        self
    }

    /// This engine begins where it begins.
    pub fn main_last(self) -> Self {
        self
    }

    /// A model of threads that wait for ever, which this engine cannot look at: it explores nothing.
    pub fn waits(
        mut self,
        _: impl Fn(&crate::Turn) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.skipped = true;
        self
    }

    /// A model of threads that cannot go on: as above.
    pub fn on_stuck(
        mut self,
        _: impl Fn(&crate::Stuck) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.skipped = true;
        self
    }

    /// Runs the model, as [`model`] does.
    pub fn check(&self, f: impl Fn() + Send + Sync + 'static) {
        if self.skipped {
            explored(0, true);
            return;
        }
        install_hook();
        let f = Arc::new(f);
        let weak = Arc::new(Mutex::new([false; MAX_THREADS]));
        let mut executions = self.round(f.clone(), None, weak.clone());
        let users = *weak.lock().expect("no panic under this lock");
        for thread in (0..MAX_THREADS).filter(|&t| users[t]) {
            executions += self.round(f.clone(), Some((thread, 0)), weak.clone());
        }
        audit::print();
        // loom does not say whether a bound has cut its search.
        explored(executions, self.preemptions.is_some() || self.executions.is_some());
    }

    /// One search, with at most one spurious failure.
    fn round<F: Fn() + Send + Sync + 'static>(
        &self,
        f: Arc<F>,
        spurious: Option<(usize, usize)>,
        weak: Arc<Mutex<[bool; MAX_THREADS]>>,
    ) -> u64 {
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound = self.preemptions;
        builder.max_permutations =
            self.executions.map(|most| usize::try_from(most).unwrap_or(usize::MAX));
        builder.max_branches = MAX_BRANCHES;
        let count = Arc::new(AtomicU64::new(0));
        let counter = count.clone();
        builder.check(move || {
            protocol::tick();
            // Relaxed: the search runs one execution after the other.
            let number = counter.fetch_add(1, Ordering::Relaxed) + 1;
            let pool = (0..OBJECTS).map(|_| Arc::new(AtomicUsize::new(0))).collect();
            POOL.set(pool);
            THREADS.set(vec![loom::thread::current()]);
            let unique = number | (spurious.map_or(0, |(t, _)| t as u64 + 1)) << 40;
            exec::replace(Some(Exec::new(unique, spurious)));
            run_thread(|| f());
            let dead = exec::with(|exec| exec.dead) == Some(true);
            if dead {
                wake_everyone();
            }
            finish(&weak);
        });
        // Relaxed: as above.
        count.load(Ordering::Relaxed)
    }
}

/// Tells the judge how much was explored.
fn explored(executions: u64, bounded: bool) {
    if !protocol::say(&protocol::Message::Explored { executions, bounded }) {
        println!("explored {executions} executions{}", if bounded { " within bounds" } else { "" });
    }
}

/// Ends the execution on the main thread. Threads that were never joined still run; they have no state to record into.
fn finish(weak: &Mutex<[bool; MAX_THREADS]>) {
    exec::with(|exec| {
        let mut users = weak.lock().expect("no panic under this lock");
        for (user, used) in users.iter_mut().zip(exec.weak_users) {
            *user |= used;
        }
    });
}

/// Runs a thread's closure; an abandoned execution ends here.
fn run_thread<T>(f: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(value) => Some(value),
        Err(payload) if payload.is::<Pruned>() => {
            exec::with(|exec| exec.set_panicking(false));
            None
        }
        Err(payload) => resume_unwind(payload),
    }
}

fn install_hook() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let expected = exec::with(|exec| {
                exec.set_panicking(true);
                *exec.expecting() > 0
            });
            match expected {
                None => before(info),
                Some(true) if !is_engine(info) => {}
                Some(_) => {
                    let message = info.payload_as_str().unwrap_or("(no message)");
                    report::fail(&report::Failure::panic(message, info.location()));
                }
            }
        }));
    });
}

fn is_engine(info: &std::panic::PanicHookInfo<'_>) -> bool {
    info.location().is_some_and(|at| at.file().contains("loom-0."))
}

/// Runs `f`, which must panic, and goes on.
#[track_caller]
pub fn expect_panic<R>(f: impl FnOnce() -> R) {
    drop(catch_panic(f));
}

/// Panics with `payload` and without a message. If it ends a thread, the model fails.
pub fn panic_quietly(payload: impl Any + Send) -> ! {
    exec::with(|exec| exec.set_panicking(true));
    resume_unwind(Box::new(payload))
}

/// Runs `f`, which must panic, and returns the payload.
#[track_caller]
pub fn catch_panic<R>(f: impl FnOnce() -> R) -> Box<dyn Any + Send> {
    exec::with(|exec| *exec.expecting() += 1);
    let result = catch_unwind(AssertUnwindSafe(f));
    exec::with(|exec| {
        *exec.expecting() -= 1;
        exec.set_panicking(false);
    });
    if let Some(overflow) = result.as_ref().err().and_then(|payload| protocol::overflow(&**payload))
    {
        panic!(
            "{overflow}\nA panic is expected here, but an optimised build does not panic by an overflow: it goes on with a wrong number"
        );
    }
    match result {
        Ok(_) => panic!("a panic was expected here, but none came"),
        Err(payload) if payload.is::<Pruned>() => resume_unwind(payload),
        Err(payload) => payload,
    }
}

/// Is there an execution under way, and is it still worth recording? Unwinds out of an abandoned one.
pub fn is_live() -> bool {
    let state = exec::with(|exec| (exec.dead, exec.panicking()));
    match state {
        None => false,
        Some((false, _)) => true,
        Some((true, true)) => false,
        Some((true, false)) => {
            exec::with(|exec| exec.set_panicking(true));
            resume_unwind(Box::new(Pruned));
        }
    }
}

/// Calls into the engine, which may run other threads before it returns.
fn switch<R>(f: impl FnOnce() -> R) -> R {
    let me = exec::with(|exec| exec.current);
    let result = f();
    exec::with(|exec| exec.current = me.unwrap_or_default());
    result
}

/// Wakes all threads that sleep, so that they can leave an abandoned execution.
fn wake_everyone() {
    let parked = exec::with(|exec| std::mem::take(&mut exec.parked)).unwrap_or_default();
    for thread in (0..MAX_THREADS).filter(|&t| parked[t]) {
        let handle = THREADS.with_borrow(|threads| threads[thread].clone());
        switch(|| handle.unpark());
    }
}

/// Abandons the execution under way if `verdict` says so.
pub fn obey(verdict: Verdict) {
    if verdict == Verdict::Prune {
        exec::with(|exec| exec.dead = true);
        loom::skip_branch();
        wake_everyone();
        is_live();
    }
}

fn object(index: usize) -> Arc<AtomicUsize> {
    POOL.with_borrow(|pool| pool.get(index).cloned())
        .unwrap_or_else(|| panic!("a model may use at most {OBJECTS} atomic objects"))
}

/// Waits for another thread where a loop turns without a hint; call before each operation.
pub fn before_operation(at: &'static Location<'static>) {
    if exec::with(|exec| exec.spins_at(at)) == Some(true) {
        spin();
    }
}

/// Lets the engine pick the write that a load reads.
pub fn load(index: usize, order: Ordering) -> usize {
    let object = object(index);
    switch(|| object.load(order))
}

/// Performs a store under `name`.
pub fn store(index: usize, name: usize, order: Ordering) {
    let object = object(index);
    switch(|| object.store(name, order));
}

/// Performs a read-modify-write that always writes, under `name`; returns the name that it read.
pub fn swap(index: usize, name: usize, order: Ordering) -> usize {
    let object = object(index);
    switch(|| object.swap(name, order))
}

/// Performs a compare-exchange; `expected` tells of a name whether its value is the expected one.
///
/// The engine compares names, not values, so the name to expect is asked for first, with a relaxed read of the newest
/// write. That read is not part of the execution: neither our clocks nor the timeline know of it.
pub fn compare_exchange(
    index: usize,
    name: usize,
    success: Ordering,
    failure: Ordering,
    expected: impl Fn(usize) -> bool,
) -> Result<usize, usize> {
    /// No write has this name, so an exchange that expects it only reads.
    const NOBODY: usize = usize::MAX;
    /// How often another write of the same value may come between the question and the exchange. Such a schedule does what
    /// one that asks later does; beside a thread that keeps writing, as `swap` in a loop does, it would never end.
    const RETRIES: usize = 3;
    let object = object(index);
    let outcome = switch(|| {
        let mut order = Ordering::Relaxed;
        let mut tries = 0;
        loop {
            let read = object
                .compare_exchange(NOBODY, NOBODY, order, order)
                .expect_err("no write has this name");
            if !expected(read) {
                if order == failure {
                    return Some(Err(read));
                }
                order = failure;
            } else if object.compare_exchange(read, name, success, Ordering::Relaxed).is_ok() {
                return Some(Ok(read));
            } else if tries == RETRIES {
                return None;
            } else {
                tries += 1;
            }
        }
    });
    outcome.unwrap_or_else(|| {
        obey(Verdict::Prune);
        // Only a thread that unwinds comes here. Nothing looks at what it reads in an execution that is abandoned.
        Err(0)
    })
}

/// A fence.
pub fn fence(order: Ordering) {
    switch(|| loom::sync::atomic::fence(order));
}

/// The code under test says that it waits.
#[track_caller]
pub fn hint() {
    if exec::with(Exec::count_hint) > Some(MAX_HINTS) {
        panic!(
            "spins without looking: more than {MAX_HINTS} hints in a row, and no operation between them that could see a \
             change"
        );
    }
    spin();
}

/// The current thread waits for another to run.
pub fn spin() {
    if !is_live() {
        return;
    }
    match exec::with(|exec| exec.spinning()) {
        Some(Spinning::ForEver) => report::fail(&report::Failure::livelock()),
        Some(Spinning::Unfair) => obey(Verdict::Prune),
        _ => {}
    }
    if exec::with(Exec::note_spin) == Some(true) {
        switch(loom::thread::yield_now);
        is_live();
    }
}

/// Sleeps until unparked.
pub fn park() {
    exec::with(|exec| {
        exec.parked[exec.current] = true;
        exec.blocked[exec.current] = true;
    });
    switch(loom::thread::park);
    exec::with(|exec| {
        exec.parked[exec.current] = false;
        exec.blocked[exec.current] = false;
    });
    is_live();
}

/// Wakes `thread`.
pub fn unpark(thread: usize) {
    let handle = THREADS.with_borrow(|threads| threads[thread].clone());
    exec::with(Exec::progress);
    switch(|| handle.unpark());
}

/// A thread of the model.
pub struct Handle<T> {
    engine: loom::thread::JoinHandle<()>,
    end: Arc<Mutex<Option<(T, Clock)>>>,
    /// Its number in the timeline.
    pub index: usize,
}

/// Starts a thread.
pub fn spawn<T: 'static>(f: Box<dyn FnOnce() -> T>) -> Handle<T> {
    let index = exec::with(Exec::spawn).expect("spawn: called outside `sync::model`");
    let end = Arc::new(Mutex::new(None));
    let slot = end.clone();
    let engine = switch(|| {
        loom::thread::spawn(move || {
            exec::with(|exec| exec.current = index);
            let value = run_thread(f);
            if let Some(value) = value {
                let clock = exec::with(|exec| exec.here().clock).unwrap_or_default();
                *slot.lock().expect("no panic under this lock") = Some((value, clock));
            }
            exec::with(|exec| {
                exec.blocked[index] = true;
                exec.ended[index] = true;
                exec.progress();
            });
        })
    });
    THREADS.with_borrow_mut(|threads| threads.push(engine.thread().clone()));
    Handle { engine, end, index }
}

impl<T> Handle<T> {
    /// Waits for the end of the thread. Empty only in an abandoned execution.
    pub fn join(self) -> Option<T> {
        exec::with(|exec| exec.blocked[exec.current] = true);
        let _ = switch(|| self.engine.join());
        exec::with(|exec| exec.blocked[exec.current] = false);
        let (value, clock) = self.end.lock().expect("no panic under this lock").take()?;
        exec::with(|exec| exec.learn(&clock));
        Some(value)
    }
}
