//! What a page loads: nothing from another host, nothing that is not there; and formulas that KaTeX could not read.

use super::html::{self, Tag};
use super::links::{has_scheme, resolve};
use super::{origin, page_of};
use crate::build::Built;
use crate::finding::Finding;
use crate::site::Site;
use cssparser::{Parser, ParserInput, Token};
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// `<link>`s that a browser does not follow by itself.
const PASSIVE: [&str; 9] =
    ["alternate", "author", "canonical", "help", "license", "me", "next", "prev", "search"];

/// The hash that mdBook puts into the names of its files.
static HASH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"-[0-9a-f]{8,}(\.\w+)$").expect("a valid pattern"));

/// Files that pages and style sheets load from another host or that are missing, and elements of class `katex-error`.
pub fn external(built: &Built, site: &Site) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut told = BTreeSet::new();
    let mut pages: Vec<(&str, &str)> = site.texts("html").collect();
    pages.sort_by_key(|(path, _)| (page_of(built, path).is_none(), *path == "index.html"));
    for (path, html) in pages {
        let tags = html::tags(html);
        let is_derived = page_of(built, path).is_none() || path == "index.html";
        let loads = tags.iter().flat_map(loaded);
        for (url, what) in loads
            .filter_map(|url| Some((fault(path, &tags, &url, site)?, url)))
            .map(|(w, u)| (u, w))
        {
            let is_new =
                told.insert(if is_derived { url.clone() } else { format!("{path} {url}") });
            if is_new && !(is_derived && told.contains(&url)) {
                let name = url.rsplit('/').next().unwrap_or(&url);
                let (file, line) = origin(built, path, &[&url, &HASH.replace(name, "$1")]);
                found.push(Finding::new(file, line, what));
                told.insert(url);
            }
        }
        for tag in tags
            .iter()
            .filter(|tag| tag.attribute("class").is_some_and(|c| c.contains("katex-error")))
        {
            if told.insert(tag.text.clone()) {
                let why = tag.attribute("title").unwrap_or(&tag.text);
                let (file, line) = origin(built, path, &[&tag.text]);
                found.push(Finding::new(file, line, format!("katex-error: {why}")).breaking());
            }
        }
    }
    for (path, css) in site.texts("css") {
        for (url, line) in urls(css) {
            if let Some(what) = fault(path, &[], &url, site) {
                found.push(Finding::new(HASH.replace(path, "$1"), line, what));
            }
        }
    }
    found
}

fn fault(from: &str, tags: &[Tag], url: &str, site: &Site) -> Option<String> {
    let url = url.trim();
    if url.starts_with("//")
        || (has_scheme(url) && !url.starts_with("data:") && !url.starts_with("blob:"))
    {
        return Some(format!("loads `{url}` from another host"));
    }
    let (file, _) = resolve(from, tags, url)?;
    (!site.has(&file)).then(|| format!("loads `{url}`: the book has no {file}"))
}

/// The URLs that a browser loads by itself for a tag.
fn loaded(tag: &Tag) -> Vec<String> {
    let attribute = |name: &str| tag.attribute(name).map(str::to_owned);
    let mut urls: Vec<String> =
        ["src", "poster", "background"].into_iter().filter_map(attribute).collect();
    match &*tag.name {
        "link" => {
            let is_passive = tag
                .attribute("rel")
                .is_some_and(|rel| rel.split(' ').all(|word| PASSIVE.contains(&word)));
            urls.extend(attribute("href").filter(|_| !is_passive));
        }
        "object" => urls.extend(attribute("data")),
        "image" | "feimage" | "use" => {
            let href = attribute("href").or_else(|| attribute("xlink:href"));
            urls.extend(href.filter(|href| !href.starts_with('#')));
        }
        _ => {}
    }
    let sets = ["srcset", "imagesrcset"].into_iter().filter_map(|name| tag.attribute(name));
    urls.extend(
        sets.flat_map(|set| set.split(','))
            .filter_map(|one| one.split_whitespace().next())
            .map(str::to_owned),
    );
    let styles = [tag.attribute("style"), (tag.name == "style").then_some(tag.text.as_str())];
    let of_style = styles.into_iter().flatten().flat_map(self::urls).map(|(url, _)| url);
    // A fragment alone is a gradient or a marker of the same page.
    urls.extend(of_style);
    urls.retain(|url| !url.is_empty() && !url.starts_with('#'));
    urls
}

/// The URLs of a style sheet, and their lines.
fn urls(css: &str) -> Vec<(String, usize)> {
    let mut input = ParserInput::new(css);
    let mut found = Vec::new();
    collect(&mut Parser::new(&mut input), &mut found);
    found.retain(|(url, _)| !url.is_empty() && !url.starts_with('#'));
    found
}

fn collect(parser: &mut Parser<'_, '_>, found: &mut Vec<(String, usize)>) {
    // After `@import`, and in `url(…)`, a string is a URL.
    let mut is_import = false;
    while let Ok(token) = parser.next().cloned() {
        let line = parser.current_source_location().line as usize + 1;
        match &token {
            Token::UnquotedUrl(url) => found.push((url.to_string(), line)),
            Token::QuotedString(url) if is_import => found.push((url.to_string(), line)),
            Token::Function(name) if name.eq_ignore_ascii_case("url") => {
                let url = parser.parse_nested_block(|inner| {
                    inner.expect_string_cloned().map_err(cssparser::ParseError::<()>::from)
                });
                found.extend(url.ok().map(|url| (url.to_string(), line)));
            }
            Token::Function(_)
            | Token::ParenthesisBlock
            | Token::SquareBracketBlock
            | Token::CurlyBracketBlock => {
                let _ = parser.parse_nested_block(|inner| {
                    collect(inner, found);
                    Ok::<_, cssparser::ParseError<'_, ()>>(())
                });
            }
            _ => {}
        }
        is_import = matches!(&token, Token::AtKeyword(name) if name.eq_ignore_ascii_case("import"));
    }
}
