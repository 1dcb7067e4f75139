//! Judges the variants of chapter 2.

include!("../judge.rs");
