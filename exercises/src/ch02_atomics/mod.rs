//! Chapter 2: atomics, what they do and what they do not.

pub mod aba_stack;
pub mod atomic_f32_add;
pub mod fetch_max_weak;
pub mod id_allocator;
pub mod lazy_init;
pub mod progress_meter;
pub mod slot_bitset;
pub mod stop_flag;
