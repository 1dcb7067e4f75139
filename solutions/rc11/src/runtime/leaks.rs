//! Memory that the program has asked for, and neither gives back nor has at hand when it ends.
//!
//! The allocator tells of each block. What is left when an execution is complete is looked for as a garbage collector does: a word
//! in a variable that outlives the execution, or in a block that was found, may be a pointer to it. (So what looks like a pointer
//! keeps a block from being told.) Where the system does not say where such variables are, nothing is told.

use crate::runtime::failure::Failure;
use crate::runtime::sight::{self, Place};
use crate::runtime::state::Engine;
use allocator_api2::vec::Vec;
use std::alloc::System;
use std::cell::RefCell;
use std::ops::Range;
use std::panic::Location;

/// A block that was asked for.
#[derive(Clone, Copy)]
struct Block {
    begin: usize,
    size: usize,
    /// Where in the program.
    at: Place,
}

thread_local! {
    /// Blocks that threads of the model have asked for, and not given back.
    static LEFT: RefCell<Vec<Block, System>> = const { RefCell::new(Vec::new_in(System)) };
}

/// The program has been given a block. What the checker asks for is not the program's.
#[inline]
pub fn allocated(block: *mut u8, size: usize) {
    if let (false, Some(at)) = (block.is_null(), sight::caller()) {
        // A thread that is about to end asks for nothing that matters.
        let _ = LEFT.try_with(|left| {
            left.borrow_mut().push(Block { begin: block.addr(), size, at });
        });
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
    let _ = LEFT.try_with(|left| {
        // Borrowed: it is this list that grows.
        let Ok(mut left) = left.try_borrow_mut() else { return };
        // Most likely one of the last ones.
        if let Some(index) = left.iter().rposition(|other| other.begin == begin) {
            left.swap_remove(index);
        }
    });
}

/// An execution has ended.
pub fn clear() {
    LEFT.with_borrow_mut(Vec::clear);
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
                let Block { begin, size, .. } = left.swap_remove(index);
                looked_through.push(begin..begin + size);
            }
        });
        if left.is_empty() {
            return None;
        }
    }
    left.retain(|block| sight::is_of_program(engine, block.at));
    let first = left.iter().min_by_key(|block| block.at.order())?;
    let size = left.iter().map(|block| block.size).sum();
    Some(Failure::never_freed(engine, (left.len(), size), first.at))
}

impl Block {
    fn has(&self, address: usize) -> bool {
        address.wrapping_sub(self.begin) < self.size.max(1)
    }
}

/// Calls `f` with each whole word in a range.
fn each_word(range: Range<usize>, mut f: impl FnMut(usize)) {
    const WORD: usize = size_of::<usize>();
    let begin = range.start.next_multiple_of(WORD);
    for at in (begin..range.end.saturating_sub(WORD - 1)).step_by(WORD) {
        // SAFETY: the range is memory of this process that stays while this runs: a block that nobody has given back, or variables of
        // the program. Whatever is in it is a number; volatile, since another OS thread may write to it.
        f(unsafe { std::ptr::with_exposed_provenance::<usize>(at).read_volatile() });
    }
}
