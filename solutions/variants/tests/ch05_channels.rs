//! Judges the variants of chapter 5.

include!("../judge.rs");
