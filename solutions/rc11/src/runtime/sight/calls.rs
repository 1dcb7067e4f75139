//! Where in the program something happens: the calls that led there.
//!
//! An access is told by the address that the call of the ABI returns to. In code that is not optimised, that is often inside of a
//! function of std (`ptr::write`), and who called it is what a reader wants to know. So the calls of an execution are logged.

use crate::runtime::foreign;
use std::panic::Location;

/// The number of a call in the log of an execution; 0 is none.
pub type Number = u32;

/// A call: where it returns to, and what call the caller is in.
#[derive(Clone, Copy)]
struct Call {
    address: usize,
    caller: Number,
}

/// A function of the program that has begun.
#[derive(Clone, Copy)]
struct Frame {
    /// Where it returns to.
    address: usize,
    /// Where its part of the stack ends.
    stack: usize,
    /// Its number in the log; 0 until it is asked for, which is seldom.
    call: Number,
}

/// How many calls are kept of each thread. The innermost of a deeper recursion are not told apart.
const DEPTH: usize = 512;

/// How many calls of an execution are logged.
const MOST: usize = 1 << 22;

/// In front of all functions, and deeper than none of them.
const GROUND: Frame = Frame { address: 0, stack: usize::MAX, call: 0 };

/// The calls that a thread is in.
pub struct Calls {
    /// The first is [`GROUND`].
    frames: [Frame; DEPTH + 1],
    depth: usize,
}

impl Calls {
    pub fn new() -> Self {
        Self { frames: [GROUND; DEPTH + 1], depth: 0 }
    }

    pub fn clear(&mut self) {
        self.depth = 0;
    }

    /// A function begins. `stack` is where its part of the stack ends.
    #[inline]
    pub fn enter(&mut self, address: usize, stack: usize) {
        let depth = self.depth;
        if depth < DEPTH && self.frames[depth].stack > stack {
            self.frames[depth + 1] = Frame { address, stack, call: 0 };
            self.depth = depth + 1;
        } else {
            self.enter_after_a_panic(address, stack);
        }
    }

    /// As [`enter`](Self::enter), or where it is too deep.
    #[inline(never)]
    fn enter_after_a_panic(&mut self, address: usize, stack: usize) {
        // A panic ends functions without a word. None of the callers is as deep as the function that they have called.
        while self.top().is_some_and(|frame| frame.stack <= stack) {
            self.depth -= 1;
        }
        self.depth += 1;
        if let Some(frame) = self.frames.get_mut(self.depth) {
            *frame = Frame { address, stack, call: 0 };
        }
    }

    /// A function ends.
    #[inline]
    pub fn leave(&mut self, stack: usize) {
        let depth = self.depth;
        if depth <= DEPTH && self.frames[depth].stack == stack {
            self.depth = depth - 1;
        } else {
            self.leave_after_a_panic(stack);
        }
    }

    /// As [`leave`](Self::leave), or where it is too deep.
    #[inline(never)]
    fn leave_after_a_panic(&mut self, stack: usize) {
        while self.depth > 0 {
            let of_callee = self.top().is_some_and(|frame| frame.stack < stack);
            let of_caller = self.top().is_some_and(|frame| frame.stack > stack);
            self.depth -= usize::from(!of_caller);
            if !of_callee {
                return;
            }
        }
    }

    /// The innermost call, if it is not too deep to be kept.
    #[inline]
    fn top(&self) -> Option<&Frame> {
        self.frames.get(self.depth)
    }

    /// The innermost call, which is logged if it was not, with all that have led to it.
    #[inline]
    pub fn call(&mut self, log: &mut Log) -> Number {
        match self.frames[1..=self.depth.min(DEPTH)].last() {
            Some(Frame { call: 0, .. }) => self.log(log),
            Some(frame) => frame.call,
            None => 0,
        }
    }

    #[inline(never)]
    fn log(&mut self, log: &mut Log) -> Number {
        let frames = &mut self.frames[1..=self.depth.min(DEPTH)];
        // Whatever led to a call that is logged is, too.
        let first = frames.iter().rposition(|frame| frame.call > 0).map_or(0, |last| last + 1);
        let mut caller = if first > 0 { frames[first - 1].call } else { 0 };
        for frame in &mut frames[first..] {
            caller = log.push(Call { address: frame.address, caller });
            frame.call = caller;
        }
        caller
    }
}

/// The calls of an execution.
pub struct Log(super::Vec<Call>);

impl Log {
    pub fn new() -> Self {
        let mut log = Self(super::new_vec());
        log.clear();
        log
    }

    pub fn clear(&mut self) {
        self.0.clear();
        self.0.push(Call { address: 0, caller: 0 });
    }

    #[inline]
    fn push(&mut self, call: Call) -> Number {
        let number = self.0.len();
        if number == MOST {
            return call.caller;
        }
        self.0.push(call);
        number as Number
    }

    /// What led to `place`, the innermost first.
    pub fn path(&self, place: Place) -> impl Iterator<Item = Step> {
        let mut call = place.call;
        let outer = std::iter::from_fn(move || {
            let Call { address, caller } = *self.0.get(call as usize).filter(|_| call > 0)?;
            call = caller;
            Some(Step::Return(address))
        });
        place.step().into_iter().chain(outer)
    }
}

/// One of the calls that led to a place.
pub enum Step {
    /// What it returns to.
    Return(usize),
    /// Where it is: an operation of the checker's.
    At(&'static Location<'static>),
}

impl Step {
    /// An address that stands for it.
    pub fn address(&self) -> usize {
        match self {
            Self::Return(address) => *address,
            Self::At(at) => std::ptr::from_ref(*at).addr(),
        }
    }
}

/// A place in the program, as it was reached.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// An address in this program, as its distance from [`origin`]; [`UNKNOWN`] if it is not known.
    distance: i32,
    is_operation: bool,
    /// The innermost call.
    call: Number,
}

/// No address in a program is as far away from another.
const UNKNOWN: i32 = i32::MIN;

/// An address in this program.
#[inline]
fn origin() -> usize {
    super::set_instrumented as fn() as usize
}

impl Place {
    /// A call that returns to `address`.
    #[inline]
    pub fn of_return(address: usize, call: Number) -> Self {
        let distance = address.wrapping_sub(origin()) as isize;
        match i32::try_from(distance) {
            Ok(distance) => Self { distance, is_operation: false, call },
            Err(_) => Self::of_library(address, call),
        }
    }

    /// As [`of_return`](Self::of_return), far from this program's code: in a library that was loaded later.
    #[cold]
    fn of_library(address: usize, call: Number) -> Self {
        let lent = foreign::lend(address);
        lent.map_or_else(|| Self::of_call(call), |at| Self { call, ..Self::of_operation(at) })
    }

    /// Somewhere in the innermost call.
    #[inline]
    pub fn of_call(call: Number) -> Self {
        Self { distance: UNKNOWN, is_operation: false, call }
    }

    /// An operation of the checker's that is called at `at`.
    #[inline]
    pub fn of_operation(at: &'static Location<'static>) -> Self {
        let address = std::ptr::from_ref(at).expose_provenance();
        Self { is_operation: true, ..Self::of_return(address, 0) }
    }

    /// The parts, to be put together again by [`from_parts`](Self::from_parts).
    #[inline]
    pub fn parts(self) -> (i32, bool, Number) {
        (self.distance, self.is_operation, self.call)
    }

    /// Earlier calls come first.
    pub fn order(self) -> Number {
        self.call
    }

    pub fn from_parts((distance, is_operation, call): (i32, bool, Number)) -> Self {
        Self { distance, is_operation, call }
    }

    fn step(self) -> Option<Step> {
        if self.distance == UNKNOWN {
            return None;
        }
        let address = origin().wrapping_add_signed(self.distance as isize);
        if !self.is_operation {
            return Some(Step::Return(address));
        }
        let at = std::ptr::with_exposed_provenance(address);
        // SAFETY: `of_operation` has made this place of such a reference.
        Some(Step::At(unsafe { &*at }))
    }
}
