//! One file a topic, with an anchor for each function and target that some page shows:
//! `{{#include …/listings/TOPIC.txt:FUNCTION-TARGET}}`.

use crate::CHAPTER;
use crate::data::Data;
use crate::targets::TARGETS;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What the pages below `folder` include: `TOPIC.txt:FUNCTION-TARGET`.
pub fn wanted(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            found.append(&mut wanted(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            let text = fs::read_to_string(&path).unwrap_or_default();
            let includes =
                text.split("{{#include ").skip(1).filter_map(|rest| rest.split_once("}}"));
            found.extend(
                includes.filter_map(|(path, _)| {
                    Some(path.split_once("listings/")?.1.trim().to_owned())
                }),
            );
        }
    }
    found
}

/// The files of the topics, with what is wanted.
pub fn files(data: &Data, wanted: &BTreeSet<String>) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (name, of_function) in &data.listings {
        let (topic, function) = name.split_once('.').expect("a name is topic.function");
        for target in TARGETS {
            let Some(text) = of_function.get(target.id) else { continue };
            let anchor = format!("{function}-{}", target.id);
            if !wanted.contains(&format!("{topic}.txt:{anchor}")) {
                continue;
            }
            let file = files.entry(format!("{CHAPTER}/listings/{topic}.txt")).or_default();
            *file += &format!(
                "ANCHOR: {anchor}\n{}ANCHOR_END: {anchor}\n",
                block(&format!("`{function}` on {}", target.name), target.architecture, text)
            );
        }
    }
    files
}

/// One listing under the name of its target. The code block says of which architecture it is: the check of the book looks there.
fn block(title: &str, architecture: &str, text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| if line.ends_with(':') { line.into() } else { format!("    {line}") })
        .collect();
    format!(
        "<div class=\"listing\">\n\n{title}\n\n```text,{architecture}\n{}\n```\n\n</div>\n",
        lines.join("\n")
    )
}

/// Which compiler made which listings.
pub fn compilers(data: &Data) -> String {
    let mut by_compiler: Vec<(&str, Vec<&str>)> = Vec::new();
    for target in TARGETS {
        let Some(made) = data.targets.get(target.id) else { continue };
        match by_compiler.iter_mut().find(|(compiler, _)| *compiler == made.compiler) {
            Some((_, names)) => names.push(target.name),
            None => by_compiler.push((&made.compiler, vec![target.name])),
        }
    }
    let last = by_compiler.len().saturating_sub(1);
    let sentence = |(index, (compiler, names)): (usize, &(&str, Vec<&str>))| match index {
        _ if index == last && last > 0 => format!("{compiler} made all others"),
        _ => format!("{compiler} made those for {}", names.join(", ")),
    };
    let sentences: Vec<String> = by_compiler.iter().enumerate().map(sentence).collect();
    format!(
        "*The listings are optimised code. {}. `cargo listings` has made them from the files of `ci/listings/topics`.*\n",
        sentences.join("; ")
    )
}
