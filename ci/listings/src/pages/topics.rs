//! One file a topic, with an anchor for each function and target: `{{#include …/listings/TOPIC.txt:FUNCTION-TARGET}}`.

use crate::CHAPTER;
use crate::data::Data;
use crate::machine::TARGETS;
use std::collections::BTreeMap;

/// The topic that is shown as one table.
const MATRIX: &str = "matrix";

/// The files of all topics but the table.
pub fn files(data: &Data) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (name, of_function) in &data.listings {
        let (topic, function) = name.split_once('.').expect("a name is topic.function");
        if topic == MATRIX {
            continue;
        }
        let file = files.entry(format!("{CHAPTER}/listings/{topic}.txt")).or_default();
        for target in TARGETS {
            let Some(text) = of_function.get(target.id) else { continue };
            let anchor = format!("{function}-{}", target.id);
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
