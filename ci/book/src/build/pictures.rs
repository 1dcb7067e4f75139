//! Puts pictures above the failures that the book shows, and lays their timelines out.
//!
//! A page includes the report of a failure as text, of which a table is made; where the execution lies beside it as data, it is drawn. The page is marked before
//! mdBook has it, and gets the picture when it is HTML: so the search does not find each word twice, and the page of all pages, which
//! is for paper, stays as it is.

use super::{Page, timelines};
use crate::picture;
use anyhow::{Context, Result};
use mdbook_driver::book::{Book, Chapter};
use regex::{Captures, Regex};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

const MARK: &str = "<!-- picture: ";

static INCLUDED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^```text\n\{\{#include (?<path>[^}\n]*timelines/[^}\n]*)\.txt\}\}\n```$")
        .expect("sound")
});

static MARKED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("<!-- picture: (?<path>[^ ]+) -->").expect("sound"));

/// Marks the places where a picture belongs.
pub fn mark(src: &Path, book: &mut Book) {
    book.for_each_chapter_mut(|chapter| {
        if let Some(text) = marked(src, chapter) {
            chapter.content = text;
        }
    });
}

fn marked(src: &Path, chapter: &Chapter) -> Option<String> {
    let folder = src.join(chapter.source_path.as_ref()?.parent()?);
    let text = INCLUDED.replace_all(&chapter.content, |found: &Captures<'_>| {
        let path = format!("{}.json", &found["path"]);
        let mark = if folder.join(&path).is_file() {
            format!("{MARK}{path} -->\n\n")
        } else {
            String::new()
        };
        // `…/guard-relaxed_unlock`: the reader’s file is `guard.rs`.
        let file = found["path"].rsplit('/').next().and_then(|name| name.split('-').next());
        let report = fs::read_to_string(folder.join(format!("{}.txt", &found["path"])));
        let laid_out = report.ok().zip(file).and_then(|(text, file)| timelines::html(&text, file));
        mark + &laid_out.unwrap_or_else(|| found[0].to_owned())
    });
    Some(text.into_owned())
}

/// Draws the pictures of the pages in `folder`.
///
/// # Errors
///
/// If a page cannot be read or written, or if the data is none.
pub fn draw(src: &Path, folder: &Path, pages: &[Page]) -> Result<()> {
    for page in pages {
        let path = folder.join(&page.html);
        let html = fs::read_to_string(&path).unwrap_or_default();
        if !html.contains(MARK) {
            continue;
        }
        let beside = src.join(&page.source);
        let mut trouble = None;
        let drawn = MARKED.replace_all(&html, |found: &Captures<'_>| {
            picture_of(&beside.with_file_name(&found["path"])).unwrap_or_else(|error| {
                trouble.get_or_insert(error);
                String::new()
            })
        });
        if let Some(error) = trouble {
            return Err(error);
        }
        fs::write(&path, drawn.as_bytes())?;
    }
    Ok(())
}

fn picture_of(data: &Path) -> Result<String> {
    let text = fs::read_to_string(data).with_context(|| data.display().to_string())?;
    let execution = serde_json::from_str(&text).with_context(|| data.display().to_string())?;
    picture::draw(&execution, false).with_context(|| format!("{}: no execution", data.display()))
}
