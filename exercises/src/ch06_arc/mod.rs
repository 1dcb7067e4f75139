//! Chapter 6: reference counting, stage by stage.

pub mod arc_basic;
pub mod arc_get_mut;
pub mod arc_optimised;
pub mod arc_weak;
