//! What becomes of memory; only the model checker knows.

/// Was the memory freed? Here nobody can know: a check that asks is only run by the checker.
pub fn is_freed<T: ?Sized>(_: *const T) -> bool {
    true
}
