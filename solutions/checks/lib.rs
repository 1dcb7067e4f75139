//! The grader's checks, each beside what it checks: the reference here, the reader's file in `exercises/checks`. Compiled over
//! real threads, and once more over the model checker.

#![allow(
    missing_docs,
    unused_imports,
    clippy::duplicate_mod,
    clippy::unsafe_removed_from_name,
    reason = "the files say what they check; their stages share files, and not all need all of them"
)]

include!(concat!(env!("OUT_DIR"), "/checks.rs"));
