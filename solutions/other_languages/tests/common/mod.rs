//! What the tests have in common.

use other_languages::compile::Language;
use other_languages::{Explored, check};
use std::io::{Write, stderr};
use std::path::Path;

/// Is there a compiler for this language? If not, says so.
pub fn is_tried(language: Language) -> bool {
    let is_installed = language.is_installed();
    if !is_installed {
        // Not with `eprintln!`: of a test that passes, that is not shown.
        let _ = writeln!(stderr(), "{language} is not tried: there is no compiler");
    }
    is_installed
}

/// What the checker says of a file.
pub fn explored(path: &Path, threads: usize) -> Explored {
    // SAFETY: the programs are ours, and those that tests write keep to the types.
    unsafe { check(path, threads) }.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
