//! What pulldown-cmark, with mdBook's settings, makes of a page.

use crate::build::Page;
use crate::finding::Finding;
use crate::text::source_line;
use mdbook_markdown::pulldown_cmark::{BrokenLink, Event, LinkType, Options, Parser, Tag};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};
use std::collections::BTreeSet;

/// A parser with the settings with which mdBook renders.
pub fn parser(text: &str) -> Parser<'_> {
    new_cmark_parser(text, &MarkdownOptions::default())
}

/// `[text][label]` without a definition of the label, and `[^note]` without the note: shown as they are written.
pub fn dangling_references(page: &Page) -> Vec<Finding> {
    let text = &page.expanded;
    let mut dangling = Vec::new();
    let broken = |link: BrokenLink<'_>| {
        // `[text]` alone may be meant as it is.
        if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed) {
            dangling.push((link.span.start, link.reference.to_string()));
        }
        None
    };
    // Of the two ways to read footnotes, the one that reports a reference without its note.
    let options = Options::ENABLE_TABLES | Options::ENABLE_OLD_FOOTNOTES;
    let (mut notes, mut defined) = (Vec::new(), BTreeSet::new());
    for (event, range) in
        Parser::new_with_broken_link_callback(text, options, Some(broken)).into_offset_iter()
    {
        match event {
            Event::FootnoteReference(name) => notes.push((range.start, format!("^{name}"))),
            Event::Start(Tag::FootnoteDefinition(name)) => {
                defined.insert(format!("^{name}"));
            }
            _ => {}
        }
    }
    dangling.extend(notes.into_iter().filter(|(_, name)| !defined.contains(name)));
    let finding = |(offset, name): (usize, String)| {
        let line = source_line(&page.text, text, offset);
        Finding::new(page.file.as_str(), line, format!("`[{name}]` is not defined")).breaking()
    };
    dangling.into_iter().map(finding).collect()
}

/// A fence that ends in the line in which it begins makes no block: its words, the language among them, stand in the paragraph.
pub fn fences_in_a_line(page: &Page) -> Vec<Finding> {
    let text = &page.expanded;
    let events = parser(text).into_offset_iter();
    let codes = events.filter(|(event, _)| matches!(event, Event::Code(_)));
    let fences = codes.filter(|(_, range)| text[range.clone()].starts_with("```"));
    let finding = |(_, range): (Event<'_>, std::ops::Range<usize>)| {
        let line = source_line(&page.text, text, range.start);
        Finding::new(page.file.as_str(), line, "a fence in one line makes no block of code")
    };
    fences.map(finding).collect()
}
