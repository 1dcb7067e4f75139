//! Where in a page an HTML tag is opened and not closed: mdBook's warning names the tag and the page, not the line.

use super::{html, markdown};
use mdbook_markdown::pulldown_cmark::{Event, Tag};

/// Elements that have no end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// A tag without its twin.
pub struct Lonely {
    /// The tag's name.
    pub name: String,
    /// Whether it is an end tag.
    pub is_end: bool,
    /// The offset of the HTML that has it.
    pub offset: usize,
    /// Its line in that HTML, from 0.
    pub line: usize,
}

/// The tags of the raw HTML in a Markdown text that have no twin, in order.
pub fn lonely(text: &str) -> Vec<Lonely> {
    let mut open: Vec<Lonely> = Vec::new();
    let mut lonely = Vec::new();
    for (event, range) in markdown::parser(text).into_offset_iter() {
        if !matches!(event, Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_)) {
            continue;
        }
        for tag in html::tags(&text[range.clone()]) {
            if tag.closes_itself || VOID.contains(&tag.name.as_str()) {
                continue;
            }
            let found = Lonely {
                name: tag.name,
                is_end: tag.is_end,
                offset: range.start,
                line: tag.line - 1,
            };
            if !found.is_end {
                open.push(found);
            } else if let Some(index) = open.iter().rposition(|tag| tag.name == found.name) {
                lonely.extend(open.drain(index..).skip(1));
            } else {
                lonely.push(found);
            }
        }
    }
    lonely.extend(open);
    lonely.sort_by_key(|tag| (tag.offset, tag.line));
    lonely
}
