//! Assembly. The checker cannot look into it, so it runs as it is, and what can be said of it is said of its text.

use std::cell::RefCell;

pub use crate::__asm as asm;

thread_local! {
    static NOTED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// When so much has been noted, only what is new is noted still. A thread that waits runs the same again and again.
const MANY: usize = 1_000;

/// The assembly that `f` runs on this thread, as it stands in the source; of a long loop, its beginning and what comes new.
pub fn noted(f: impl FnOnce()) -> Vec<&'static str> {
    NOTED.with_borrow_mut(Vec::clear);
    f();
    NOTED.take()
}

#[doc(hidden)]
pub fn note(text: &'static str) {
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
