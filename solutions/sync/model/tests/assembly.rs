//! Assembly is run as it is, and noted.

#![cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use sync::arch::{asm, looked_at, noted};

fn nothing() {
    // SAFETY: `nop` does nothing.
    unsafe { asm!("nop", options(nomem, nostack, preserves_flags)) };
}

#[test]
fn assembly_is_noted_as_it_stands_in_the_source_each_time_it_is_run() {
    let texts = noted(|| {
        nothing();
        nothing();
    });
    assert_eq!(texts.len(), 2);
    for text in texts {
        assert!(text.contains("\"nop\"") && text.contains("preserves_flags"), "{text}");
    }
}

#[test]
fn assembly_that_was_run_before_is_not_noted() {
    nothing();
    assert!(noted(|| {}).is_empty());
}

#[test]
fn what_comes_new_behind_a_long_loop_is_noted() {
    let texts = noted(|| {
        (0..10_000).for_each(|_| nothing());
        // SAFETY: `nop` does nothing.
        unsafe { asm!("nop", options(nostack)) };
    });
    let last = texts.last().expect("something was run");
    assert!(!last.contains("nomem"), "{last}");
    assert!(texts.len() < 10_000, "a loop is noted for ever");
}

#[test]
fn assembly_is_looked_at_before_it_is_run() {
    fn refuse(text: &'static str) {
        panic!("refused: {text}");
    }
    let mut is_run = false;
    let refused = catch_unwind(AssertUnwindSafe(|| {
        looked_at(refuse, || {
            nothing();
            is_run = true;
        })
    }));
    let words = refused.expect_err("the look has panicked");
    assert!(words.downcast_ref::<String>().is_some_and(|words| words.contains("\"nop\"")));
    assert!(!is_run);
    // The next one is looked at by nobody.
    assert_eq!(noted(nothing).len(), 1);
}

#[test]
fn operands_are_those_of_the_macro() {
    let left = 40_u64;
    let sum: u64;
    // SAFETY: an addition of registers.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        asm!("add {sum}, {more}", sum = inlateout(reg) left => sum, more = in(reg) 2_u64);
        #[cfg(target_arch = "aarch64")]
        asm!("add {sum}, {left}, #2", sum = lateout(reg) sum, left = in(reg) left);
    }
    assert_eq!(sum, 42);
}
