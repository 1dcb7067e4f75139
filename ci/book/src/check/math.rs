//! Places where KaTeX's preprocessor and Markdown disagree on what is mathematics.
//!
//! The preprocessor reads the text of a page before Markdown does, and knows only `$`, `\` and backticks: a lone `$`
//! pairs with the next one, be that in another paragraph or in a code block of tildes. pulldown-cmark can read formulas
//! too, by the rules of Markdown. A formula that both see alike is one that the author meant.

use crate::build::Page;
use crate::finding::Finding;
use crate::text::source_line;
use mdbook_katex::scan::{Delimiter, Event as Scanned, Scan};
use mdbook_markdown::pulldown_cmark::{Event, Options, Parser};
use std::collections::BTreeSet;

/// Where the TeX of a formula begins and ends.
type Span = (usize, usize);

/// A finding for each formula that only one of the two sees.
pub fn disagreements(page: &Page) -> Vec<Finding> {
    let text = page.expanded.as_str();
    let (ours, unpaired) = seen_by_katex(text);
    let theirs = seen_by_markdown(text);
    let report = |&(start, end): &Span, what: &str| {
        let tex: String = text[start..end].trim().chars().take(40).collect();
        let line = source_line(&page.text, text, start.saturating_sub(1));
        Finding::new(page.file.as_str(), line, what.replace("{}", &format!("`{tex}`"))).breaking()
    };
    let only_ours = "KaTeX takes {} for a formula and Markdown does not: write `\\$` for a dollar, no space next to the \
                     `$` of a formula, and code blocks with backticks";
    let only_theirs = "Markdown takes {} for a formula and KaTeX does not: look for a lone `$` or backtick above it";
    let mut found: Vec<Finding> =
        ours.difference(&theirs).map(|span| report(span, only_ours)).collect();
    found.extend(theirs.difference(&ours).map(|span| report(span, only_theirs)));
    if let Some(start) = unpaired {
        found.push(report(&(start, start), "a `$` without its pair: write `\\$` for a dollar"));
    }
    found
}

/// The formulas as the preprocessor finds them, and where a last one begins that has no end.
fn seen_by_katex(text: &str) -> (BTreeSet<Span>, Option<usize>) {
    let block = Delimiter::same("$$".to_owned());
    let inline = Delimiter::same("$".to_owned());
    let mut spans = BTreeSet::new();
    // A formula is told as `Begin` and an end, and after it `Begin` of the text that follows.
    let (mut open, mut is_text_next) = (None, false);
    // To run it through tells the last, unpaired `$` too; to iterate does not.
    let mut scan = Scan::new(text, &block, &inline);
    scan.run();
    for event in scan.events {
        match event {
            Scanned::Begin(at) => {
                open = (!is_text_next).then_some(at);
                is_text_next = false;
            }
            Scanned::TextEnd(_) => {}
            Scanned::InlineEnd(end) | Scanned::BlockEnd(end) => {
                spans.extend(open.take().map(|start| (start, end)));
                is_text_next = true;
            }
        }
    }
    (spans, open)
}

/// The formulas as pulldown-cmark finds them, with mdBook's other settings.
fn seen_by_markdown(text: &str) -> BTreeSet<Span> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
        | Options::ENABLE_MATH;
    Parser::new_ext(text, options)
        .into_offset_iter()
        .filter_map(|(event, range)| match event {
            Event::InlineMath(_) => Some((range.start + 1, range.end - 1)),
            Event::DisplayMath(_) => Some((range.start + 2, range.end - 2)),
            _ => None,
        })
        .collect()
}
