//! The table of the book: some programs, and which models allow their weak outcome.

use crate::oracle::{Program, programs};
use std::fmt::Write as _;

/// Where the table lies, from the root of the workspace.
pub const PAGE: &str = "src/ch03_memory_ordering/litmus_table.md";

/// The columns: as the book calls a model, and as the data does.
pub const MODELS: [(&str, &str); 5] = [
    ("SC", "sc"),
    ("x86-TSO", "x86tso"),
    ("Armv8", "armv8"),
    ("Rust (C++20)", "c20"),
    ("Rust (checker)", "rc11rs20"),
];

/// What is shown: a heading with what the shape is about, and the names of its programs in the data.
pub const SHAPES: &[(&str, &str, &[&str])] = &[
    (
        "MP, message passing",
        "The flag is seen and the message is not.",
        &["MP+rlx-rlx+rlx-rlx", "MP+rlx-rel+rlx-rlx", "MP+rlx-rel+acq-rlx", "MP-fence-after"],
    ),
    (
        "SB, store buffering",
        "Both threads miss each other.",
        &[
            "SB+rlx-rlx+rlx-rlx",
            "SB+rel-acq+rel-acq",
            "SB+sc-acq+sc-acq",
            "SB+rlx-Fsc-rlx+rlx-rlx",
            "SB+rlx-Fsc-rlx+rlx-Fsc-rlx",
            "SB+sc-sc+sc-sc",
        ],
    ),
    (
        "LB, load buffering",
        "Each thread reads what the other stores afterwards.",
        &["LB+rlx-rlx+rlx-rlx", "LB+acq-rel+acq-rel", "LBdatas+rlx-drlx"],
    ),
    (
        "WRC, write to read causality",
        "The third thread sees that the second has seen the store of the first, and misses that store.",
        &["WRC+rlx+rlx-rlx+rlx-rlx", "WRC+rlx+rlx-rel+acq-rlx", "WRC+rlx+acq-rel+acq-acq"],
    ),
    (
        "IRIW, independent reads of independent writes",
        "Two readers see two stores in different orders.",
        &[
            "IRIW+rlx+rlx-rlx+rlx+rlx-rlx",
            "IRIW+rel+acq-acq+rel+acq-acq",
            "IRIW+rlx+sc-sc+rlx+sc-sc",
            "IRIW+sc+sc-sc+sc+sc-sc",
        ],
    ),
    (
        "2+2W, two threads that write two variables",
        "Each variable keeps the store that came first in its thread.",
        &["2+2W+rlx-rlx+rlx-rlx", "2+2W+rel-rel+rel-rel", "2+2W+sc-sc+sc-sc"],
    ),
    (
        "CoRR, two reads of one variable",
        "The new value is read first, and then the old one.",
        &["CoRR+rlx+rlx-rlx", "CoRR+rlx+sc-sc"],
    ),
    (
        "RS, release sequences",
        "A number that comes after a release store is seen, and the message before it is not.",
        &["RSrmw+rlx-rel+Arlx+acq-rlx", "RSsame+rlx-rel-rlx+acq-rlx"],
    ),
];

/// The program of this name.
///
/// # Panics
///
/// Panics if the data has none.
pub fn find<'a>(programs: &'a [Program], name: &str) -> &'a Program {
    let found = programs.iter().find(|program| program.name == name);
    found.unwrap_or_else(|| panic!("the data has no program {name}"))
}

/// The page.
///
/// # Panics
///
/// Panics if the data has not all that is shown.
pub fn render() -> String {
    let programs = programs();
    let mut out = String::from("<!-- Made by `cargo litmus write`. Do not edit. -->\n");
    for (title, about, names) in SHAPES {
        let _ = write!(out, "\n### {title}\n\n{about}\n\n| Program |");
        for (heading, _) in MODELS {
            let _ = write!(out, " {heading} |");
        }
        let _ = writeln!(out, "\n|---|{}", "---|".repeat(MODELS.len()));
        for name in *names {
            let program = find(&programs, name);
            let _ = write!(out, "| {} |", in_words(program));
            for (_, model) in MODELS {
                let allowed = program.results[model].allowed;
                let _ = write!(out, " {} |", if allowed { "**yes**" } else { "no" });
            }
            out.push('\n');
        }
    }
    out
}

/// Threads side by side, and the outcome.
fn in_words(program: &Program) -> String {
    let threads = program.threads.iter().map(|ops| {
        let ops: Vec<_> = ops.iter().map(|op| format!("`{op}`")).collect();
        ops.join("<br>")
    });
    let outcome = program.weak_outcome.iter().map(|(name, value)| {
        let name = name.replace(':', ".");
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("{name} = {value}")
    });
    let threads: Vec<_> = threads.collect();
    let outcome: Vec<_> = outcome.collect();
    format!("{}<br>*{}?*", threads.join("<br>‖<br>"), outcome.join(", "))
}
