//! Runs the program: threads as coroutines, first along the graph, then on beyond it.
//!
//! Every execution runs the program from its start. As long as a thread's next event is in the graph, it only takes place
//! after what it reads from, and gets the value that this wrote. So plain memory is accessed in an order that happens-before
//! allows. When the whole graph has taken place, the thread with the lowest number that can go on does so, and its events
//! are added to the graph.

use super::clock::MAX_THREADS;
use super::event::{Event, EventId, Kind, Loc, NOWHERE, Request};
use super::spin::Spin;
use super::trust::Search;
use crate::failure::{Blocked, Failure};
use crate::model::OnFailure;
use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, CoroutineResult, Yielder};
use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};

/// Address space for the stack of a model's thread. Only what is touched costs memory.
const STACK: usize = 1 << 20;

/// What a thread of the model is doing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Status {
    /// It does not exist (yet).
    Absent,
    Ready,
    /// Its next event is in the graph, but what that reads from has not taken place.
    Waiting(EventId),
    /// It waits for the end of a thread.
    Joining(usize),
    /// It sleeps in a futex's queue since this event.
    Asleep {
        since: EventId,
        timeout: bool,
    },
    /// What it has read does not let it go on.
    Stuck(Blocked),
    Done,
}

/// Where a thread stands at the start of an operation.
pub enum Turn {
    /// The event is in the graph.
    Replay(EventId),
    /// The event is to be added.
    New,
}

type Thread = Coroutine<(), (), (), DefaultStack>;

/// The state of one exploration.
pub struct Engine {
    pub search: Search,
    pub config: Config,
    /// The number of the execution, unique in the process.
    pub number: u64,
    /// How many events of each thread have taken place.
    pub cursor: [usize; MAX_THREADS],
    /// How many events of the graph have not taken place.
    pub left: usize,
    pub status: [Status; MAX_THREADS],
    /// The thread that runs, or `MAX_THREADS`.
    pub current: usize,
    /// The read of the graph that differs from the last execution.
    pub changed: Option<EventId>,
    /// The thread that is in the middle of an operation of several events.
    pub middle: Option<usize>,
    /// A thread with a lower number than the current one might have become ready.
    pub reschedule: bool,
    pub spins: [Spin; MAX_THREADS],
    /// A thread's unfinished read-modify-write: its read.
    pub unfinished: [Option<EventId>; MAX_THREADS],
    /// Closures that are expected to panic, one inside the other.
    pub expecting: [usize; MAX_THREADS],
    pub panicking: [bool; MAX_THREADS],
    /// The engine's own words, found again in each execution: (owner, word).
    pub words: Vec<(Owner, Loc)>,
    /// The order in which the events took place.
    pub log: Vec<EventId>,
    pub counters: crate::Counters,
    /// A bound has kept an execution from its end.
    pub cut: bool,
    /// The execution is not worth going on with.
    pub pruned: bool,
    pub failure: Option<Failure>,
    /// Executions that have ended.
    pub executions: u64,
    pub sites: Vec<crate::audit::Site>,
    on_failure: Option<OnFailure>,
    delivered: bool,
    entries: [Option<Box<dyn FnOnce()>>; MAX_THREADS],
    threads: [Option<Thread>; MAX_THREADS],
    yielders: [*const Yielder<(), ()>; MAX_THREADS],
    stacks: Vec<DefaultStack>,
}

/// Whose word a word of the engine is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Owner {
    /// The token of a thread, for `park`.
    Token(usize),
}

/// What a model may be told; see [`crate::Builder`].
#[derive(Clone, Debug)]
pub struct Config {
    pub sc_only: bool,
    pub spurious_failures: usize,
    pub spurious_wakes: usize,
    pub max_events: usize,
    pub max_turns: usize,
    pub max_busy_turns: Option<usize>,
    pub max_executions: Option<u64>,
    pub max_time: Option<std::time::Duration>,
    pub weaken: Option<crate::audit::Weakening>,
    pub list_sites: bool,
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

/// Calls `f` with the engine if the caller is a thread of a model. `f` must not suspend.
#[inline]
pub fn with<R>(f: impl FnOnce(&mut Engine) -> R) -> Option<R> {
    let engine = ENGINE.get();
    if engine.is_null() {
        return None;
    }
    // SAFETY: `explore` sets the pointer to an engine that outlives the exploration and clears it afterwards; only this OS
    // thread uses it. No reference lives across a call that suspends, so this one is the only one.
    let engine = unsafe { &mut *engine };
    (engine.current < MAX_THREADS).then(|| f(engine))
}

/// As [`with`], where it is known that the caller is a thread of a model.
#[inline]
pub fn inside<R>(f: impl FnOnce(&mut Engine) -> R) -> R {
    with(f).expect("a thread of a model")
}

/// Is the caller a thread of a model?
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
    pub fn new(config: Config, on_failure: Option<OnFailure>) -> Self {
        let mut search = Search::default();
        search.spurious = config.spurious_failures;
        Self {
            search,
            config,
            number: 0,
            cursor: [0; MAX_THREADS],
            left: 0,
            status: [Status::Absent; MAX_THREADS],
            current: MAX_THREADS,
            changed: None,
            middle: None,
            reschedule: false,
            spins: Default::default(),
            unfinished: [None; MAX_THREADS],
            expecting: [0; MAX_THREADS],
            panicking: [false; MAX_THREADS],
            words: Vec::new(),
            log: Vec::new(),
            counters: crate::Counters::default(),
            cut: false,
            pruned: false,
            failure: None,
            executions: 0,
            sites: Vec::new(),
            on_failure,
            delivered: false,
            entries: Default::default(),
            threads: Default::default(),
            yielders: [ptr::null(); MAX_THREADS],
            stacks: Vec::new(),
        }
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
        if self.reschedule && self.middle.is_none() && (0..t).any(|lower| self.can_run(lower)) {
            return None;
        }
        self.middle = None;
        Some(Turn::New)
    }

    /// Marks the next event of the current thread as having taken place.
    #[inline]
    pub fn advance(&mut self) -> EventId {
        let t = self.current;
        let id = EventId::new(t, self.cursor[t]);
        self.cursor[t] += 1;
        self.left = self.left.saturating_sub(1);
        self.log.push(id);
        if self.left == 0
            && let Some(read) = self.changed.take()
        {
            self.check_revisit(read);
        }
        id
    }

    /// Checks what was not yet checked in a graph whose `read` was changed: the read, and the write that it now reads. That
    /// write was added to another graph, perhaps in a place where no write may be.
    #[cold]
    fn check_revisit(&mut self, read: EventId) {
        let graph = &self.search.graph;
        let write = graph.event(read).rf;
        let race_of = |id: EventId| graph.race_with(id).map(|other| (other, id));
        let race = race_of(read).or_else(|| if write.is_init() { None } else { race_of(write) });
        if let Some((first, second)) = race {
            self.failure = Some(Failure::race(self, first, second));
        }
    }

    /// Adds an event of the current thread. Its clocks are still to be set.
    #[inline]
    pub fn push(
        &mut self,
        kind: Kind,
        loc: Loc,
        value: u64,
        rf: EventId,
        request: Request,
    ) -> EventId {
        let t = self.current;
        let id = self.search.graph.push(
            t,
            Event {
                kind,
                order: request.order,
                exclusive: false,
                dropped: false,
                pick: 0,
                loc,
                pos: 0,
                stamp: 0,
                rf,
                value,
                hb: Default::default(),
                porf: Default::default(),
                acquirable: Default::default(),
                released: Default::default(),
                message: Default::default(),
                request,
            },
        );
        self.cursor[t] += 1;
        self.log.push(id);
        id
    }

    /// As `push`, for an event that is no access.
    pub fn push_other(&mut self, kind: Kind, value: u64, rf: EventId, request: Request) -> EventId {
        let id = self.push(kind, NOWHERE, value, rf, request);
        self.search.graph.set_clocks(id);
        id
    }

    /// Can the thread go on?
    pub fn can_run(&self, thread: usize) -> bool {
        if self.left > 0 {
            let unfinished = self.cursor[thread] < self.search.graph.threads[thread].len();
            return unfinished
                && match self.status[thread] {
                    Status::Absent | Status::Done => false,
                    Status::Waiting(needs) => needs.index() < self.cursor[needs.thread()],
                    _ => true,
                };
        }
        match self.status[thread] {
            Status::Ready | Status::Waiting(_) => true,
            Status::Joining(child) => self.end_of(child).is_some(),
            Status::Asleep { since, .. } => self.woken_by(since).is_some(),
            Status::Absent | Status::Stuck(_) | Status::Done => false,
        }
    }

    /// The last event of a thread that has ended.
    pub fn end_of(&self, thread: usize) -> Option<EventId> {
        let events = &self.search.graph.threads[thread];
        let ended = events.last().is_some_and(|event| event.kind == Kind::End);
        ended.then(|| EventId::new(thread, events.len() - 1))
    }

    fn pick(&mut self) -> Option<usize> {
        if self.failure.is_some() || self.pruned {
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
        }
        (0..MAX_THREADS).find(|&t| self.can_run(t))
    }

    /// Registers what a new thread will run.
    pub fn add_thread(&mut self, thread: usize, entry: Box<dyn FnOnce()>) {
        self.entries[thread] = Some(entry);
        self.status[thread] = Status::Ready;
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
        self.expecting = [0; MAX_THREADS];
        self.panicking = [false; MAX_THREADS];
        self.words.clear();
        self.log.clear();
        self.counters = crate::Counters::default();
        self.pruned = false;
    }

    fn finish(&mut self) -> Outcome {
        for t in 0..MAX_THREADS {
            // As the stacks, what a thread that never ran was given is leaked.
            std::mem::forget(self.entries[t].take());
            if let Some(mut thread) = self.threads[t].take() {
                if !thread.done() {
                    // SAFETY: the thread's stack is never run again. What it owns is leaked, and what others borrow from
                    // it is only borrowed by threads that are abandoned with it.
                    unsafe { thread.force_reset() };
                }
                self.stacks.push(thread.into_stack());
            }
        }
        if self.failure.is_some() {
            return Outcome::Failed;
        }
        if self.pruned {
            return Outcome::Pruned;
        }
        if self.left > 0 {
            self.failure = Some(Failure::nondeterminism(self));
            return Outcome::Failed;
        }
        self.verdict()
    }

    /// Is an execution in which no thread can go on a failure?
    fn verdict(&mut self) -> Outcome {
        let mut blocked = false;
        for (thread, status) in self.status.iter().enumerate() {
            let graph = &self.search.graph;
            let hopeless = match *status {
                Status::Absent | Status::Done => continue,
                Status::Stuck(Blocked::Spinning) => self.spins[thread].reads_newest(graph),
                Status::Stuck(Blocked::Bounded | Blocked::Repeating)
                | Status::Asleep { timeout: true, .. } => false,
                Status::Stuck(Blocked::Awaiting) => {
                    let read =
                        graph.threads[thread].last().expect("the read that does not let it go on");
                    let newest = graph.places[usize::from(read.loc)].mo.last();
                    newest == Some(&read.rf)
                }
                _ => true,
            };
            if !hopeless {
                return Outcome::Blocked;
            }
            blocked = true;
        }
        if blocked {
            self.failure = Some(Failure::stuck(self));
            return Outcome::Failed;
        }
        Outcome::Complete
    }
}

/// Runs the program once, along the graph of the search and beyond.
///
/// # Safety
///
/// `engine` must be valid, and not be accessed by others than the threads of the model until the call returns.
pub unsafe fn run(engine: *mut Engine, main: Box<dyn FnOnce()>) -> Outcome {
    ENGINE.set(engine);
    // SAFETY: as promised by the caller; each reference is dropped before a thread of the model runs.
    let engine = || unsafe { &mut *engine };
    engine().start();
    engine().add_thread(0, main);
    loop {
        let e = engine();
        let Some(t) = e.pick() else { break };
        e.current = t;
        let mut thread = e.threads[t].take().unwrap_or_else(|| e.new_coroutine(t));
        crate::alloc::set_in_model(true);
        let result = thread.resume(());
        crate::alloc::set_in_model(false);
        let e = engine();
        e.current = MAX_THREADS;
        if let CoroutineResult::Return(()) = result {
            e.status[t] = Status::Done;
        }
        e.threads[t] = Some(thread);
    }
    let outcome = engine().finish();
    crate::alloc::release();
    ENGINE.set(ptr::null_mut());
    outcome
}

impl Engine {
    /// Prepares the next execution. False if there is none.
    pub fn next(&mut self) -> bool {
        let Some(changed) = self.search.next() else { return false };
        let is_read = self.search.graph.event(changed).kind == Kind::Read;
        self.changed = is_read.then_some(changed);
        self.middle = is_read.then_some(changed.thread());
        true
    }

    /// Hands a failure over, once.
    pub fn deliver(&mut self, failure: Failure) -> Box<Failure> {
        if let (false, Some(f)) = (self.delivered, &self.on_failure) {
            self.delivered = true;
            f(&failure);
        }
        Box::new(failure)
    }

    fn new_coroutine(&mut self, t: usize) -> Thread {
        let entry = self.entries[t].take().expect("a thread that runs was spawned");
        let stack = self.stacks.pop();
        let stack = stack.unwrap_or_else(|| DefaultStack::new(STACK).expect("memory for a stack"));
        Coroutine::with_stack(stack, move |yielder, ()| {
            inside(|engine| engine.yielders[engine.current] = yielder);
            entry();
        })
    }
}
