//! Chapter 7: the processor.

pub mod asm_spin_lock;
pub mod cache_padding;
pub mod ll_sc_loop;
pub mod mesi;
pub mod predict_asm;
pub mod sharded_counter;
pub mod store_buffer;
pub mod store_buffer_litmus;
