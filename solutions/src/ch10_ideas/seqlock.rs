//! A sequence lock: readers write nothing. They read, and check afterwards whether somebody has written meanwhile.
//!
//! | `sequence` | a write is under way | reading |
//! |---|---|---|
//! | even | no | reads the words, and checks whether the number is still the same |
//! | odd | yes | tries again |
//!
//! # Invariants
//!
//! 1. Only the holder of `writers` changes `sequence` and the words. It makes the number odd before it writes the first word,
//!    and even, another one than before, after the last.
//! 2. Whoever reads a word of a write and then, behind a fence, the number, finds that write's odd number or a later one. So whoever
//!    finds the same even number before and after its reads has read no word of a write that began in between.
//! 3. Whoever finds an even number finds all words of the write that made it.
//!
//! The words are atomics: they are read while they may be written. To read plain data there would be a data race, whatever
//! becomes of the value afterwards.

use parts::Mutex;
use std::fmt;
use sync::atomic::{
    AtomicU64, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
    fence,
};
use sync::hint;

/// Some words that are read often and written rarely, always as a whole.
///
/// Where the fences stand is from H.-J. Boehm, "Can Seqlocks Get Along With Programming Language Memory Models?" (2012).
pub struct SeqLock<const WORDS: usize> {
    /// Even, or odd while somebody writes. It wraps.
    sequence: AtomicUsize,
    words: [AtomicU64; WORDS],
    writers: Mutex<()>,
}

impl<const WORDS: usize> SeqLock<WORDS> {
    /// A lock around these words.
    pub fn new(words: [u64; WORDS]) -> Self {
        Self::after_writes(words, 0)
    }

    /// As [`new`](Self::new), as if they had been written this often before.
    pub fn after_writes(words: [u64; WORDS], writes: usize) -> Self {
        Self {
            sequence: AtomicUsize::new(writes.wrapping_mul(2)),
            words: words.map(AtomicU64::new),
            writers: Mutex::new(()),
        }
    }

    /// The words, as one write left them. Spins while somebody writes, and writes nothing itself.
    #[inline]
    pub fn read(&self) -> [u64; WORDS] {
        loop {
            if let Some(words) = self.try_read() {
                return words;
            }
            hint::spin_loop();
        }
    }

    /// The words, if nobody writes meanwhile. Never waits, and writes nothing.
    #[inline]
    pub fn try_read(&self) -> Option<[u64; WORDS]> {
        // Acquire: pairs with the last Release in `update`; we see its words, or later ones.
        let before = self.sequence.load(Acquire);
        if before % 2 == 1 {
            return None;
        }
        // Relaxed: the fence below is for all of them.
        let words = std::array::from_fn(|index| self.words[index].load(Relaxed));
        // Acquire: pairs with the Release fence in `update`. If one of the words is new, so is the number.
        fence(Acquire);
        // Relaxed: it is compared, and nothing is read after it.
        let after = self.sequence.load(Relaxed);
        (before == after).then_some(words)
    }

    /// Writes the words. Blocks while others write, never for readers.
    pub fn write(&self, words: [u64; WORDS]) {
        self.update(|_| words);
    }

    /// Writes what `change` makes of the words. No other write comes between. Blocks while others write, never for readers.
    ///
    /// Readers go on while `change` runs. If it panics, nothing is written.
    pub fn update(&self, change: impl FnOnce([u64; WORDS]) -> [u64; WORDS]) {
        let _writer = self.writers.lock();
        // Relaxed, both: the lock orders what writers do.
        let new = change(std::array::from_fn(|index| self.words[index].load(Relaxed)));
        let sequence = self.sequence.load(Relaxed);
        // Relaxed: the fence publishes it, with each of the words.
        self.sequence.store(sequence.wrapping_add(1), Relaxed);
        // Release: pairs with the Acquire fence in `try_read`. Whoever sees a word sees the odd number.
        fence(Release);
        for (word, new) in self.words.iter().zip(new) {
            // Relaxed: see the fence above, and the store below.
            word.store(new, Relaxed);
        }
        // Release: pairs with the Acquire in `try_read`. Whoever sees the number sees the words.
        self.sequence.store(sequence.wrapping_add(2), Release);
    }
}

/// Shows the words, or `<written>` if somebody writes. Never waits.
impl<const WORDS: usize> fmt::Debug for SeqLock<WORDS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("SeqLock");
        match self.try_read() {
            Some(words) => shown.field(&words),
            None => shown.field(&format_args!("<written>")),
        };
        shown.finish()
    }
}
