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
use super::calls::{Number, Place};
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
    /// Where it is made: the parts of a [`Place`].
    distance: i32,
    call: Number,
    /// How many events of its thread came before it.
    pub epoch: u16,
    /// The thread, above it the kind, and above that whether it is an operation of the checker's.
    by: u8,
    /// Which of the eight bytes.
    bytes: u8,
}

/// None, to no byte.
const NO_ACCESS: Access = Access { distance: 0, call: 0, epoch: 0, by: 0, bytes: 0 };

impl Access {
    const THREAD_BITS: u32 = 3;
    const KIND_BITS: u32 = 3;
    const OPERATION: u8 = 1 << (Self::THREAD_BITS + Self::KIND_BITS);

    #[inline]
    fn new(kind: Kind, now: &Now) -> Self {
        let by = now.thread | kind.0 << Self::THREAD_BITS;
        Self { epoch: now.epoch, by, ..NO_ACCESS }
    }

    fn at(self, place: Place) -> Self {
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

const _: () = assert!(size_of::<Cell>() == 32, "two cells fit into a line of the cache");

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
const INLINE: usize = 2;

/// The accesses to eight bytes.
#[derive(Clone, Copy)]
#[repr(C)]
struct Cell {
    /// The execution.
    stamp: u32,
    /// How many accesses are kept here, the others are [`NO_ACCESS`]; or [`SPILLED`].
    len: u32,
    /// If they are in `spilled`, the first one's `call` says where.
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
    /// The accesses of the cells for which two are not enough.
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

    /// Is this an access to at most eight bytes that has been kept, or one that stands for it, since the last event of its thread?
    #[inline]
    pub fn is_known(&mut self, (addr, len): (usize, usize), kind: Kind, now: &Now) -> bool {
        let within = addr % GRANULE;
        if len == 0 || within + len > GRANULE {
            // To nothing at all there is nothing to know.
            return len == 0;
        }
        let access = Access { bytes: bytes(within, len), ..Access::new(kind, now) };
        let (recent, page) = self.recent[addr / PAGE % RECENT];
        if recent != addr / PAGE {
            return false;
        }
        // SAFETY: as in `page`.
        let cell = cell(unsafe { &mut *page }, addr);
        // The `bytes` of a cell that has spilled are none.
        cell.stamp == self.stamp && cell.kept.iter().any(|kept| is_repeated(*kept, access))
    }

    /// An access to `len` bytes at `addr`. Returns one that it must not meet: a conflicting one that does not happen before, or
    /// what freed the memory.
    pub fn access(
        &mut self,
        (addr, len): (usize, usize),
        kind: Kind,
        now: &Now,
        place: Place,
    ) -> Option<Access> {
        let access = Access::new(kind, now).at(place);
        let (mut at, end) = (addr, addr + len);
        while at < end {
            let granule = at & !(GRANULE - 1);
            let next = end.min(granule + GRANULE);
            let bytes = bytes(at - granule, next - at);
            let met = self.access_granule(granule, Access { bytes, ..access }, now);
            if met.is_some() {
                return met;
            }
            at = next;
        }
        None
    }

    fn access_granule(&mut self, granule: usize, access: Access, now: &Now) -> Option<Access> {
        let stamp = self.stamp;
        let cell = cell(self.page(granule), granule);
        if cell.stamp != stamp {
            *cell = Cell { stamp, len: 1, kept: [access, NO_ACCESS] };
            return None;
        }
        if cell.len == SPILLED {
            let kept = &mut self.spilled[cell.kept[0].call as usize];
            let met = meet(kept, access, now);
            if let Met::Nothing = met {
                kept.push(access);
            }
            return met.conflict();
        }
        let mut list = Inline { kept: &mut cell.kept, len: cell.len as usize };
        let met = meet(&mut list, access, now);
        let len = list.len;
        cell.len = len as u32;
        if let Met::Nothing = met {
            if len < INLINE {
                cell.kept[len] = access;
                cell.len += 1;
            } else {
                let mut kept: Vec<Access> = super::new_vec();
                kept.extend_from_slice(&cell.kept);
                kept.push(access);
                cell.len = SPILLED;
                cell.kept = [NO_ACCESS; INLINE];
                cell.kept[0].call = self.spilled.len() as u32;
                self.spilled.push(kept);
            }
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

/// So many of the eight bytes, from one on.
#[inline]
fn bytes(from: usize, len: usize) -> u8 {
    (0xff_u8 >> (GRANULE - len)) << from
}

#[inline]
fn cell(page: &mut Page, addr: usize) -> &mut Cell {
    &mut page[addr % PAGE / GRANULE]
}

/// Is `access` one that `kept` covers, by the same thread since its last event? Then what `kept` was compared with is what
/// `access` would be compared with: nobody can have learnt of `kept` since.
#[inline]
fn is_repeated(kept: Access, access: Access) -> bool {
    access.bytes & !kept.bytes == 0
        && kept.epoch == access.epoch
        && kept.thread() == access.thread()
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
    #[inline]
    fn all(&mut self) -> &mut [Access] {
        &mut self.kept[..self.len]
    }

    fn remove(&mut self, index: usize) {
        self.len -= 1;
        self.kept[index] = self.kept[self.len];
        self.kept[self.len] = NO_ACCESS;
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

#[cfg(test)]
mod tests {
    use super::{Kind, MAX_THREADS, Now, Place, Shadow};
    use proptest::prelude::*;

    /// A step of a program: an access, or a message from one thread to another.
    #[derive(Clone, Copy, Debug)]
    enum Step {
        Access { thread: usize, at: usize, len: usize, kind: Kind },
        Message { from: usize, to: usize },
    }

    const THREADS: usize = 4;

    /// The bytes lie about the end of a page.
    const BASE: usize = 3 * super::PAGE - 20;

    fn step() -> impl Strategy<Value = Step> {
        let kinds = [Kind::READ, Kind::WRITE, Kind::ATOMIC_READ, Kind::ATOMIC_WRITE];
        let kind = prop::sample::select(kinds.to_vec());
        let access = (0..THREADS, 0..28_usize, 1..17_usize, kind);
        let access = access.prop_map(|(thread, at, len, kind)| Step::Access { thread, at, len, kind });
        let message = (0..THREADS, 0..THREADS).prop_map(|(from, to)| Step::Message { from, to });
        prop_oneof![3 => access, 2 => message]
    }

    /// The clocks of the threads, with an event at each message.
    struct Clocks([[u16; MAX_THREADS]; THREADS]);

    impl Clocks {
        fn message(&mut self, from: usize, to: usize) {
            self.0[from][from] += 1;
            let sent = self.0[from];
            for (mine, theirs) in self.0[to].iter_mut().zip(sent) {
                *mine = (*mine).max(theirs);
            }
            self.0[to][to] += 1;
        }

        fn now(&self, thread: usize) -> Now {
            Now { thread: thread as u8, epoch: self.0[thread][thread], clock: self.0[thread] }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        /// Whether an access races with one before is what it is if all are kept, byte for byte.
        #[test]
        fn nothing_is_forgotten_that_a_later_access_races_with(
            steps in prop::collection::vec(step(), 1..60),
        ) {
            let mut shadow = Shadow::new();
            shadow.clear();
            let mut clocks = Clocks([[0; MAX_THREADS]; THREADS]);
            let mut all: Vec<(usize, usize, usize, Kind, u16)> = Vec::new();
            for step in steps {
                let (thread, at, len, kind) = match step {
                    Step::Message { from, to } => {
                        clocks.message(from, to);
                        continue;
                    }
                    Step::Access { thread, at, len, kind } => (thread, at, len, kind),
                };
                let now = clocks.now(thread);
                let races = all.iter().any(|&(other, from, other_len, other_kind, epoch)| {
                    let overlap = from < at + len && at < from + other_len;
                    let ordered = other == thread || now.clock[other] > epoch;
                    overlap && !ordered && kind.conflicts(other_kind)
                });
                let range = (BASE + at, len);
                if shadow.is_known(range, kind, &now) {
                    prop_assert!(!races, "a race with an access that is taken for known");
                }
                let met = shadow.access(range, kind, &now, Place::of_call(0));
                prop_assert_eq!(met.is_some(), races);
                if races {
                    return Ok(());
                }
                all.push((thread, at, len, kind, now.epoch));
            }
        }
    }

    #[test]
    fn access_to_no_bytes_is_none() {
        let mut shadow = Shadow::new();
        shadow.clear();
        for at in BASE..BASE + 9 {
            let now = Now::default();
            assert!(shadow.is_known((at, 0), Kind::WRITE, &now));
            assert!(shadow.access((at, 0), Kind::WRITE, &now, Place::of_call(0)).is_none());
        }
        let other = Now { thread: 1, ..Now::default() };
        assert!(shadow.access((BASE, 8), Kind::WRITE, &other, Place::of_call(0)).is_none());
    }

    #[test]
    fn execution_begins_with_an_empty_shadow() {
        let mut shadow = Shadow::new();
        let now = |thread| Now { thread, ..Now::default() };
        for _ in 0..3 {
            shadow.clear();
            assert!(shadow.access((BASE, 8), Kind::WRITE, &now(0), Place::of_call(0)).is_none());
            assert!(shadow.access((BASE, 8), Kind::READ, &now(1), Place::of_call(0)).is_some());
        }
    }
}
