//! Accesses to memory, and who makes them.

use super::calls::{Number, Place};
use crate::core::clock::MAX_THREADS;

/// How a piece of memory is accessed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kind(u8);

impl Kind {
    pub const READ: Self = Self(0);
    pub const WRITE: Self = Self(1);
    pub const ATOMIC_READ: Self = Self(2);
    pub const ATOMIC_WRITE: Self = Self(3);
    /// The memory is given back, which is a write to all of it.
    pub const FREE: Self = Self(5);

    const WRITES: u8 = 1;
    const ATOMIC: u8 = 2;
    const FREES: u8 = 4;

    pub const fn writes(self) -> bool {
        self.0 & Self::WRITES != 0
    }

    pub const fn is_atomic(self) -> bool {
        self.0 & Self::ATOMIC != 0
    }

    pub const fn frees(self) -> bool {
        self.0 & Self::FREES != 0
    }

    /// Are two accesses of these kinds a race if nothing orders them?
    pub const fn conflicts(self, other: Self) -> bool {
        (self.writes() || other.writes()) && !(self.is_atomic() && other.is_atomic())
    }

    /// Does this kind conflict with all that `other` conflicts with?
    pub const fn covers(self, other: Self) -> bool {
        // In order of what they conflict with: a write with all; a read and an atomic write with some of both.
        match (self.writes(), self.is_atomic()) {
            (true, false) => !other.frees() || self.frees(),
            (false, false) => !other.writes(),
            (true, true) => other.is_atomic(),
            (false, true) => !other.writes() && other.is_atomic(),
        }
    }
}

/// An access that is kept.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Access {
    /// Where it is made: the parts of a [`Place`].
    distance: i32,
    /// As above; of a cell that has spilled, where its accesses are.
    pub call: Number,
    /// How many events of its thread came before it.
    pub epoch: u16,
    /// The thread, above it the kind, and above that whether it is an operation of the checker's.
    by: u8,
    /// Which of the eight bytes.
    pub bytes: u8,
}

/// None, to no byte.
pub const NO_ACCESS: Access = Access { distance: 0, call: 0, epoch: 0, by: 0, bytes: 0 };

impl Access {
    const THREAD_BITS: u32 = 3;
    const KIND_BITS: u32 = 3;
    const OPERATION: u8 = 1 << (Self::THREAD_BITS + Self::KIND_BITS);

    #[inline]
    pub fn new(kind: Kind, now: &Now) -> Self {
        let by = now.thread | kind.0 << Self::THREAD_BITS;
        Self { epoch: now.epoch, by, ..NO_ACCESS }
    }

    /// The access, to these of the eight bytes.
    #[inline]
    pub fn to_bytes(self, bytes: u8) -> Self {
        Self { bytes, ..self }
    }

    /// The access, made there.
    pub fn at(self, place: Place) -> Self {
        let (distance, is_operation, call) = place.parts();
        let operation = if is_operation { Self::OPERATION } else { 0 };
        Self { distance, call, by: self.by | operation, ..self }
    }

    /// Where it is made.
    pub fn place(self) -> Place {
        Place::from_parts((self.distance, self.by & Self::OPERATION != 0, self.call))
    }

    pub const fn thread(self) -> usize {
        (self.by & ((1 << Self::THREAD_BITS) - 1)) as usize
    }

    pub const fn kind(self) -> Kind {
        Kind(self.by >> Self::THREAD_BITS & ((1 << Self::KIND_BITS) - 1))
    }
}

const _: () = assert!(MAX_THREADS <= 1 << Access::THREAD_BITS, "a thread fits into its bits");

/// The thread that accesses, and what it knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Now {
    pub thread: u8,
    /// How many of its events have taken place.
    pub epoch: u16,
    /// How many events of each thread happen before.
    pub clock: [u16; MAX_THREADS],
}

impl Now {
    /// Does `access` happen before what the thread does now?
    pub fn knows(&self, access: Access) -> bool {
        let thread = access.thread();
        thread == usize::from(self.thread) || self.clock[thread] > access.epoch
    }
}

/// Is `access` one that `kept` covers, by the same thread since its last event? Then what `kept` was compared with is what
/// `access` would be compared with: nobody can have learnt of `kept` since.
#[inline]
pub fn is_repeated(kept: Access, access: Access) -> bool {
    access.bytes & !kept.bytes == 0
        && kept.epoch == access.epoch
        && kept.thread() == access.thread()
        && kept.kind().covers(access.kind())
        && !kept.kind().frees()
}
