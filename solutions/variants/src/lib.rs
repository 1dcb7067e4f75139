//! Known-wrong and known-right variants of the reference solutions: the grader must reject the ones, for the reason that
//! each names, and accept the others.
//!
//! A variant is an edit of the reference, `<chapter>/<exercise>/wrong/<name>.diff` or `…/right/<name>.diff`
//! (`catalog::variants::edit`), or a whole file, `….rs`, where an edit would be longer. A wrong one starts with
//!
//! ```text
//! What is wrong with it, in a sentence.
//!
//! Rejected by: the_name_of_the_check
//! Because: words that the report must contain
//! ```

#![allow(
    missing_docs,
    clippy::all,
    dead_code,
    unused,
    reason = "most of them are wrong on purpose"
)]

include!(concat!(env!("OUT_DIR"), "/variants.rs"));
