//! What is seen of one execution after the other.

use super::accesses::{Access, Kind, Now};
use super::calls::{Calls, Log, Number, Place};
use super::edges::{Edges, Step};
use super::report::Seen;
use super::shadow::Shadow;
use super::stacks::Stacks;
use super::{escape, is_instrumented, source, statics};
use crate::core::clock::MAX_THREADS;
use crate::core::event::EventId;
use crate::runtime::alloc;
use crate::runtime::gate::Gate;
use crate::runtime::run::inside;
use crate::runtime::state::Engine;
use std::ops::Range;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::Ordering;

/// So much of a block is known to be the program's. Who writes beyond it is taken to write to memory from outside.
const MOST_KNOWN: usize = 1 << 16;

/// What is seen of one execution after the other.
pub struct Sight {
    shadow: Shadow,
    pub(super) log: Log,
    calls: [Calls; MAX_THREADS],
    pub(super) now: Now,
    /// How many edges `now` takes into account.
    edges_known: usize,
    pub(super) edges: Edges,
    pub(super) escapes: escape::Known,
    /// Where the OS thread's variables are. All threads of a model share them.
    statics: Range<usize>,
    /// Where the program's other variables are, if it is to be known whether it writes to them.
    lasting: Vec<Range<usize>>,
    engine: *mut Engine,
    /// Which thread runs.
    current: usize,
    stacks: Stacks,
    /// The program has written to memory that it has had before this execution, or from outside.
    pub(super) reaches_outside: bool,
    /// A failure was seen in this execution: only what is freed is looked at, so that nothing is freed twice.
    pub(super) is_quiet: bool,
}

impl Sight {
    /// Sight, if the program is compiled for it.
    pub fn new(stacks_are_shared: bool) -> Option<Box<Self>> {
        (is_instrumented() && alloc::is_installed()).then(|| {
            Box::new(Self {
                shadow: Shadow::new(),
                log: Log::new(),
                calls: std::array::from_fn(|_| Calls::new()),
                now: Now::default(),
                edges_known: 0,
                edges: Edges::new(),
                escapes: escape::Known::new(),
                statics: 0..0,
                lasting: Vec::new(),
                engine: ptr::null_mut(),
                current: 0,
                stacks: Stacks::new(stacks_are_shared),
                reaches_outside: false,
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
        self.reaches_outside = false;
        self.stacks.start();
        // No thread has this number.
        self.now.thread = u8::MAX;
        if self.engine != engine {
            self.engine = engine;
            self.statics = statics::of_this_thread();
            // SAFETY: as promised by the caller: the engine is about to run.
            let threads = unsafe { (&raw const (*engine).config.threads).read() };
            let lasting = if threads > 1 { statics::lasting() } else { None };
            self.lasting = lasting.unwrap_or_default();
        }
    }

    /// This thread runs from now on, on a stack that begins at `top`.
    pub fn turn_to(&mut self, thread: usize, top: usize) {
        self.current = thread;
        self.stacks.begin(thread, top);
    }

    /// What is known of the stacks of this program's threads.
    pub fn stacks(&mut self) -> &mut Stacks {
        &mut self.stacks
    }

    /// Brings `now` up to date.
    #[inline]
    pub(super) fn look(&mut self) {
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

    /// The calls that the thread is in which runs.
    #[inline]
    pub(super) fn calls(&mut self) -> &mut Calls {
        &mut self.calls[self.current]
    }

    /// The innermost of them.
    #[inline]
    pub(super) fn call(&mut self) -> Number {
        self.calls[self.current].call(&mut self.log)
    }

    /// The gate of the thread that runs, if it is used.
    #[inline]
    pub(super) fn gate(&self) -> Option<*mut Gate> {
        // SAFETY: as in `look`: the engine outlives the thread, and nobody else uses its gate.
        unsafe {
            let thread = (&raw const (*self.engine).current).read();
            let is_gated = (&raw const (*self.engine).is_gated).read();
            is_gated.then(|| &raw mut (*self.engine).gates[thread])
        }
    }

    /// Is this on the stack of the thread that runs, where no other one is?
    #[inline]
    pub(super) fn is_private(&self, range: (usize, usize)) -> bool {
        self.stacks.is_private(self.current, range)
    }

    /// If this says no, [`is_private`](Self::is_private) knows.
    #[inline]
    pub(super) fn is_sure_to_be_private(&self, range: (usize, usize)) -> bool {
        self.stacks.is_sure_to_be_private(range)
    }

    /// The thread that runs accesses what is not its alone. If another one was thought to be alone there, not all of the exploration was
    /// seen, and it begins anew.
    #[inline]
    fn share(&mut self, range: (usize, usize)) {
        if self.stacks.share(self.current, range) {
            // SAFETY: as in `gate`. Nothing else of the engine is used meanwhile.
            unsafe { (&raw mut (*self.engine).starts_over).write(true) };
        }
    }

    /// Is what the thread that runs writes to memory kept, so that its state can be compared?
    #[inline]
    pub(super) fn keeps_writes(&self) -> bool {
        // SAFETY: as in `gate`.
        unsafe {
            let thread = (&raw const (*self.engine).current).read();
            let writes = &raw const (*self.engine).spins[thread].writes;
            (*writes).is_on()
        }
    }

    /// The thread that runs is about to write.
    #[inline]
    pub(super) fn keep_write(&mut self, range: (usize, usize)) {
        // SAFETY: as in `gate`. Nothing else of the engine is used meanwhile.
        unsafe {
            let thread = (&raw const (*self.engine).current).read();
            let gate = &raw const (*self.engine).gates[thread];
            let writes = &raw mut (*self.engine).spins[thread].writes;
            if (*writes).is_on() && !(*gate).has_on_stack(range.0) {
                (*writes).note(range);
            }
        }
    }

    /// Is this an access that is known, or that one which is known stands for?
    #[inline]
    pub(super) fn is_known(&mut self, range: (usize, usize), kind: Kind) -> bool {
        self.is_up_to_date() && self.shadow.is_known(range, kind, &self.now)
    }

    /// Is `now` up to date?
    #[inline]
    fn is_up_to_date(&self) -> bool {
        // SAFETY: as in `look`.
        let (thread, epoch) = unsafe {
            let thread = (&raw const (*self.engine).current).read();
            (thread, (&raw const (*self.engine).cursor[thread]).read())
        };
        usize::from(self.now.thread) == thread
            && usize::from(self.now.epoch) == epoch
            && self.edges_known == self.edges.len()
    }

    #[inline]
    pub(super) fn access(
        &mut self,
        range: (usize, usize),
        kind: Kind,
        address: usize,
    ) -> Option<[Seen; 2]> {
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
        self.share(range);
        let call = self.call();
        let place = Place::of_return(address, call);
        let other = self.hold(range, kind, place)?;
        Some(self.seen((range.0, kind), place, other))
    }

    /// Holds an access against those before it.
    fn hold(&mut self, range: (usize, usize), kind: Kind, place: Place) -> Option<Access> {
        let other = self.shadow.access(range, kind, &self.now, place);
        if let Some(written) = self.shadow.take_new_write() {
            self.look_outside(written);
        }
        other
    }

    /// The program writes to memory that it was not given in this execution, unless that is on a stack.
    fn look_outside(&mut self, written: usize) {
        if self.stacks.have(written) {
            return;
        }
        // SAFETY: as in `gate`. Nothing else of the engine is used meanwhile.
        let engine = unsafe { &mut *self.engine };
        self.reaches_outside = true;
        if self.lasting.iter().any(|lasting| lasting.contains(&written)) {
            engine.is_found_to_be_for_one();
        }
    }

    /// The program is given memory.
    #[inline]
    pub(super) fn allocated(&mut self, range: (usize, usize)) -> Place {
        self.shadow.make_known((range.0, range.1.min(MOST_KNOWN)));
        Place::of_call(self.call())
    }

    /// As [`access`](Self::access), by an operation of the checker's that the program has called at `at`.
    pub(super) fn operation(
        &mut self,
        range: (usize, usize),
        kind: Kind,
        at: &'static Location<'static>,
    ) -> Option<[Seen; 2]> {
        if self.is_private(range) {
            return None;
        }
        self.share(range);
        self.look();
        let place = Place::of_operation(at);
        let other = self.hold(range, kind, place)?;
        Some(self.seen((range.0, kind), place, other))
    }

    /// As [`access`](Self::access), somewhere in the function that runs.
    pub(super) fn in_call(&mut self, range: (usize, usize), kind: Kind) -> Option<[Seen; 2]> {
        self.look();
        if self.is_private(range) {
            return None;
        }
        self.share(range);
        let place = Place::of_call(self.call());
        let other = self.hold(range, kind, place)?;
        Some(self.seen((range.0, kind), place, other))
    }

    pub(super) fn atomic(
        &mut self,
        range: (usize, usize),
        step: Step,
        order: Ordering,
    ) -> Option<[Seen; 2]> {
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
    fn seen(&self, (address, kind): (usize, Kind), place: Place, other: Access) -> [Seen; 2] {
        let now = &self.now;
        let libraries = inside(|engine| engine.config.libraries);
        let first = Seen {
            thread: other.thread(),
            epoch: usize::from(other.epoch),
            kind: other.kind(),
            is_known: now.knows(other),
            place: source::find(&self.log, other.place(), libraries),
            address,
        };
        let second = Seen {
            thread: usize::from(now.thread),
            epoch: usize::from(now.epoch),
            kind,
            is_known: true,
            place: source::find(&self.log, place, libraries),
            address,
        };
        [first, second]
    }
}

/// The last event of `thread` when `epoch` of them had taken place.
pub(super) fn last_event(thread: usize, epoch: usize) -> Option<EventId> {
    epoch.checked_sub(1).map(|last| EventId::new(thread, last))
}
