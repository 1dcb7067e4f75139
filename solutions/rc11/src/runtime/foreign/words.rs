//! The atomics of an execution that are known by their addresses.
//!
//! # Invariants
//!
//! 1. Known atomics do not overlap: an access that overlaps one with another width, or begins elsewhere, is refused.
//! 2. What an atomic holds is in the graph. Memory lags behind: it is brought up to date before a plain read of it, and before a plain
//!    write to a part of it. A plain access does not race (the shadow has looked), so what is up to date is one value: that of the
//!    last write in modification order that has taken place.
//! 3. A plain write ends an atomic. The next atomic access begins another one, whose initial value is what was written: everything
//!    that happened to the first one happens before, or the shadow finds a race.
//! 4. Nothing else writes to an atomic. `shown` is what memory held when the engine last looked or wrote, so that code which is not
//!    instrumented, and writes all the same, is found out.

use crate::core::event::{EventId, Loc};
use crate::runtime::foreign::name_of;
use crate::runtime::object::{Object, Tag};
use crate::runtime::state::Engine;
use std::cmp;

/// Memory that is accessed: where it begins, and how many bytes it has.
pub type Range = (usize, usize);

pub(super) fn overlap(a: Range, b: Range) -> bool {
    a.0 < b.0 + b.1 && b.0 < a.0 + a.1
}

/// What ties an address to the graph, for as long as the process lives.
struct Tags {
    object: Tag,
    sleepers: Tag,
}

/// An atomic that has been accessed in this execution.
pub(super) struct Word {
    pub range: Range,
    tags: &'static Tags,
    /// Its initial value.
    init: u64,
    /// What memory holds, if nobody has written there unseen.
    shown: u64,
}

/// The atomics of an execution that are known by their addresses.
#[derive(Default)]
pub struct Words {
    /// The execution.
    number: u64,
    pub(super) words: Vec<Word>,
    /// Where the words were that have ended, for the names of their accesses.
    ended: Vec<(Loc, Range)>,
    /// Tags for words, those in use first. They are used again in the next execution.
    pool: Vec<&'static Tags>,
    used: usize,
    /// Blocks that the program has given back.
    pub(super) kept: Vec<usize>,
    /// Blocks that the program has asked for, and that were filled with [`UNWRITTEN`].
    pub(super) fresh: Vec<Range>,
}

/// What memory holds that the program has asked for and not written to: each time the same, so that an execution can be run again. Not
/// what a program would have there.
pub(super) const UNWRITTEN: u32 = 0x5dc3_91e7;

/// What is in memory.
///
/// # Safety
///
/// The memory must be readable, its length that of an integer, and its address a multiple of that.
unsafe fn peek((at, len): Range) -> u64 {
    let at = std::ptr::with_exposed_provenance::<u8>(at);
    // SAFETY: as promised by the caller. Threads of a model run in turn, so this is no race.
    unsafe {
        match len {
            1 => at.read_volatile().into(),
            2 => at.cast::<u16>().read_volatile().into(),
            4 => at.cast::<u32>().read_volatile().into(),
            _ => at.cast::<u64>().read_volatile(),
        }
    }
}

/// As [`peek`], to write.
///
/// # Safety
///
/// As for [`peek`], and the memory must be writable.
unsafe fn poke((at, len): Range, value: u64) {
    let at = std::ptr::with_exposed_provenance_mut::<u8>(at);
    // SAFETY: as promised by the caller.
    unsafe {
        match len {
            1 => at.write_volatile(value as u8),
            2 => at.cast::<u16>().write_volatile(value as u16),
            4 => at.cast::<u32>().write_volatile(value as u32),
            _ => at.cast::<u64>().write_volatile(value),
        }
    }
}

/// Why an access is refused.
pub(super) enum Refused {
    Unaligned,
    Overlaps(Range),
    Unseen,
}

impl Refused {
    pub fn message(&self, (at, len): Range) -> String {
        match *self {
            Self::Unaligned => format!(
                "not decided: an atomic of {len} bytes whose address is not a multiple of {len}"
            ),
            Self::Overlaps((other, other_len)) => format!(
                "not decided: an atomic access to {len} bytes overlaps an atomic of {other_len} bytes that begins {}. The memory model \
                 has nothing to say about atomic accesses of different sizes to the same memory",
                match at.cmp(&other) {
                    cmp::Ordering::Less => format!("{} bytes further on", other - at),
                    cmp::Ordering::Equal => "at the same address".to_owned(),
                    cmp::Ordering::Greater => format!("{} bytes before", at - other),
                }
            ),
            Self::Unseen => format!(
                "not decided: an atomic of {len} bytes was written to by code that is not instrumented, so that the checker has not seen it"
            ),
        }
    }
}

impl Words {
    /// The atomic at `range`.
    pub(super) fn find(&mut self, number: u64, range: Range) -> Result<Object<'static>, Refused> {
        let index = self.index(number, range)?;
        let word = &self.words[index];
        Ok(Object { tag: &word.tags.object, init: word.init, memory: range })
    }

    /// Those that sleep on the atomic at `range`.
    pub(super) fn sleepers(
        &mut self,
        number: u64,
        range: Range,
    ) -> Result<Object<'static>, Refused> {
        let index = self.index(number, range)?;
        Ok(Object::nowhere(&self.words[index].tags.sleepers, 0))
    }

    fn index(&mut self, number: u64, range: Range) -> Result<usize, Refused> {
        if !range.0.is_multiple_of(range.1) {
            return Err(Refused::Unaligned);
        }
        self.begin(number);
        let known = self.words.iter().position(|word| overlap(word.range, range));
        // SAFETY: the program is about to access this memory itself, it is aligned, and the length is that of an integer.
        let held = unsafe { peek(range) };
        if let Some(index) = known {
            let word = &self.words[index];
            return match word.range == range {
                false => Err(Refused::Overlaps(word.range)),
                true if word.shown != held => Err(Refused::Unseen),
                true => Ok(index),
            };
        }
        let tags = self.tags();
        self.words.push(Word { range, tags, init: held, shown: held });
        Ok(self.words.len() - 1)
    }

    /// Forgets the words of another execution.
    pub(super) fn begin(&mut self, number: u64) {
        if self.number != number {
            self.number = number;
            self.words.clear();
            self.ended.clear();
            self.fresh.clear();
            self.used = 0;
            for block in self.kept.drain(..) {
                // SAFETY: the program has given back what the allocator had given it, and its execution has ended.
                #[cfg(target_os = "linux")]
                unsafe {
                    libc::free(std::ptr::with_exposed_provenance_mut(block));
                }
                #[cfg(not(target_os = "linux"))]
                let _ = block;
            }
        }
    }

    fn tags(&mut self) -> &'static Tags {
        if self.used == self.pool.len() {
            self.pool.push(Box::leak(Box::new(Tags { object: Tag::new(), sleepers: Tag::new() })));
        }
        let tags = self.pool[self.used];
        self.used += 1;
        tags
    }
}

impl Engine {
    /// Brings memory up to date for a plain access, and ends the atomics that it writes to (invariants 2 and 3).
    pub(super) fn meet_plain(&mut self, range: Range, writes: bool) {
        let number = self.number;
        if self.by_address.number != number || self.by_address.words.is_empty() {
            return;
        }
        let mut index = 0;
        while let Some(word) = self.by_address.words.get(index) {
            if !overlap(word.range, range) {
                index += 1;
                continue;
            }
            let value = match word.tags.object.get(number) {
                Some(loc) => self.value_of(loc),
                None => word.init,
            };
            // SAFETY: the program has accessed this memory as an atomic and is about to access it again.
            unsafe { poke(word.range, value) };
            if writes {
                let ended = self.by_address.words.swap_remove(index);
                let loc = ended.tags.object.get(number);
                self.by_address.ended.extend(loc.map(|loc| (loc, ended.range)));
            } else {
                self.by_address.words[index].shown = value;
                index += 1;
            }
        }
    }

    /// What a location holds after all that has taken place.
    fn value_of(&self, loc: Loc) -> u64 {
        let graph = &self.search.graph;
        let has_taken_place = |id: &&EventId| id.is_init() || id.index() < self.cursor[id.thread()];
        let newest = graph.places[usize::from(loc)].mo.iter().rev().find(has_taken_place);
        graph.value(loc, newest.copied().unwrap_or(EventId::INIT))
    }
}

/// What the program calls the atomic that a location of the engine's stands for.
pub fn name_of_location(engine: &Engine, location: usize) -> Option<String> {
    let Words { number, words, ended, .. } = &engine.by_address;
    if *number != engine.number {
        return None;
    }
    let here = words.iter().filter_map(|word| Some((word.tags.object.get(*number)?, word.range)));
    let mut all = here.chain(ended.iter().copied());
    all.find(|(loc, _)| usize::from(*loc) == location).and_then(|(_, range)| name_of(range.0))
}
