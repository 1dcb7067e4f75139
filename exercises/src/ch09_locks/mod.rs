//! Chapter 9: locks that sleep.

pub mod rwlock_basic;
pub mod rwlock_no_busy_writers;
pub mod rwlock_writer_preference;
