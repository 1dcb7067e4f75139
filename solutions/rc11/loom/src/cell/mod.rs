//! Cells whose accesses are checked for races.

mod plain;
mod unsafe_cell;

pub use plain::Cell;
pub use unsafe_cell::{ConstPtr, MutPtr, UnsafeCell};
