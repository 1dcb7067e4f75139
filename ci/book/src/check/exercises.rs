//! Exercises that a command names and that do not exist.

use catalog::Catalog;
use std::path::Path;

/// What `cargo` calls, and the options after which a word is none of an exercise.
const COMMANDS: [(&str, &[&str]); 4] = [
    ("test", &["-p", "--package", "--test", "--features", "--example", "--bench", "--bin"]),
    ("grade", &["--hint", "--report", "--replay", "--class"]),
    ("mutate", &[]),
    ("nextest", &["-p", "--package", "--test", "--features"]),
];

/// Options with which `cargo test` is about a package, and its words are names of tests.
const PACKAGE: [&str; 5] = ["-p", "--package", "--test", "--workspace", "--doc"];

/// The names that exercises go by.
pub struct Names(Catalog);

impl Names {
    /// Those of the book at `root`, if it has exercises.
    pub fn of(root: &Path) -> Option<Self> {
        root.join("exercises/catalog.toml").is_file().then(|| Self(Catalog::read(root)))
    }

    /// What is wrong with the words of `cargo COMMAND …`.
    pub fn fault(&self, command: &str, words: &[&str]) -> Option<String> {
        let (_, valued) = COMMANDS.iter().find(|(name, _)| *name == command)?;
        if words.iter().any(|word| PACKAGE.contains(word)) {
            return None;
        }
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            if valued.contains(word) {
                rest.next();
            } else if *word == "--" {
                return None;
            } else if is_name(word) && *word != "run" && !self.is_known(word) {
                return Some(format!("`cargo {command} … {word}`: there is no such exercise"));
            }
        }
        None
    }

    /// Whether a reader could type the name, or the name and that of a check.
    fn is_known(&self, name: &str) -> bool {
        let is_meant = |name: &str| judge::named(&self.0, &[name.to_owned()]).is_ok();
        is_meant(name) || name.rsplit_once('/').is_some_and(|(name, _)| is_meant(name))
    }
}

/// Whether the word is a name and not an option, or a place to fill in.
fn is_name(word: &str) -> bool {
    !word.starts_with('-')
        && !word.contains(['<', '…', '*', '#'])
        && word.contains(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
}
