//! Assembly. The model checker cannot look into it; there the macro notes what it was given.

pub use std::arch::asm;

/// The assembly that `f` runs, as it stands in the source. Here nobody notes it.
pub fn noted(f: impl FnOnce()) -> Vec<&'static str> {
    f();
    Vec::new()
}

/// As [`noted`], and `look` is shown each text before it is run. Here nobody shows it.
pub fn looked_at(_: fn(&'static str), f: impl FnOnce()) -> Vec<&'static str> {
    noted(f)
}
