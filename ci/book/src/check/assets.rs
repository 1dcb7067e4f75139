//! What a page loads: nothing from another host, nothing that is not there; and formulas that KaTeX could not read.

use super::html::{self, Tag};
use super::links::{has_scheme, resolve};
use super::{Told, html_files, origin};
use crate::build::{Built, slashes};
use crate::finding::Finding;
use crate::site::Site;
use cssparser::{Parser, ParserInput, Token};
use regex::Regex;
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
    let mut told = Told::default();
    for (path, html) in html_files(built, site) {
        let tags = html::tags(html);
        for url in tags.iter().flat_map(loaded) {
            let Some(what) = fault(path, &tags, &url, site) else { continue };
            let name = url.trim_end_matches('/').rsplit('/').next().unwrap_or(&url);
            let (file, line) = origin(built, path, &[&url, &HASH.replace(name, "$1")]);
            if told.is_news(built, path, &file, &[name]) {
                found.push(Finding::new(file, line, what));
            }
        }
        for tag in tags
            .iter()
            .filter(|tag| tag.attribute("class").is_some_and(|class| class.contains("katex-error")))
        {
            let (file, line) = origin(built, path, &[&tag.text]);
            if told.is_news(built, path, &file, &[&tag.text]) {
                let why = tag.attribute("title").unwrap_or(&tag.text);
                found.push(Finding::new(file, line, format!("katex-error: {why}")).breaking());
            }
        }
    }
    for (path, css) in site.texts("css") {
        let file = css_source(built, &HASH.replace(path, "$1"));
        for (url, line) in urls(css) {
            let Some(what) = fault(path, &[], &url, site) else { continue };
            if told.is_news(built, path, &file, &[&format!("{line} {url}")]) {
                found.push(Finding::new(file.as_str(), line, what));
            }
        }
    }
    found
}

/// The style sheet that the file `path` of the book was copied from: mdBook copies all of `src`, and once more what
/// book.toml names. One of mdBook's own has no other place.
fn css_source(built: &Built, path: &str) -> String {
    let in_src = built.src.join(path);
    let is_copy = !built.root.join(path).is_file() && in_src.is_file();
    if is_copy {
        slashes(in_src.strip_prefix(&built.root).unwrap_or(&in_src))
    } else {
        path.to_owned()
    }
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
