//! The crate has three floors, and imports go down only: what is said in `lib.rs`, read from the sources.

use std::fs;
use std::path::{Path, PathBuf};

/// From the lowest to the highest.
const FLOORS: [&str; 3] = ["core", "runtime", "faces"];

/// What the lowest floor must do without, since it also computes where there are no threads and no files.
const IMPURE: [&str; 8] = [
    "std::thread",
    "std::fs",
    "std::io",
    "std::env",
    "std::time",
    "std::cell",
    "thread_local!",
    "corosensei",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|end| end == "rs")).collect()
}

/// The lines of a floor's files that are code, each with its place.
fn code(floor: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(floor);
    let files = sources(&folder);
    assert!(!files.is_empty(), "a floor has files");
    let lines = files.iter().flat_map(|file| {
        let text = fs::read_to_string(file).unwrap();
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let place = |(index, line)| (format!("{}:{}", file.display(), index + 1), line);
        lines.into_iter().enumerate().map(place).collect::<Vec<_>>()
    });
    lines.filter(|(_, line)| !line.trim_start().starts_with("//")).collect()
}

/// The names that a line takes from the crate's root.
fn from_root(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        (!rest.starts_with('{')).then_some(&rest[..end])
    })
}

#[test]
fn imports_go_down_only() {
    for (height, floor) in FLOORS.iter().enumerate() {
        let below = &FLOORS[..=height];
        for (place, line) in code(floor) {
            assert!(!line.contains("crate::{"), "{place}: an import of several floors in one line");
            for name in from_root(&line) {
                // What the root exports is from any floor, so only the highest may use it.
                let is_top = height + 1 == FLOORS.len();
                assert!(is_top || below.contains(&name), "{place}: `{floor}` uses `crate::{name}`");
            }
        }
    }
}

#[test]
fn the_lowest_floor_is_pure() {
    for (place, line) in code(FLOORS[0]) {
        for impure in IMPURE {
            assert!(!line.contains(impure), "{place}: `{impure}`");
        }
        let begins = |word| line.trim_start().trim_start_matches("pub ").starts_with(word);
        assert!(!begins("static "), "{place}: a global");
    }
}

#[test]
fn linearizability_stands_alone() {
    for (place, line) in code("history") {
        assert!(from_root(&line).next().is_none(), "{place}: `history` imports from a floor");
        for impure in IMPURE {
            assert!(!line.contains(impure), "{place}: `{impure}`");
        }
    }
}

#[test]
fn an_upward_import_would_be_noticed() {
    let names: Vec<_> =
        from_root("use crate::runtime::run; let x = crate::Builder::new();").collect();
    assert_eq!(names, ["runtime", "Builder"]);
}
