//! Runs a program along a graph, and lets the graph grow: coroutines, watched memory, the allocator, loops, failures.

pub mod alloc;
pub mod audit;
pub mod block;
pub mod config;
pub mod explore;
pub mod failure;
pub mod foreign;
pub mod freed;
mod grow;
pub mod object;
pub mod ops;
pub mod panics;
pub mod queue;
pub mod report;
pub mod rmw;
pub mod run;
pub mod sight;
pub mod spin;
pub mod state;
mod verdict;
