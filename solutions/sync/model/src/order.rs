//! The modification order of one atomic object, as far as an execution has fixed it.
//!
//! The axioms (C++20 [intro.races], RC11 coherence and atomicity), each as a rule that forces one write before another:
//!
//! - **W-W** a write that happens before another precedes it;
//! - **W-R** a read sees no write older than one that happens before it;
//! - **R-R**, **R-W** what a later read sees, or a later write, does not precede what an earlier read saw;
//! - **atomicity** nothing stands between a read-modify-write and the write that it read.
//!
//! An execution in which the rules force a cycle does not exist in C++ or Rust, and [`History::add_read`] /
//! [`History::add_write`] return [`Forbidden`] for it.

use crate::clock::Point;

/// The execution that the engine proposes breaks an axiom.
#[derive(Debug)]
pub struct Forbidden;

/// Writes that one object may have for the filter to look at them; a longer history is let through unfiltered.
const LIMIT: usize = 128;

/// Writes and reads of one object.
#[derive(Debug, Default)]
pub struct History {
    writes: Vec<Point>,
    /// The write that each read-modify-write read.
    rmw_read: Vec<Option<usize>>,
    /// Every read: where it stands, and which write it read.
    reads: Vec<(Point, usize)>,
    /// Bit `b` of `after[a]`: write `a` is forced before write `b`.
    after: Vec<u128>,
}

impl History {
    /// How many writes there are, the initial one included.
    pub fn len(&self) -> usize {
        self.writes.len()
    }

    /// Is `a` forced before `b`? Nothing is known of writes beyond [`LIMIT`].
    pub fn precedes(&self, a: usize, b: usize) -> bool {
        b < LIMIT && self.after[a] >> b & 1 == 1
    }

    /// Records that the operation at `point` read write `from`.
    pub fn add_read(&mut self, point: Point, from: usize) -> Result<(), Forbidden> {
        if self.len() >= LIMIT {
            return Ok(());
        }
        self.force_known_before(&point, from);
        self.reads.push((point, from));
        self.close()
    }

    /// Records a write; `rmw_read` is what a read-modify-write read.
    pub fn add_write(&mut self, point: Point, rmw_read: Option<usize>) -> Result<(), Forbidden> {
        let new = self.len();
        self.writes.push(point);
        self.rmw_read.push(rmw_read);
        self.after.push(0);
        if new >= LIMIT {
            return Ok(());
        }
        self.force_known_before(&point, new);
        if let Some(read) = rmw_read {
            self.after[read] |= 1 << new;
        }
        self.close()
    }

    /// Everything that `point` knows of, as writer or reader, precedes or is `target`.
    fn force_known_before(&mut self, point: &Point, target: usize) {
        for (w, write) in self.writes.iter().enumerate().take(LIMIT) {
            if w != target && write.happens_before(point) {
                self.after[w] |= 1 << target;
            }
        }
        for (read, from) in &self.reads {
            if *from != target && read.happens_before(point) {
                self.after[*from] |= 1 << target;
            }
        }
    }

    /// Applies transitivity and atomicity until nothing changes; a cycle is forbidden.
    fn close(&mut self) -> Result<(), Forbidden> {
        let n = self.len().min(LIMIT);
        loop {
            let before = self.after.clone();
            for k in 0..n {
                for a in 0..n {
                    if self.precedes(a, k) {
                        self.after[a] |= self.after[k];
                    }
                }
            }
            for rmw in 0..n {
                let Some(read) = self.rmw_read[rmw] else {
                    continue;
                };
                // After what it read means after it; before it means before what it read.
                self.after[rmw] |= self.after[read] & !(1 << rmw);
                for w in (0..n).filter(|&w| w != read) {
                    if self.precedes(w, rmw) {
                        self.after[w] |= 1 << read;
                    }
                }
            }
            if (0..n).any(|w| self.precedes(w, w)) {
                return Err(Forbidden);
            }
            if self.after == before {
                return Ok(());
            }
        }
    }
}
