//! Chapter 4: a spin lock, stage by stage.

pub mod guard;
pub mod minimal;
pub mod poisoning;
pub mod ttas_backoff;
pub mod unsafe_cell;
