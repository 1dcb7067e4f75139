//! Misbehaving code, to be graded.
