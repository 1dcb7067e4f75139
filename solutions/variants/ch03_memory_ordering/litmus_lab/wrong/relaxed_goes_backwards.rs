//! Believes that relaxed loads of one variable may be exchanged.
//!
//! Rejected by: one_variable_relaxed_is_predicted
//! Because: no thread reads it backwards

/// The two operations of a thread are of different variables and relaxed: the store may be done first.
pub fn load_buffering() -> bool {
    true
}

/// Each load reads a store that it would have to come before: happens-before would have a cycle.
pub fn load_buffering_release_acquire() -> bool {
    false
}

/// Nobody writes a 1 but because he has read one.
pub fn out_of_thin_air() -> bool {
    false
}

/// Nothing orders the two operations of the third thread, nor those of the second.
pub fn causality_relaxed() -> bool {
    true
}

/// The load in the second thread is before the one in the third, so the later one does not read an older value.
pub fn causality_release_acquire() -> bool {
    false
}

/// Each edge orders a reader behind one writer. Nothing orders the two writers.
pub fn independent_reads_release_acquire() -> bool {
    true
}

/// All six are in one order.
pub fn independent_reads_sequentially_consistent() -> bool {
    false
}

/// Nobody reads, so there is no edge, and the two modification orders have nothing to do with each other.
pub fn two_writers_release() -> bool {
    true
}

/// All four stores are in one order.
pub fn two_writers_sequentially_consistent() -> bool {
    false
}

/// Coherence: no thread reads the modification order backwards.
pub fn one_variable_relaxed() -> bool {
    true
}

/// The read-modify-write continues the release sequence of the store.
pub fn release_sequence() -> bool {
    false
}

/// A plain store ends the sequence, also one by the same thread.
pub fn own_relaxed_store() -> bool {
    true
}
