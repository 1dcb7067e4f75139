//! The names that are std's, over the checker: the same source as over std.
#![cfg(not(feature = "loom"))]

#[path = "../../std/tests/names/main.rs"]
mod names;
