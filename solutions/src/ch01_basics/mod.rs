//! Chapter 1: threads and shared data, with what the standard library has.

pub mod cell_stats;
pub mod condvar_queue;
pub mod join_all;
pub mod leak_config;
pub mod parked_mailbox;
pub mod poison_recover;
pub mod rwlock_settings;
pub mod scoped_sum;
pub mod send_sync;
