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

mod meet;
#[cfg(test)]
mod tests;

use super::Vec;
use super::accesses::{Access, Kind, NO_ACCESS, Now, is_repeated};
use super::calls::Place;
use allocator_api2::alloc::{Layout, handle_alloc_error};
use hashbrown::{DefaultHashBuilder, HashMap};
use meet::{Inline, Met, meet};
use std::alloc::{GlobalAlloc, System};
use std::ptr;

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

const _: () = assert!(size_of::<Cell>() == 32, "two cells fit into a line of the cache");

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
    /// The last eight bytes that were written to without having been accessed or [made known](Self::make_known) before.
    new_write: Option<usize>,
    recent: [(usize, *mut Page); RECENT],
    pages: HashMap<usize, *mut Page, DefaultHashBuilder, System>,
    /// The accesses of the cells for which two are not enough.
    spilled: Vec<Vec<Access>>,
}

impl Shadow {
    pub fn new() -> Self {
        Self {
            stamp: 0,
            new_write: None,
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

    /// The program is given memory: nobody has accessed it.
    pub fn make_known(&mut self, (addr, len): (usize, usize)) {
        let stamp = self.stamp;
        for granule in (addr & !(GRANULE - 1)..addr + len).step_by(GRANULE) {
            let cell = cell(self.page(granule), granule);
            if cell.stamp != stamp {
                *cell = Cell { stamp, len: 0, kept: [NO_ACCESS; INLINE] };
            }
        }
    }

    /// Where the program has written to memory that it was not known to have. Once.
    pub fn take_new_write(&mut self) -> Option<usize> {
        self.new_write.take()
    }

    /// Is this an access to at most eight bytes that has been kept, or one that stands for it, since the last event of its thread?
    #[inline]
    pub fn is_known(&mut self, (addr, len): (usize, usize), kind: Kind, now: &Now) -> bool {
        let within = addr % GRANULE;
        if len == 0 || within + len > GRANULE {
            // To nothing at all there is nothing to know.
            return len == 0;
        }
        let access = Access::new(kind, now).to_bytes(bytes(within, len));
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
            let met = self.access_granule(granule, access.to_bytes(bytes), now);
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
            if access.kind().writes() {
                self.new_write = Some(granule);
            }
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
