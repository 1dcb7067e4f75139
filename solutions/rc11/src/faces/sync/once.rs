//! Code that runs once.

use crate::core::event::{Op, Request};
use crate::runtime::block;
use crate::runtime::failure::Blocked;
use crate::runtime::object::{Object, Tag, Target};
use crate::runtime::ops;
use crate::runtime::run::is_inside;
use std::cell::Cell;
use std::fmt;
use std::panic::Location;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

/// Nobody has begun.
const INCOMPLETE: u64 = 0;
/// Somebody has begun, and panicked.
const POISONED: u64 = 1;
/// Somebody is at it.
const RUNNING: u64 = 2;
/// It is done.
const COMPLETE: u64 = 3;

fn show(state: u64) -> String {
    ["incomplete", "poisoned", "running", "complete"][state as usize].into()
}

static LOOK: Op = Op::plain("is_completed", 0, show);
/// Waits while somebody is at it. Whoever finds it complete leaves it so.
static BEGIN: Op = Op {
    apply: |state, _, _| match state {
        RUNNING => None,
        COMPLETE => Some(COMPLETE),
        _ => Some(RUNNING),
    },
    awaits: true,
    ..Op::plain("call_once", 0, show)
};
static END: Op = Op::plain("done", 1, show);

/// Code that runs once, as std's.
pub struct Once {
    tag: Tag,
    /// The state outside of a model, for one thread.
    outside: AtomicU64,
}

/// What the code that [`Once::call_once_force`] runs may ask.
pub struct OnceState {
    poisoned: bool,
    /// What the state is to be afterwards.
    end: Cell<u64>,
}

impl OnceState {
    /// Has an earlier call panicked?
    pub fn is_poisoned(&self) -> bool {
        self.poisoned
    }

    /// The call is not to count as done.
    pub(super) fn give_up(&self) {
        self.end.set(INCOMPLETE);
    }
}

impl fmt::Debug for OnceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceState").field("poisoned", &self.poisoned).finish()
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Once { .. }")
    }
}

/// Writes how a call has ended, be it by a panic.
struct Call<'a> {
    once: &'a Once,
    at: &'static Location<'static>,
    end: u64,
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.once.end(self.end, self.at);
    }
}

impl Once {
    /// Nobody has begun.
    pub const fn new() -> Self {
        Self { tag: Tag::new(), outside: AtomicU64::new(INCOMPLETE) }
    }

    fn object(&self) -> Object<'_> {
        // Relaxed: outside of a model there is one thread.
        Object::new(&self.tag, self.outside.load(Relaxed))
    }

    /// Returns the state before, which is not `RUNNING`, and now is, unless it is `COMPLETE`.
    fn begin(&self, at: &'static Location<'static>) -> u64 {
        if !is_inside() {
            return self.outside.load(Relaxed);
        }
        if self.is_done(at) {
            return COMPLETE;
        }
        // Acquire: pairs with the Release in `end`.
        let request = Request::new(&BEGIN, at, Acquire);
        block::acquire(Target::Object(self.object()), request, Blocked::Awaiting)
    }

    fn end(&self, state: u64, at: &'static Location<'static>) {
        if !is_inside() {
            self.outside.store(state, Relaxed);
            return;
        }
        // Release: pairs with the Acquire in `begin` and `is_done`.
        let request = Request { a: state, ..Request::new(&END, at, Release) };
        ops::store(self.object(), state, request);
    }

    fn is_done(&self, at: &'static Location<'static>) -> bool {
        if !is_inside() {
            return self.outside.load(Relaxed) == COMPLETE;
        }
        // Acquire: as in `begin`.
        ops::load(self.object(), Request::new(&LOOK, at, Acquire)) == COMPLETE
    }

    pub(super) fn run(
        &self,
        ignore_poison: bool,
        f: &mut dyn FnMut(&OnceState),
        at: &'static Location<'static>,
    ) {
        let before = self.begin(at);
        if before == COMPLETE {
            return;
        }
        let poisoned = before == POISONED;
        let mut call = Call { once: self, at, end: POISONED };
        assert!(!poisoned || ignore_poison, "Once instance has previously been poisoned");
        let state = OnceState { poisoned, end: Cell::new(COMPLETE) };
        f(&state);
        call.end = state.end.get();
    }

    /// Runs `f`, unless it was run. Waits for whoever is at it.
    ///
    /// # Panics
    ///
    /// If an earlier call has panicked.
    #[track_caller]
    pub fn call_once(&self, f: impl FnOnce()) {
        let mut f = Some(f);
        let at = Location::caller();
        self.run(false, &mut |_| f.take().expect("called once")(), at);
    }

    /// As `call_once`, but runs `f` if an earlier call has panicked.
    #[track_caller]
    pub fn call_once_force(&self, f: impl FnOnce(&OnceState)) {
        let mut f = Some(f);
        let at = Location::caller();
        self.run(true, &mut |state| f.take().expect("called once")(state), at);
    }

    /// Is it done?
    #[track_caller]
    pub fn is_completed(&self) -> bool {
        self.is_done(Location::caller())
    }

    /// Waits until it is done.
    ///
    /// # Panics
    ///
    /// If a call has panicked.
    #[track_caller]
    pub fn wait(&self) {
        self.wait_done(false, Location::caller());
    }

    /// As `wait`, but a call that has panicked does not count.
    #[track_caller]
    pub fn wait_force(&self) {
        self.wait_done(true, Location::caller());
    }

    fn wait_done(&self, ignore_poison: bool, at: &'static Location<'static>) {
        if !is_inside() {
            return;
        }
        let is_over = move |state| state == COMPLETE || state == POISONED && !ignore_poison;
        let request = Request::new(&LOOK, at, Acquire);
        let state = block::await_value(Target::Object(self.object()), request, is_over);
        assert!(state == COMPLETE, "Once instance has previously been poisoned");
    }

    /// Forgets that it was done. Only whoever has it alone may do so.
    #[track_caller]
    pub(super) fn reset(&mut self) {
        self.end(INCOMPLETE, Location::caller());
    }
}

impl Default for Once {
    fn default() -> Self {
        Self::new()
    }
}
