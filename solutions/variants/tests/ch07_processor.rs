//! Judges the variants of chapter 7.

include!("../judge.rs");
