//! Blocks of Rust that are not Rust: a brace too many, a word of another language.
//!
//! A block may be items, as in a file; statements, as in a function; or methods, as in an `impl`. Signatures need no bodies. `…` stands for
//! anything that has a name.

use super::markdown;
use crate::build::Built;
use crate::finding::Finding;
use crate::text::source_line;
use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

/// A finding for each block that cannot be read.
pub fn unreadable(built: &Built) -> Vec<Finding> {
    let mut found = Vec::new();
    for page in &built.pages {
        let mut block: Option<(usize, String)> = None;
        for (event, range) in markdown::parser(&page.expanded).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info)))
                    if info.split(',').next() == Some("rust") =>
                {
                    block = Some((range.start, String::new()));
                }
                Event::Text(text) => {
                    if let Some((_, code)) = &mut block {
                        code.push_str(&text);
                    }
                }
                Event::End(TagEnd::CodeBlock) => {
                    let Some((at, code)) = block.take() else { continue };
                    let Some((line, why)) = fault(&code) else { continue };
                    let at = source_line(&page.text, &page.expanded, at);
                    let what = format!("this is not Rust: {why} in its line {line}");
                    found.push(Finding::new(page.file.as_str(), at, what));
                }
                _ => {}
            }
        }
    }
    found
}

/// Why the code is not Rust, and in which line: by the way of reading it that leads furthest.
fn fault(code: &str) -> Option<(usize, String)> {
    // What could not be included is another fault.
    if code.contains("{{#") {
        return None;
    }
    // Lines that mdBook hides begin with `# `.
    let shown = |line: &str| line.strip_prefix("# ").unwrap_or(line).replace('…', "__");
    let code: Vec<String> = code.lines().map(shown).collect();
    let code = code.join("\n");
    let ways = [("", ""), ("fn f() {\n", "\n}"), ("impl T {\n", "\n}")];
    let mut error = None;
    for (before, after) in ways {
        match syn::parse_file(&format!("{before}{code}{after}")) {
            Ok(_) => return None,
            Err(why) => {
                let line = why.span().start().line.saturating_sub(before.lines().count());
                if error.as_ref().is_none_or(|(furthest, _)| *furthest < line) {
                    error = Some((line.min(code.lines().count()), why.to_string()));
                }
            }
        }
    }
    error
}
