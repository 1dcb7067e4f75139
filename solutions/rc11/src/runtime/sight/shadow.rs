//! Who has accessed which byte of plain memory, in one execution: the shadow of the program's memory.
//!
//! From *FastTrack: Efficient and Precise Dynamic Race Detection* (Flanagan, Freund, PLDI 2009): an access is kept as an
//! *epoch*, its thread and how many events that thread had behind it, and happens before another if the other's clock
//! has counted further. The accesses to eight bytes are kept together, each with the bytes that it touched, so that accesses of
//! different widths meet wherever they overlap.
//!
//! # Invariants
//!
//! 1. A cell whose `stamp` is not the shadow's is empty: it is what an earlier execution left.
//! 2. Whatever races with an access that was forgotten races with one that is kept. An access is only forgotten for a later one to
//!    the same bytes that it happens before, and that conflicts with all that it conflicts with.

use super::Vec;
use crate::core::clock::MAX_THREADS;
use allocator_api2::alloc::{Layout, handle_alloc_error};
use hashbrown::{DefaultHashBuilder, HashMap};
use std::alloc::{GlobalAlloc, System};
use std::ptr;

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
    const fn conflicts(self, other: Self) -> bool {
        (self.writes() || other.writes()) && !(self.is_atomic() && other.is_atomic())
    }

    /// Does this kind conflict with all that `other` conflicts with?
    const fn covers(self, other: Self) -> bool {
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
    /// Where it is made: a place of [`Paths`](super::paths::Paths).
    pub place: u32,
    /// How many events of its thread came before it.
    pub epoch: u16,
    /// The thread, and above it the kind.
    by: u8,
    /// Which of the eight bytes.
    bytes: u8,
}

const NO_ACCESS: Access = Access { place: 0, epoch: 0, by: 0, bytes: 0 };

impl Access {
    const THREAD_BITS: u32 = 3;

    fn new(kind: Kind, now: &Now, bytes: u8) -> Self {
        let by = now.thread | kind.0 << Self::THREAD_BITS;
        Self { place: 0, epoch: now.epoch, by, bytes }
    }

    pub const fn thread(self) -> usize {
        (self.by & ((1 << Self::THREAD_BITS) - 1)) as usize
    }

    pub const fn kind(self) -> Kind {
        Kind(self.by >> Self::THREAD_BITS)
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

/// How many accesses a cell keeps in itself.
const INLINE: usize = 3;

/// The accesses to eight bytes.
#[derive(Clone, Copy)]
#[repr(C)]
struct Cell {
    /// The execution.
    stamp: u32,
    /// How many accesses are kept here, or [`SPILLED`].
    len: u32,
    /// If they are in `spilled`, the first one's `place` says where.
    kept: [Access; INLINE],
}

const SPILLED: u32 = u32::MAX;

/// What one cell of the shadow is about.
const GRANULE: usize = 8;

/// What one page of the shadow is about.
const PAGE: usize = 4096;

type Page = [Cell; PAGE / GRANULE];

/// How many pages are found without the map.
const RECENT: usize = 256;

/// The shadow of a program's memory.
pub struct Shadow {
    stamp: u32,
    recent: [(usize, *mut Page); RECENT],
    pages: HashMap<usize, *mut Page, DefaultHashBuilder, System>,
    /// The accesses of the cells for which three are not enough.
    spilled: Vec<Vec<Access>>,
}

impl Shadow {
    pub fn new() -> Self {
        Self {
            stamp: 0,
            recent: [(usize::MAX, ptr::null_mut()); RECENT],
            pages: HashMap::with_hasher_in(DefaultHashBuilder::default(), System),
            spilled: super::new_vec(),
        }
    }

    /// Forgets all accesses.
    pub fn clear(&mut self) {
        self.stamp = self.stamp.wrapping_add(1);
        self.spilled.clear();
        if self.stamp == 0 {
            // What has been kept for four billion executions would look like something of this one.
            self.drop_pages();
            self.stamp = 1;
        }
    }

    /// An access to `len` bytes at `addr`. Returns one that it must not meet: a conflicting one that does not happen before, or
    /// what freed the memory. `place` says where the access is made, and is asked only if that has to be kept.
    #[inline]
    pub fn access(
        &mut self,
        (addr, len): (usize, usize),
        kind: Kind,
        now: &Now,
        mut place: impl FnMut() -> u32,
    ) -> Option<Access> {
        let (mut at, end) = (addr, addr + len);
        while at < end {
            let granule = at & !(GRANULE - 1);
            let next = end.min(granule + GRANULE);
            let bytes = (0xff << (at - granule)) & (0xff_u8 >> (granule + GRANULE - next));
            let access = Access::new(kind, now, bytes);
            let met = self.access_granule(granule, access, now, &mut place);
            if met.is_some() {
                return met;
            }
            at = next;
        }
        None
    }

    #[inline]
    fn access_granule(
        &mut self,
        granule: usize,
        access: Access,
        now: &Now,
        place: &mut impl FnMut() -> u32,
    ) -> Option<Access> {
        let stamp = self.stamp;
        let cell = cell(self.page(granule), granule);
        if cell.stamp != stamp {
            *cell = Cell { stamp, len: 1, kept: [NO_ACCESS; INLINE] };
            cell.kept[0] = Access { place: place(), ..access };
            return None;
        }
        let first = cell.kept[0];
        if cell.len != SPILLED && is_repeated(first, access) {
            return None;
        }
        if cell.len == SPILLED {
            let kept = &mut self.spilled[first.place as usize];
            let met = meet(kept, access, now);
            if let Met::Nothing = met {
                kept.push(Access { place: place(), ..access });
            }
            return met.conflict();
        }
        let len = cell.len as usize;
        let mut list = Inline { kept: &mut cell.kept, len };
        let met = meet(&mut list, access, now);
        let len = list.len;
        if let Met::Nothing = met {
            let access = Access { place: place(), ..access };
            if len < INLINE {
                cell.kept[len] = access;
                cell.len = len as u32 + 1;
            } else {
                let mut kept: Vec<Access> = super::new_vec();
                kept.extend_from_slice(&cell.kept);
                kept.push(access);
                cell.len = SPILLED;
                cell.kept[0].place = self.spilled.len() as u32;
                self.spilled.push(kept);
            }
        } else {
            cell.len = len as u32;
        }
        met.conflict()
    }

    #[inline]
    fn page<'a>(&mut self, addr: usize) -> &'a mut Page {
        let number = addr / PAGE;
        let (recent, page) = self.recent[number % RECENT];
        let page = if recent == number { page } else { self.look_up(number) };
        // SAFETY: pages live as long as the shadow, are only reached from it, and the reference does not outlive the access that
        // has borrowed the shadow.
        unsafe { &mut *page }
    }

    #[cold]
    fn look_up(&mut self, number: usize) -> *mut Page {
        let page = *self.pages.entry(number).or_insert_with(|| {
            let layout = Layout::new::<Page>();
            // SAFETY: a page has a size. Zeroes are a page of empty cells, since no execution has the stamp 0.
            let page = unsafe { System.alloc_zeroed(layout) };
            if page.is_null() {
                handle_alloc_error(layout);
            }
            page.cast()
        });
        self.recent[number % RECENT] = (number, page);
        page
    }

    fn drop_pages(&mut self) {
        self.recent = [(usize::MAX, ptr::null_mut()); RECENT];
        for (_, page) in self.pages.drain() {
            // SAFETY: allocated so in `look_up`, and forgotten here.
            unsafe { System.dealloc(page.cast(), Layout::new::<Page>()) };
        }
    }
}

impl Drop for Shadow {
    fn drop(&mut self) {
        self.drop_pages();
    }
}

#[inline]
fn cell(page: &mut Page, addr: usize) -> &mut Cell {
    &mut page[addr % PAGE / GRANULE]
}

/// Is `access` one that `kept` covers, by the same thread since its last event? Then what `kept` was compared with is what
/// `access` would be compared with: nobody can have learnt of `kept` since.
#[inline]
fn is_repeated(kept: Access, access: Access) -> bool {
    kept.epoch == access.epoch
        && kept.thread() == access.thread()
        && access.bytes & !kept.bytes == 0
        && kept.kind().covers(access.kind())
        && !kept.kind().frees()
}

/// What an access has met.
enum Met {
    Nothing,
    /// One that stands for it.
    Same,
    Conflict(Access),
}

impl Met {
    fn conflict(self) -> Option<Access> {
        match self {
            Self::Conflict(access) => Some(access),
            _ => None,
        }
    }
}

/// A list of accesses.
trait List {
    fn all(&mut self) -> &mut [Access];
    fn remove(&mut self, index: usize);
}

struct Inline<'a> {
    kept: &'a mut [Access; INLINE],
    len: usize,
}

impl List for Inline<'_> {
    fn all(&mut self) -> &mut [Access] {
        &mut self.kept[..self.len]
    }

    fn remove(&mut self, index: usize) {
        self.len -= 1;
        self.kept[index] = self.kept[self.len];
    }
}

impl List for Vec<Access> {
    fn all(&mut self) -> &mut [Access] {
        self
    }

    fn remove(&mut self, index: usize) {
        self.swap_remove(index);
    }
}

/// Holds `access` against those that are kept, and forgets those that it stands for (invariant 2).
fn meet(list: &mut impl List, access: Access, now: &Now) -> Met {
    let mut index = 0;
    while let Some(&kept) = list.all().get(index) {
        if kept.bytes & access.bytes == 0 {
            index += 1;
            continue;
        }
        if is_repeated(kept, access) {
            return Met::Same;
        }
        let is_known = now.knows(kept);
        if kept.kind().frees() || !is_known && access.kind().conflicts(kept.kind()) {
            return Met::Conflict(kept);
        }
        if is_known && access.kind().covers(kept.kind()) {
            let left = kept.bytes & !access.bytes;
            if left == 0 {
                list.remove(index);
                continue;
            }
            list.all()[index].bytes = left;
        }
        index += 1;
    }
    Met::Nothing
}
