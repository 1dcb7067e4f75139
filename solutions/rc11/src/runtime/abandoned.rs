//! The memory of executions that were given up.
//!
//! Where a thread cannot go on, its stack is left as it is, and what it owns is never dropped. It is given back here, a lot of it at once, if
//! nobody can have it. That is known of an execution
//!
//! - that was seen, and has written to no memory but what it was given in this execution, and to its stacks. So no pointer has got to where it
//!   outlasts the execution, but for what compiled code of the standard library keeps in variables of its own, such as the buffer of
//!   its output;
//! - of which none of the objects of the checker's outlives it, and none of its panics is kept;
//! - whose model does not say that it may leak, for which see [`Builder::may_leak`](crate::Builder::may_leak).
//!
//! Before a block is given back, the OS thread's variables and all statics are looked through for what may be a pointer to it. As in
//! [`leaks`](super::leaks), what looks like one keeps the block.

use crate::core::clock::MAX_THREADS;
use crate::runtime::leaks::each_word;
use crate::runtime::run::Outcome;
use crate::runtime::sight;
use crate::runtime::state::Engine;
use allocator_api2::vec::Vec;
use hashbrown::{DefaultHashBuilder, HashMap};
use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// The memory is given back when there is so much of it, or so many blocks.
const MUCH: usize = 4 << 20;
const MANY: usize = 1 << 15;

/// Blocks of executions that have ended, of all OS threads.
struct Abandoned {
    blocks: HashMap<usize, Layout, DefaultHashBuilder, System>,
    bytes: usize,
}

static ABANDONED: Mutex<Option<Abandoned>> = Mutex::new(None);

/// There are some, or were.
static ANY: AtomicBool = AtomicBool::new(false);

fn with<R>(f: impl FnOnce(&mut Abandoned) -> R) -> R {
    let mut abandoned = ABANDONED.lock().unwrap_or_else(PoisonError::into_inner);
    let new = || Abandoned {
        blocks: HashMap::with_hasher_in(DefaultHashBuilder::default(), System),
        bytes: 0,
    };
    f(abandoned.get_or_insert_with(new))
}

impl Engine {
    /// Is nothing of what the execution leaves behind of any use to anybody?
    pub fn loses_its_memory(&self, outcome: Outcome) -> bool {
        let is_given_up = matches!(outcome, Outcome::Blocked | Outcome::Pruned);
        is_given_up
            && !(self.config.may_leak || self.config.by_address || self.is_for_one)
            && self.panics.is_empty()
            && self.panicking == [false; MAX_THREADS]
            && !sight::reaches_outside(self)
    }
}

/// An execution has left these blocks. If a variable of this OS thread points to one, they are left alone.
pub fn add(blocks: impl Iterator<Item = (usize, Layout)> + Clone) {
    let mut is_kept = false;
    each_word(sight::of_this_thread(), |word| {
        is_kept |= blocks.clone().any(|(begin, layout)| is_in(word, begin, layout));
    });
    if is_kept {
        return;
    }
    with(|abandoned| {
        for (begin, layout) in blocks {
            abandoned.bytes += layout.size();
            abandoned.blocks.insert(begin, layout);
        }
        // Relaxed: who gives back what another OS thread has abandoned has learnt of it from that one.
        ANY.store(true, Relaxed);
        if abandoned.bytes >= MUCH || abandoned.blocks.len() >= MANY {
            abandoned.give_back();
        }
    });
}

/// Somebody gives a block back after all.
#[inline]
pub fn given_back(begin: usize) {
    if ANY.load(Relaxed) {
        with(|abandoned| {
            if let Some(layout) = abandoned.blocks.remove(&begin) {
                abandoned.bytes -= layout.size();
            }
        });
    }
}

fn is_in(address: usize, begin: usize, layout: Layout) -> bool {
    address.wrapping_sub(begin) < layout.size().max(1)
}

impl Abandoned {
    /// Gives back all blocks, except those to which a variable points, or such a block. Those are left alone from now on.
    fn give_back(&mut self) {
        self.bytes = 0;
        let mut blocks: Vec<(usize, Layout), System> = Vec::new_in(System);
        blocks.extend(self.blocks.drain());
        let Some(mut looked_through) = sight::lasting() else { return };
        blocks.sort_unstable_by_key(|(begin, _)| *begin);
        let mut is_kept: Vec<bool, System> = Vec::new_in(System);
        is_kept.resize(blocks.len(), false);
        while let Some(range) = looked_through.pop() {
            each_word(range, |word| {
                let at = blocks.partition_point(|(begin, _)| *begin <= word).checked_sub(1);
                let Some(at) = at.filter(|&at| !is_kept[at]) else { return };
                let (begin, layout) = blocks[at];
                if is_in(word, begin, layout) {
                    is_kept[at] = true;
                    looked_through.push(begin..begin + layout.size());
                }
            });
        }
        for ((begin, layout), _) in blocks.iter().zip(&is_kept).filter(|(_, is_kept)| !**is_kept) {
            // SAFETY: the block was allocated with this layout by `Quarantine`, so by the system; whoever gives one back before has
            // it removed from the list. The program that had it has ended, and nobody else has a pointer to it; see above.
            unsafe { System.dealloc(ptr::with_exposed_provenance_mut(*begin), *layout) };
        }
    }
}
