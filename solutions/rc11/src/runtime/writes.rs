//! What a thread writes to memory while its state is compared.

use allocator_api2::vec::Vec as VecIn;
use std::alloc::System;
use std::ptr;

/// So many words are kept. A thread that writes to more of them is not taken to wait.
const MOST: usize = 256;

/// The words that a thread has written to, and what they held at first.
pub struct Writes {
    /// They are kept.
    is_on: bool,
    /// Not from the program's allocator, which would tell of what it writes itself.
    words: VecIn<(usize, usize), System>,
    has_more: bool,
}

impl Default for Writes {
    fn default() -> Self {
        Self { is_on: false, words: VecIn::new_in(System), has_more: false }
    }
}

impl Writes {
    /// Begins to keep them, if that has not begun.
    pub fn start(&mut self) {
        self.is_on = true;
    }

    /// Forgets them.
    pub fn clear(&mut self) {
        self.is_on = false;
        self.words.clear();
        self.has_more = false;
    }

    /// Are they kept?
    #[inline]
    pub fn is_on(&self) -> bool {
        self.is_on
    }

    /// The thread is about to write here.
    pub fn note(&mut self, (address, len): (usize, usize)) {
        const WORD: usize = size_of::<usize>();
        let first = address & !(WORD - 1);
        for word in (first..address + len).step_by(WORD) {
            if self.words.iter().any(|(known, _)| *known == word) {
                continue;
            }
            if self.words.len() == MOST {
                self.has_more = true;
                return;
            }
            self.words.push((word, read(word)));
        }
    }

    /// Adds what the words hold now to `out`. False if it is not known.
    pub fn add_now(&self, out: &mut Vec<usize>) -> bool {
        out.extend(self.words.iter().map(|(word, _)| read(*word)));
        !self.has_more
    }

    /// Do they hold now what they held when `then` was added to the list of [`add_now`](Self::add_now)?
    pub fn are_as(&self, then: &[usize]) -> bool {
        let then = |(index, first): (usize, usize)| then.get(index).copied().unwrap_or(first);
        let words = self.words.iter().enumerate();
        !self.has_more
            && words.into_iter().all(|(index, (word, first))| read(*word) == then((index, *first)))
    }
}

/// What a word of memory holds.
fn read(word: usize) -> usize {
    // SAFETY: the program was about to write to a part of this word, and what it frees is kept until the execution has ended. An
    // aligned word is in one page. Threads of a model run in turn.
    unsafe { ptr::read_volatile(ptr::with_exposed_provenance(word)) }
}
