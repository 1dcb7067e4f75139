//! Sleeping until a word changes, with the help of the operating system.
//!
//! [`wait`] compares and goes to sleep in one step, as seen by the wakers: one that changes the word and then wakes finds
//! the sleeper, or the sleeper finds the change. So a thread looks at its word, decides to sleep, and loses no wake-up that
//! comes in between.
//!
//! # The contract
//!
//! - A wait may return at any time, without a wake-up and without a change (a *spurious* return). Callers loop: they look
//!   at the word again, and wait again if they do not like what they see.
//! - A wait that returns says nothing about the word and synchronises with nobody. What a woken thread learns, it learns
//!   from the atomic operations that it does itself.
//! - A word is known by its address alone, and only within its process. A wake-up reads nothing at that address; one that
//!   comes too late, when something else has its place, is a spurious return there.
//! - A signal handler that runs while a thread waits is not a wake-up: the wait goes on, to the deadline that it had.
//!
//! # Where it comes from
//!
//! Each file is one system and holds the same three functions: `wait_for` an optional time, `wake_one` and `wake_all`.
//!
//! | System | File | What is below |
//! |---|---|---|
//! | Linux, Android | `linux.rs` | `futex` |
//! | FreeBSD | `freebsd.rs` | `_umtx_op` |
//! | OpenBSD | `openbsd.rs` | `futex` |
//! | macOS and its kin | `macos.rs` | `os_sync_wait_on_address`, or `__ulock_wait2` |
//! | Windows | `windows.rs` | `WaitOnAddress` |
//! | NetBSD and all others | `parking.rs` | a table of queues over std's `Mutex` and `Condvar` |
//!
//! The WebAssembly instruction `memory.atomic.wait32` is not among them: Rust has it in nightly builds only.

#[cfg(any(target_os = "openbsd", target_vendor = "apple", windows))]
mod deadline;
#[cfg(target_os = "freebsd")]
mod freebsd;
#[cfg(all(
    any(target_os = "linux", target_os = "android"),
    not(any(target_arch = "riscv32", target_abi = "x32"))
))]
mod linux;
#[cfg(target_vendor = "apple")]
mod macos;
#[cfg(target_os = "openbsd")]
mod openbsd;
pub mod parking;
#[cfg(windows)]
mod windows;

cfg_select! {
    // Linux there has a `futex` that reads another kind of time, or none.
    any(target_arch = "riscv32", target_abi = "x32") => { use parking as system; }
    any(target_os = "linux", target_os = "android") => { use linux as system; }
    target_os = "freebsd" => { use freebsd as system; }
    target_os = "openbsd" => { use openbsd as system; }
    target_vendor = "apple" => { use macos as system; }
    windows => { use windows as system; }
    _ => { use parking as system; }
}

use crate::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

/// Sleeps while `word` is `expected`, until someone wakes this thread.
///
/// Returns at once if `word` differs. May return at any time without a wake-up.
#[inline]
pub fn wait(word: &AtomicU32, expected: u32) {
    // Relaxed: this only saves a system call where the word has changed since the caller looked. The comparison that
    // counts is the system's, and callers check the word again with the ordering they need.
    if word.load(Relaxed) == expected {
        system::wait_for(word, expected, None);
    }
}

/// As [`wait`], for at most `timeout`. Returns false if the time ran out, and true in all other cases.
///
/// The time is counted from the call by a clock that is never set, [`Instant`](std::time::Instant)'s, and counted once:
/// what disturbs the sleep does not lengthen it. It is never over early, and late by as much as the system's timer
/// and scheduler make it. A time too long for the system's clock is for ever.
#[inline]
#[must_use = "only the result tells a wake-up from the end of the time"]
pub fn wait_timeout(word: &AtomicU32, expected: u32, timeout: Duration) -> bool {
    // Relaxed: as in `wait`.
    word.load(Relaxed) != expected || system::wait_for(word, expected, Some(timeout))
}

/// Wakes one thread that sleeps on `word`, if any does. Which one is the system's choice.
#[inline]
pub fn wake_one(word: &AtomicU32) {
    system::wake_one(word);
}

/// Wakes all threads that sleep on `word`.
#[inline]
pub fn wake_all(word: &AtomicU32) {
    system::wake_all(word);
}
