//! A value without a size whose drop can be counted.

use std::cell::Cell;

thread_local! {
    static DROPS: Cell<usize> = const { Cell::new(0) };
}

/// A value without a size. It must be dropped like any other.
#[derive(Debug)]
#[must_use = "it is there to be dropped by others"]
pub struct Nothing(());

impl Nothing {
    /// Another one.
    #[expect(clippy::new_without_default, reason = "it is asked for, and not filled in")]
    pub const fn new() -> Self {
        Self(())
    }
}

impl Drop for Nothing {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
    }
}

/// How often `f` drops [`Nothing`], on this thread.
pub fn nothings_dropped(f: impl FnOnce()) -> usize {
    let before = DROPS.get();
    f();
    DROPS.get() - before
}
