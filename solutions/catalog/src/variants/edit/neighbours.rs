//! A merge that takes changes of neighbouring lines for two changes.
//!
//! Git and `diffy::merge` take them for one, and leave it to decide. Here that would be the rule: a comment says why the line
//! below it is as it is, the variant changes the line, and whoever changes the reference mends the comment.

use diffy::{DiffOptions, Line, Patch};
use std::ops::Range;

/// Lines of the base, and what stands in their place.
#[derive(PartialEq, Eq)]
struct Change<'a> {
    old: Range<usize>,
    new: Vec<&'a str>,
}

/// The base with both changes; none if they change the same lines.
pub fn merge(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let mut options = DiffOptions::new();
    let options = options.set_context_len(0);
    let patches = [ours, theirs].map(|side| options.create_patch(base, side));
    let mut changes: Vec<Change<'_>> = patches.iter().flat_map(changes).collect();
    changes.sort_by_key(|change| (change.old.start, change.old.end));
    changes.dedup();
    let clash =
        |pair: &[Change<'_>]| pair[0].old.end > pair[1].old.start || pair[0].old == pair[1].old;
    if changes.windows(2).any(clash) {
        return None;
    }
    let lines: Vec<&str> = base.split_inclusive('\n').collect();
    let (mut done, mut out) = (0, String::new());
    for Change { old, new } in changes {
        out.extend(lines[done..old.start].iter().copied().chain(new));
        done = old.end;
    }
    out.extend(lines[done..].iter().copied());
    Some(out)
}

fn changes<'a>(patch: &'a Patch<'_, str>) -> impl Iterator<Item = Change<'a>> {
    patch.hunks().iter().map(|hunk| {
        let range = hunk.old_range();
        // A hunk without old lines names the line before it.
        let start = if range.is_empty() { range.start() } else { range.start() - 1 };
        let new = hunk.lines().iter().filter_map(|line| match line {
            Line::Context(line) | Line::Insert(line) => Some(*line),
            Line::Delete(_) => None,
        });
        Change { old: start..start + range.len(), new: new.collect() }
    })
}

#[cfg(test)]
mod tests {
    use super::merge;

    const BASE: &str = "a\nb\nc\nd\n";

    #[test]
    fn changes_of_neighbouring_lines_are_two() {
        assert_eq!(merge(BASE, "A\nb\nc\nd\n", "a\nB\nc\nd\n").as_deref(), Some("A\nB\nc\nd\n"));
        assert_eq!(merge(BASE, "a\nc\nd\n", "a\nb\nC\nC\nd\n").as_deref(), Some("a\nC\nC\nd\n"));
        assert_eq!(merge(BASE, "x\na\nb\nc\nd\n", "A\nb\nc\n").as_deref(), Some("x\nA\nb\nc\n"));
        assert_eq!(
            merge(BASE, "a\nb\nx\nc\nd\n", "a\nB\nc\nd\n").as_deref(),
            Some("a\nB\nx\nc\nd\n")
        );
    }

    #[test]
    fn change_that_both_have_made_is_one() {
        assert_eq!(merge(BASE, "A\nb\nc\nd\n", "A\nb\nc\nD\n").as_deref(), Some("A\nb\nc\nD\n"));
        assert_eq!(
            merge(BASE, "x\na\nb\nc\nd\n", "x\na\nb\nc\nd\n").as_deref(),
            Some("x\na\nb\nc\nd\n")
        );
    }

    #[test]
    fn changes_of_the_same_lines_clash() {
        for (ours, theirs) in [
            ("A\nb\nc\nd\n", "x\nb\nc\nd\n"),
            ("A\nb\nc\nd\n", "b\nc\nd\n"),
            ("a\nd\n", "a\nb\nx\nc\nd\n"),
            ("a\nx\nb\nc\nd\n", "a\ny\nb\nc\nd\n"),
            ("a\nB\nC\nd\n", "a\nb\nX\nD\n"),
        ] {
            assert_eq!(merge(BASE, ours, theirs), None, "{ours:?} {theirs:?}");
            assert_eq!(merge(BASE, theirs, ours), None, "{ours:?} {theirs:?}");
        }
    }
}
