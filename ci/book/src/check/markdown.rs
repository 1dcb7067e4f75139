//! What pulldown-cmark, with mdBook's settings, makes of a page.

use crate::build::Page;
use crate::finding::Finding;
use crate::text::source_line;
use mdbook_markdown::pulldown_cmark::{BrokenLink, LinkType, Options, Parser};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

/// A parser with the settings with which mdBook renders.
pub fn parser(text: &str) -> Parser<'_> {
    new_cmark_parser(text, &MarkdownOptions::default())
}

/// `[text][label]` without a definition of the label, and `[^note]` without the note: shown as they are written.
pub fn dangling_references(page: &Page) -> Vec<Finding> {
    let mut found = Vec::new();
    let text = &page.expanded;
    let broken = |link: BrokenLink<'_>| {
        let label = &link.reference;
        let what = match link.link_type {
            LinkType::Reference | LinkType::Collapsed => format!("`[{label}]` is not defined"),
            _ if label.starts_with('^') => format!("footnote `[{label}]` is not defined"),
            _ => return None,
        };
        found.push(
            Finding::new(page.file.as_str(), source_line(&page.text, text, link.span.start), what)
                .breaking(),
        );
        None
    };
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_GFM;
    Parser::new_with_broken_link_callback(text, options, Some(broken)).for_each(drop);
    found
}
