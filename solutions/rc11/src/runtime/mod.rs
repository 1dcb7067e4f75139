//! Runs a program along a graph, and lets the graph grow: coroutines, watched memory, the allocator, loops, failures.

mod abandoned;
pub mod aftermath;
pub mod alloc;
pub mod audit;
pub mod block;
pub mod config;
pub mod explore;
pub mod failure;
pub mod foreign;
pub mod freed;
pub mod gate;
mod grow;
pub mod guide;
pub mod leaks;
pub mod locals;
pub mod object;
pub mod ops;
pub mod panics;
mod parts;
pub mod progress;
pub mod queue;
pub mod repeat;
pub mod report;
mod rest;
pub mod rmw;
mod rows;
pub mod run;
pub mod shared;
#[cfg_attr(not(any(target_arch = "x86_64", target_arch = "aarch64")), allow(dead_code))]
pub mod sight;
pub mod spin;
pub mod state;
pub mod survey;
mod together;
mod verdict;
pub mod visits;
mod writes;
