//! Sight: every access to plain memory, without a word in the program.
//!
//! The compiler can call a function before each access of a crate: that is how ThreadSanitizer works, and all that is taken from it are
//! the names of those functions (`faces::tsan`). What they are told is held against the execution's happens-before (`shadow`), so that a
//! race on plain memory is found wherever it is, and with it the use of memory that was freed. No event is added to the graph: in an
//! execution without a race a plain read has one possible value.
//!
//! A program is seen if it was compiled with these flags, and if [`Quarantine`](crate::runtime::alloc::Quarantine) is its allocator:
//!
//! ```text
//! -C passes=forceattrs -C passes=tsan
//! -C llvm-args=-force-attribute=sanitize_thread -C llvm-args=-tsan-handle-cxx-exceptions=0
//! ```
//!
//! The checker itself must not be. So no function of its interface that is generic may touch what is the checker's: it is compiled
//! where it is used.

mod calls;
mod edges;
mod escape;
mod report;
mod shadow;
mod source;
mod statics;

use crate::core::clock::MAX_THREADS;
use crate::core::event::EventId;
use crate::runtime::failure::Failure;
use crate::runtime::run::{self, inside};
use crate::runtime::state::Engine;
use edges::Edges;
pub use edges::Step;
use calls::{Calls, Log, Place};
use shadow::{Now, Shadow};
use std::alloc::System;
use std::cell::Cell;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

pub use report::Seen;
pub use shadow::Kind;
pub use source::{of_address as place_of, places as places_of};

/// The shadow's memory is its own: it must be neither counted nor kept.
type Vec<T> = allocator_api2::vec::Vec<T, System>;

fn new_vec<T>() -> Vec<T> {
    Vec::new_in(System)
}

/// The program has code that tells of its accesses.
static IS_INSTRUMENTED: AtomicBool = AtomicBool::new(false);

/// Such code is part of the program.
pub fn set_instrumented() {
    // Relaxed: there are no other threads before `main`.
    IS_INSTRUMENTED.store(true, Ordering::Relaxed);
}

/// Is the program compiled so that its accesses are seen?
pub fn is_instrumented() -> bool {
    // Relaxed: set before `main`.
    IS_INSTRUMENTED.load(Ordering::Relaxed)
}

thread_local! {
    /// What the thread of a model that runs is seen by.
    static SIGHT: Cell<*mut Sight> = const { Cell::new(ptr::null_mut()) };
}

/// What is seen of one execution after the other.
pub struct Sight {
    shadow: Shadow,
    log: Log,
    calls: [Calls; MAX_THREADS],
    now: Now,
    /// How many edges `now` takes into account.
    edges_known: usize,
    edges: Edges,
    escapes: escape::Known,
    /// Where the OS thread's variables are. All threads of a model share them.
    statics: std::ops::Range<usize>,
    engine: *mut Engine,
    /// A failure was seen in this execution: only what is freed is looked at, so that nothing is freed twice.
    is_quiet: bool,
}

impl Sight {
    /// Sight, if the program is compiled for it.
    pub fn new() -> Option<Box<Self>> {
        (is_instrumented() && crate::runtime::alloc::is_installed()).then(|| {
            Box::new(Self {
                shadow: Shadow::new(),
                log: Log::new(),
                calls: std::array::from_fn(|_| Calls::new()),
                now: Now::default(),
                edges_known: 0,
                edges: Edges::new(),
                escapes: escape::Known::new(),
                statics: 0..0,
                engine: ptr::null_mut(),
                is_quiet: false,
            })
        })
    }

    /// Begins an execution.
    pub fn start(&mut self, engine: *mut Engine) {
        self.shadow.clear();
        self.calls.iter_mut().for_each(Calls::clear);
        self.log.clear();
        self.edges.clear();
        self.edges_known = 0;
        self.is_quiet = false;
        // No thread has this number.
        self.now.thread = u8::MAX;
        if self.engine != engine {
            self.engine = engine;
            self.statics = statics::of_this_thread();
        }
    }

    /// Brings `now` up to date.
    #[inline]
    fn look(&mut self) {
        // SAFETY: the engine runs the thread that calls, and outlives it. Only numbers are read, which nobody changes meanwhile.
        let (thread, epoch) = unsafe {
            let thread = (&raw const (*self.engine).current).read();
            (thread, (&raw const (*self.engine).cursor[thread]).read())
        };
        let same = usize::from(self.now.thread) == thread && usize::from(self.now.epoch) == epoch;
        if !same || self.edges_known != self.edges.len() {
            self.now = self.edges.now(thread, epoch);
            self.edges_known = self.edges.len();
        }
    }

    /// The calls that the thread is in which runs, and the log.
    #[inline]
    fn calls(&mut self) -> (&mut Calls, &mut Log) {
        // SAFETY: as in `look`.
        let thread = unsafe { (&raw const (*self.engine).current).read() };
        (&mut self.calls[thread], &mut self.log)
    }

    #[inline]
    fn access(&mut self, range: (usize, usize), kind: Kind, address: usize) -> Option<[Seen; 2]> {
        self.look();
        if self.shadow.is_known(range, kind, &self.now) {
            return None;
        }
        self.new_access(range, kind, address)
    }

    #[inline(never)]
    fn new_access(
        &mut self,
        range: (usize, usize),
        kind: Kind,
        address: usize,
    ) -> Option<[Seen; 2]> {
        if self.statics.contains(&range.0) {
            return None;
        }
        let call = self.calls[usize::from(self.now.thread)].call();
        let place = Place::of_return(address, call);
        let other = self.shadow.access(range, kind, &self.now, place)?;
        Some(self.seen(kind, place, other))
    }

    /// As [`access`](Self::access), by an operation of the checker's that the program has called at `at`.
    fn operation(
        &mut self,
        range: (usize, usize),
        kind: Kind,
        at: &'static Location<'static>,
    ) -> Option<[Seen; 2]> {
        self.look();
        let place = Place::of_operation(at);
        let other = self.shadow.access(range, kind, &self.now, place)?;
        Some(self.seen(kind, place, other))
    }

    /// As [`access`](Self::access), somewhere in the function that runs.
    fn in_call(&mut self, range: (usize, usize), kind: Kind) -> Option<[Seen; 2]> {
        self.look();
        let place = Place::of_call(self.calls[usize::from(self.now.thread)].call());
        let other = self.shadow.access(range, kind, &self.now, place)?;
        Some(self.seen(kind, place, other))
    }

    fn atomic(&mut self, range: (usize, usize), step: Step, order: Ordering) -> Option<[Seen; 2]> {
        let kind = if step == Step::Load { Kind::ATOMIC_READ } else { Kind::ATOMIC_WRITE };
        let met = self.in_call(range, kind);
        if met.is_none() {
            // SAFETY: as in `look`.
            let cursor = unsafe { (&raw const (*self.engine).cursor).read() };
            self.edges.step(&self.now, &cursor, range.0, step, order);
        }
        met
    }

    /// Two accesses that must not meet.
    #[cold]
    fn seen(&self, kind: Kind, place: Place, other: shadow::Access) -> [Seen; 2] {
        let now = &self.now;
        let libraries = inside(|engine| engine.config.libraries);
        let first = Seen {
            thread: other.thread(),
            epoch: usize::from(other.epoch),
            kind: other.kind(),
            is_known: now.knows(other),
            place: source::find(&self.log, other.place(), libraries),
        };
        let second = Seen {
            thread: usize::from(now.thread),
            epoch: usize::from(now.epoch),
            kind,
            is_known: true,
            place: source::find(&self.log, place, libraries),
        };
        [first, second]
    }
}

/// A function of the program begins, which will return to `address`, and whose part of the stack begins at `stack`.
#[inline]
pub fn enter(address: usize, stack: usize) {
    with(|sight| {
        let (calls, log) = sight.calls();
        calls.enter(log, address, stack);
    });
}

/// A function of the program ends.
#[inline]
pub fn leave(stack: usize) {
    with(|sight| sight.calls().0.leave(stack));
}

/// Calls `f` if the caller is a thread of a model whose accesses are seen.
#[inline]
fn with<R>(f: impl FnOnce(&mut Sight) -> R) -> Option<R> {
    let sight = SIGHT.get();
    if sight.is_null() {
        return None;
    }
    // SAFETY: the pointer is set while a thread of the model runs, whose engine owns the sight. No reference lives across a call that
    // suspends or comes back here: `f` calls nothing of the program.
    Some(f(unsafe { &mut *sight }))
}

/// Sees what this OS thread runs from now on; null: nothing.
pub fn open(sight: *mut Sight) {
    SIGHT.set(sight);
}

/// Calls `f`, which is not seen.
#[inline]
pub fn closed<R>(f: impl FnOnce() -> R) -> R {
    let before = SIGHT.replace(ptr::null_mut());
    let result = f();
    SIGHT.set(before);
    result
}

/// Is the caller seen?
#[inline]
pub fn is_open() -> bool {
    !SIGHT.get().is_null()
}

/// An access of the program at `address`, which is about to be made.
#[inline]
pub fn access(range: (usize, usize), kind: Kind, address: usize) {
    let met = with(|sight| {
        if sight.is_quiet {
            return None;
        }
        sight.access(range, kind, address)
    });
    if let Some(Some(met)) = met {
        note(met);
    }
}

/// An operation of the checker's, called by the program, accesses memory of the program.
#[inline]
pub fn operation(range: (usize, usize), kind: Kind, at: &'static Location<'static>) {
    let met = with(|sight| if sight.is_quiet { None } else { sight.operation(range, kind, at) });
    if let Some(Some(met)) = met {
        note(met);
    }
}

/// An atomic operation that is not the checker's is about to be made.
pub fn atomic(range: (usize, usize), step: Step, order: Ordering) {
    let met = with(|sight| if sight.is_quiet { None } else { sight.atomic(range, step, order) });
    if let Some(Some(met)) = met {
        note(met);
    }
    look_for_escape();
}

/// A fence that is not the checker's.
pub fn fence(order: Ordering) {
    with(|sight| {
        sight.look();
        sight.edges.fence(&sight.now, order);
    });
    look_for_escape();
}

/// An atomic operation that is not the checker's has been told of: is it one of the code under test?
fn look_for_escape() {
    let Some(Some((file, libraries))) = with(|_| {
        inside(|engine| engine.config.subject.map(|file| (file, engine.config.libraries)))
    }) else {
        return;
    };
    let found = with(|sight| {
        let place = Place::of_call(sight.calls[usize::from(sight.now.thread)].call());
        sight.escapes.look(&sight.log, place, file, libraries)
    });
    if let Some(Some((name, at))) = found {
        run::with(|engine| {
            if engine.failure.is_none() {
                engine.failure = Some(Failure::escape(engine, &name, at));
            }
        });
    }
}

/// The program gives memory back at `at`, which the allocator is not told of.
pub fn free(range: (usize, usize), at: &'static Location<'static>) {
    if range.1 > 0 {
        operation(range, Kind::FREE, at);
    }
}

/// Notes a failure. The execution goes on: what was tested without sight may tell better what is wrong, a check in words of its own or
/// an event of the graph with its value. What is accessed from here on is not looked at.
#[cold]
fn note([first, second]: [Seen; 2]) {
    run::with(|engine| {
        if engine.failure.is_none() && engine.seen.is_none() && !engine.pruned {
            engine.seen = Some(Failure::seen(engine, &first, &second));
        }
    });
    with(|sight| sight.is_quiet = true);
}

/// The program gives memory back. Returns whether it had been given back before.
///
/// Does not suspend: the caller is an allocator.
pub fn freed(range: (usize, usize)) -> bool {
    let met = with(|sight| sight.in_call(range, Kind::FREE));
    let Some(Some(met)) = met else { return false };
    note(met);
    met[0].kind.frees()
}

/// The last event of `thread` when `epoch` of them had taken place.
fn last_event(thread: usize, epoch: usize) -> Option<EventId> {
    epoch.checked_sub(1).map(|last| EventId::new(thread, last))
}
