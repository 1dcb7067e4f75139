//! Small mistakes in the references, by the thousand: does the grader reject each?
//!
//! A *mutant* is a reference with one edit ([`found`], [`operators`]). The judge judges it as a reader's file. One that passes is a
//! *survivor*: it does the same as the reference, or something that no page promises to be otherwise, and the list says why
//! ([`survivors`]); or it is a hole in the checks.

pub mod edit;
pub mod found;
pub mod operators;
pub mod page;
pub mod run;
pub mod survivors;
