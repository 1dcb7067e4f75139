//! Chapter 8: what the operating system gives, and what is built on it.

pub mod auto_reset_event;
pub mod parker;
