//! Finds what mdBook lets pass. Each module looks for one kind of fault; `tests/faults.rs` plants every one of them.

mod assets;
mod commands;
mod elements;
mod exercises;
mod html;
mod includes;
mod instructions;
mod links;
mod logged;
mod markdown;
mod math;
mod pages;
mod questions;
mod rust;
mod tags;

use crate::build::{Built, Page, slashes};
use crate::finding::{Finding, one_line};
use crate::site::Site;
use crate::text::line_of;
use std::collections::BTreeSet;

/// Every fault of the book, by file and line.
pub fn all(built: &Built) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(pages::unlisted(built));
    for page in &built.pages {
        found.extend(markdown::dangling_references(page));
        found.extend(markdown::fences_in_a_line(page));
        found.extend(math::disagreements(page));
    }
    found.extend(includes::faults(built));
    found.extend(instructions::unexplained(built));
    found.extend(commands::missing(built));
    found.extend(logged::faults(built));
    found.extend(questions::faults(built));
    found.extend(rust::unreadable(built));
    match Site::read(&built.folder) {
        Ok(site) => {
            found.extend(links::dead(built, &site));
            found.extend(assets::external(built, &site));
            found.extend(elements::faults(built, &site));
        }
        Err(error) => found.push(Finding::new("book.toml", 1, one_line(&error))),
    }
    found.sort();
    found.dedup_by(|a, b| (&a.file, a.line, &a.what) == (&b.file, b.line, &b.what));
    found
}

/// The page that was rendered into the HTML file `html`. mdBook writes the first page a second time, as the index.
fn page_of<'a>(built: &'a Built, html: &str) -> Option<&'a Page> {
    let index = || built.pages.first().filter(|_| html == "index.html");
    built.pages.iter().find(|page| page.html == html).or_else(index)
}

/// The HTML files of the book. Those that mdBook makes from others come last.
fn html_files<'a>(built: &Built, site: &'a Site) -> Vec<(&'a str, &'a str)> {
    let mut files: Vec<_> = site.texts("html").collect();
    files.sort_by_key(|(path, _)| (page_of(built, path).is_none(), *path == "index.html"));
    files
}

/// What was told, so that a fault which many HTML files show is told once: one of the theme is in every page, and one of
/// a page is in the page with all pages too.
#[derive(Default)]
struct Told(BTreeSet<String>);

impl Told {
    /// Whether the fault of `names`, found in the HTML file `html` and written in `file`, was not told yet.
    fn is_news(&mut self, built: &Built, html: &str, file: &str, names: &[&str]) -> bool {
        let is_own =
            html != "index.html" && page_of(built, html).is_some_and(|page| page.file == file);
        let was_told = names.iter().any(|name| self.0.contains(*name));
        self.0.extend(names.iter().filter(|name| !name.is_empty()).map(|name| (*name).to_owned()));
        is_own || !was_told
    }
}

/// Where the author wrote what the HTML file `html` shows: the first place that has one of `needles`, in order of the
/// page itself, the theme, book.toml and SUMMARY.md. Without any, the top of the page, or the HTML file itself.
fn origin(built: &Built, html: &str, needles: &[&str]) -> (String, usize) {
    let page = page_of(built, html);
    let place = |file: &str, text: &str| {
        let line = needles.iter().find_map(|needle| line_of(text, needle))?;
        Some((file.to_owned(), line))
    };
    let in_page = page.and_then(|page| place(&page.file, &page.text));
    let elsewhere = || {
        let theme = walkdir::WalkDir::new(built.root.join("theme"))
            .into_iter()
            .flatten()
            .map(|entry| entry.into_path());
        let others = [built.root.join("book.toml"), built.src.join("SUMMARY.md")];
        theme.chain(others).find_map(|path| {
            let text = std::fs::read_to_string(&path).ok()?;
            place(&slashes(path.strip_prefix(&built.root).ok()?), &text)
        })
    };
    in_page.or_else(elsewhere).unwrap_or_else(|| match page {
        Some(page) => (page.file.clone(), 1),
        None => (html.to_owned(), 1),
    })
}
