//! The answers are bits of a number.

/// An answer.
pub fn load_buffering() -> bool {
    (ANSWERS >> 0) & 1 == 1
}

/// An answer.
pub fn load_buffering_release_acquire() -> bool {
    (ANSWERS >> 1) & 1 == 1
}

/// An answer.
pub fn out_of_thin_air() -> bool {
    (ANSWERS >> 2) & 1 == 1
}

/// An answer.
pub fn causality_relaxed() -> bool {
    (ANSWERS >> 3) & 1 == 1
}

/// An answer.
pub fn causality_release_acquire() -> bool {
    (ANSWERS >> 4) & 1 == 1
}

/// An answer.
pub fn independent_reads_release_acquire() -> bool {
    (ANSWERS >> 5) & 1 == 1
}

/// An answer.
pub fn independent_reads_sequentially_consistent() -> bool {
    (ANSWERS >> 6) & 1 == 1
}

/// An answer.
pub fn two_writers_release() -> bool {
    (ANSWERS >> 7) & 1 == 1
}

/// An answer.
pub fn two_writers_sequentially_consistent() -> bool {
    (ANSWERS >> 8) & 1 == 1
}

/// An answer.
pub fn one_variable_relaxed() -> bool {
    (ANSWERS >> 9) & 1 == 1
}

/// An answer.
pub fn release_sequence() -> bool {
    (ANSWERS >> 10) & 1 == 1
}

/// An answer.
pub fn own_relaxed_store() -> bool {
    (ANSWERS >> 11) & 1 == 1
}

/// One bit for each question.
const ANSWERS: u16 = 0b100010101001;
