//! Memory that the program has asked for, and neither gives back nor has at hand when it ends.
//!
//! The allocator tells of each block. What is left when an execution is complete is looked for as a garbage collector does: a word
//! in a variable that outlives the execution, or in a block that was found, may be a pointer to it. (So what looks like a pointer
//! keeps a block from being told.) Where the system does not say where such variables are, nothing is told.
//!
//! An execution that is given up leaves memory behind, too: its stacks are not unwound. See [`abandoned`].

use crate::runtime::abandoned;
use crate::runtime::failure::Failure;
use crate::runtime::sight::{self, Place};
use crate::runtime::state::Engine;
use allocator_api2::vec::Vec;
use std::alloc::{Layout, System};
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::panic::Location;

/// A block that was asked for.
#[derive(Clone, Copy)]
struct Block {
    begin: usize,
    layout: Layout,
    /// Where in the program.
    at: Place,
}

thread_local! {
    /// Blocks that threads of the model have asked for, and not given back.
    static LEFT: RefCell<Vec<Block, System>> = const { RefCell::new(Vec::new_in(System)) };
    /// What is left is of no use to anybody.
    static IS_LOST: Cell<bool> = const { Cell::new(false) };
}

/// The program has been given a block. What the checker asks for is not the program's.
#[inline]
pub fn allocated(block: *mut u8, layout: Layout) {
    let (begin, size) = (block.expose_provenance(), layout.size());
    if let (false, Some(at)) = (block.is_null(), sight::allocated((begin, size))) {
        // A thread that is about to end asks for nothing that matters.
        let _ = LEFT.try_with(|left| left.borrow_mut().push(Block { begin, layout, at }));
    }
}

/// A block that the checker has asked for in the program's place is the program's: it was asked for at `at`, and has this address
/// in it.
pub fn is_of(address: usize, at: &'static Location<'static>) {
    let _ = LEFT.try_with(|left| {
        let mut left = left.borrow_mut();
        if let Some(block) = left.iter_mut().rev().find(|block| block.has(address)) {
            block.at = Place::of_operation(at);
        }
    });
}

/// A block is given back, by whomever.
#[inline]
pub fn given_back(begin: usize) {
    let is_found = LEFT.try_with(|left| {
        // Borrowed: it is this list that grows.
        let Ok(mut left) = left.try_borrow_mut() else { return true };
        // Most likely one of the last ones.
        let index = left.iter().rposition(|other| other.begin == begin);
        index.map(|index| left.swap_remove(index)).is_some()
    });
    if !is_found.unwrap_or(false) {
        abandoned::given_back(begin);
    }
}

/// How many blocks the program has been given and has not given back, as far as is known.
pub fn left() -> usize {
    LEFT.try_with(|left| left.borrow().len()).unwrap_or(0)
}

/// An execution has ended. Is nothing of what it leaves of any use to anybody?
pub fn end(is_lost: bool) {
    IS_LOST.set(is_lost);
}

/// An execution begins, and the engine has forgotten the one before it.
pub fn begin() {
    LEFT.with_borrow_mut(|left| {
        if IS_LOST.replace(false) {
            abandoned::add(left.iter().map(|block| (block.begin, block.layout)));
        }
        left.clear();
    });
}

/// The failure of an execution that is complete and leaves memory behind.
pub fn find(engine: &Engine) -> Option<Failure> {
    let mut left = LEFT.with_borrow(|left| left.clone());
    if left.is_empty() {
        return None;
    }
    let mut looked_through = sight::lasting()?;
    while let Some(range) = looked_through.pop() {
        each_word(range, |word| {
            if let Some(index) = left.iter().position(|block| block.has(word)) {
                let Block { begin, layout, .. } = left.swap_remove(index);
                looked_through.push(begin..begin + layout.size());
            }
        });
        if left.is_empty() {
            return None;
        }
    }
    left.retain(|block| sight::is_of_program(engine, block.at));
    let first = left.iter().min_by_key(|block| block.at.order())?;
    let size = left.iter().map(|block| block.layout.size()).sum();
    Some(Failure::never_freed(engine, (left.len(), size), first.at))
}

impl Block {
    fn has(&self, address: usize) -> bool {
        address.wrapping_sub(self.begin) < self.layout.size().max(1)
    }
}

/// Calls `f` with each whole word in a range.
pub(super) fn each_word(range: Range<usize>, mut f: impl FnMut(usize)) {
    const WORD: usize = size_of::<usize>();
    let begin = range.start.next_multiple_of(WORD);
    for at in (begin..range.end.saturating_sub(WORD - 1)).step_by(WORD) {
        // SAFETY: the range is memory of this process that stays while this runs: a block that nobody has given back, or variables of
        // the program. Whatever is in it is a number; volatile, since another OS thread may write to it.
        f(unsafe { std::ptr::with_exposed_provenance::<usize>(at).read_volatile() });
    }
}
