//! What checks are written with, and the process that runs one.
//!
//! # Checks
//!
//! `solutions/checks/<chapter>/<exercise>.rs` has a `pub const CHECKS: &[Check]`. The judge compiles it together with what it
//! checks, over the model checker (`sync-model`) and over real threads (`sync-std`). See [`Check`] for where each kind runs.
//!
//! # Processes
//!
//! Every check runs in a process of its own with limits ([`child_main`]). Whatever the code under test does, a deadlock, a
//! `loop {}`, a stack overflow, a segmentation fault or an `abort()`, ends that check and no other. The judge, which starts
//! the process, believes nothing but what is said through the crate `protocol`.

mod allocations;
mod check;
mod child;
mod limits;
mod many;
mod on_drop;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod overflow;
mod shared;
mod values;
mod watchdog;

pub use allocations::{Counting, allocations};
pub use check::{Check, Kind, Subject, World, count, list, named, of};
pub use child::{child_main, expect_abort, note};
pub use impls::impls;
pub use many::{Unit, on_small_stack};
pub use on_drop::OnDrop;
pub use shared::{Moved, Shared};
pub use values::{Counted, Drops, Unshowable};
pub use watchdog::time_of_others;
