//! Values that make trouble.

use std::cell::Cell;
use std::fmt;

/// Data that cannot be shown: its `Debug` does this.
#[derive(Clone, Copy)]
pub struct Unshowable(pub fn() -> fmt::Result);

impl fmt::Debug for Unshowable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)()
    }
}

/// Counts the drops of three values.
#[derive(Debug, Default)]
pub struct Drops([Cell<u32>; 3]);

/// One of these values. The drop of the second one panics, the first time.
#[derive(Debug)]
pub struct Counted<'a> {
    drops: &'a Drops,
    number: usize,
}

impl Drops {
    /// The values.
    pub fn values(&self) -> [Counted<'_>; 3] {
        [0, 1, 2].map(|number| Counted { drops: self, number })
    }

    /// What owned the values has been dropped.
    ///
    /// # Panics
    ///
    /// Panics unless each of the first two was dropped once, and the third at most once.
    #[track_caller]
    pub fn judge(&self) {
        let [first, second, third] = self.0.each_ref().map(Cell::get);
        assert_eq!(
            (first, second),
            (1, 1),
            "drops of the first two of three values; that of the second panicked"
        );
        assert!(
            third < 2,
            "a value was dropped {third} times, after the drop of the one before it had panicked"
        );
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        let drops = &self.drops.0[self.number];
        drops.set(drops.get() + 1);
        assert!(self.number != 1 || drops.get() > 1, "on purpose, while it is dropped");
    }
}
