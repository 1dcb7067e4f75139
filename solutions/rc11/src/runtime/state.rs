//! The state of an exploration.

use crate::core::clock::MAX_THREADS;
use crate::core::event::{EventId, Kind, Loc};
use crate::core::search::Search;
use crate::core::timeline::Note;
use crate::runtime::audit::Site;
use crate::runtime::config::Config;
use crate::runtime::explore::{Plan, Progress};
use crate::runtime::failure::{Blocked, Failure};
use crate::runtime::foreign::Words;
use crate::runtime::report::Counters;
use crate::runtime::sight::Sight;
use crate::runtime::spin::Spin;
use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, Yielder};
use std::panic::Location;
use std::ptr;
use std::sync::Arc;

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

pub type Thread = Coroutine<(), (), (), DefaultStack>;

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
    /// Where closures began that are expected to panic, one inside the other.
    pub expecting: [Vec<&'static Location<'static>>; MAX_THREADS],
    pub panicking: [bool; MAX_THREADS],
    /// The engine's own words, found again in each execution: (owner, word).
    pub words: Vec<(Owner, Loc)>,
    /// The order in which the events took place.
    pub log: Vec<EventId>,
    /// What happened in this execution that is no event.
    pub notes: Vec<Note>,
    pub counters: Counters,
    /// A bound has kept an execution from its end.
    pub cut: bool,
    /// The execution is not worth going on with.
    pub pruned: bool,
    pub failure: Option<Failure>,
    /// Executions that have ended.
    pub executions: u64,
    pub sites: Vec<Site>,
    /// The tracked values of this execution.
    pub tracked: Vec<Life>,
    pub plan: Arc<Plan>,
    pub progress: Progress,
    /// A failure was handed over.
    pub delivered: bool,
    /// What each thread runs, and the event that started it. Kept here, so that only what belongs to the program is lost
    /// with a stack that is abandoned.
    pub entries: [Option<Entry>; MAX_THREADS],
    /// What each thread leaves to the one that joins it.
    pub slots: [Option<Box<dyn Slot>>; MAX_THREADS],
    pub threads: [Option<Thread>; MAX_THREADS],
    pub yielders: [*const Yielder<(), ()>; MAX_THREADS],
    pub stacks: Vec<DefaultStack>,
    pub sight: Option<Box<Sight>>,
    /// The atomics that are known by their addresses.
    pub by_address: Words,
    /// The first failure that was seen in this execution. What fails afterwards in a way that is told better comes before it.
    pub seen: Option<Failure>,
}

/// The life of a tracked value; see [`Tracked`](crate::track::Tracked).
#[derive(Clone, Copy, Debug)]
pub struct Life {
    pub at: &'static Location<'static>,
    pub alive: bool,
}

/// What a thread runs.
pub struct Entry {
    /// To be called once.
    pub run: Box<dyn FnMut()>,
    /// The `Spawn`; the main thread has none.
    pub spawn: Option<EventId>,
    /// Where the thread was spawned.
    pub at: &'static Location<'static>,
}

/// Room for the value of a thread.
pub trait Slot {
    /// Leaks the value, if there is one.
    fn forget(&mut self);

    /// Did the thread end by a panic that nobody has asked about?
    fn is_unclaimed_panic(&mut self) -> bool;
}

/// Whose word a word of the engine is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Owner {
    /// The token of a thread, for `park`.
    Token(usize),
}

impl Engine {
    pub fn new(plan: Arc<Plan>) -> Box<Self> {
        let config = plan.config.clone();
        let mut search = Search::default();
        search.spurious = config.spurious_failures;
        Box::new(Self {
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
            expecting: Default::default(),
            panicking: [false; MAX_THREADS],
            words: Vec::new(),
            log: Vec::new(),
            notes: Vec::new(),
            counters: Counters::default(),
            cut: false,
            pruned: false,
            failure: None,
            executions: 0,
            sites: Vec::new(),
            tracked: Vec::new(),
            plan,
            progress: Progress::new(),
            delivered: false,
            entries: Default::default(),
            slots: Default::default(),
            threads: Default::default(),
            yielders: [ptr::null(); MAX_THREADS],
            stacks: Vec::new(),
            sight: Sight::new(),
            by_address: Words::default(),
            seen: None,
        })
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

    /// Registers what a new thread will run.
    pub fn add_thread(&mut self, thread: usize, entry: Entry) {
        self.entries[thread] = Some(entry);
        self.status[thread] = Status::Ready;
    }

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
        if let (false, Some(f)) = (self.delivered, &self.plan.config.on_failure) {
            self.delivered = true;
            f(&failure);
        }
        Box::new(failure)
    }
}
