//! Message passing: predict what the receiver can find.
//!
//! `data` and `flag` are zero at the start. The sender stores 1 in `data` and then 1 in `flag`. The receiver loads `flag` and
//! then `data`. List the outcomes `(flag, data)` that you believe possible: `&[(0, 0), (1, 1)]`. Order does not matter.
//!
//! The book's page on this exercise: chapter 3, "Message passing".

/// What the receiver reads: `(flag, data)`.
pub type Outcome = (u32, u32);

/// ```text
/// data.store(1, Relaxed);        flag.load(Relaxed)
/// flag.store(1, Relaxed);        data.load(Relaxed)
/// ```
pub fn relaxed() -> &'static [Outcome] {
    todo!()
}

/// ```text
/// data.store(1, Relaxed);        flag.load(Acquire)
/// flag.store(1, Release);        data.load(Relaxed)
/// ```
pub fn release_acquire() -> &'static [Outcome] {
    todo!()
}

/// ```text
/// data.store(1, Relaxed);        flag.load(Relaxed)
/// flag.store(1, Release);        data.load(Relaxed)
/// ```
pub fn release_only() -> &'static [Outcome] {
    todo!()
}

/// ```text
/// data.store(1, Relaxed);        flag.load(Acquire)
/// flag.store(1, Relaxed);        data.load(Relaxed)
/// ```
pub fn acquire_only() -> &'static [Outcome] {
    todo!()
}

/// ```text
/// data.store(1, Release);        flag.load(Relaxed)
/// flag.store(1, Release);        data.load(Acquire)
/// ```
pub fn acquire_on_the_data() -> &'static [Outcome] {
    todo!()
}

/// The receiver looks at `data` only if it has seen the flag. Otherwise the outcome is `(0, 0)`.
///
/// ```text
/// data.store(1, Relaxed);        if flag.load(Relaxed) == 1 {
/// flag.store(1, Release);            data.load(Relaxed)
///                                }
/// ```
pub fn branch() -> &'static [Outcome] {
    todo!()
}

/// ```text
/// data.store(1, Relaxed);        flag.load(Relaxed)
/// fence(Release);                fence(Acquire);
/// flag.store(1, Relaxed);        data.load(Relaxed)
/// ```
pub fn fences() -> &'static [Outcome] {
    todo!()
}

/// ```text
/// data.store(1, Relaxed);        flag.load(Acquire)
/// flag.store(1, Relaxed);        data.load(Relaxed)
/// fence(SeqCst);
/// ```
pub fn fence_after_the_flag() -> &'static [Outcome] {
    todo!()
}

#[test] // "Run test" in your editor grades this file, as `cargo test predict_mp` does.
fn grade() {}
