//! The reference solutions, a chapter a module and an exercise a file.
//!
//! `sync` is std's atomics, cells and threads. The same sources are compiled a second time over a model checker, and every
//! ordering here is shown to be needed by a check that fails without it.

pub mod ch04_spin_lock;
pub mod ch08_os_primitives;
