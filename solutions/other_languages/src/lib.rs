//! Code in C, C++, Zig and Rust under the model checker.
//!
//! The compiler of each language turns a file into a library ([`compile`]) whose every access to memory calls a function of `rc11`
//! (see `rc11::foreign`). The library is loaded ([`library`]), and what it exports says how it is tried ([`model`]).
//!
//! The programs in the folders beside this one are the same eight in each language. Each runs on its own too.

pub mod compile;
pub mod library;
pub mod listings;
pub mod model;
mod names;
pub mod table;

use compile::Language;
use library::Library;
use model::Model;
use rc11::{Failure, Report};
use std::path::Path;
use std::sync::Arc;

/// Memory that a thread of a model frees is not used again in the same execution; sight depends on it.
#[global_allocator]
static ALLOCATOR: rc11::alloc::Quarantine = rc11::alloc::Quarantine;

/// What came of a file that could be tried: how much was explored, or the failure.
pub type Explored = Result<Report, Box<Failure>>;

/// Compiles a file, loads it, and explores the model of what it exports, with so many threads.
///
/// # Errors
///
/// If the file cannot be compiled or loaded, or exports nothing that can be tried.
///
/// # Safety
///
/// What the file does when it is loaded must be sound, and its functions must have the types that [`model`] names.
pub unsafe fn check(file: &Path, threads: usize) -> Result<Explored, String> {
    rc11::foreign::catch_faults();
    std::fs::metadata(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let built = compile::compile(file).map_err(|error| error.to_string())?;
    // SAFETY: as promised by the caller.
    let library = unsafe { Library::load(built) }.map_err(|error| error.to_string())?;
    // SAFETY: as promised by the caller.
    let model = unsafe { Model::of(&library) };
    let Some(model) = model else {
        let language = Language::of(file).expect("it was compiled");
        return Err(Model::why_none(&library, language));
    };
    Ok(model::explore(&Arc::new(library), model, threads))
}
