//! The cases that teach: chapter 7.
//!
//! Relaxed wherever nothing is said: which instruction it is, is all that is asked.

use core::ptr::write_volatile;
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use core::sync::atomic::{AtomicBool, AtomicU32, compiler_fence};

// ANCHOR: three_counters
/// One instruction on x86-64, and still not atomic.
#[unsafe(export_name = "cases.count_plain")]
pub fn count_plain(number: &mut u32) {
    *number += 1;
}

/// Two atomic operations, and not an atomic addition.
#[unsafe(export_name = "cases.count_in_two_steps")]
pub fn count_in_two_steps(number: &AtomicU32) {
    number.store(number.load(Relaxed) + 1, Relaxed);
}

/// An atomic addition.
#[unsafe(export_name = "cases.count_atomic")]
pub fn count_atomic(number: &AtomicU32) {
    number.fetch_add(1, Relaxed);
}
// ANCHOR_END: three_counters

// ANCHOR: unlock
/// Gives a lock back, and hands its data on.
#[unsafe(export_name = "cases.unlock_release")]
pub fn unlock_release(data: &mut u32, locked: &AtomicBool) {
    *data = 7;
    // Release: pairs with the Acquire of the next `lock`.
    locked.store(false, Release);
}

/// The same with a mistake.
#[unsafe(export_name = "cases.unlock_relaxed")]
pub fn unlock_relaxed(data: &mut u32, locked: &AtomicBool) {
    *data = 7;
    // Here an effect that the compiler must not move the store above.
    compiler_fence(Release);
    locked.store(false, Relaxed);
}
// ANCHOR_END: unlock

// ANCHOR: bits
/// Sets a bit that is known when the program is compiled, and asks whether it was set.
#[unsafe(export_name = "cases.set_bit_3")]
pub fn set_bit_3(word: &AtomicU32) -> bool {
    word.fetch_or(1 << 3, Relaxed) & (1 << 3) != 0
}

/// Sets any bit, and asks whether it was set.
#[unsafe(export_name = "cases.set_bit")]
pub fn set_bit(word: &AtomicU32, bit: u32) -> bool {
    let mask = 1 << (bit & 31);
    word.fetch_or(mask, Relaxed) & mask != 0
}

/// Sets a bit, and asks for all the others.
#[unsafe(export_name = "cases.set_bit_and_return")]
pub fn set_bit_and_return(word: &AtomicU32) -> u32 {
    word.fetch_or(1 << 3, Relaxed)
}
// ANCHOR_END: bits

// ANCHOR: no_instruction
/// An operation for which no processor here has an instruction.
#[unsafe(export_name = "cases.double")]
pub fn double(word: &AtomicU32) -> u32 {
    let mut seen = word.load(Relaxed);
    loop {
        match word.compare_exchange_weak(seen, seen * 2, Relaxed, Relaxed) {
            Ok(_) => return seen,
            Err(now) => seen = now,
        }
    }
}
// ANCHOR_END: no_instruction

// ANCHOR: adjacent
/// Two additions, one after the other.
#[unsafe(export_name = "cases.add_twice")]
pub fn add_twice(word: &AtomicU32) {
    word.fetch_add(1, Relaxed);
    word.fetch_add(1, Relaxed);
}

/// Two stores: nobody can be sure to see the first.
#[unsafe(export_name = "cases.store_twice")]
pub fn store_twice(word: &AtomicU32) {
    word.store(1, Relaxed);
    word.store(2, Relaxed);
}

/// The same without atomics.
#[unsafe(export_name = "cases.store_twice_plain")]
pub fn store_twice_plain(word: &mut u32) {
    *word = 1;
    *word = 2;
}
// ANCHOR_END: adjacent

// ANCHOR: loops
/// Adds 1, `n` times, to a number of its own.
#[unsafe(export_name = "cases.add_often_plain")]
pub fn add_often_plain(number: &mut u32, n: u32) {
    for _ in 0..n {
        *number += 1;
    }
}

/// The same with an atomic.
#[unsafe(export_name = "cases.add_often_atomic")]
pub fn add_often_atomic(number: &AtomicU32, n: u32) {
    for _ in 0..n {
        number.fetch_add(1, Relaxed);
    }
}

/// Waits for a flag that nobody may set: a plain one.
#[unsafe(export_name = "cases.wait_plain")]
pub fn wait_plain(flag: &bool) {
    while !*flag {}
}

/// Waits for a flag.
#[unsafe(export_name = "cases.wait_atomic")]
pub fn wait_atomic(flag: &AtomicBool) {
    // Acquire: pairs with the Release of whoever sets it.
    while !flag.load(Acquire) {}
}
// ANCHOR_END: loops

// ANCHOR: volatile
/// Data, and a flag that is `volatile`.
///
/// # Safety
///
/// `flag` points to a `u32` that nobody else uses meanwhile.
#[unsafe(export_name = "cases.publish_volatile")]
pub unsafe fn publish_volatile(data: &mut u32, flag: *mut u32) {
    *data = 7;
    // SAFETY: by the contract.
    unsafe { write_volatile(flag, 1) };
}

/// Data, and a flag that publishes.
#[unsafe(export_name = "cases.publish_atomic")]
pub fn publish_atomic(data: &mut u32, flag: &AtomicU32) {
    *data = 7;
    // Release: pairs with the Acquire of whoever reads the data.
    flag.store(1, Release);
}
// ANCHOR_END: volatile

// ANCHOR: compiler_fence
/// Two stores, in this order as far as the compiler goes.
#[unsafe(export_name = "cases.ordered_for_the_compiler")]
pub fn ordered_for_the_compiler(data: &mut u32, flag: &AtomicU32) {
    *data = 7;
    compiler_fence(Release);
    flag.store(1, Relaxed);
}
// ANCHOR_END: compiler_fence
