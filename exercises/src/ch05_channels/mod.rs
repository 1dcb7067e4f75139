//! Chapter 5: channels, from a queue in a mutex to a message that two threads hand over.

pub mod mutex_channel;
pub mod newest_message;
pub mod one_shot_blocking;
pub mod one_shot_borrowed;
pub mod one_shot_checked;
pub mod one_shot_typed;
pub mod one_shot_unsafe;
pub mod rendezvous;
