//! Links that lead nowhere, looked for in the rendered pages: what the reader's browser gets is what counts.

use super::html::{self, Tag};
use super::{Told, html_files, origin};
use crate::build::Built;
use crate::finding::Finding;
use crate::site::Site;
use percent_encoding::percent_decode_str;
use std::collections::{BTreeMap, BTreeSet};

/// Links to files, and to fragments, that the book does not have.
pub fn dead(built: &Built, site: &Site) -> Vec<Finding> {
    let pages: Vec<(&str, Vec<Tag>)> =
        html_files(built, site).into_iter().map(|(path, html)| (path, html::tags(html))).collect();
    let ids: BTreeMap<&str, BTreeSet<&str>> =
        pages.iter().map(|(path, tags)| (*path, ids(tags))).collect();
    let mut found = Vec::new();
    let mut told = Told::default();
    for (path, tags) in &pages {
        for href in
            tags.iter().filter(|tag| matches!(&*tag.name, "a" | "area" | "use")).filter_map(target)
        {
            let Some(what) = fault(path, tags, href, site, &ids) else { continue };
            let markdown = href.replace(".html", ".md");
            let (file, line) =
                origin(built, path, &[href, &markdown, last_of(&markdown), fragment_of(href)]);
            if told.is_news(built, path, &file, &[last_of(href), fragment_of(href)]) {
                found.push(Finding::new(file, line, what));
            }
        }
    }
    found
}

/// Where a reference from the HTML file `from` leads: the file and the fragment, or nothing if out of the book's reach.
pub fn resolve(from: &str, tags: &[Tag], href: &str) -> Option<(String, String)> {
    if has_scheme(href) || href.starts_with("//") {
        return None;
    }
    let (rest, fragment) = href.split_once('#').unwrap_or((href, ""));
    let path = rest.split('?').next().unwrap_or_default();
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let fragment = decode(fragment.split(":~:").next().unwrap_or_default());
    if path.is_empty() {
        return Some((from.to_owned(), fragment));
    }
    // The page for what was not found is shown at any URL, so it says what its links are relative to.
    let base = tags
        .iter()
        .find(|tag| tag.name == "base")
        .and_then(|tag| tag.attribute("href"))
        .unwrap_or(from);
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> =
        if path.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_none_or(|last| last.is_empty() || *last == "..") => {
                parts.push("..")
            }
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let mut file =
        decode(&parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/"));
    if path.ends_with('/') || file.is_empty() {
        file.push_str(if file.is_empty() { "index.html" } else { "/index.html" });
    }
    Some((file, fragment))
}

/// Whether the text begins with a scheme, such as `https:` or `data:`.
pub fn has_scheme(href: &str) -> bool {
    href.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

fn fault(
    from: &str,
    tags: &[Tag],
    href: &str,
    site: &Site,
    ids: &BTreeMap<&str, BTreeSet<&str>>,
) -> Option<String> {
    let (file, fragment) = resolve(from, tags, href)?;
    if !site.has(&file) {
        let index = file.strip_suffix("README.html").map(|folder| format!("{folder}index.html"));
        let hint = index
            .filter(|index| site.has(index))
            .map_or("", |_| ": mdBook makes `index.md` of `README.md`");
        return Some(format!("dead link `{href}`: the book has no {file}{hint}"));
    }
    let missing =
        !fragment.is_empty() && ids.get(&*file).is_some_and(|ids| !ids.contains(&*fragment));
    // `#top` is the top of any page.
    (missing && fragment != "top")
        .then(|| format!("dead link `{href}`: nothing in {file} has the id `{fragment}`"))
}

fn target(tag: &Tag) -> Option<&str> {
    tag.attribute("href").or_else(|| tag.attribute("xlink:href")).map(str::trim)
}

fn ids(tags: &[Tag]) -> BTreeSet<&str> {
    let names = tags.iter().filter(|tag| tag.name == "a").filter_map(|tag| tag.attribute("name"));
    tags.iter().filter_map(|tag| tag.attribute("id")).chain(names).collect()
}

fn last_of(href: &str) -> &str {
    href.rsplit('/').next().unwrap_or(href)
}

fn fragment_of(href: &str) -> &str {
    href.find('#').map_or("", |at| &href[at..])
}
