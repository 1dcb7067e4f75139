//! Events: the nodes of an execution graph.

use super::clock::Clock;
use std::panic::Location;
use std::sync::atomic::Ordering;

/// The name of an event: its thread and its place in program order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EventId {
    thread: u16,
    index: u16,
}

impl EventId {
    /// The initial write of every location.
    pub const INIT: EventId = EventId { thread: u16::MAX, index: 0 };

    #[inline]
    pub fn new(thread: usize, index: usize) -> Self {
        Self { thread: thread as u16, index: index as u16 }
    }

    #[inline]
    pub fn thread(self) -> usize {
        usize::from(self.thread)
    }

    #[inline]
    pub fn index(self) -> usize {
        usize::from(self.index)
    }

    #[inline]
    pub fn is_init(self) -> bool {
        self.thread == u16::MAX
    }
}

/// A location: one atomic object, one watched piece of plain memory, or one of the engine's own words.
pub type Loc = u16;

/// No location.
pub const NOWHERE: Loc = Loc::MAX;

/// What an event is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An atomic read; the first half of a read-modify-write.
    Read,
    /// An atomic write; the second half of a read-modify-write.
    Write,
    /// A non-atomic read.
    PlainRead,
    /// A non-atomic write.
    PlainWrite,
    Fence,
    /// A decision that is neither the memory's nor the schedule's: `value` was taken out of `a`.
    Choice,
    /// The start of thread `value`.
    Spawn,
    /// The first event of a thread; `rf` is its `Spawn`.
    Begin,
    /// The last event of a thread.
    End,
    /// `rf` is the `End` of the thread that was waited for.
    Join,
    /// The end of a sleep; `rf` is the wake-up. Synchronises with nothing.
    Resume,
}

/// What an operation does to a value, and how to show it.
///
/// `apply(old, a, b)` is the value that a read-modify-write with operands `a` and `b` leaves where it finds `old`, or
/// `None` where it writes nothing (a compare-exchange that fails).
pub struct Op {
    pub name: &'static str,
    pub apply: fn(u64, u64, u64) -> Option<u64>,
    pub show: fn(u64) -> String,
    /// How many of `a` and `b` are operands to show.
    pub operands: u8,
    /// For operations with a choice that the value read allows: in how many ways they may go on. The choice is passed to
    /// `apply` as `b`.
    pub picks: Option<fn(u64) -> u8>,
    /// It is a read-modify-write, whether it writes in the end or not.
    pub updates: bool,
    pub role: Role,
    /// The thread waits until the operation can write.
    pub awaits: bool,
}

/// Whose doing an operation is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// The program asked for it.
    Asked,
    /// The program did not ask for it: a thread begins or ends, a wait returns for no reason.
    Books,
    /// The program asked for this step on a queue of sleepers. The queue is a word of the engine's own: the step is ordered with
    /// others, but synchronizes with nothing that the program could see.
    Queue,
    /// The thread enters such a queue.
    Enter,
    /// The thread enters such a queue in one step with the read before, which found the word as it was expected.
    LookAndEnter,
}

impl Role {
    /// Is the operation on a word of the engine's own?
    #[inline]
    pub fn is_hidden(self) -> bool {
        matches!(self, Role::Queue | Role::Enter | Role::LookAndEnter)
    }

    /// Did the program ask for the operation?
    #[inline]
    pub fn is_shown(self) -> bool {
        matches!(self, Role::Asked | Role::Queue)
    }
}

impl Op {
    /// An operation that the program did not ask for.
    pub const fn books(name: &'static str) -> Self {
        Self { role: Role::Books, ..Self::plain(name, 0, |_| String::new()) }
    }

    /// An operation that is no read-modify-write.
    pub const fn plain(name: &'static str, operands: u8, show: fn(u64) -> String) -> Self {
        Self {
            name,
            apply: |_, _, _| None,
            show,
            operands,
            picks: None,
            updates: false,
            role: Role::Asked,
            awaits: false,
        }
    }
}

/// What the program asks for: everything that does not depend on the graph.
#[derive(Clone, Copy)]
pub struct Request {
    pub op: &'static Op,
    pub at: &'static Location<'static>,
    pub a: u64,
    pub b: u64,
    /// The ordering; of a compare-exchange, if it succeeds.
    pub order: Ordering,
    /// The ordering of a compare-exchange that fails.
    pub failure: Ordering,
    /// May fail for no reason.
    pub weak: bool,
    /// Fails in every execution, for no reason: see [`Builder::fickle`](crate::Builder::fickle).
    pub fails: bool,
}

impl Request {
    /// A request without operands.
    pub fn new(op: &'static Op, at: &'static Location<'static>, order: Ordering) -> Self {
        Self { op, at, a: 0, b: 0, order, failure: order, weak: false, fails: false }
    }
}

/// An event.
#[derive(Clone, Copy)]
pub struct Event {
    pub kind: Kind,
    /// The ordering in effect.
    pub order: Ordering,
    /// One half of a read-modify-write that writes.
    pub exclusive: bool,
    /// A read-modify-write that would write what it read, of which only the read is kept; see `idle`.
    pub dropped: bool,
    /// Which of several continuations of a read was taken; see [`Op::picks`]. 0 is the ordinary one.
    pub pick: u8,
    pub loc: Loc,
    /// The place of a write in the modification order of its location.
    pub pos: u16,
    /// How often the thread has read again, before this event and without events, what its events from this one on had read.
    pub repeated: (u32, u16),
    /// When the event was added. The order of addition, ≤_G in TruSt.
    pub stamp: u32,
    /// What a read reads from; what a begin, join or resume waits for.
    pub rf: EventId,
    /// The value written; the operand of other kinds.
    pub value: u64,
    /// What happens before the event, itself included.
    pub hb: Clock,
    /// The (po ∪ rf)-prefix, itself included.
    pub porf: Clock,
    /// What an acquire fence after this event would learn.
    pub acquirable: Clock,
    /// What happened before the last release fence.
    pub released: Clock,
    /// For a write: what an acquiring reader learns.
    pub message: Clock,
    pub request: Request,
}

impl Event {
    #[inline]
    pub fn is_write(&self) -> bool {
        matches!(self.kind, Kind::Write | Kind::PlainWrite)
    }

    #[inline]
    pub fn is_atomic(&self) -> bool {
        matches!(self.kind, Kind::Read | Kind::Write)
    }

    #[inline]
    pub fn is_plain(&self) -> bool {
        matches!(self.kind, Kind::PlainRead | Kind::PlainWrite)
    }

    #[inline]
    pub fn is_sc(&self) -> bool {
        self.order == Ordering::SeqCst && (self.is_atomic() || self.kind == Kind::Fence)
    }
}

#[inline]
pub fn acquires(order: Ordering) -> bool {
    matches!(order, Ordering::Acquire | Ordering::AcqRel | Ordering::SeqCst)
}

#[inline]
pub fn releases(order: Ordering) -> bool {
    matches!(order, Ordering::Release | Ordering::AcqRel | Ordering::SeqCst)
}
