//! Chapter 2: atomics, what they do and what they do not.

pub mod progress_meter;
pub mod stop_flag;
