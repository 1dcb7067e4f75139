//! Every operation with every ordering that it may have.
//!
//! Here the orderings are what is shown and not what something needs, so none of them is argued.

use core::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use core::sync::atomic::{AtomicU32, fence};

/// Exports a function for each ordering, named `matrix.OPERATION.ORDERING`. The brackets hold its signature.
macro_rules! each {
    ($operation:literal, $signature:tt, |$order:ident| $body:expr; $($ordering:ident)+) => { $(
        each!(@one concat!("matrix.", $operation, ".", stringify!($ordering)), $signature, {
            const $order: Ordering = $ordering;
            $body
        });
    )+ };
    (@one $name:expr, [$($argument:ident: $kind:ty),* $(; $result:ty)?], $body:block) => {
        const _: () = {
            #[unsafe(export_name = $name)]
            pub fn function($($argument: $kind),*) $(-> $result)? $body
        };
    };
}

/// The same for two orderings, of success and of failure: `matrix.OPERATION.SUCCESS.FAILURE`.
macro_rules! each_pair {
    ($operation:literal, |$word:ident, $old:ident, $new:ident, $success:ident, $failure:ident| $body:expr) => {
        each_pair!(@ $operation, |$word, $old, $new, $success, $failure| $body;
            Relaxed Relaxed, Relaxed Acquire, Relaxed SeqCst,
            Acquire Relaxed, Acquire Acquire, Acquire SeqCst,
            Release Relaxed, Release Acquire, Release SeqCst,
            AcqRel Relaxed, AcqRel Acquire, AcqRel SeqCst,
            SeqCst Relaxed, SeqCst Acquire, SeqCst SeqCst);
    };
    (@ $operation:literal, |$word:ident, $old:ident, $new:ident, $success:ident, $failure:ident| $body:expr;
        $($first:ident $second:ident),+) => { $(
        const _: () = {
            #[unsafe(export_name = concat!("matrix.", $operation, ".", stringify!($first), ".", stringify!($second)))]
            pub fn function($word: &AtomicU32, $old: u32, $new: u32) -> bool {
                const $success: Ordering = $first;
                const $failure: Ordering = $second;
                $body
            }
        };
    )+ };
}

each!("load", [word: &AtomicU32; u32], |O| word.load(O); Relaxed Acquire SeqCst);
each!("store", [word: &AtomicU32, new: u32], |O| word.store(new, O); Relaxed Release SeqCst);
each!("swap", [word: &AtomicU32, new: u32; u32], |O| word.swap(new, O);
    Relaxed Acquire Release AcqRel SeqCst);
each!("fetch_add", [word: &AtomicU32, n: u32; u32], |O| word.fetch_add(n, O);
    Relaxed Acquire Release AcqRel SeqCst);
each!("fetch_add_unused", [word: &AtomicU32, n: u32], |O| { word.fetch_add(n, O); };
    Relaxed Acquire Release AcqRel SeqCst);
each!("fetch_or", [word: &AtomicU32, bits: u32; u32], |O| word.fetch_or(bits, O);
    Relaxed Acquire Release AcqRel SeqCst);
each!("fetch_or_unused", [word: &AtomicU32, bits: u32], |O| { word.fetch_or(bits, O); };
    Relaxed Acquire Release AcqRel SeqCst);
each!("fetch_and", [word: &AtomicU32, bits: u32; u32], |O| word.fetch_and(bits, O);
    Relaxed Acquire Release AcqRel SeqCst);
each!("fetch_and_unused", [word: &AtomicU32, bits: u32], |O| { word.fetch_and(bits, O); };
    Relaxed Acquire Release AcqRel SeqCst);
each!("fetch_max", [word: &AtomicU32, n: u32; u32], |O| word.fetch_max(n, O);
    Relaxed Acquire Release AcqRel SeqCst);
each_pair!("compare_exchange", |word, old, new, S, F| word
    .compare_exchange(old, new, S, F)
    .is_ok());
each_pair!("compare_exchange_weak", |word, old, new, S, F| word
    .compare_exchange_weak(old, new, S, F)
    .is_ok());
each!("fence", [], |O| fence(O); Acquire Release AcqRel SeqCst);

/// The plain load, which other threads may not do at the same time as a store.
#[unsafe(export_name = "matrix.plain.load")]
pub fn plain_load(word: &u32) -> u32 {
    *word
}

/// The plain store.
#[unsafe(export_name = "matrix.plain.store")]
pub fn plain_store(word: &mut u32, new: u32) {
    *word = new;
}
