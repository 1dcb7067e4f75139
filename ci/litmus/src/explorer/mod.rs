//! What the litmus explorer of the book shows: every program of the data, every outcome, an execution that has it, and of each model
//! that forbids it the axiom that the execution breaks.

mod armv8;
pub mod axioms;
pub mod data;
pub mod executions;
#[path = "../../../../solutions/rc11/tests/brute/relation.rs"]
#[allow(missing_docs, dead_code)]
mod relation;
#[cfg(test)]
mod tests;
