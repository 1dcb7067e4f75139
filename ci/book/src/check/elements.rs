//! Elements that a reader cannot use: an id that two of them have, a picture without a name, a link to nowhere or without words, a script
//! in the place of an address, an image that is none.

use super::html::{self, Tag};
use super::links::{has_scheme, resolve};
use super::{html_files, markdown, origin, page_of};
use crate::build::{Built, Page};
use crate::finding::Finding;
use crate::site::{Found, Site};
use crate::text::source_line;
use mdbook_markdown::pulldown_cmark::{Event, Tag as Markdown, TagEnd};
use std::collections::BTreeSet;

/// Every fault of the pages' elements.
pub fn faults(built: &Built, site: &Site) -> Vec<Finding> {
    let mut found = Vec::new();
    for page in &built.pages {
        let raw = raw_tags(page);
        let told = raw.iter().filter_map(|(at, tag)| {
            let what = nameless(tag, &raw).or_else(|| useless(tag, page, site))?;
            Some((*at, what))
        });
        let written = written(page, site);
        found.extend(told.chain(written).map(|(at, what)| {
            Finding::new(page.file.as_str(), source_line(&page.text, &page.expanded, at), what)
        }));
    }
    found.extend(ids_that_two_have(built, site));
    found
}

/// The tags that a page has as HTML, and where.
fn raw_tags(page: &Page) -> Vec<(usize, Tag)> {
    let text = &page.expanded;
    let mut all = Vec::new();
    for (event, range) in markdown::parser(text).into_offset_iter() {
        if matches!(event, Event::Start(Markdown::HtmlBlock) | Event::InlineHtml(_)) {
            let html = &text[range.clone()];
            all.extend(html::tags(html).into_iter().map(|tag| {
                let before: usize =
                    html.split_inclusive('\n').take(tag.line - 1).map(str::len).sum();
                (range.start + before, tag)
            }));
        }
    }
    all
}

/// A picture that a screen reader cannot name.
fn nameless(tag: &Tag, all: &[(usize, Tag)]) -> Option<String> {
    let is_hidden = tag.attribute("aria-hidden") == Some("true");
    if tag.name != "svg" || tag.is_end || is_hidden {
        return None;
    }
    if tag.attribute("aria-label").is_some_and(|label| !label.trim().is_empty()) {
        return None;
    }
    let names: Vec<&str> = tag.attribute("aria-labelledby").unwrap_or("").split(' ').collect();
    let is_there = |name: &&str| all.iter().any(|(_, tag)| tag.attribute("id") == Some(name));
    match names.iter().find(|name| !is_there(name)) {
        None => None,
        Some(&"") => Some(
            "an `<svg>` without a name: give it a `<title>` and name that in `aria-labelledby`"
                .into(),
        ),
        Some(name) => Some(format!("an `<svg>` is named by `{name}`, which is not there")),
    }
}

/// A tag that leads nowhere, or to what it must not.
fn useless(tag: &Tag, page: &Page, site: &Site) -> Option<String> {
    match &*tag.name {
        "a" | "area" => tag.attribute("href").and_then(wrong_address),
        "img" => tag.attribute("src").and_then(|source| no_image(source, page, site)),
        _ => None,
    }
}

/// The same for what a page has as Markdown.
fn written(page: &Page, site: &Site) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    // The link that is open, and whether it has shown anything.
    let mut link = None;
    for (event, range) in markdown::parser(&page.expanded).into_offset_iter() {
        match event {
            Event::Start(Markdown::Link { dest_url, .. }) => {
                found.extend(wrong_address(&dest_url).map(|what| (range.start, what)));
                link = Some((range.start, false));
            }
            Event::End(TagEnd::Link) => {
                if let Some((at, false)) = link.take() {
                    found.push((at, "a link without words".into()));
                }
            }
            Event::Start(Markdown::Image { dest_url, .. }) => {
                found.extend(no_image(&dest_url, page, site).map(|what| (range.start, what)));
                link = link.map(|(at, _)| (at, true));
            }
            Event::Text(text) | Event::Code(text) if !text.trim().is_empty() => {
                link = link.map(|(at, _)| (at, true));
            }
            _ => {}
        }
    }
    found
}

fn wrong_address(address: &str) -> Option<String> {
    let address = address.trim();
    if address.is_empty() || address == "#" {
        return Some("a link to nowhere".into());
    }
    let scheme: String =
        address.chars().filter(|c| !c.is_ascii_control()).take_while(|c| *c != ':').collect();
    let is_script = ["javascript", "vbscript", "data"]
        .iter()
        .any(|name| scheme.trim().eq_ignore_ascii_case(name));
    is_script.then(|| format!("the link `{address}` runs a script"))
}

/// An image whose file holds something else, or cannot be one by its name. One that is not there is for `assets` to find.
fn no_image(source: &str, page: &Page, site: &Site) -> Option<String> {
    if has_scheme(source) {
        return None;
    }
    let (file, _) = resolve(&page.html, &[], source)?;
    let kind = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_image = match (kind, site.find(&format!("/{file}"))) {
        ("svg", Found::File(_, bytes)) => {
            std::str::from_utf8(bytes).is_ok_and(|text| text.contains("<svg"))
        }
        ("png", Found::File(_, bytes)) => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        ("jpg" | "jpeg", Found::File(_, bytes)) => bytes.starts_with(b"\xff\xd8\xff"),
        ("gif", Found::File(_, bytes)) => bytes.starts_with(b"GIF8"),
        ("webp", Found::File(_, bytes)) => bytes.get(8..12) == Some(b"WEBP"),
        ("svg" | "png" | "jpg" | "jpeg" | "gif" | "webp", _) => true,
        _ => false,
    };
    (!is_image).then(|| format!("the image `{source}` is no image"))
}

/// Ids that two elements of a page have. mdBook numbers headings of one name; what an author writes it leaves alone.
fn ids_that_two_have(built: &Built, site: &Site) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, html) in html_files(built, site) {
        // The first page is there twice.
        if path == "index.html" || page_of(built, path).is_none() {
            continue;
        }
        let tags = html::tags(html);
        let mut seen = BTreeSet::new();
        for id in tags.iter().filter_map(|tag| tag.attribute("id")).filter(|id| !seen.insert(*id)) {
            let (file, line) = origin(built, path, &[&format!("id=\"{id}\""), id]);
            found.push(Finding::new(file, line, format!("two elements have the id `{id}`")));
        }
    }
    found
}
