//! Commands that a reader is told to type and that do not exist: `cargo …` and `ci/…` in code, with the exercises that they name, and the
//! script that a page says it is made by. And files of the readers' and of the solutions' that are not there.

use super::exercises::Names;
use super::markdown;
use crate::build::Built;
use crate::finding::Finding;
use crate::text::{line_of, source_line};
use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What Cargo and its usual companions bring.
const CARGO: &[&str] = &[
    "add", "bench", "build", "check", "clean", "clippy", "doc", "fetch", "fix", "fmt", "help",
    "install", "miri", "nextest", "run", "rustc", "test", "tree", "update",
];

/// The languages of code blocks in which lines are commands.
const SHELLS: &[&str] = &["console", "sh", "bash", "shell"];

/// Pages of the repository that are none of the book.
const BESIDE: &[&str] = &["README.md", "CONTRIBUTING.md"];

/// A finding for each command that does not exist.
pub fn missing(built: &Built) -> Vec<Finding> {
    let names = Names::of(&built.root);
    let known = Known { root: &built.root, aliases: aliases(&built.root), names };
    let mut found = Vec::new();
    for page in &built.pages {
        for (offset, what) in known.missing_in(&page.expanded) {
            let line = source_line(&page.text, &page.expanded, offset);
            found.push(Finding::new(page.file.as_str(), line, what));
        }
    }
    for file in BESIDE {
        let text = fs::read_to_string(built.root.join(file)).unwrap_or_default();
        for (offset, what) in known.missing_in(&text) {
            let line = line_of(&text, &text[offset..]).unwrap_or(1);
            found.push(Finding::new(*file, line, what));
        }
    }
    found
}

/// The names that this repository gives to commands of Cargo's.
fn aliases(root: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(root.join(".cargo/config.toml")).unwrap_or_default();
    let config: toml::Table = text.parse().unwrap_or_default();
    let aliases = config.get("alias").and_then(|alias| alias.as_table());
    aliases.into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// The commands that exist.
struct Known<'a> {
    root: &'a Path,
    aliases: BTreeSet<String>,
    names: Option<Names>,
}

impl Known<'_> {
    /// The commands of a page that do not exist: where, and what is wrong.
    fn missing_in(&self, text: &str) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        let mut is_shell = false;
        for (event, range) in markdown::parser(text).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    is_shell = info.split(',').any(|word| SHELLS.contains(&word.trim()));
                }
                Event::End(TagEnd::CodeBlock) => is_shell = false,
                Event::Text(lines) if is_shell => {
                    let mut offset = range.start;
                    for line in lines.split_inclusive('\n') {
                        let fault = self.fault(line.trim_start_matches("$ "), true);
                        found.extend(fault.map(|what| (offset, what)));
                        offset += line.len();
                    }
                }
                Event::Code(code) => {
                    found.extend(self.fault(&code, false).map(|what| (range.start, what)));
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    let by = html
                        .split_once("<!-- Made by ")
                        .and_then(|(_, rest)| rest.split_once(". "));
                    let fault = by.and_then(|(command, _)| self.fault(command, true));
                    found.extend(fault.map(|what| (range.start, what)));
                }
                _ => {}
            }
        }
        found
    }

    /// What is wrong with a command; nothing is with one of others. `runs`: it is one for sure, and no folder.
    fn fault(&self, command: &str, runs: bool) -> Option<String> {
        let mut words = command.split_whitespace().skip_while(|word| word.contains('='));
        let first = words.next()?;
        if first == "cargo" {
            let name = words.find(|word| !word.starts_with(['-', '+']))?;
            let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            let exists = CARGO.contains(&name) || self.aliases.contains(name);
            if is_name && !exists {
                return Some(format!("`cargo {name}`: there is no such command"));
            }
            let words: Vec<&str> = words.collect();
            return self.names.as_ref().and_then(|names| names.fault(name, &words));
        }
        let is_room = ["exercises/", "solutions/"].iter().any(|room| first.starts_with(room));
        let is_ours = is_room || first.starts_with("ci/") || first.starts_with(".ci/");
        // A name with a place to fill in, or of several files.
        if !is_ours || first.contains(['<', '…', '*']) {
            return None;
        }
        let path = self.root.join(first);
        let exists = if runs { path.is_file() } else { path.exists() };
        (!exists).then(|| {
            format!("`{first}`: there is no such {}", if runs { "script" } else { "file" })
        })
    }
}
