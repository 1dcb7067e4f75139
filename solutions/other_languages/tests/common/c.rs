//! Small programs in C.

use super::common::{explored, is_tried};
use other_languages::compile::Language;
use other_languages::{Explored, model};
use rc11::{Failure, FailureKind};
use std::fs;
use std::path::Path;

/// What the checker says of a program in C. `None` if there is no compiler.
pub fn c(name: &str, text: &str) -> Option<Explored> {
    if !is_tried(Language::C) {
        return None;
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).with_extension("c");
    fs::write(&path, text).expect("a folder for files of tests");
    Some(explored(&path, 2))
}

pub fn passes(name: &str, text: &str) {
    if let Some(explored) = c(name, text) {
        let report = explored.unwrap_or_else(|failure| panic!("{}", model::report(&failure)));
        assert!(report.complete, "{report}");
    }
}

pub fn fails(name: &str, text: &str, kind: FailureKind) -> Option<Failure> {
    let explored = c(name, text)?;
    let failure =
        explored.map_or_else(|failure| failure, |report| panic!("the checker says: {report}"));
    assert_eq!(failure.kind, kind, "{}", model::report(&failure));
    Some(*failure)
}
