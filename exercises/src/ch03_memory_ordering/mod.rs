//! Chapter 3: memory ordering.

pub mod predict_mp;
pub mod predict_sb;
