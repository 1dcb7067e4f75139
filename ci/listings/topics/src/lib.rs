//! What the book shows the instructions of, one file a topic.
//!
//! `cargo listings` compiles this for each target and cuts the functions out. A function is exported as `TOPIC.NAME`: that is its
//! name in the data, `src/ch07_processor/listings.json`, and in the pages.
#![no_std]

pub mod cases;
pub mod decrement;
pub mod indivisible;
pub mod matrix;
pub mod reorder;
