//! Chapter 3: memory ordering.

pub mod break_this_lock;
pub mod litmus_lab;
pub mod one_fence_n_flags;
pub mod predict_mp;
pub mod predict_sb;
pub mod publish_box;
pub mod release_sequence;
pub mod sc_exclusion;
pub mod three_myths;
pub mod weakest_orderings;
