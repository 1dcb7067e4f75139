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
//! -C passes=forceattrs -C passes=tsan-module -C passes=tsan
//! -C llvm-args=-force-attribute=sanitize_thread -C llvm-args=-tsan-handle-cxx-exceptions=0
//! ```
//!
//! Most of what a program accesses is the running thread's own stack. Where no other thread accesses it, nothing can meet, and it is not
//! looked at; see `stacks`.
//!
//! The checker itself must not be. Its generic code is compiled where it is used, and seen there. So what that does with the checker's
//! memory is done in [`run::with`], or [`closed`].

mod accesses;
mod calls;
mod edges;
mod escape;
mod report;
mod shadow;
mod source;
mod stacks;
mod state;
mod statics;

use crate::runtime::failure::Failure;
use crate::runtime::gate;
use crate::runtime::run::{self, inside};
use crate::runtime::state::Engine;
pub use edges::Step;
use std::alloc::System;
use std::cell::Cell;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

pub use accesses::Kind;
pub use calls::Place;
pub use report::Seen;
pub use source::{caller_of_std, is_of_std, of_address as place_of, places as places_of};
pub use stacks::Stacks;
pub use state::Sight;
pub use statics::{lasting, of_this_thread};

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

/// A function of the program begins, which will return to `address`, and whose part of the stack begins at `stack`.
#[inline]
pub fn enter(address: usize, stack: usize) {
    with(|sight| sight.calls().enter(address, stack));
}

/// A function of the program ends.
#[inline]
pub fn leave(stack: usize) {
    with(|sight| sight.calls().leave(stack));
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

/// The program is given a block, if the caller is seen. Returns the call that it is in.
#[inline]
pub fn allocated(range: (usize, usize)) -> Option<Place> {
    with(|sight| sight.allocated(range))
}

/// Has this execution written to memory that was there before it, or that it has from outside? If that was not seen, it may have.
pub fn reaches_outside(engine: &Engine) -> bool {
    engine.sight.as_deref().is_none_or(|sight| sight.reaches_outside)
}

/// Where the code under test counts on an `Arc` of std, if it was seen to.
pub fn arc_of_std(engine: &Engine) -> Option<crate::core::timeline::Place> {
    engine.sight.as_deref().and_then(|sight| sight.escapes.arc())
}

/// The call that the program is in, if the caller is seen.
pub fn here() -> Option<Place> {
    with(|sight| Place::of_call(sight.call()))
}

/// Where in the program a place is that was reached in this execution.
pub fn place(engine: &Engine, place: Place) -> crate::core::timeline::Place {
    let sight = engine.sight.as_deref().expect("who was seen");
    source::find(&sight.log, place, engine.config.libraries)
}

/// As [`place`], if it is in the program.
pub fn place_of_program(engine: &Engine, place: Place) -> Option<crate::core::timeline::Place> {
    let sight = engine.sight.as_deref()?;
    source::of_program(&sight.log, place, engine.config.libraries)
}

/// Does the program itself allocate at this place, and not a library that it is compiled with?
pub fn is_of_program(engine: &Engine, place: Place) -> bool {
    let sight = engine.sight.as_deref().expect("who was seen");
    source::is_of_program(&sight.log, place, engine.config.libraries)
}

/// Is the caller seen?
#[inline]
pub fn is_open() -> bool {
    !SIGHT.get().is_null()
}

/// Is it known at once that [`is_nothing`] is true?
#[inline]
pub fn is_clearly_nothing(range: (usize, usize)) -> bool {
    with(|sight| sight.is_sure_to_be_private(range)).unwrap_or(true)
}

/// Is nobody interested in an access of the program: the caller is not seen, or is where no other thread is?
#[inline]
pub fn is_nothing(range: (usize, usize)) -> bool {
    with(|sight| sight.is_private(range)).unwrap_or(true)
}

/// An access of the program at `address`, which is about to be made.
pub fn access(range: (usize, usize), kind: Kind, address: usize) {
    let gate = with(|sight| {
        if sight.is_private(range) {
            return None;
        }
        let is_known = sight.is_quiet || sight.is_known(range, kind);
        (!is_known || kind.writes() && sight.keeps_writes()).then(|| sight.gate())
    });
    match gate {
        // SAFETY: the gate of the thread that calls.
        Some(Some(Some(gate))) => unsafe {
            gate::enter_by(gate, || new_access(range, kind, address));
        },
        Some(Some(None)) => new_access(range, kind, address),
        _ => {}
    }
}

fn new_access(range: (usize, usize), kind: Kind, address: usize) {
    let met = with(|sight| {
        if kind.writes() {
            sight.keep_write(range);
        }
        if sight.is_quiet { None } else { sight.access(range, kind, address) }
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

/// An atomic operation that is not the checker's is about to be made, by a call that returns to `address`.
pub fn atomic(range: (usize, usize), step: Step, order: Ordering, address: Option<usize>) {
    let met = with(|sight| {
        if step != Step::Load {
            sight.keep_write(range);
        }
        if sight.is_quiet { None } else { sight.atomic(range, step, order) }
    });
    if let Some(Some(met)) = met {
        note(met);
    }
    look_for_escape(address);
}

/// A fence that is not the checker's.
pub fn fence(order: Ordering) {
    with(|sight| {
        sight.look();
        sight.edges.fence(&sight.now, order);
    });
    look_for_escape(None);
}

/// An atomic operation that is not the checker's has been told of: is it one of the code under test?
fn look_for_escape(address: Option<usize>) {
    let Some(Some((file, libraries))) = with(|_| {
        inside(|engine| engine.config.subject.map(|file| (file, engine.config.libraries)))
    }) else {
        return;
    };
    let found = with(|sight| {
        let call = sight.call();
        let place = address.map_or_else(|| Place::of_call(call), |at| Place::of_return(at, call));
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
