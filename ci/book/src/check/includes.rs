//! Directives `{{#include …}}`: files and anchors that are not there, and places in which mdBook shows them wrong.
//!
//! mdBook answers a missing anchor with nothing, and takes everything up to the end of the file where `ANCHOR_END` is
//! missing. A number of a line is right until someone edits the file above it. Neither a list nor a quotation indents
//! what it includes, so that the second line of the code ends it.

mod anchors;

use super::markdown;
use crate::build::{Built, Page, slashes};
use crate::finding::Finding;
use crate::text::line_at;
use anchors::Anchors;
use mdbook_markdown::pulldown_cmark::{Event, Tag};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;

/// mdBook follows includes in what it included, to this depth.
const MAX_DEPTH: usize = 10;

/// mdBook's own pattern, with an empty name and an empty rest let in, which mdBook shows as they are written.
static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\\\{\{#.*\}\}|\{\{\s*#(?<name>[a-zA-Z0-9_]*)\s*(?<rest>[^}]*)\}\}")
        .expect("a valid pattern")
});

/// One directive that includes a file.
struct Include {
    /// Where in the text it stands.
    range: Range<usize>,
    /// The file, without `..`.
    path: PathBuf,
    /// What of the file: the part after the first colon.
    part: Option<String>,
}

/// Every fault of the pages' directives, and of the anchors in the files that they include.
pub fn faults(built: &Built) -> Vec<Finding> {
    let mut check = Check { built, found: Vec::new(), files: BTreeMap::new() };
    for page in &built.pages {
        let file = built.src.join(&page.source);
        check.text(page, &file, &page.text, MAX_DEPTH);
        check.nesting(page);
    }
    for (path, anchors) in &check.files {
        let file = relative(built, path);
        let faults = anchors.iter().flat_map(Anchors::faults);
        check.found.extend(faults.map(|(line, what)| Finding::new(file.as_str(), line, what)));
    }
    check.found
}

/// The files that pages include.
pub fn files(built: &Built) -> BTreeSet<PathBuf> {
    let of_page = |page: &Page| directives(&built.src.join(&page.source), &page.text).0;
    built.pages.iter().flat_map(of_page).map(|include| include.path).collect()
}

struct Check<'a> {
    built: &'a Built,
    found: Vec<Finding>,
    /// The anchors of every file that was read, or nothing for one that is not there.
    files: BTreeMap<PathBuf, Option<Anchors>>,
}

impl Check<'_> {
    /// Checks the directives of `text`, which stands in `file` and is shown on `page`.
    fn text(&mut self, page: &Page, file: &Path, text: &str, depth: usize) {
        let (includes, unknown) = directives(file, text);
        let shown = relative(self.built, file);
        for (offset, what) in unknown {
            self.found.push(
                Finding::new(shown.as_str(), line_at(text, offset), what).on(&page.file).breaking(),
            );
        }
        for include in includes {
            let fault = |what: String| {
                Finding::new(shown.as_str(), line_at(text, include.range.start), what)
                    .on(&page.file)
            };
            let (found, inner) = self.include(&include);
            self.found.extend(
                found.map(
                    |(what, breaks)| if breaks { fault(what).breaking() } else { fault(what) },
                ),
            );
            if let Some(inner) = inner.filter(|inner| depth > 0 && inner.contains("{{")) {
                self.text(page, &include.path, &inner, depth - 1);
            }
        }
    }

    /// What is wrong with one include and whether the page lacks something by it; what the file holds.
    fn include(&mut self, include: &Include) -> (Option<(String, bool)>, Option<String>) {
        let name = relative(self.built, &include.path);
        let Ok(text) = std::fs::read_to_string(&include.path) else {
            self.files.insert(include.path.clone(), None);
            return (Some((format!("includes {name}, which cannot be read"), true)), None);
        };
        let anchors =
            self.files.entry(include.path.clone()).or_insert_with(|| Some(Anchors::of(&text)));
        let Some(anchors) = anchors else { return (None, None) };
        let found = match include.part.as_deref() {
            None | Some("") if anchors.is_empty() => None,
            None | Some("") => Some((
                format!("includes the whole of {name}: its ANCHOR lines would be shown"),
                false,
            )),
            Some(part) if part.starts_with(|c: char| c.is_ascii_digit() || c == ':') => Some((
                format!("includes {name} by the number of a line ({part}): name an anchor"),
                false,
            )),
            // What is missing in the reader's own file must not keep the reader from the book.
            Some(part) => anchors
                .missing(part)
                .map(|what| (format!("{name} {what}"), !name.starts_with("exercises/"))),
        };
        (found, Some(text))
    }

    /// Directives in a list item, a quotation, a definition or a footnote.
    fn nesting(&mut self, page: &Page) {
        let mut inside: Vec<Range<usize>> = Vec::new();
        for (event, range) in markdown::parser(&page.text).into_offset_iter() {
            if let Event::Start(
                Tag::Item
                | Tag::BlockQuote(_)
                | Tag::DefinitionListDefinition
                | Tag::FootnoteDefinition(_),
            ) = event
            {
                inside.push(range);
            }
        }
        for include in directives(&self.built.src.join(&page.source), &page.text).0 {
            if inside.iter().any(|range| range.contains(&include.range.start)) {
                let what = "includes a file inside a list item or a quotation, which ends at its second line";
                self.found.push(Finding::new(
                    page.file.as_str(),
                    line_at(&page.text, include.range.start),
                    what,
                ));
            }
        }
    }
}

/// The includes of a text that stands in `file`, and where it has directives that mdBook shows as they are written.
fn directives(file: &Path, text: &str) -> (Vec<Include>, Vec<(usize, String)>) {
    let (mut includes, mut unknown) = (Vec::new(), Vec::new());
    let folder = file.parent().unwrap_or(file);
    for directive in DIRECTIVE.captures_iter(text) {
        let range = directive.get(0).expect("the whole match").range();
        let (Some(name), Some(rest)) = (directive.name("name"), directive.name("rest")) else {
            continue;
        };
        let argument = rest.as_str().split_whitespace().next();
        match (name.as_str(), argument) {
            ("title", Some(_)) => {}
            ("include" | "rustdoc_include", Some(argument)) => {
                let (path, part) = argument
                    .split_once(':')
                    .map_or((argument, None), |(path, part)| (path, Some(part)));
                includes.push(Include {
                    range,
                    path: clean(&folder.join(path)),
                    part: part.map(str::to_owned),
                });
            }
            ("playground" | "playpen", Some(path)) => {
                includes.push(Include { range, path: clean(&folder.join(path)), part: None });
            }
            _ => unknown
                .push((range.start, format!("mdBook does not know `{}`", directive[0].trim()))),
        }
    }
    (includes, unknown)
}

/// The path without `.` and `..`, by its text alone.
fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if cleaned.file_name().is_some() => {
                cleaned.pop();
            }
            part => cleaned.push(part),
        }
    }
    cleaned
}

/// The path relative to the root where it lies below it, with `/` on every system.
fn relative(built: &Built, path: &Path) -> String {
    slashes(path.strip_prefix(&built.root).unwrap_or(path))
}
