//! The files of a built book, held in memory.
//!
//! The server hands out what is in this map and nothing else. No request names a file of the disk, so none can lead out
//! of the book, and a reader gets the pages of one build even while mdBook writes the next.

use crate::build::slashes;
use anyhow::{Context, Result};
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;
use std::path::Path;
use walkdir::WalkDir;

/// Every file of the book by its path below the book's folder, with `/` on every system.
#[derive(Clone, Default)]
pub struct Site {
    files: BTreeMap<String, Vec<u8>>,
}

/// What a URL's path leads to.
pub enum Found<'a> {
    /// A file: its path in the site, and what it holds.
    File(&'a str, &'a [u8]),
    /// A folder that has an index page, asked for without the slash at the end.
    Folder,
    /// Nothing.
    Nothing,
}

impl Site {
    /// Reads every file below `folder`; symbolic links are left out.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut files = BTreeMap::new();
        for entry in WalkDir::new(folder) {
            let entry = entry?;
            if entry.file_type().is_file() {
                let path = entry.path();
                let bytes = std::fs::read(path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                files.insert(slashes(path.strip_prefix(folder)?), bytes);
            }
        }
        Ok(Self { files })
    }

    /// What the path of a request leads to, once percent-decoded.
    pub fn find(&self, url_path: &str) -> Found<'_> {
        let Ok(path) = percent_decode_str(url_path).decode_utf8() else { return Found::Nothing };
        let Some(path) = path.strip_prefix('/') else { return Found::Nothing };
        let index = format!("{path}index.html");
        let path = if path.is_empty() || path.ends_with('/') { &index } else { path };
        match self.files.get_key_value(path) {
            Some((path, bytes)) => Found::File(path, bytes),
            None if self.files.contains_key(&format!("{path}/index.html")) => Found::Folder,
            None => Found::Nothing,
        }
    }

    /// Whether the site has a file at `path`, as spelled: not every disk tells `A` from `a`, every server does.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// The files whose names end with `.extension`, as text.
    pub fn texts(&self, extension: &str) -> impl Iterator<Item = (&str, &str)> {
        let end = format!(".{extension}");
        self.files
            .iter()
            .filter(move |(path, _)| path.ends_with(&end))
            .filter_map(|(path, bytes)| Some((path.as_str(), std::str::from_utf8(bytes).ok()?)))
    }

    /// Changes every HTML file.
    pub fn map_html(&mut self, mut change: impl FnMut(&str, &str) -> String) {
        for (path, bytes) in self.files.iter_mut().filter(|(path, _)| path.ends_with(".html")) {
            if let Ok(html) = std::str::from_utf8(bytes) {
                *bytes = change(path, html).into_bytes();
            }
        }
    }
}

/// The media type of a file, by its name.
pub fn media_type(path: &str) -> String {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let is_text =
        mime.type_() == "text" || matches!(mime.subtype().as_str(), "javascript" | "json" | "svg");
    if is_text { format!("{mime}; charset=utf-8") } else { mime.to_string() }
}
