//! What becomes of memory; only the model checker knows.

/// How many blocks of memory are in use? Nobody counts them here.
pub fn blocks_in_use() -> usize {
    0
}

/// Was the memory freed? Here nobody can know: a check that asks is only run by the checker.
pub fn is_freed<T: ?Sized>(_: *const T) -> bool {
    true
}
