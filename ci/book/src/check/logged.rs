//! Every warning that mdBook and KaTeX's preprocessor logged, with its place looked up: they name pages, not lines.

use super::math;
use super::tags::{self, Lonely};
use crate::build::{Built, Page, slashes};
use crate::finding::Finding;
use crate::log::Entry;
use crate::text::{line_of, source_line};
use std::collections::HashMap;
use tracing::Level;

/// One finding for each warning of the build, less those that another check tells better.
pub fn faults(built: &Built) -> Vec<Finding> {
    let mut lonely: HashMap<&str, Vec<Lonely>> = HashMap::new();
    let mut found = Vec::new();
    for entry in built.log.iter().filter(|entry| !told_by_includes(entry)) {
        let Some(page) = page_of(built, entry) else {
            found.push(Finding::new("book.toml", 1, entry.message.as_str()));
            continue;
        };
        let finding = |line: usize, what: &str| Finding::new(page.file.as_str(), line, what);
        if let Some(tex) = &entry.tex {
            // The message quotes a stack of JavaScript after its first line.
            let why =
                entry.message.split_once("ParseError: ").map_or(&*entry.message, |(_, why)| why);
            let why =
                why.lines().next().unwrap_or_default().trim_end_matches("\")").replace(r"\\", r"\");
            let line = page
                .expanded
                .find(tex.as_str())
                .map(|at| source_line(&page.text, &page.expanded, at));
            found.push(finding(line.unwrap_or(1), &format!("TeX: {why}")).breaking());
        } else if let Some(tag) = take_tag(&mut lonely, page, &entry.message) {
            let line = source_line(&page.text, &page.expanded, tag.offset) + tag.line;
            found.push(finding(line, &entry.message));
        } else if names_tag(&entry.message) && !math::disagreements(page).is_empty() {
            // A tag that KaTeX put where Markdown sees no formula: told as what it is.
        } else {
            let line = quoted(&entry.message).find_map(|quote| line_of(&page.text, quote));
            let finding = finding(line.unwrap_or(1), &entry.message);
            found.push(if entry.level == Level::ERROR { finding.breaking() } else { finding });
        }
    }
    found
}

/// A file that cannot be included: [`super::includes`] says so with the line, and mdBook logs one entry for each cause.
fn told_by_includes(entry: &Entry) -> bool {
    let message = &entry.message;
    entry.target.ends_with("::links")
        && (message.starts_with("Error updating") || message.starts_with("Caused By"))
}

/// The page that was in work, or that the message names.
fn page_of<'a>(built: &'a Built, entry: &Entry) -> Option<&'a Page> {
    let named = |name: &str| {
        built.pages.iter().find(|page| slashes(&page.source) == name.replace('\\', "/"))
    };
    let in_work = entry.page.as_deref().and_then(named);
    in_work
        .or_else(|| quoted(&entry.message).find_map(named))
        .or_else(|| entry.message.split_whitespace().find_map(named))
}

/// What the message puts between backticks.
fn quoted(message: &str) -> impl Iterator<Item = &str> {
    message.split('`').skip(1).step_by(2)
}

fn names_tag(message: &str) -> bool {
    quoted(message).any(|quote| quote.starts_with('<') && quote.ends_with('>'))
}

/// The first tag of the page without a twin that fits the message and was not told yet.
fn take_tag<'a>(
    lonely: &mut HashMap<&'a str, Vec<Lonely>>,
    page: &'a Page,
    message: &str,
) -> Option<Lonely> {
    let tag = quoted(message).find_map(|quote| quote.strip_prefix('<')?.strip_suffix('>'))?;
    let (name, is_end) = tag.strip_prefix('/').map_or((tag, false), |name| (name, true));
    let of_page = lonely.entry(&page.file).or_insert_with(|| tags::lonely(&page.expanded));
    let index = of_page.iter().position(|tag| tag.name == name && tag.is_end == is_end)?;
    Some(of_page.remove(index))
}
