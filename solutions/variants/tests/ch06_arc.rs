//! Judges the variants of chapter 6.

include!("../judge.rs");
