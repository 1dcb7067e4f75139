//! Runs the program: threads as coroutines, first along the graph, then on beyond it.
//!
//! Every execution runs the program from its start. As long as a thread's next event is in the graph, it only takes place
//! after what it reads from, and gets the value that this wrote. So plain memory is accessed in an order that happens-before
//! allows. When the whole graph has taken place, the thread with the lowest number that can go on does so, and its events
//! are added to the graph.

use crate::core::clock::MAX_THREADS;
use crate::core::event::{EventId, Kind};
use crate::runtime::alloc;
use crate::runtime::block;
use crate::runtime::failure::{Blocked, Failure};
use crate::runtime::gate;
use crate::runtime::leaks;
use crate::runtime::report::Counters;
use crate::runtime::sight::{self, Sight};
use crate::runtime::state::{Engine, Entry, Status, Thread};
use crate::runtime::visits::Spin;
use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, CoroutineResult};
use std::cell::Cell;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where a thread stands at the start of an operation.
pub enum Turn {
    /// The event is in the graph.
    Replay(EventId),
    /// The event is to be added.
    New,
}

/// How an execution ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Complete,
    /// A thread waits for what only another execution can give it.
    Blocked,
    /// The graph that was begun has no consistent continuation here.
    Pruned,
    Failed,
}

thread_local! {
    static ENGINE: Cell<*mut Engine> = const { Cell::new(ptr::null_mut()) };
}

/// Calls `f` with the engine if the caller is a thread of a model. `f` must not suspend. What it does to memory is not seen: it is not
/// the program's, even if the program's allocator is called.
#[inline]
pub fn with<R>(f: impl FnOnce(&mut Engine) -> R) -> Option<R> {
    let engine = ENGINE.get();
    if engine.is_null() {
        return None;
    }
    // SAFETY: `explore` sets the pointer to an engine that outlives the exploration and clears it afterwards; only this OS
    // thread uses it. No reference lives across a call that suspends, so this one is the only one.
    let engine = unsafe { &mut *engine };
    (engine.current < MAX_THREADS).then(|| sight::closed(|| f(engine)))
}

/// As [`with`], where it is known that the caller is a thread of a model.
#[inline]
pub fn inside<R>(f: impl FnOnce(&mut Engine) -> R) -> R {
    with(f).expect("a thread of a model")
}

/// Is the caller a thread of a model?
#[inline(never)]
pub fn is_inside() -> bool {
    with(|_| ()).is_some()
}

/// Hands control to the scheduler until the current thread is chosen again.
pub fn suspend() {
    let yielder = inside(|engine| engine.yielders[engine.current]);
    // SAFETY: the yielder lives on the stack of the current thread, which runs.
    unsafe { (*yielder).suspend(()) };
}

/// Ends the current thread's part in this execution. Its stack is abandoned as it is: to unwind it would run the code under
/// test in a state that it cannot be in.
pub fn stop() -> ! {
    loop {
        suspend();
    }
}

/// Reports a failure and stops.
pub fn fail(failure: impl FnOnce(&mut Engine) -> Failure) -> ! {
    inside(|engine| {
        if engine.failure.is_none() {
            engine.failure = Some(failure(engine));
        }
    });
    stop()
}

/// Gives this execution up: it is inconsistent, or equal to another.
pub fn prune() -> ! {
    inside(|engine| engine.pruned = true);
    stop()
}

/// Blocks the current thread for the rest of this execution.
pub fn stuck(why: Blocked) -> ! {
    inside(|engine| engine.status[engine.current] = Status::Stuck(why));
    stop()
}

/// Waits until the next event of the current thread may take place.
#[inline]
pub fn turn() -> Turn {
    loop {
        let turn = inside(Engine::try_turn);
        if let Some(turn) = turn {
            return turn;
        }
        suspend();
    }
}

impl Engine {
    /// The last event of the current thread that has taken place.
    pub fn last_of_current(&self) -> Option<EventId> {
        let last = self.cursor.get(self.current)?.checked_sub(1)?;
        Some(EventId::new(self.current, last))
    }

    #[inline]
    fn try_turn(&mut self) -> Option<Turn> {
        let t = self.current;
        if self.failure.is_some() || self.pruned {
            return None;
        }
        let graph = &self.search.graph;
        if let Some(event) = graph.threads[t].get(self.cursor[t]) {
            let needs = match event.kind {
                Kind::Read | Kind::PlainRead | Kind::Begin | Kind::Join | Kind::Resume => event.rf,
                _ => EventId::INIT,
            };
            if !needs.is_init() && needs.index() >= self.cursor[needs.thread()] {
                self.status[t] = Status::Waiting(needs);
                return None;
            }
            self.status[t] = Status::Ready;
            return Some(Turn::Replay(EventId::new(t, self.cursor[t])));
        }
        self.status[t] = Status::Ready;
        if self.left > 0 || self.middle.is_some_and(|m| m != t) {
            return None;
        }
        if let Some(choice) = self.guided() {
            return (choice.thread == t).then_some(Turn::New);
        }
        if self.middle.is_none() {
            let comes_first = |t| {
                let mut before = self.order().take_while(|other| *other != t);
                self.reschedule && before.any(|other| self.can_run(other))
            };
            let is_behind =
                self.who_is_favoured().map_or_else(|| comes_first(t), |first| first != t);
            if is_behind {
                return None;
            }
        }
        self.middle = None;
        Some(Turn::New)
    }

    /// The thread that others have given way to, if it can run.
    fn who_is_favoured(&self) -> Option<usize> {
        self.favoured.filter(|&first| self.can_run(first))
    }

    /// All threads: one that stands before another one goes on first.
    fn order(&self) -> impl Iterator<Item = usize> + use<> {
        let first = usize::from(self.config.main_last);
        (0..MAX_THREADS).map(move |place| (first + place) % MAX_THREADS)
    }

    fn pick(&mut self) -> Option<usize> {
        if self.failure.is_some() || self.pruned {
            return None;
        }
        if let Some(choice) = self.guided() {
            return self.pick_guided(choice);
        }
        if self.ends_here() {
            return None;
        }
        if self.left == 0 {
            self.reschedule = false;
            if let Some(middle) = self.middle {
                if self.can_run(middle) {
                    return Some(middle);
                }
                self.middle = None;
            }
            if let Some(torn) = self.torn_by_the_end() {
                return Some(torn);
            }
            if let Some(first) = self.who_is_favoured() {
                return Some(first);
            }
        }
        self.order().find(|&t| self.can_run(t))
    }

    fn start(&mut self) {
        /// Executions of this process so far. 0 is none.
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        // Relaxed: only uniqueness matters.
        self.number = NUMBER.fetch_add(1, Ordering::Relaxed);
        self.cursor = [0; MAX_THREADS];
        self.left = self.search.graph.len();
        self.status = [Status::Absent; MAX_THREADS];
        self.reschedule = false;
        self.spins.iter_mut().for_each(Spin::clear);
        self.unfinished = [None; MAX_THREADS];
        self.halts = [None; MAX_THREADS];
        self.limits = Default::default();
        self.gives_way = [None; MAX_THREADS];
        self.favoured = None;
        self.expecting.iter_mut().for_each(Vec::clear);
        self.panicking = [false; MAX_THREADS];
        self.panics.clear();
        self.begins = [0; MAX_THREADS];
        self.locals = Default::default();
        self.words.clear();
        self.tracked.clear();
        self.log.clear();
        self.notes.clear();
        self.counters = Counters::default();
        self.pruned = false;
        self.guided = 0;
        self.seen = None;
    }
}

/// Runs the program once, along the graph of the search and beyond.
///
/// # Safety
///
/// `engine` must be valid, and not be accessed by others than the threads of the model until the call returns.
pub unsafe fn run(engine: *mut Engine, main: Box<dyn FnMut()>) -> Outcome {
    ENGINE.set(engine);
    let engine_pointer = engine;
    // SAFETY: as promised by the caller; each reference is dropped before a thread of the model runs.
    let engine = || unsafe { &mut *engine };
    engine().start();
    leaks::begin();
    let at = Location::caller();
    engine().add_thread(0, Entry { run: main, spawn: None, at, name: None });
    let sight: *mut Sight = engine().sight.as_deref_mut().map_or(ptr::null_mut(), |sight| {
        sight.start(engine_pointer);
        sight
    });
    loop {
        let e = engine();
        let Some(t) = e.pick() else { break };
        e.current = t;
        let mut thread = e.threads[t].take().unwrap_or_else(|| e.new_coroutine(t));
        e.show_stack();
        alloc::set_watching(e.config.watch_frees);
        alloc::set_in_model(true);
        sight::open(sight);
        let result = thread.resume(());
        sight::open(ptr::null_mut());
        alloc::set_in_model(false);
        alloc::set_watching(false);
        let e = engine();
        e.see_unwinding();
        e.current = MAX_THREADS;
        if let CoroutineResult::Return(()) = result {
            e.status[t] = Status::Done;
        }
        e.threads[t] = Some(thread);
    }
    let outcome = engine().finish();
    // What the program still owns is dropped before anybody asks what it has left behind.
    for (_, slot) in &mut std::mem::take(&mut engine().slots) {
        if outcome != Outcome::Complete {
            slot.forget();
        }
    }
    let outcome = engine().unless_it_leaks(outcome);
    leaks::end(engine().loses_its_memory(outcome));
    alloc::release();
    ENGINE.set(ptr::null_mut());
    outcome
}

impl Engine {
    /// Tells the sight on which stack the current thread runs.
    fn show_stack(&mut self) {
        let top = self.gates[self.current].top();
        if let Some(sight) = self.sight.as_deref_mut() {
            sight.turn_to(self.current, top);
        }
    }

    fn new_coroutine(&mut self, t: usize) -> Thread {
        let entry = self.entries[t].as_mut().expect("a thread that runs was spawned");
        let (spawn, at) = (entry.spawn, entry.at);
        let run: *mut dyn FnMut() = &raw mut *entry.run;
        let stack = self.stacks.pop();
        let stack =
            stack.unwrap_or_else(|| DefaultStack::new(gate::STACK).expect("memory for a stack"));
        Coroutine::with_stack(stack, move |yielder, ()| {
            let top = ptr::from_ref(std::hint::black_box(&run)).expose_provenance();
            inside(|engine| {
                engine.yielders[engine.current] = yielder;
                engine.gates[engine.current].open(top);
                engine.show_stack();
            });
            if let Some(spawn) = spawn {
                block::begin(spawn, at);
            }
            // SAFETY: the engine keeps the closure until the execution has ended, and nobody else calls it.
            unsafe { (*run)() };
            block::end(at);
        })
    }
}
