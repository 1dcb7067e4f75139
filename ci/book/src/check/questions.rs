//! Questions that cannot be answered, or whose answer nobody has proven. CONTRIBUTING says what one looks like.

use super::markdown;
use crate::build::{Built, Page};
use crate::finding::Finding;
use crate::text::source_line;
use mdbook_markdown::pulldown_cmark::{Event, Tag, TagEnd};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Where the checker proves what pages say of executions: a test for each `data-proof`, in this file or in the folder beside it.
const PROOFS: &str = "solutions/rc11/tests/questions";

/// A test.
struct Proof {
    name: String,
    file: String,
    line: usize,
}

/// A finding for each fault of a question, and for each proof that no question asks for.
pub fn faults(built: &Built) -> Vec<Finding> {
    let proofs = proofs(&built.root);
    let (mut found, mut asked) = (Vec::new(), BTreeSet::new());
    for page in &built.pages {
        let questions = questions(page);
        let places: Vec<usize> = questions.iter().map(|question| question.0).collect();
        found.extend(too_few(page, &places));
        for (offset, tag, choices, reasons) in questions {
            let proof = attribute(&tag, "data-proof");
            for what in [wrong(&tag, choices, reasons), unproven(proof, &proofs)] {
                let line = source_line(&page.text, &page.expanded, offset);
                found.extend(what.map(|what| Finding::new(page.file.as_str(), line, what)));
            }
            asked.extend(proof.map(str::to_owned));
        }
    }
    let idle = proofs.iter().filter(|proof| !asked.contains(&proof.name));
    found.extend(idle.map(|Proof { name, file, line }| {
        Finding::new(file.as_str(), *line, format!("no question asks for the proof `{name}`"))
    }));
    found
}

/// The section of an exercise's page that asks before anything is written.
const PREDICT: &str = "\n## Predict before you code\n";

/// How many questions such a page has beside those of that section, at least.
const OTHERS: usize = 2;

/// What is missing on the page of an exercise, whose questions stand at these places.
fn too_few(page: &Page, questions: &[usize]) -> Option<Finding> {
    let text = &page.expanded;
    let start = text.find(PREDICT)? + 1;
    let end = text[start + 1..].find("\n## ").map_or(text.len(), |end| start + 1 + end);
    let inside = questions.iter().filter(|place| (start..end).contains(*place)).count();
    let what = match questions.len() - inside {
        _ if inside == 0 => {
            "*Predict before you code* has no question that checks itself".to_owned()
        }
        others if others < OTHERS => {
            format!(
                "an exercise with {others} other questions that check themselves; {OTHERS} at least are wanted"
            )
        }
        _ => return None,
    };
    Some(Finding::new(page.file.as_str(), source_line(&page.text, text, start), what))
}

/// The questions of a page: where each is, its tag, and how many choices stand before it and reasons in it.
fn questions(page: &Page) -> Vec<(usize, String, usize, usize)> {
    let mut all = Vec::new();
    // The items of the last list of the outermost level, if nothing has come after it.
    let (mut depth, mut items, mut is_last) = (0, 0, false);
    // A question whose reasons come next.
    let mut open: Option<(usize, String, usize)> = None;
    for (event, range) in markdown::parser(&page.expanded).into_offset_iter() {
        match event {
            Event::Start(Tag::HtmlBlock) => {
                let html = &page.expanded[range.clone()];
                let tag = html.find("<details class=\"question\"").map(|at| &html[at..]);
                if let Some(tag) = tag.and_then(|tag| Some(&tag[..=tag.find('>')?])) {
                    let choices = if is_last { items } else { 0 };
                    all.extend(open.take().map(|(at, tag, choices)| (at, tag, choices, 0)));
                    open = Some((range.start, tag.to_owned(), choices));
                }
            }
            Event::Start(Tag::List(Some(_))) => {
                items = if depth == 0 { 0 } else { items };
                depth += 1;
            }
            Event::Start(Tag::Item) if depth == 1 => items += 1,
            Event::End(TagEnd::List(true)) => {
                depth -= 1;
                is_last = depth == 0;
                if depth == 0 {
                    all.extend(open.take().map(|(at, tag, choices)| (at, tag, choices, items)));
                }
            }
            Event::Start(_) | Event::Html(_) if depth == 0 => {
                is_last = false;
                if matches!(event, Event::Start(Tag::Paragraph)) {
                    all.extend(open.take().map(|(at, tag, choices)| (at, tag, choices, 0)));
                }
            }
            _ => {}
        }
    }
    all.extend(open.map(|(at, tag, choices)| (at, tag, choices, 0)));
    all
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    Some(rest.split_once('"')?.0)
}

/// What is wrong with it.
fn wrong(tag: &str, choices: usize, reasons: usize) -> Option<String> {
    let Some(answer) = attribute(tag, "data-answer") else {
        return Some("a question without `data-answer`".into());
    };
    let kind = attribute(tag, "data-kind").unwrap_or("one");
    if kind == "type" {
        let is_empty = answer.split('|').any(|one| one.trim().is_empty());
        return is_empty.then(|| "a question whose answer is empty".into());
    }
    let numbers: Vec<Option<usize>> = answer.split(' ').map(|one| one.parse().ok()).collect();
    let distinct: BTreeSet<_> =
        numbers.iter().flatten().filter(|&&n| 1 <= n && n <= choices).collect();
    let least = match kind {
        "one" | "many" => 1,
        "order" => choices,
        _ => return Some(format!("a question of no known kind: `{kind}`")),
    };
    if choices < 2 {
        Some("a question without a numbered list of choices before it".into())
    } else if reasons != choices {
        Some(format!("a question with {choices} choices, and reasons for {reasons}"))
    } else if distinct.len() != numbers.len()
        || distinct.len() < least
        || kind == "one" && distinct.len() > 1
    {
        Some(format!("`{answer}` cannot be the answer to a question with {choices} choices"))
    } else {
        None
    }
}

fn unproven(proof: Option<&str>, proofs: &[Proof]) -> Option<String> {
    let name = proof?;
    let is_there = proofs.iter().any(|proof| proof.name == name);
    (!is_there).then(|| format!("`{PROOFS}` has no test `{name}`"))
}

/// All tests, in the order of their files.
fn proofs(root: &Path) -> Vec<Proof> {
    let folder = fs::read_dir(root.join(PROOFS)).into_iter().flatten().flatten();
    let names = folder.map(|entry| format!("{PROOFS}/{}", entry.file_name().display()));
    let files: BTreeSet<String> = names.chain([format!("{PROOFS}.rs")]).collect();
    files.into_iter().flat_map(|file| proofs_in(root, &file)).collect()
}

/// The tests of a file, which may not be there.
fn proofs_in(root: &Path, file: &str) -> Vec<Proof> {
    let text = fs::read_to_string(root.join(file)).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let name = |line: &str| Some(line.strip_prefix("fn ")?.split_once('(')?.0.to_owned());
    let tests = lines.windows(2).enumerate().filter(|(_, pair)| pair[0] == "#[test]");
    tests
        .filter_map(|(at, pair)| {
            Some(Proof { name: name(pair[1])?, file: file.to_owned(), line: at + 2 })
        })
        .collect()
}
