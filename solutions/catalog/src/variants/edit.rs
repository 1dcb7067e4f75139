//! A variant as an edit of its reference.
//!
//! The file says what the variant is, then what it changes:
//!
//! ```text
//! The store that unlocks is `Relaxed`: it publishes nothing.
//!
//! Rejected by: two_threads_never_overlap
//! Because: words that the report must contain
//!
//! @@ -95,3 +91,3 @@ fn drop(&mut self)
//!          // Release: pairs with the Acquire in `lock`; what this holder did happens before what the next one does.
//! -        self.lock.locked.store(UNLOCKED, Release);
//! +        self.lock.locked.store(UNLOCKED, Relaxed);
//!      }
//! ```
//!
//! The words are the module docs of the variant, in the place of those of the reference. The rest is a unified diff. Its line
//! numbers are those of the two whole files, so a report that names a line of the variant names one of the diff.
//!
//! [`apply`] is strict, unlike `patch`, `git apply` and `diffy::apply`: a hunk fits where it says or nowhere. One that looks for
//! its place may find another one after the reference has changed, and the variant becomes another mistake, unseen.

mod heads;
mod neighbours;

use diffy::{DiffOptions, Hunk, Line, Patch};
use std::fmt::Write as _;

/// Lines around a change. One is enough to see where it is: the number says so exactly, and the head of the hunk names the item.
const CONTEXT: usize = 1;

/// The variant that `edit` makes of `reference`.
///
/// # Errors
///
/// Says why the edit does not fit.
pub fn apply(reference: &str, edit: &str) -> Result<String, String> {
    let (words, hunks) = split_edit(edit);
    if words.is_empty() {
        return Err("its first line does not say what it is".to_owned());
    }
    let patch = parse(hunks)?;
    let (docs, _) = split_docs(reference);
    let old: Vec<&str> = reference.split_inclusive('\n').collect();
    let mut done = docs.lines().count();
    let mut new: Vec<String> = commented(words).collect();
    for hunk in patch.hunks() {
        let start = hunk.old_range().start().saturating_sub(1);
        let between = old.get(done..start);
        let between = between.ok_or_else(|| format!("the code has no line {}", start + 1))?;
        new.extend(between.iter().map(ToString::to_string));
        if new.len() + 1 != hunk.new_range().start() {
            return Err(format!("a hunk says +{}, which is not where it is", hunk.new_range()));
        }
        done = start;
        for line in hunk.lines() {
            if let Line::Context(line) | Line::Delete(line) = line {
                fits(old.get(done).copied(), line, done + 1)?;
                done += 1;
            }
            if let Line::Context(line) | Line::Insert(line) = line {
                new.push(line.to_string());
            }
        }
    }
    Ok(new.concat() + &old[done..].concat())
}

/// Reads hunks, every line of them.
fn parse(hunks: &str) -> Result<Patch<'_, str>, String> {
    let patch = Patch::from_str(hunks).map_err(|error| error.to_string())?;
    let seen: usize = patch.hunks().iter().map(|hunk| 1 + hunk.lines().len()).sum();
    if seen != hunks.lines().count() {
        return Err("a hunk has other lines than its head counts".to_owned());
    }
    Ok(patch)
}

/// Whether a line of the reference is the one that an edit has seen.
fn fits(found: Option<&str>, wanted: &str, number: usize) -> Result<(), String> {
    if found == Some(wanted) {
        return Ok(());
    }
    let found = found.map_or("no line".to_owned(), |line| format!("`{}`", line.trim()));
    Err(format!("line {number} of the reference was `{}` and is {found}", wanted.trim()))
}

/// The edit that makes `variant` of `reference`. None if it is no shorter than the variant, or if no edit makes exactly that.
pub fn make(reference: &str, variant: &str) -> Option<String> {
    let (docs, old) = split_docs(reference);
    let (words, new) = split_docs(variant);
    // Where a last line has no end, a line of the edit would have none.
    if old.is_empty() || !variant.ends_with('\n') {
        return None;
    }
    let patch = DiffOptions::new().set_context_len(CONTEXT).create_patch(old, new);
    let before = [docs, words].map(|docs| docs.lines().count());
    let mut out = String::new();
    for line in words.lines() {
        let line = line.strip_prefix("//!").expect("module docs");
        out = out + line.strip_prefix(' ').unwrap_or(line) + "\n";
    }
    for (number, hunk) in patch.hunks().iter().enumerate() {
        out += if number == 0 { "\n" } else { "" };
        write_hunk(&mut out, hunk, before, old);
    }
    let is_shorter = out.lines().count() < variant.lines().count();
    (is_shorter && apply(reference, &out).as_deref() == Ok(variant)).then_some(out)
}

/// A variant of the reference `base`, as a variant of what has become of that.
///
/// # Errors
///
/// Returns what is left to decide: the variant with both sides of each conflict.
pub fn carry(base: &str, reference: &str, variant: &str) -> Result<String, String> {
    let [(_, base), (_, reference), (words, variant)] = [base, reference, variant].map(split_docs);
    let merged = match diffy::merge(base, reference, variant) {
        Err(conflicts) => neighbours::merge(base, reference, variant).ok_or(conflicts),
        merged => merged,
    };
    match merged {
        Ok(merged) => Ok(format!("{words}{merged}")),
        Err(conflicts) => Err(format!("{words}{conflicts}")),
    }
}

/// Whether a variant does not differ from its reference but in what it says of itself.
pub fn is_same_code(reference: &str, variant: &str) -> bool {
    split_docs(reference).1 == split_docs(variant).1
}

fn write_hunk(out: &mut String, hunk: &Hunk<'_, str>, before: [usize; 2], old: &str) {
    let [old_range, new_range] = [(hunk.old_range(), before[0]), (hunk.new_range(), before[1])]
        .map(|(range, before)| format!("{},{}", range.start() + before, range.len()));
    let item = heads::item(hunk, old).map(|item| format!(" {item}")).unwrap_or_default();
    let _ = writeln!(out, "@@ -{old_range} +{new_range} @@{item}");
    for line in hunk.lines() {
        let (sign, line) = match line {
            // No space at the end of a line.
            Line::Context("\n") => ("", "\n"),
            Line::Context(line) => (" ", *line),
            Line::Delete(line) => ("-", *line),
            Line::Insert(line) => ("+", *line),
        };
        *out = std::mem::take(out) + sign + line;
    }
}

/// The words of an edit, and its hunks.
pub fn split_edit(edit: &str) -> (&str, &str) {
    let at = edit.starts_with("@@ ").then_some(0);
    let at = at.or_else(|| edit.find("\n@@ ").map(|at| at + 1)).unwrap_or(edit.len());
    let (words, hunks) = edit.split_at(at);
    (words.trim_end(), hunks)
}

/// The words of an edit as module docs.
fn commented(words: &str) -> impl Iterator<Item = String> {
    words.lines().map(|line| format!("//! {line}").trim_end().to_owned() + "\n")
}

/// The module docs at the beginning of a file, and the rest.
fn split_docs(text: &str) -> (&str, &str) {
    let docs = text.split_inclusive('\n').take_while(|line| line.starts_with("//!"));
    text.split_at(docs.map(str::len).sum())
}

#[cfg(test)]
mod tests;
