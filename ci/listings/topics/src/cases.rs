//! The cases that teach: chapter 7.
//!
//! Relaxed wherever nothing is said: which instruction it is, is all that is asked.

use core::ptr::{from_ref, write_volatile};
use core::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, compiler_fence};

#[unsafe(export_name = "cases.count_plain")]
// ANCHOR: count_plain
/// One instruction on x86-64, and still not atomic.
pub fn count_plain(number: &mut u32) {
    *number += 1;
}
// ANCHOR_END: count_plain

#[unsafe(export_name = "cases.count_in_two_steps")]
// ANCHOR: count_in_two_steps
/// Two atomic operations, and not an atomic addition.
pub fn count_in_two_steps(number: &AtomicU32) {
    number.store(number.load(Relaxed) + 1, Relaxed);
}
// ANCHOR_END: count_in_two_steps

#[unsafe(export_name = "cases.count_atomic")]
// ANCHOR: count_atomic
/// An atomic addition.
pub fn count_atomic(number: &AtomicU32) {
    number.fetch_add(1, Relaxed);
}
// ANCHOR_END: count_atomic

#[unsafe(export_name = "cases.unlock_release")]
// ANCHOR: unlock_release
/// Gives a lock back, and hands its data on.
pub fn unlock_release(data: &mut u32, locked: &AtomicBool) {
    *data = 7;
    // Release: pairs with the Acquire of the next `lock`.
    locked.store(false, Release);
}
// ANCHOR_END: unlock_release

#[unsafe(export_name = "cases.unlock_relaxed")]
// ANCHOR: unlock_relaxed
/// The same with a mistake.
pub fn unlock_relaxed(data: &mut u32, locked: &AtomicBool) {
    *data = 7;
    // Here an effect that the compiler must not move the store above.
    compiler_fence(Release);
    locked.store(false, Relaxed);
}
// ANCHOR_END: unlock_relaxed

#[unsafe(export_name = "cases.join_acquire")]
// ANCHOR: join_acquire
/// Puts a node that says *locked* at the end of a queue, and returns the one that was there. With a mistake.
pub fn join_acquire(node: &AtomicU32, tail: &AtomicPtr<AtomicU32>) -> *const AtomicU32 {
    node.store(1, Relaxed);
    tail.swap(from_ref(node).cast_mut(), Acquire)
}
// ANCHOR_END: join_acquire

#[unsafe(export_name = "cases.join_acq_rel")]
// ANCHOR: join_acq_rel
/// The same as it should be.
pub fn join_acq_rel(node: &AtomicU32, tail: &AtomicPtr<AtomicU32>) -> *const AtomicU32 {
    node.store(1, Relaxed);
    // AcqRel: pairs with itself. Whoever gets this node finds in it what was stored before.
    tail.swap(from_ref(node).cast_mut(), AcqRel)
}
// ANCHOR_END: join_acq_rel

#[unsafe(export_name = "cases.set_bit_3")]
// ANCHOR: set_bit_3
/// Sets a bit that is known when the program is compiled, and asks whether it was set.
pub fn set_bit_3(word: &AtomicU32) -> bool {
    word.fetch_or(1 << 3, Relaxed) & (1 << 3) != 0
}
// ANCHOR_END: set_bit_3

#[unsafe(export_name = "cases.set_bit_and_return")]
// ANCHOR: set_bit_and_return
/// Sets a bit, and asks for all the others.
pub fn set_bit_and_return(word: &AtomicU32) -> u32 {
    word.fetch_or(1 << 3, Relaxed)
}
// ANCHOR_END: set_bit_and_return

#[unsafe(export_name = "cases.double")]
// ANCHOR: double
/// An operation for which no processor here has an instruction.
pub fn double(word: &AtomicU32) -> u32 {
    let mut seen = word.load(Relaxed);
    loop {
        match word.compare_exchange_weak(seen, seen * 2, Relaxed, Relaxed) {
            Ok(_) => return seen,
            Err(now) => seen = now,
        }
    }
}
// ANCHOR_END: double

#[unsafe(export_name = "cases.add_twice")]
// ANCHOR: add_twice
/// Two additions, one after the other.
pub fn add_twice(word: &AtomicU32) {
    word.fetch_add(1, Relaxed);
    word.fetch_add(1, Relaxed);
}
// ANCHOR_END: add_twice

#[unsafe(export_name = "cases.store_twice")]
// ANCHOR: store_twice
/// Two stores: nobody can be sure to see the first.
pub fn store_twice(word: &AtomicU32) {
    word.store(1, Relaxed);
    word.store(2, Relaxed);
}
// ANCHOR_END: store_twice

#[unsafe(export_name = "cases.store_twice_plain")]
// ANCHOR: store_twice_plain
/// The same without atomics.
pub fn store_twice_plain(word: &mut u32) {
    *word = 1;
    *word = 2;
}
// ANCHOR_END: store_twice_plain

#[unsafe(export_name = "cases.add_often_plain")]
// ANCHOR: add_often_plain
/// Adds 1, `n` times, to a number of its own.
pub fn add_often_plain(number: &mut u32, n: u32) {
    for _ in 0..n {
        *number += 1;
    }
}
// ANCHOR_END: add_often_plain

#[expect(clippy::while_immutable_condition, reason = "what comes of this mistake is shown")]
#[unsafe(export_name = "cases.wait_plain")]
// ANCHOR: wait_plain
/// Waits for a flag that nobody may set: a plain one.
pub fn wait_plain(flag: &bool) {
    while !*flag {}
}
// ANCHOR_END: wait_plain

#[unsafe(export_name = "cases.wait_atomic")]
// ANCHOR: wait_atomic
/// Waits for a flag.
pub fn wait_atomic(flag: &AtomicBool) {
    // Acquire: pairs with the Release of whoever sets it.
    while !flag.load(Acquire) {}
}
// ANCHOR_END: wait_atomic

#[unsafe(export_name = "cases.publish_volatile")]
// ANCHOR: publish_volatile
/// Data, and a flag that is `volatile`.
///
/// # Safety
///
/// `flag` points to a `u32` that nobody else uses meanwhile.
pub unsafe fn publish_volatile(data: &mut u32, flag: *mut u32) {
    *data = 7;
    // SAFETY: by the contract.
    unsafe { write_volatile(flag, 1) };
}
// ANCHOR_END: publish_volatile

#[unsafe(export_name = "cases.publish_atomic")]
// ANCHOR: publish_atomic
/// Data, and a flag that publishes.
pub fn publish_atomic(data: &mut u32, flag: &AtomicU32) {
    *data = 7;
    // Release: pairs with the Acquire of whoever reads the data.
    flag.store(1, Release);
}
// ANCHOR_END: publish_atomic
