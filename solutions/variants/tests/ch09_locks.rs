//! Judges the variants of chapter 9.

include!("../judge.rs");
