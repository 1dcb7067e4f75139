//! Runs programs, and holds what they do to the specification.
//!
//! What is generic here is small, for it is compiled beside each file that is judged: the [`Player`], which makes the calls. All else
//! knows the object in numbers.

mod player;
mod progress;
mod results;
mod world;

use crate::log::Log;
use crate::object::{OpId, RetId, Typed};
use crate::program::{Beset, Program};
use crate::size::{progress_size, size};
use crate::{Clients, message};
use player::{Player, Shared};
use rc11::{Moment, now, reject, support};
use std::rc::Rc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use world::World;

/// Runs every small program of `C`, the smallest first. One that does what the specification does not allow is shown, with
/// the execution, and the process ends.
pub fn check<C: Clients>() {
    let (world, player) = numbered::<C>();
    world.hold_results(size(C::LONGEST, C::EXECUTIONS), &*player);
}

/// Lets every small program of `C` run, the smallest first, in which a thread stops for ever in the middle of a call, wherever that is. A
/// call of another thread that is to be [lock-free](Progress::LockFree) must come to its end all the same, and a
/// [wait-free](Progress::WaitFree) one within its number of steps. What does not is shown, and the process ends.
///
/// This refutes claims, and proves none beyond the programs that it runs.
pub fn progress<C: Clients>() {
    let (world, player) = numbered::<C>();
    world.hold_progress(progress_size(), &*player);
}

/// An execution of a program.
type Execution = Box<dyn Fn() + Send + Sync>;

/// Makes executions.
type Plays = dyn Fn(&Arc<Run>) -> Execution;

fn numbered<C: Clients>() -> (Arc<World>, Box<Plays>) {
    let typed = Rc::new(Typed::<C>::new());
    let mut scenes = Vec::new();
    let mut hands = Vec::new();
    let mut all = C::scenes();
    let small = all.len();
    all.extend(C::crowded());
    for scene in &all {
        scenes.push(typed.scene(scene));
        hands.push(scene.hands);
    }
    let world = World::new(typed.clone(), scenes, small);
    let player = Arc::new(Shared(Player { typed, hands }));
    let plays = move |run: &Arc<Run>| -> Execution {
        let (run, player) = (run.clone(), player.clone());
        Box::new(move || player.0.execute(&player, &run))
    };
    (world, Box::new(plays))
}

/// What is asked of the executions of a program.
#[derive(Clone, Copy)]
enum Asks {
    /// Whether the specification allows what the calls return.
    Results,
    /// Whether the calls come to an end, where a thread stops.
    Progress(Option<Stop>),
    /// Whether a call comes to its end, though another thread makes a call before each of its steps.
    Beset(Beset),
    /// As [`Results`](Self::Results), where another thread makes all its calls after so many steps of this one; or a call before each.
    Late(Beset, Option<usize>),
    /// As [`Results`](Self::Results), where each thread makes its calls in a destructor, while a panic unwinds it. The main thread as well, when
    /// the others have ended?
    Unwinding { at_end: bool },
    /// As [`Results`](Self::Results), where waits return for no reason, so many of each thread.
    Restless(usize),
    /// As [`Results`](Self::Results), where weak compare-exchanges fail for no reason, so many of each thread.
    Fickle(usize),
    /// As [`Results`](Self::Results), where the main thread has made very many calls before.
    Edge,
    /// Whether the specification allows what each of very many calls of one thread returns, one after the other.
    Many,
}

/// The thread that makes this call stops in it, after so many of its steps.
#[derive(Clone, Copy)]
struct Stop {
    call: usize,
    after: usize,
}

/// A program, and what its executions leave.
struct Run {
    world: Arc<World>,
    program: Arc<Program>,
    log: Mutex<Log>,
    asks: Asks,
    /// The thread that was to stop, or to give way, has done so in some execution.
    has_stopped: AtomicBool,
    /// A thread has slept in some execution.
    has_slept: AtomicBool,
    /// A thread has made a weak compare-exchange in some execution.
    has_been_weak: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Run {
    fn new(world: &Arc<World>, program: &Arc<Program>, asks: Asks) -> Arc<Self> {
        Arc::new(Self {
            world: world.clone(),
            program: program.clone(),
            log: Mutex::default(),
            asks,
            has_stopped: AtomicBool::new(false),
            has_slept: AtomicBool::new(false),
            has_been_weak: AtomicBool::new(false),
        })
    }

    /// An execution begins.
    fn begin(&self) {
        support::unseen(|| {
            message::begin();
            lock(&self.log).clear();
        });
    }

    /// How many calls the main thread makes before the others start.
    fn before(&self) -> usize {
        self.program.before.len()
    }

    /// One of those, and with whose hand.
    fn prepared(&self, call: usize) -> (usize, OpId) {
        self.program.before[call]
    }

    fn hands(&self) -> usize {
        self.program.calls.len()
    }

    fn plays_main(&self, hand: usize) -> bool {
        self.program.plays_main(hand)
    }

    /// The number of the first call of a hand, if it makes any.
    fn first_of(&self, hand: usize) -> Option<usize> {
        let earlier: usize = self.program.calls[1..hand].iter().map(Vec::len).sum();
        (!self.program.calls[hand].is_empty()).then_some(self.before() + earlier)
    }

    /// The number of the first call that the main thread makes when all others have ended.
    fn last(&self) -> usize {
        self.before() + self.program.calls[1..].iter().map(Vec::len).sum::<usize>()
    }

    /// Are the calls of the threads made while a panic unwinds them?
    fn unwinds(&self) -> bool {
        matches!(self.asks, Asks::Unwinding { .. })
    }

    fn nth_of(&self, hand: usize, place: usize) -> Option<OpId> {
        self.program.calls[hand].get(place).copied()
    }

    fn begin_call(self: &Arc<Self>, call: usize, op: OpId) {
        let begin = now();
        support::unseen(|| lock(&self.log).begin(call, begin));
        self.watch(call, op);
    }

    /// The call has come to its end.
    fn is_made(&self, call: usize) {
        support::stop_after(None);
        support::unlimited();
        let gives_way = support::gives_way_no_longer();
        if let Asks::Late(beset, _) = self.asks
            && beset.call == call
            && !gives_way
        {
            self.has_stopped.store(true, Relaxed);
        }
    }

    /// What it has returned, and when.
    fn returns(&self, call: usize, ret: RetId, end: Moment) {
        support::unseen(|| lock(&self.log).end(call, ret.0, end));
    }

    /// There was nothing to make the call with.
    fn take_back(&self, call: usize) {
        support::unseen(|| lock(&self.log).take_back(call));
    }

    /// What another question is asked for.
    fn note(&self) {
        if support::has_slept() {
            self.has_slept.store(true, Relaxed);
        }
        if !self.has_been_weak.load(Relaxed) && support::has_been_weak() {
            self.has_been_weak.store(true, Relaxed);
        }
    }

    /// An execution ends: what was done is judged.
    fn end(&self) {
        self.note();
        if let Asks::Results
        | Asks::Late(..)
        | Asks::Unwinding { .. }
        | Asks::Restless(_)
        | Asks::Edge
        | Asks::Fickle(_) = self.asks
            && let Err(why) = support::unseen(|| self.is_good(false))
        {
            reject(why);
        }
        if let Asks::Many = self.asks
            && let Err(why) = support::unseen(|| self.is_good_in_turn(None))
        {
            reject(why);
        }
    }
}
