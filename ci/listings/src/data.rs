//! The listings as data: one file, a line for each function and target, so that a change is easy to read.

use crate::targets::{TARGETS, Target};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// Where the data lies, relative to the repository.
pub const FILE: &str = "src/ch07_processor/listings.json";

/// All listings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// What made the listings: for each target by its id.
    pub targets: BTreeMap<String, Made>,
    /// The instructions, one a line, of each function (`topic.name`) for each target (by its id).
    pub listings: BTreeMap<String, BTreeMap<String, String>>,
}

/// How a target's listings were made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The name in the book.
    pub name: String,
    /// The architecture, as in the glossary.
    pub architecture: String,
    /// The compiler's name of the target.
    pub triple: String,
    /// What was switched on or off beside it.
    pub features: String,
    /// The compiler: `rustc 1.95.0, LLVM 22.1.2`.
    pub compiler: String,
}

impl Data {
    /// Reads the data of the repository.
    ///
    /// # Errors
    /// When there is none, or it is something else.
    pub fn read(root: &Path) -> io::Result<Self> {
        Ok(serde_json::from_str(&fs::read_to_string(root.join(FILE))?)?)
    }

    /// Takes in what a compiler has made of all functions for one target, in place of what was there.
    pub fn replace(
        &mut self,
        target: &Target,
        compiler: &str,
        functions: BTreeMap<String, String>,
    ) {
        let made = Made {
            name: target.name.into(),
            architecture: target.architecture.into(),
            triple: target.triple.into(),
            features: target.features.into(),
            compiler: compiler.into(),
        };
        self.targets.insert(target.id.into(), made);
        for of_function in self.listings.values_mut() {
            of_function.remove(target.id);
        }
        for (function, text) in functions {
            self.listings.entry(function).or_default().insert(target.id.into(), text);
        }
        self.listings.retain(|_, of_function| !of_function.is_empty());
    }

    /// The listings of one target.
    pub fn of<'a>(&'a self, target: &str) -> BTreeMap<&'a str, &'a str> {
        let all = self.listings.iter();
        all.filter_map(|(name, of_function)| {
            Some((name.as_str(), of_function.get(target)?.as_str()))
        })
        .collect()
    }

    /// The file: JSON with a line for each listing.
    pub fn to_json(&self) -> String {
        let quoted = |text: &str| serde_json::to_string(text).expect("text is JSON");
        let ids = || TARGETS.iter().map(|target| target.id);
        let mut lines = vec!["{\"targets\": {".to_owned()];
        let made = ids().filter_map(|id| Some((id, self.targets.get(id)?)));
        lines.extend(separated(made.map(|(id, made)| {
            format!("{}: {}", quoted(id), serde_json::to_string(made).expect("plain data is JSON"))
        })));
        lines.push("}, \"listings\": {".into());
        let functions = self.listings.iter().map(|(function, of_function)| {
            let of_target = ids().filter_map(|id| Some((id, of_function.get(id)?)));
            let listings =
                of_target.map(|(id, text)| format!("  {}: {}", quoted(id), quoted(text)));
            format!("{}: {{\n{}}}", quoted(function), separated(listings).join("\n"))
        });
        lines.extend(separated(functions));
        lines.push("}}\n".into());
        lines.join("\n")
    }
}

/// The items with a comma after each but the last.
fn separated(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut items: Vec<String> = items.collect();
    let last = items.len().saturating_sub(1);
    items.iter_mut().take(last).for_each(|item| item.push(','));
    items
}
