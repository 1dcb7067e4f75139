//! Instructions that no reader can look up: each mnemonic of a listing has an entry in the glossary.
//!
//! A listing is a code block that names its architecture: `text,x86`. The data of the listings is looked through as well, since the
//! table of all operations is made of it.

use super::markdown;
use crate::build::{Built, Page, slashes};
use crate::finding::{Finding, one_line};
use crate::text::source_line;
use listings::data::{self, Data};
use listings::glossary::{self, Glossary};
use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use std::path::Path;

/// A finding for each mnemonic without an entry, in the listings of the pages and in the data.
pub fn unexplained(built: &Built) -> Vec<Finding> {
    let glossary = match Glossary::read(&built.root) {
        Ok(glossary) => glossary,
        Err(error) => return vec![Finding::new(glossary::FILE, 1, one_line(&error.into()))],
    };
    let mut found: Vec<Finding> =
        built.pages.iter().flat_map(|page| in_page(page, &glossary)).collect();
    found.extend(in_data(&built.root, &glossary));
    found
}

fn in_page(page: &Page, glossary: &Glossary) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut architecture = None;
    for (event, range) in markdown::parser(&page.expanded).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                architecture = info
                    .split(',')
                    .map(str::trim)
                    .find(|word| glossary.has(word))
                    .map(str::to_owned);
            }
            Event::End(TagEnd::CodeBlock) => architecture = None,
            Event::Text(text) => {
                let Some(architecture) = &architecture else { continue };
                for mnemonic in
                    text.lines().flat_map(|line| glossary.unexplained(architecture, line))
                {
                    let at = page.expanded[range.clone()].find(mnemonic).unwrap_or_default();
                    let line = source_line(&page.text, &page.expanded, range.start + at);
                    found.push(Finding::new(
                        page.file.as_str(),
                        line,
                        without_entry(mnemonic, architecture),
                    ));
                }
            }
            _ => {}
        }
    }
    found
}

fn in_data(root: &Path, glossary: &Glossary) -> Vec<Finding> {
    let path = root.join(data::FILE);
    let Ok(text) = std::fs::read_to_string(&path) else { return Vec::new() };
    let file = slashes(path.strip_prefix(root).unwrap_or(&path));
    let data = match Data::read(root) {
        Ok(data) => data,
        Err(error) => return vec![Finding::new(file, 1, one_line(&error.into()))],
    };
    let mut found = Vec::new();
    for (function, of_function) in &data.listings {
        for (target, listing) in of_function {
            let architecture =
                data.targets.get(target).map_or(target.as_str(), |made| &made.architecture);
            for mnemonic in
                listing.lines().flat_map(|line| glossary.unexplained(architecture, line))
            {
                let line = crate::text::line_of(&text, &format!("\"{function}\"")).unwrap_or(1);
                let what =
                    format!("{function} for {target}: {}", without_entry(mnemonic, architecture));
                found.push(Finding::new(file.as_str(), line, what));
            }
        }
    }
    found
}

fn without_entry(mnemonic: &str, architecture: &str) -> String {
    format!("`{mnemonic}` ({architecture}) has no entry in {}", glossary::FILE)
}
