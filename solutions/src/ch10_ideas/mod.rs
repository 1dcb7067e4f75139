//! Chapter 10: ideas to build on.

pub mod latch;
