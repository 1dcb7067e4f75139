//! Chapter 9: locks that sleep, stage by stage.

pub mod condvar_counter;
pub mod condvar_no_idle_wake;
pub mod mutex_spin;
pub mod mutex_three_state;
pub mod mutex_two_state;
pub mod rwlock_basic;
pub mod rwlock_no_busy_writers;
pub mod rwlock_writer_preference;
