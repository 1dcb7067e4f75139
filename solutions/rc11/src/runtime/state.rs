//! The state of an exploration.

use crate::core::clock::MAX_THREADS;
use crate::core::event::{EventId, Kind, Loc};
use crate::core::search::Search;
use crate::core::timeline::Note;
use crate::runtime::audit::Site;
use crate::runtime::config::Config;
use crate::runtime::explore::{Plan, Step};
use crate::runtime::failure::{Blocked, Failure};
use crate::runtime::foreign::Words;
use crate::runtime::gate::{self, Gate};
use crate::runtime::halt::{GivesWay, Limit};
use crate::runtime::locals::Locals;
use crate::runtime::object::Tag;
use crate::runtime::panics::Panic;
use crate::runtime::progress::Progress;
use crate::runtime::repeat::{FEW_TURNS, MANY_TURNS};
use crate::runtime::report::Counters;
use crate::runtime::shared::Shared;
use crate::runtime::sight::{self, Sight};
use crate::runtime::survey::Surveys;
use crate::runtime::visits::Spin;
use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, Yielder};
use std::panic::Location;
use std::ptr;
use std::sync::Arc;

/// The name of a thread of the program in one execution. A row of the graph holds the events of several threads, if each was
/// started by one that knew of the end of the thread before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ThreadKey {
    /// The row of the graph.
    pub row: usize,
    /// How many events of the row are those of other threads, which have ended.
    pub begin: usize,
}

/// What a thread of the model is doing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Status {
    /// It does not exist (yet).
    Absent,
    Ready,
    /// Its next event is in the graph, but what that reads from has not taken place.
    Waiting(EventId),
    /// It waits for the end of a thread.
    Joining(ThreadKey),
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
    pub gates: [Gate; MAX_THREADS],
    /// The program asks how often it has done what.
    pub is_asked_for_counters: bool,
    /// The engine runs on stacks of its own, since some thread may wait in a loop.
    pub is_gated: bool,
    /// The program has an object that outlives its executions, so they cannot run side by side; see [`together`](super::together).
    pub is_for_one: bool,
    /// Others explore other parts meanwhile.
    pub is_one_of_several: bool,
    /// How many executions it has run for them.
    pub runs: u64,
    /// What has come of the last execution, if others have run it.
    pub left_by_others: Option<Step>,
    /// How many turns of a loop that counts them are explored in all ways.
    pub exact_turns: usize,
    /// A loop that counts its turns has had more.
    pub has_counted: bool,
    /// The first execution that a loop with an effect in each turn has kept from its end.
    pub endless: Option<Failure>,
    /// A thread's unfinished read-modify-write: its read.
    pub unfinished: [Option<EventId>; MAX_THREADS],
    /// After how many steps each thread stops for ever.
    pub halts: [Option<usize>; MAX_THREADS],
    /// How many steps each thread may make.
    pub limits: [Option<Limit>; MAX_THREADS],
    /// Where each thread gives way to another one.
    pub gives_way: [Option<GivesWay>; MAX_THREADS],
    /// The thread that goes on first, of those that can.
    pub favoured: Option<usize>,
    /// Where closures began that are expected to panic, one inside the other.
    pub expecting: [Vec<Option<&'static Location<'static>>>; MAX_THREADS],
    /// The threads that unwind, as far as is known; see [`Engine::is_unwinding`].
    pub panicking: [bool; MAX_THREADS],
    /// A panic is made to see whether the hook is called; was it?
    pub probe: Option<bool>,
    /// The panics of this execution, in the order in which they were raised.
    pub panics: Vec<Panic>,
    /// The engine's own words, found again in each execution: (owner, word).
    pub words: Vec<(Owner, Loc)>,
    /// The order in which the events took place.
    pub log: Vec<EventId>,
    /// What happened in this execution that is no event.
    pub notes: Vec<Note>,
    pub counters: Counters,
    /// A bound has kept an execution from its end.
    pub cut: bool,
    /// How many events of the trail have been added, where one guides the execution.
    pub guided: usize,
    /// What each thread does on that trail without events.
    pub guided_repetitions: [Vec<(u32, u16)>; MAX_THREADS],
    /// The execution is not worth going on with.
    pub pruned: bool,
    pub failure: Option<Failure>,
    /// Executions that have ended.
    pub executions: u64,
    pub surveys: Surveys,
    pub sites: Vec<Site>,
    /// The tracked values of this execution.
    pub tracked: Vec<Life>,
    pub plan: Arc<Plan>,
    pub progress: Progress,
    /// What each thread runs, and the event that started it. Kept here, so that only what belongs to the program is lost
    /// with a stack that is abandoned.
    pub entries: [Option<Entry>; MAX_THREADS],
    /// The thread that each row belongs to now.
    pub begins: [usize; MAX_THREADS],
    /// The thread-local values of each of them.
    pub locals: [Locals; MAX_THREADS],
    /// What each thread leaves to the one that joins it.
    pub slots: Vec<(ThreadKey, Box<dyn Slot>)>,
    /// Somebody asks whether threads have ended without waiting for it: threads say so in a word of their own.
    pub ends_are_watched: bool,
    /// The program is not what was explored so far, so the search begins anew.
    pub starts_over: bool,
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
    /// Where it was dropped, if that was seen.
    pub dropped: Option<sight::Place>,
}

/// What a thread runs.
pub struct Entry {
    /// To be called once.
    pub run: Box<dyn FnMut()>,
    /// The `Spawn`; the main thread has none.
    pub spawn: Option<EventId>,
    /// Where the thread was spawned.
    pub at: &'static Location<'static>,
    /// The name that the program gave it.
    pub name: Option<Shared<str>>,
}

/// Room for the value of a thread.
pub trait Slot {
    /// Leaks the value, if there is one.
    fn forget(&mut self);

    /// Says that the thread has ended, where somebody asks; see [`Engine::ends_are_watched`].
    fn ended(&self) -> &Tag;

    /// Did the thread end by a panic that nobody has asked about?
    fn is_unclaimed_panic(&mut self) -> bool;
}

/// Whose word a word of the engine is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Owner {
    /// The token of a thread, for `park`.
    Token(ThreadKey),
}

impl Engine {
    pub fn new(plan: Arc<Plan>) -> Box<Self> {
        let config = plan.config.clone();
        // What is told of each execution is told once, so such a search never begins anew.
        let is_told = config.on_execution.is_some();
        let search = Search::new(config.memory, config.spurious_failures);
        let guide = config.guide.as_ref();
        let is_guided = guide.is_some();
        let guided_repetitions = guide.map(|trail| trail.repetitions()).unwrap_or_default();
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
            gates: Default::default(),
            is_asked_for_counters: false,
            is_gated: is_told && gate::EXISTS,
            is_for_one: false,
            is_one_of_several: false,
            runs: 0,
            left_by_others: None,
            exact_turns: if is_told { MANY_TURNS } else { FEW_TURNS },
            has_counted: false,
            endless: None,
            unfinished: [None; MAX_THREADS],
            halts: [None; MAX_THREADS],
            limits: Default::default(),
            gives_way: [None; MAX_THREADS],
            favoured: None,
            expecting: Default::default(),
            panicking: [false; MAX_THREADS],
            probe: None,
            panics: Vec::new(),
            words: Vec::new(),
            log: Vec::new(),
            notes: Vec::new(),
            counters: Counters::default(),
            cut: false,
            guided: 0,
            guided_repetitions,
            pruned: false,
            failure: None,
            executions: 0,
            surveys: Surveys::default(),
            sites: Vec::new(),
            tracked: Vec::new(),
            plan,
            progress: Progress::new(),
            entries: Default::default(),
            begins: [0; MAX_THREADS],
            locals: Default::default(),
            slots: Vec::new(),
            ends_are_watched: false,
            starts_over: false,
            threads: Default::default(),
            yielders: [ptr::null(); MAX_THREADS],
            stacks: Vec::new(),
            sight: Sight::new(is_told || is_guided),
            by_address: Words::default(),
            seen: None,
        })
    }

    /// Prepares the next execution. False if there is none.
    pub fn next(&mut self) -> bool {
        if self.next_drawn() {
            return true;
        }
        let Some(changed) = self.search.next() else { return false };
        self.set_changed(changed);
        true
    }

    /// The next execution differs from the last one in this event.
    pub fn set_changed(&mut self, changed: EventId) {
        let is_read = self.search.graph.event(changed).kind == Kind::Read;
        self.changed = is_read.then_some(changed);
        self.middle = is_read.then_some(changed.thread());
    }

    /// Hands a failure over, or prints it: the process ends.
    pub fn deliver_last(&self, failure: Failure) {
        match &self.plan.config.on_failure {
            Some(f) => f(&failure),
            None => eprintln!("{failure}"),
        }
    }

    /// Hands a failure over.
    pub fn deliver(&mut self, failure: Failure) -> Box<Failure> {
        if let Some(f) = &self.plan.config.on_failure {
            f(&failure);
        }
        Box::new(failure)
    }
}
