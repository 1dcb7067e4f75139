//! The game in which the reader is the scheduler: programs with a mistake, and all that can be chosen while one runs.
//!
//! The model checker's axioms say what can be chosen, and each file of the book holds all states of one level.

pub mod level;
pub mod page;
pub mod play;
pub mod program;
pub mod states;
