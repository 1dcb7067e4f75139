//! The most general client of an object: every program up to a size that uses it, each explored by the model checker and held
//! to a specification.
//!
//! A check that is written by hand asks about one program, and finds what its author thought of. Here the author says what can
//! be done with the object ([`Clients`]), and what it is to do when one thread does it ([`Spec`]). The rest is counted out:
//! programs of one, two, three … operations, on up to three threads, the smallest first. So the first that fails is a
//! smallest one, and a reader sees a program of a few lines.
//!
//! # What is held against the specification
//!
//! - The results of all calls must be linearizable: see [`rc11::history`].
//! - A thread may sleep for ever only in a call that the specification lets wait, after all that has happened.
//! - A call that [never waits](Clients::never_waits) depends on no other thread in any execution, be it for a moment.
//! - A call that is to be lock-free or wait-free ([`Clients::progress`]) comes to its end although another thread has stopped for ever, in
//!   whatever place. Another check runs programs for that: [`progress`].
//! - What the checker finds anyway: data races, panics, memory that is used after its end or never freed, values that are dropped
//!   twice or never ([`Message`]).
//!
//! # Which programs there are
//!
//! A [`Scene`] has hands: what the main thread has, and what each of the other threads. First the main thread makes up to two
//! calls, with anybody's hands; then the threads run, each at most two calls (one if there are three threads); a thread puts
//! its hands down at its end ([`Clients::end`]); when all have ended, the main thread looks at what is left
//! ([`Scene::finally`]). `cargo grade --thorough` makes them larger.
//!
//! The number of executions is limited, and programs of two threads may use up all of them. A part is kept for those of three.
//!
//! Small programs are run again with calls made in a destructor while a panic unwinds, with waits that return for no reason, and with weak
//! compare-exchanges that fail for no reason, each of them more often in a row than anybody gives up after.
//!
//! Besides, one thread makes many calls while another one is in the middle of one: after its first step, after its second one, and so on; of
//! each, one execution. What holds up to a number that nobody has promised is found there: room for four readers, a list of at most eight,
//! a counter of four bits. A call that is to be wait-free is held to its number of steps though another thread makes a call before each of them.
//!
//! Programs that say the same are run once: threads whose hands are alike are not told apart; a program that only says what its
//! end says anyway is left out; and where all hands are alike, a call is made before the threads start only if its thread has no
//! room for it: to make it itself is as much in order for what follows on that thread, and lets the others do more.

#[cfg(not(feature = "loom"))]
mod atomics;
mod hold;
pub mod locks;
#[cfg(not(feature = "loom"))]
mod log;
mod message;
#[cfg(not(feature = "loom"))]
mod object;
#[cfg(not(feature = "loom"))]
mod program;
#[cfg(not(feature = "loom"))]
mod run;
#[cfg(not(feature = "loom"))]
mod show;
#[cfg(not(feature = "loom"))]
mod size;
mod unwind;

#[cfg(not(feature = "loom"))]
pub use atomics::sees_atomics;
pub use hold::{Place, hands};
pub use message::{CLONE, Message, Panicked, drops, panics_in_clone, panics_in_drop};
pub use rc11::cell::Probe;
pub use rc11::history::{Next, PANICS, Spec};
#[cfg(not(feature = "loom"))]
pub use run::{check, progress};
pub use unwind::{attempt, in_panic};

/// Runs nothing.
#[cfg(feature = "loom")]
pub fn check<C: Clients>() {}

/// Runs nothing.
#[cfg(feature = "loom")]
pub fn sees_atomics(_: impl Fn() + Send + Sync + 'static) {}

/// Runs nothing.
#[cfg(feature = "loom")]
pub fn progress<C: Clients>() {}

/// The operations of a specification.
pub type Op<C> = <<C as Clients>::Spec as Spec>::Op;

/// The results of a specification.
pub type Ret<C> = <<C as Clients>::Spec as Spec>::Ret;

/// What can be done with an object.
pub trait Clients: Sized + 'static {
    /// What it does when one thread uses it.
    type Spec: Spec + Send;
    /// What a thread has in its hands: ends of a channel, guards, a reference to a lock.
    type Hand: 'static;
    /// What is known of a hand from the program alone. Where that depends on results, it is what the hand may have.
    type Kit: Clone + PartialEq + Send;

    /// Does the main thread itself play the last thread of each scene? For what stays on the thread on which it was made.
    const MAIN_TAKES_PART: bool = false;

    /// May a thread begin with what another one has got, such as a guard?
    const HANDS_MOVE: bool = true;

    /// Weak compare-exchanges of each thread that fail for no reason, and waits that return for no reason.
    const FAULTS: usize = 0;

    /// The most calls of one of two threads, where a mistake takes more of them than usual to show.
    const LONGEST: usize = 3;

    /// The most executions of all programs together, where one takes longer than usual. `--thorough` does not ask.
    const EXECUTIONS: u64 = 20_000;

    /// Is it asked what becomes of a call during which another thread makes many? Not where a specification takes small numbers only.
    const MEANWHILE: bool = true;

    /// Is it asked what hundreds of calls of one thread return? Not where a specification has no numbers for so many.
    const MANY: bool = true;

    /// Is whoever sleeps woken by another thread? Then no time-out is ever up: a wake-up that is lost does not hide behind one.
    const WAKES: bool = false;

    /// How things may begin.
    fn scenes() -> Vec<Scene<Self>>;

    /// How things may begin where another thread makes a call before each step of one, and only there: with so many values that it finds
    /// some each time. A call that gives up when others were faster some times is found so, if it should have found one.
    fn crowded() -> Option<Scene<Self>> {
        None
    }

    /// What a thread can do that has this in its hands, and what it has afterwards. `fresh` is a number that no other call of
    /// the program gets: the message that it sends.
    fn next(kit: &Self::Kit, fresh: u32) -> Vec<(Op<Self>, Self::Kit)>;

    /// What a thread does at its end, with what is left in its hands.
    fn end(kit: &Self::Kit) -> Vec<Op<Self>> {
        let _ = kit;
        Vec::new()
    }

    /// Makes the call. `None`: there was nothing in the hand to make it with, and nothing was done.
    fn perform(hand: &mut Self::Hand, op: &Op<Self>) -> Option<Ret<Self>>;

    /// What the call promises of its end, whatever becomes of the other threads. [`progress`] holds it to that.
    fn progress(op: &Op<Self>) -> Progress {
        let _ = op;
        Progress::Blocking
    }

    /// May a call wait for a thread that has stopped for ever in a call of the other kind? Where all that matters is whether it may wait at
    /// all, [`Self::progress`] has said so.
    fn may_wait_for(op: &Op<Self>, stopped: &Op<Self>) -> bool {
        let _ = stopped;
        Self::progress(op) == Progress::Blocking
    }

    /// Must the call come to its end without the help of another thread?
    fn never_waits(op: &Op<Self>) -> bool {
        Self::progress(op) != Progress::Blocking
    }

    /// May the call leave memory behind that nobody frees?
    fn may_leak(op: &Op<Self>) -> bool {
        let _ = op;
        false
    }

    /// The call, as a line of a program.
    fn show(op: &Op<Self>) -> String {
        format!("{op:?}")
    }

    /// The result, as the program would print it.
    fn show_ret(ret: &Ret<Self>) -> String {
        format!("{ret:?}")
    }
}

/// What a call promises of its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing: it may wait.
    Blocking,
    /// A thread that stops for ever keeps it from its end nowhere.
    LockFree,
    /// It makes at most so many atomic operations and fences of its own, whatever other threads do.
    WaitFree(usize),
}

/// How things begin.
pub struct Scene<C: Clients> {
    /// The same as a line of a program.
    pub text: &'static str,
    /// What the specification says of it.
    pub spec: C::Spec,
    /// What is in whose hands: first of the main thread, then of each other one.
    pub kits: Vec<C::Kit>,
    /// The hands themselves.
    pub hands: fn() -> Vec<C::Hand>,
    /// What the main thread does when all others have ended. What it can not do it leaves out.
    pub finally: Vec<Op<C>>,
}

impl<C: Clients> std::fmt::Debug for Scene<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text)
    }
}
