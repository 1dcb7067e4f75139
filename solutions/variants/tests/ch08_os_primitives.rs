//! Judges the variants of chapter 8.

include!("../judge.rs");
