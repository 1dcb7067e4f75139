//! What stands behind the numbers in the head of a hunk: where in the file it is, for people.

use diffy::{Hunk, Line};

/// The innermost item that the first change of `hunk` is in and that begins above the hunk.
pub fn item<'a>(hunk: &Hunk<'_, str>, old: &'a str) -> Option<&'a str> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut inner = hunk.lines().iter().find_map(|line| match line {
        Line::Delete(line) | Line::Insert(line) if !line.trim().is_empty() => Some(indent(line)),
        _ => None,
    })?;
    let shown = hunk.lines().iter().take_while(|line| matches!(line, Line::Context(_))).count();
    let start = hunk.old_range().start().saturating_sub(1);
    let above: Vec<&str> = old.lines().take(start + shown).collect();
    for (at, line) in above.into_iter().enumerate().rev() {
        let code = line.trim();
        if code.is_empty() || indent(line) >= inner || goes_on(code) {
            continue;
        }
        if at < start && begins_item(code) {
            return Some(code.trim_end_matches('{').trim_end());
        }
        inner = indent(line);
    }
    None
}

/// Whether a line is the end of something, or the next one of a head that began above.
fn goes_on(line: &str) -> bool {
    ["}", ")", "]", "{", "where", "//", "#"].iter().any(|start| line.starts_with(start))
}

fn begins_item(line: &str) -> bool {
    let mut words =
        line.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty());
    let before = ["pub", "crate", "super", "const", "async", "unsafe", "extern"];
    let first = words.find(|word| !before.contains(word));
    matches!(first, Some("fn" | "impl" | "struct" | "enum" | "union" | "trait" | "mod"))
}
