//! Judges the variants of chapter 1.

include!("../judge.rs");
