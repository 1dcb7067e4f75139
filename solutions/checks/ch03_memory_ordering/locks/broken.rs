//! Locks that do not keep what a lock promises.

use super::super::subject::Lock;
use super::super::sync::{
    atomic::{
        AtomicBool, AtomicU32,
        Ordering::{self, Acquire, Relaxed, Release},
        fence,
    },
    hint,
};

/// Waits until `flag` is clear, and sets it; the orderings are the question.
fn take(flag: &AtomicBool, first: Ordering, later: Ordering) {
    if !flag.swap(true, first) {
        return;
    }
    while flag.swap(true, later) {
        hint::spin_loop();
    }
}

/// Looks and takes in two steps.
pub struct TwoSteps(AtomicBool);

impl Lock for TwoSteps {
    fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    fn lock(&self) {
        while self.0.load(Acquire) {
            hint::spin_loop();
        }
        self.0.store(true, Relaxed);
    }

    fn unlock(&self) {
        self.0.store(false, Release);
    }
}

/// Unlocks with Relaxed.
pub struct RelaxedUnlock(AtomicBool);

impl Lock for RelaxedUnlock {
    fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    fn lock(&self) {
        take(&self.0, Acquire, Acquire);
    }

    fn unlock(&self) {
        self.0.store(false, Relaxed);
    }
}

/// Has its release fence behind the store that unlocks.
pub struct LateFence(AtomicBool);

impl Lock for LateFence {
    fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    fn lock(&self) {
        take(&self.0, Acquire, Acquire);
    }

    fn unlock(&self) {
        self.0.store(false, Relaxed);
        fence(Release);
    }
}

/// Acquires if it gets in at once, and not if it had to wait.
pub struct RelaxedAfterWaiting(AtomicBool);

impl Lock for RelaxedAfterWaiting {
    fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    fn lock(&self) {
        take(&self.0, Acquire, Relaxed);
    }

    fn unlock(&self) {
        self.0.store(false, Release);
    }
}

/// Never unlocks.
pub struct NeverUnlocks(AtomicBool);

impl Lock for NeverUnlocks {
    fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    fn lock(&self) {
        take(&self.0, Acquire, Acquire);
    }

    fn unlock(&self) {}
}

/// Goes in after a few attempts, whoever is inside.
pub struct GivesUp(AtomicBool);

impl Lock for GivesUp {
    fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    fn lock(&self) {
        for _ in 0..3 {
            if !self.0.swap(true, Acquire) {
                return;
            }
            hint::spin_loop();
        }
    }

    fn unlock(&self) {
        self.0.store(false, Release);
    }
}

/// Publishes what the first holder did, and nothing of what later ones do.
pub struct PublishesOnce {
    locked: AtomicBool,
    unlocks: AtomicU32,
}

impl Lock for PublishesOnce {
    fn new() -> Self {
        Self { locked: AtomicBool::new(false), unlocks: AtomicU32::new(0) }
    }

    fn lock(&self) {
        take(&self.locked, Acquire, Acquire);
    }

    fn unlock(&self) {
        let ordering = if self.unlocks.fetch_add(1, Relaxed) == 0 { Release } else { Relaxed };
        self.locked.store(false, ordering);
    }
}

/// A ticket lock whose numbers are 0 and 1: the third in the queue has the same as the first.
pub struct TicketOfOneBit {
    next: AtomicU32,
    serving: AtomicU32,
}

impl Lock for TicketOfOneBit {
    fn new() -> Self {
        Self { next: AtomicU32::new(0), serving: AtomicU32::new(0) }
    }

    fn lock(&self) {
        let mine = self.next.fetch_xor(1, Relaxed);
        while self.serving.load(Acquire) != mine {
            hint::spin_loop();
        }
    }

    fn unlock(&self) {
        self.serving.fetch_xor(1, Release);
    }
}
