//! A sequence lock: readers write nothing. They read, and check afterwards whether somebody has written meanwhile.
//!
//! The book's page on this exercise: chapter 10, "Read, and look again".

use parts::Mutex;
use std::fmt;
use sync::atomic::{AtomicU64, AtomicUsize, Ordering, fence};
use sync::hint;

/// Some words that are read often and written rarely, always as a whole.
pub struct SeqLock<const WORDS: usize> {
    /// Even, or odd while somebody writes. It wraps.
    sequence: AtomicUsize,
    /// Atomics, for they are read while they may be written.
    words: [AtomicU64; WORDS],
    /// One writes at a time.
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
    pub fn read(&self) -> [u64; WORDS] {
        todo!()
    }

    /// The words, if nobody writes meanwhile. Never waits, and writes nothing.
    pub fn try_read(&self) -> Option<[u64; WORDS]> {
        // `std::array::from_fn` makes an array of what a closure returns for each index.
        todo!()
    }

    /// Writes the words. Blocks while others write, never for readers.
    pub fn write(&self, words: [u64; WORDS]) {
        self.update(|_| words);
    }

    /// Writes what `change` makes of the words. No other write comes between. Blocks while others write, never for readers.
    ///
    /// Readers go on while `change` runs. If it panics, nothing is written.
    pub fn update(&self, change: impl FnOnce([u64; WORDS]) -> [u64; WORDS]) {
        todo!()
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

#[test] // "Run test" in your editor grades this file, as `cargo test seqlock` does.
fn grade() {}
