//! The instructions that the book shows, and the glossary that explains them.
//!
//! The files of `ci/listings/topics` are compiled for each of [`targets::TARGETS`]. What the compiler makes of their functions is
//! [`data`], kept in `src/ch07_processor/listings.json`; [`pages`] are made of it. Every instruction in it must have an entry in the
//! [`glossary`], `src/ch07_processor/instructions.toml`; `cargo book check` sees to that, for what stands on any page.

pub mod assembly;
pub mod atomics;
pub mod data;
pub mod glossary;
pub mod locks;
pub mod machine;
pub mod pages;
pub mod targets;

pub use catalog::root;

/// The chapter's folder.
pub const CHAPTER: &str = "src/ch07_processor";
