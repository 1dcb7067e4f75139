//! Which parts of the threads' stacks several threads access.
//!
//! Most of what a program accesses is the running thread's own stack, and where no other thread is, nothing can meet. So an access to the
//! own stack is only looked at in *blocks* that another thread has accessed in some execution. The first execution in which one does has
//! not been seen whole, so the exploration begins anew: to run that execution alone again would not do, for its graph already has what
//! came after the access, and if that was a race, nothing comes after it.
//!
//! A block is known by its distance from where the stack begins: that is the same in each execution, whatever address the stack has.

use crate::core::clock::MAX_THREADS;
use crate::runtime::gate::{STACK, is_on_stack};
use std::ops::RangeInclusive;

/// So many bytes are shared together.
const BLOCK: usize = 64;

/// In so many executions it may show that more is shared. Then everything is.
const PATIENCE: usize = 32;

/// The stacks of all threads.
#[derive(Clone, Default)]
pub struct Stacks {
    /// Of the thread that runs, what is asked for at each access.
    own: Own,
    running: usize,
    /// Where each of them begins; 0 if there has been none.
    tops: [usize; MAX_THREADS],
    shared: [Shared; MAX_THREADS],
    /// In so many executions more was found to be shared; and in this one.
    times: usize,
    has_grown: bool,
    /// All of them are shared.
    all: bool,
}

/// Where the thread that runs is sure to be alone, without a look at each block.
#[derive(Clone, Copy, Default)]
struct Own {
    /// Where its stack begins; 0 if it is alone nowhere.
    top: usize,
    /// No byte is shared that is less than this from there.
    near: usize,
    /// Nor one that is at least this far.
    far: usize,
}

/// The blocks of a stack that are shared.
#[derive(Clone)]
struct Shared {
    /// One bit for each. Nothing as long as there is none.
    blocks: super::Vec<u64>,
    /// From the first of them to the last one.
    first: usize,
    last: usize,
}

impl Stacks {
    /// Nothing is shared; or everything is.
    pub fn new(all: bool) -> Self {
        Self { all, ..Self::default() }
    }

    /// An execution begins: no thread has a stack.
    pub fn start(&mut self) {
        self.tops = [0; MAX_THREADS];
        self.own = Own::default();
        self.times += usize::from(std::mem::take(&mut self.has_grown));
        self.all |= self.times >= PATIENCE;
    }

    /// This thread runs from now on, and its stack begins there.
    pub fn begin(&mut self, thread: usize, top: usize) {
        self.tops[thread] = top;
        self.running = thread;
        self.look();
    }

    /// Brings `own` up to date.
    fn look(&mut self) {
        let shared = &self.shared[self.running];
        let (near, far) = match (self.all, shared.blocks.is_empty()) {
            (true, _) => {
                self.own = Own::default();
                return;
            }
            (false, true) => (usize::MAX, 0),
            (false, false) => (shared.first * BLOCK, (shared.last + 1) * BLOCK),
        };
        self.own = Own { top: self.tops[self.running], near, far };
    }

    /// Is this on the stack of the thread that runs, and has nobody else been there? If this says no, [`is_private`](Self::is_private) knows.
    #[inline]
    pub fn is_sure_to_be_private(&self, (address, len): (usize, usize)) -> bool {
        let Own { top, near, far } = self.own;
        let depth = top.wrapping_sub(address);
        is_on_stack(top, address) && (depth < near || depth >= far + len)
    }

    /// Is this on the stack of `thread`, and has nobody else been there?
    #[inline]
    pub fn is_private(&self, thread: usize, (address, len): (usize, usize)) -> bool {
        let top = self.tops[thread];
        if !is_on_stack(top, address) || self.all {
            return false;
        }
        let shared = &self.shared[thread];
        shared.blocks.is_empty() || !shared.has(blocks(top, address, len))
    }

    /// `thread` accesses what is not private. If it is on the stack of another one, that is shared from now on. Returns whether it was not.
    pub fn share(&mut self, thread: usize, (address, len): (usize, usize)) -> bool {
        if self.all || len == 0 || is_on_stack(self.tops[thread], address) {
            return false;
        }
        let mut is_new = false;
        for (top, shared) in self.tops.iter().zip(&mut self.shared) {
            if is_on_stack(*top, address) {
                is_new |= shared.add(blocks(*top, address, len));
            }
        }
        self.has_grown |= is_new;
        if is_new {
            self.look();
        }
        is_new
    }

    /// Is this on the stack of any thread?
    #[inline]
    pub fn have(&self, address: usize) -> bool {
        self.tops.iter().any(|top| is_on_stack(*top, address))
    }

    /// Takes note of what was learnt of the same program elsewhere.
    pub fn learn(&mut self, other: &Self) {
        self.all |= other.all;
        self.times = self.times.max(other.times);
        for (mine, theirs) in self.shared.iter_mut().zip(&other.shared) {
            for block in 0..theirs.blocks.len() * 64 {
                if theirs.has(block..=block) {
                    mine.add(block..=block);
                }
            }
        }
        self.look();
    }
}

/// The blocks in which these bytes of a stack are.
#[inline]
fn blocks(top: usize, address: usize, len: usize) -> RangeInclusive<usize> {
    let depth = top - address;
    depth.saturating_sub(len.saturating_sub(1)) / BLOCK..=depth / BLOCK
}

impl Default for Shared {
    fn default() -> Self {
        Self { blocks: super::new_vec(), first: 0, last: 0 }
    }
}

impl Shared {
    #[inline]
    fn has(&self, blocks: RangeInclusive<usize>) -> bool {
        let (first, last) = (self.first.max(*blocks.start()), self.last.min(*blocks.end()));
        (first..=last).any(|block| self.blocks[block / 64] >> (block % 64) & 1 == 1)
    }

    /// Returns whether one of them is new.
    #[cold]
    fn add(&mut self, blocks: RangeInclusive<usize>) -> bool {
        if self.blocks.is_empty() {
            self.blocks.resize(STACK / BLOCK / 64 + 1, 0);
            (self.first, self.last) = (*blocks.start(), *blocks.end());
        }
        self.first = self.first.min(*blocks.start());
        self.last = self.last.max(*blocks.end());
        let mut is_new = false;
        for block in blocks {
            let (word, bit) = (&mut self.blocks[block / 64], 1 << (block % 64));
            is_new |= *word & bit == 0;
            *word |= bit;
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, PATIENCE, STACK, Stacks};

    const TOP: usize = 1 << 30;

    fn two() -> Stacks {
        let mut stacks = Stacks::new(false);
        stacks.begin(0, TOP);
        stacks.begin(1, TOP + 2 * STACK);
        stacks
    }

    #[test]
    fn own_stack_is_private_until_another_thread_is_there() {
        let mut stacks = two();
        let there = (TOP - 1000, 8);
        assert!(stacks.is_private(0, there) && !stacks.is_private(1, there));
        assert!(!stacks.share(0, there), "its own");
        assert!(stacks.share(1, there) && !stacks.share(1, there), "new once");
        assert!(!stacks.is_private(0, there));
        assert!(stacks.is_private(0, (TOP - 1000 - 2 * BLOCK, 8)), "what lies below");
        assert!(stacks.is_private(0, (TOP - 1000 + 2 * BLOCK, 8)), "what lies above");
        assert!(!stacks.is_private(0, (TOP - 1000 - 2 * BLOCK, 4 * BLOCK)), "around it");
    }

    #[test]
    fn all_is_shared_after_so_many_executions_in_which_more_was() {
        let mut stacks = two();
        for execution in 0..PATIENCE {
            assert!(stacks.share(1, (TOP - 4 * execution * BLOCK - 8, 8)), "{execution}");
            assert!(stacks.share(1, (TOP - 4 * execution * BLOCK - 2 * BLOCK, 8)), "{execution}");
            assert!(stacks.is_private(0, (TOP - STACK, 8)));
            stacks.start();
            stacks.begin(0, TOP);
        }
        assert!(!stacks.is_private(0, (TOP - STACK, 8)));
        assert!(!stacks.share(1, (TOP - STACK, 8)), "it is known");
    }

    #[test]
    fn what_is_sure_to_be_private_is() {
        let mut stacks = two();
        let is_sure = |stacks: &mut Stacks, depth: usize, len: usize| {
            stacks.begin(0, TOP);
            let range = (TOP - depth, len);
            let is_sure = stacks.is_sure_to_be_private(range);
            assert!(!is_sure || stacks.is_private(0, range), "{depth} {len}");
            is_sure
        };
        assert!(is_sure(&mut stacks, 1000, 8), "nothing is shared");
        stacks.share(1, (TOP - 1000, 8));
        assert!(
            (0..4000)
                .all(|depth| [0, 1, 8, 300].map(|len| is_sure(&mut stacks, depth, len)).len() == 4)
        );
        assert!(
            is_sure(&mut stacks, 8, 8) && is_sure(&mut stacks, 2000, 8),
            "around what is shared"
        );
        assert!(!is_sure(&mut stacks, 1000, 8) && !is_sure(&mut stacks, 1200, 400));
        stacks.begin(1, TOP + 2 * STACK);
        assert!(!stacks.is_sure_to_be_private((TOP - 8, 8)), "the stack of another thread");
        let all = &mut Stacks::new(true);
        assert!(!is_sure(all, 8, 8), "all is shared");
    }

    #[test]
    fn what_is_on_no_stack_is_neither_private_nor_shared() {
        let mut stacks = two();
        for address in [8, TOP - STACK - 1, TOP + 1] {
            assert!(!stacks.is_private(0, (address, 8)) && !stacks.share(1, (address, 8)));
        }
        assert!(stacks.is_private(0, (TOP - STACK, 8)) && stacks.share(1, (TOP - STACK, 8)));
    }

    #[test]
    fn whatever_is_shared_is_learnt_at_another_address() {
        let (mut stacks, mut other) = (two(), Stacks::new(false));
        stacks.share(1, (TOP - 300, 200));
        other.learn(&stacks);
        other.begin(0, 2 * TOP);
        assert!(!other.is_private(0, (2 * TOP - 200, 1)) && other.is_private(0, (2 * TOP - 8, 1)));
        assert!(!other.share(1, (2 * TOP - 300, 200)), "it is known");
    }
}
