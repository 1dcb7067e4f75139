//! The glossary, `src/words.md`: has each term that an exercise teaches an entry, and do the pages lead there?

use catalog::Exercise;
use std::fs;
use std::path::{Path, PathBuf};

const GLOSSARY: &str = "src/words.md";

/// What is missing for the terms of one exercise. `page` is its page; its chapter's page may do the linking as well.
pub(crate) fn findings(root: &Path, exercise: &Exercise, page: &Path) -> Vec<String> {
    let read = |path: &Path| fs::read_to_string(root.join(path)).unwrap_or_default();
    let entries = entries(&read(Path::new(GLOSSARY)));
    let chapter = PathBuf::from(format!("src/{}/README.md", exercise.chapter));
    let pages = read(page) + &read(&chapter);
    let mut found = Vec::new();
    for term in &exercise.terms {
        let link = format!("../words.md#{}", slug(term));
        if !entries.contains(term) {
            found.push(format!("the term `{term}` has no entry in {GLOSSARY}"));
        } else if !pages.contains(&format!("{link})")) {
            found.push(format!(
                "the term `{term}` is not linked ({link}) from its page or its chapter's"
            ));
        }
    }
    found
}

/// The terms that are defined: lines that are followed by one that begins with a colon.
fn entries(glossary: &str) -> Vec<String> {
    let lines: Vec<&str> = glossary.lines().collect();
    let is_entry = |pair: &&[&str]| !pair[0].is_empty() && pair[1].starts_with(": ");
    lines.windows(2).filter(is_entry).map(|pair| pair[0].replace('`', "")).collect()
}

/// The anchor that mdBook gives to an entry.
fn slug(term: &str) -> String {
    let lower = term.to_lowercase();
    lower
        .chars()
        .filter_map(|c| if c == ' ' { Some('-') } else { is_kept(c).then_some(c) })
        .collect()
}

fn is_kept(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '_'
}

#[cfg(test)]
mod tests {
    use super::{entries, slug};

    #[test]
    fn entry_is_a_line_before_a_definition() {
        let glossary =
            "Some words.\n\ndata race\n: Two threads.\n  One writes.\n\n`Cell`\n: A cell.\n";
        assert_eq!(entries(glossary), ["data race", "Cell"]);
    }

    #[test]
    fn slug_is_lower_case_with_hyphens() {
        assert_eq!(slug("Panic and payload"), "panic-and-payload");
        assert_eq!(slug("lost wake-up"), "lost-wake-up");
    }
}
