//! Measurements in passes: how they are made, what is kept of them, and the book's pages about them.
//!
//! A *row* is one question, asked of several *peers*. In each pass all peers of a row have their turn, and each pass begins with
//! another one, so that a machine that grows warm or busy does so to all of them. What counts is the median of the passes; beside it
//! stands how far they lie apart.

pub mod measure;
pub mod results;

pub use costs::result::Machine;
