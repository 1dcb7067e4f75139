//! Chapter 9: locks that sleep, stage by stage.

pub mod condvar_counter;
pub mod condvar_no_idle_wake;
