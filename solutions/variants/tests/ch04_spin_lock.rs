//! Judges the variants of chapter 4.

include!("../judge.rs");
