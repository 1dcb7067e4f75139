//! Judges the variants of chapter 3.

include!("../judge.rs");
