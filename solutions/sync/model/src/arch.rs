//! Assembly. The checker cannot look into it, so it runs as it is, and what can be said of it is said of its text.

use std::cell::{Cell, RefCell};

pub use crate::__asm as asm;

thread_local! {
    static NOTED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
    static LOOK: Cell<fn(&'static str)> = const { Cell::new(|_| {}) };
}

/// When so much has been noted, only what is new is noted still. A thread that waits runs the same again and again.
const MANY: usize = 1_000;

/// The assembly that `f` runs on this thread, as it stands in the source; of a long loop, its beginning and what comes new.
pub fn noted(f: impl FnOnce()) -> Vec<&'static str> {
    looked_at(|_| {}, f)
}

/// As [`noted`], and `look` is shown each text before it is run: what would crash can be spoken of first, with a panic.
pub fn looked_at(look: fn(&'static str), f: impl FnOnce()) -> Vec<&'static str> {
    LOOK.set(look);
    NOTED.with_borrow_mut(Vec::clear);
    f();
    LOOK.set(|_| {});
    NOTED.take()
}

#[doc(hidden)]
pub fn note(text: &'static str) {
    LOOK.get()(text);
    NOTED.with_borrow_mut(|noted| {
        if noted.len() < MANY || !noted.contains(&text) {
            noted.push(text);
        }
    });
}

/// `std::arch::asm!`, noted when it is run.
#[doc(hidden)]
#[macro_export]
macro_rules! __asm {
    ($($asm:tt)*) => {{
        $crate::arch::note(::core::stringify!($($asm)*));
        ::core::arch::asm!($($asm)*)
    }};
}
