//! One execution: what every thread has done so far, and what it knows of the others.

use crate::atomic::Ordering;
use crate::clock::{Clock, MAX_THREADS, Point};
use crate::order::{Forbidden, History};
use std::{cell::RefCell, panic::Location};

/// Spin turns without any thread making progress before the execution is called a livelock.
const LIVELOCK: usize = 60;

/// Spin turns that a schedule may spend while a thread that could run does not. Such a schedule is unfair; what it goes on
/// to do is also done by one in which that thread runs.
const PATIENCE: usize = 4;

/// One line of the timeline.
#[derive(Clone, Debug)]
pub struct Event {
    pub thread: usize,
    pub at: &'static Location<'static>,
    /// `swap(true, Acquire)`: the operation without its receiver.
    pub text: String,
    pub result: Option<String>,
    pub kind: Kind,
    pub point: Point,
}

/// What the explanation needs to know of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// An access to an atomic object.
    Atomic {
        object: usize,
        read: Option<usize>,
        wrote: Option<usize>,
        order: Ordering,
        stale: bool,
    },
    /// A plain access to a cell.
    Plain,
    /// A fence.
    Fence(Ordering),
    /// Anything else: spawn, join, wait.
    Other,
}

/// A write to an atomic object.
#[derive(Debug)]
pub struct Write {
    pub value: u64,
    /// What a reader that acquires learns.
    pub message: Clock,
    pub event: Option<usize>,
    /// What the engine calls this write.
    pub name: usize,
}

/// An atomic object of this execution.
#[derive(Debug, Default)]
pub struct Object {
    pub writes: Vec<Write>,
    pub history: History,
}

#[derive(Debug, Default)]
struct Thread {
    clock: Clock,
    /// What relaxed loads have read, for a later acquire fence.
    pending: Clock,
    /// The clock at the last release fence.
    released: Clock,
    /// Where the last operation was, if it neither wrote anything new nor read anything new.
    idle_at: Option<&'static Location<'static>>,
    /// The last hint was not followed by an operation yet.
    hinted: bool,
    /// Hints since the last atomic operation.
    hints: usize,
    /// Spin turns since anyone last made progress.
    idle: usize,
    /// Number of spin turns so far.
    turns: usize,
    /// For each object: the spin turn of the last idle read, and the value read.
    idle_reads: Vec<(usize, usize, u64)>,
    weak_successes: usize,
    panicking: bool,
    expecting: usize,
}

/// How often an execution did what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Loads, failed compare-exchanges included.
    pub loads: usize,
    /// Plain atomic stores.
    pub stores: usize,
    /// Read-modify-writes: every compare-exchange, failed ones too, since both cost the cache line.
    pub rmws: usize,
    /// Weak compare-exchanges that found the expected value and failed all the same.
    pub spurious: usize,
    /// Fences.
    pub fences: usize,
    /// Waits on a futex.
    pub waits: usize,
    /// Wake-ups of a futex, whether anyone slept or not.
    pub wakes: usize,
    /// Calls of `hint::spin_loop` and `thread::yield_now`, each one.
    pub hints: usize,
}

/// What the engine should do with the execution.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// Go on.
    Continue,
    /// C++ and Rust forbid it, or it repeats another one: abandon it.
    Prune,
}

/// What a thread that spins is up to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spinning {
    /// It waits, and has not done so for long.
    Waiting,
    /// Another thread could run, but the schedule does not let it.
    Unfair,
    /// Nobody can end the waiting.
    ForEver,
}

/// The state of the execution under way.
#[derive(Debug, Default)]
pub struct Exec {
    pub number: u64,
    pub current: usize,
    pub events: Vec<Event>,
    pub objects: Vec<Object>,
    pub counters: Counters,
    pub dead: bool,
    pub started: usize,
    threads: [Thread; MAX_THREADS],
    sc: Clock,
    /// What happened before the wake-ups so far. A wait comes before or after a wake-up, under a lock of the system; one
    /// that comes after does not miss the value. The code under test learns nothing else from it.
    kernel: Clock,
    /// The next read is the one of a wait.
    pub in_kernel: bool,
    idle_turns: usize,
    /// Which successful weak compare-exchange fails in this round: (thread, how many succeed before).
    pub spurious: Option<(usize, usize)>,
    /// Threads that performed a weak compare-exchange.
    pub weak_users: [bool; MAX_THREADS],
    /// Threads that have ended, or sleep, or wait for the end of another.
    pub blocked: [bool; MAX_THREADS],
    /// Threads that have ended.
    pub ended: [bool; MAX_THREADS],
    /// Threads asleep in `park`.
    pub parked: [bool; MAX_THREADS],
    names: usize,
    tokens: [Clock; MAX_THREADS],
}

thread_local! {
    static EXEC: RefCell<Option<Exec>> = const { RefCell::new(None) };
}

/// Runs `f` on the execution under way, if there is one. `f` must not switch threads.
pub fn with<R>(f: impl FnOnce(&mut Exec) -> R) -> Option<R> {
    EXEC.with_borrow_mut(|exec| exec.as_mut().map(f))
}

/// Starts or ends an execution; returns the one before.
pub fn replace(exec: Option<Exec>) -> Option<Exec> {
    EXEC.replace(exec)
}

/// What the execution under way has done so far, all threads together.
pub fn counters() -> Counters {
    with(|exec| exec.counters).expect("counters: called outside `sync::model`")
}

impl Exec {
    /// The initial state: only the main thread.
    pub fn new(number: u64, spurious: Option<(usize, usize)>) -> Self {
        let mut exec = Exec { number, spurious, started: 1, ..Exec::default() };
        exec.threads[0].clock.tick(0);
        exec
    }

    /// Where the current thread stands.
    pub fn here(&self) -> Point {
        Point { thread: self.current, clock: self.threads[self.current].clock }
    }

    fn me(&mut self) -> &mut Thread {
        &mut self.threads[self.current]
    }

    fn step(&mut self) -> Point {
        let current = self.current;
        self.me().clock.tick(current);
        self.here()
    }

    /// Adds a line to the timeline.
    pub fn log(
        &mut self,
        at: &'static Location<'static>,
        text: String,
        result: Option<String>,
        kind: Kind,
    ) -> usize {
        let (thread, point) = (self.current, self.here());
        self.events.push(Event { thread, at, text, result, kind, point });
        self.events.len() - 1
    }

    /// Says what the last line of the timeline stands for.
    pub fn rename(&mut self, text: String, result: Option<String>) {
        if let Some(event) = self.events.last_mut() {
            (event.text, event.result) = (text, result);
        }
    }

    /// Adds a line that is no memory access.
    pub fn note(&mut self, at: &'static Location<'static>, text: String) {
        self.step();
        self.log(at, text, None, Kind::Other);
    }

    /// A new atomic object whose initial value everybody knows.
    pub fn new_object(&mut self, value: u64) -> usize {
        let mut object = Object::default();
        object.writes.push(Write { value, message: Clock::default(), event: None, name: 0 });
        // A point at time 0 happens before everything.
        let _ = object.history.add_write(Point::default(), None);
        self.objects.push(object);
        self.objects.len() - 1
    }

    /// A name for a write to come. The initial write of every object is called 0.
    pub fn name(&mut self) -> usize {
        self.names += 1;
        self.names
    }

    /// The index of the write called `name`, in the history of `object`.
    pub fn index_of(&self, object: usize, name: usize) -> usize {
        let writes = &self.objects[object].writes;
        writes
            .iter()
            .rposition(|write| write.name == name)
            .expect("the engine reads what was written")
    }

    /// Records a read of write `from`, and of the write that a read-modify-write makes of it.
    #[allow(clippy::too_many_arguments)]
    pub fn access(
        &mut self,
        at: &'static Location<'static>,
        text: String,
        result: Option<String>,
        object: usize,
        read: Option<usize>,
        wrote: Option<(u64, usize)>,
        order: Ordering,
    ) -> Verdict {
        let point = self.step();
        let event = self.events.len();
        let mut verdict = Verdict::Continue;
        let mut stale = false;
        let mut message = Clock::default();
        let mut read_value = None;
        if let Some(from) = read {
            let write = &self.objects[object].writes[from];
            read_value = Some(write.value);
            message = write.message;
            stale = (0..self.objects[object].history.len())
                .any(|w| self.objects[object].history.precedes(from, w));
            let mut sees = point;
            if std::mem::take(&mut self.in_kernel) {
                sees.clock.join(&self.kernel);
            }
            if self.objects[object].history.add_read(sees, from).is_err() {
                verdict = Verdict::Prune;
            }
            let me = self.me();
            if acquires(order) {
                me.clock.join(&message);
            }
            me.pending.join(&message);
        }
        let index = self.objects[object].writes.len();
        if let Some((value, name)) = wrote {
            let point = self.here();
            let me = self.me();
            let mut carries = if releases(order) { me.clock } else { me.released };
            // A read-modify-write goes on with the release sequence of what it read; a store does not (C++20).
            carries.join(&message);
            let target = &mut self.objects[object];
            target.writes.push(Write { value, message: carries, event: Some(event), name });
            if let Err(Forbidden) = target.history.add_write(point, read) {
                verdict = Verdict::Prune;
            }
        }
        let wrote_index = wrote.map(|_| index);
        self.log(at, text, result, Kind::Atomic { object, read, wrote: wrote_index, order, stale });
        let idle = read_value.is_some()
            && (wrote.is_none() || wrote.map(|(value, _)| value) == read_value);
        if self.note_idle(at, object, read, read_value, idle) {
            verdict = Verdict::Prune;
        }
        verdict
    }

    /// Follows spinning. Returns true where the thread reads again, after a hint, a value that another write has already
    /// replaced: executions that spin longer on what they already saw are equal to one that spins less.
    fn note_idle(
        &mut self,
        at: &'static Location<'static>,
        object: usize,
        read: Option<usize>,
        value: Option<u64>,
        idle: bool,
    ) -> bool {
        let turns = self.me().turns;
        self.me().hinted = false;
        self.me().hints = 0;
        if !idle {
            self.me().idle_at = None;
            self.me().idle_reads.clear();
            self.progress();
            return false;
        }
        let (from, value) = (read.expect("idle reads"), value.expect("idle reads"));
        let again = self
            .me()
            .idle_reads
            .iter()
            .any(|&(o, turn, seen)| o == object && turn < turns && seen == value);
        self.me().idle_reads.retain(|&(o, ..)| o != object);
        self.me().idle_reads.push((object, turns, value));
        self.me().idle_at = Some(at);
        let target = &self.objects[object];
        let newest = target.writes.len();
        again
            && (0..newest).any(|w| {
                target.writes[w].value != value && w != from && !target.history.precedes(w, from)
            })
    }

    /// Is the operation at `at` the same idle one as the last of this thread: a spin loop without a hint?
    pub fn spins_at(&mut self, at: &'static Location<'static>) -> bool {
        self.me().idle_at == Some(at) && !self.me().hinted
    }

    /// The current thread waits for nobody, though it read what it had read before: a weak compare-exchange failed for no
    /// reason, and will not do so again.
    pub fn can_go_on(&mut self) {
        self.me().idle_at = None;
        self.me().idle = 0;
    }

    /// The thread waits for another one. Returns whether to yield: a second hint in a row changes nothing.
    pub fn note_spin(&mut self) -> bool {
        let first = !self.me().hinted;
        self.me().hinted = true;
        if first {
            // A hint from a thread that has just done something new does not say that it waits.
            let waits = self.me().idle_at.is_some();
            self.me().turns += 1;
            self.me().idle += usize::from(waits);
            self.idle_turns += 1;
        }
        first
    }

    /// The code under test gave a hint. Returns how many it has given since its last atomic operation.
    pub fn count_hint(&mut self) -> usize {
        self.counters.hints += 1;
        self.me().hints += 1;
        self.me().hints
    }

    /// What to make of the spinning so far; called before each turn.
    pub fn spinning(&self) -> Spinning {
        let mut others = (0..self.started).filter(|&t| t != self.current);
        let could_run = |t: usize| !self.blocked[t] && self.threads[t].idle == 0;
        if self.idle_turns > PATIENCE && others.any(could_run) {
            Spinning::Unfair
        } else if self.idle_turns > LIVELOCK {
            Spinning::ForEver
        } else {
            Spinning::Waiting
        }
    }

    /// Something happened that a spinning thread may have waited for.
    pub fn progress(&mut self) {
        self.idle_turns = 0;
        for thread in &mut self.threads {
            thread.idle = 0;
        }
    }

    /// A fence.
    pub fn fence(&mut self, order: Ordering) {
        self.counters.fences += 1;
        self.step();
        let mut sc = self.sc;
        let me = self.me();
        if acquires(order) {
            let pending = me.pending;
            me.clock.join(&pending);
        }
        if order == Ordering::SeqCst {
            me.clock.join(&sc);
            sc = me.clock;
        }
        if releases(order) {
            me.released = me.clock;
        }
        self.sc = sc;
    }

    /// Registers a thread started by the current one.
    pub fn spawn(&mut self) -> usize {
        let child = self.started;
        assert!(child < MAX_THREADS, "a model may have at most {MAX_THREADS} threads");
        self.started += 1;
        self.step();
        let clock = self.here().clock;
        self.threads[child].clock = clock;
        self.threads[child].clock.tick(child);
        child
    }

    /// The current thread learns all that `other` knows.
    pub fn learn(&mut self, other: &Clock) {
        self.me().clock.join(other);
        self.step();
    }

    /// May a weak compare-exchange that would succeed do so now? Counts it.
    pub fn weak_fails(&mut self) -> bool {
        let current = self.current;
        self.weak_users[current] = true;
        let before = self.me().weak_successes;
        self.me().weak_successes += 1;
        self.spurious == Some((current, before))
    }

    /// Is the current thread unwinding?
    pub fn panicking(&mut self) -> bool {
        self.me().panicking
    }

    /// Sets whether the current thread is unwinding.
    pub fn set_panicking(&mut self, panicking: bool) {
        self.me().panicking = panicking;
    }

    /// How many [`crate::expect_panic`] calls enclose the current thread's code.
    pub fn expecting(&mut self) -> &mut usize {
        &mut self.me().expecting
    }
}

/// Does an operation with this ordering learn what it reads was published with?
pub fn acquires(order: Ordering) -> bool {
    matches!(order, Ordering::Acquire | Ordering::AcqRel | Ordering::SeqCst)
}

/// Does an operation with this ordering publish what came before it?
pub fn releases(order: Ordering) -> bool {
    matches!(order, Ordering::Release | Ordering::AcqRel | Ordering::SeqCst)
}

impl Exec {
    /// One step of the current thread that no other event stands for.
    pub fn tick(&mut self) {
        self.step();
    }

    /// The current thread wakes others: waits that come later see what it did.
    pub fn enter_kernel(&mut self) {
        let clock = self.here().clock;
        self.kernel.join(&clock);
    }

    /// The current thread unparks `thread`.
    pub fn give_token(&mut self, thread: usize) {
        let clock = self.here().clock;
        self.tokens[thread].join(&clock);
    }

    /// The current thread returns from `park`.
    pub fn take_token(&mut self) {
        let clock = std::mem::take(&mut self.tokens[self.current]);
        self.learn(&clock);
    }

    /// The value of `object` for someone who has it alone.
    pub fn take_newest(&mut self, at: &'static Location<'static>, object: usize) -> u64 {
        let here = self.here();
        let unordered = self.objects[object]
            .writes
            .iter()
            .filter_map(|write| write.event)
            .find(|&event| !self.events[event].point.happens_before(&here));
        if let Some(first) = unordered {
            let second = self.log(at, "get_mut()".into(), None, Kind::Plain);
            crate::report::fail_in(self, &crate::report::Failure::race(first, second));
        }
        self.objects[object].writes.last().map(|write| write.value).expect("an initial write")
    }
}
