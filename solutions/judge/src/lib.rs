//! The judge: takes files, compiles them beside their checks, runs the checks, and says the verdict.
//!
//! The reader's file, the reference and the variants all go through the same door, [`judge`]; mutants of references, which are
//! thousands, through one beside it, [`Trial`]. What it does to a file:
//!
//! - It knows the file by what it says. The verdict on the same text, with the same checks, engine, compiler and limits, is
//!   remembered (`store`).
//! - It compiles the file itself, beside its checks, to one program for each of the two worlds (`unit`, `compile`). What that
//!   program is linked to, the *kit*, is built by Cargo in a folder of the judge's own (`kit`).
//! - Of a file with a `todo!()` left it asks the compiler only whether it is Rust so far (`drafts`). The file that is graded alone is
//!   compiled with what the compiler remembers of it (`kept`).
//! - Its checks run in two rounds (`rounds`): what is large waits until nothing else fails.
//! - Each check runs in a process of its own, which is ended with all that it has started (`child`): on Linux and Windows whatever it
//!   does, elsewhere with all that stays in its group.
//! - It believes nothing but what the checker says in that process, with a number that the code under test never sees (the crate
//!   `protocol`). How the process ends means nothing.
//! - What is limited is processor time and the number of executions. A machine that does other things at the same time makes a
//!   verdict late, not another one.
//!
//! It is no prison: code under test has the rights of who starts the judge.

mod audit;
mod bench;
mod board;
mod child;
mod class;
mod compile;
mod compiled;
mod digest;
mod drafts;
mod entry;
mod face;
mod harness;
mod inspect;
mod judge;
mod judged;
mod judging;
mod kept;
mod kit;
mod lines;
mod names;
mod options;
mod overflow;
mod parallel;
mod progress;
mod reader;
mod reference;
mod report;
mod rounds;
#[cfg_attr(not(target_os = "linux"), path = "sandbox/none.rs")]
mod sandbox;
mod shown;
mod sight;
mod store;
mod subject;
mod tools;
mod trial;
mod unit;
mod units;
mod variants;
mod verdict;
mod watch;

pub use entry::{main, run_behind, serve_if_asked};
pub use judging::{Judging, Said};
pub use names::named;
pub use trial::{Changes, Fate, Fates, Trial};
