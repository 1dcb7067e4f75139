//! Levels: programs with a mistake, and when they are broken.

use crate::program::{Line, Operation, Test, Thread, Verb, test, thread};
use serde::Deserialize;
use std::sync::LazyLock;

/// A level.
#[derive(Clone, Debug)]
pub struct Level {
    /// The name of its file.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What the program is for, and what the reader shall make it do.
    pub task: String,
    /// What there is to learn, for one who has broken it.
    pub why: String,
    /// The locations.
    pub memory: Vec<Location>,
    /// The name and the lines of each thread.
    pub threads: Vec<(String, Thread)>,
    /// What must not be: all of these at once. Names of locations are their last values, when all threads have ended. A data race breaks
    /// every program.
    pub broken: Vec<Test>,
    /// The same, as text.
    pub broken_text: Option<String>,
    /// The threads without the mistake; none if the mend is more than an edit.
    pub mended: Vec<(String, Thread)>,
}

/// A location.
#[derive(Clone, Debug)]
pub struct Location {
    /// Its name.
    pub name: String,
    /// Its first value.
    pub value: u64,
    /// It is `true` or `false`.
    pub is_bool: bool,
    /// It is plain data.
    pub is_plain: bool,
}

#[derive(Deserialize)]
struct File {
    level: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    title: String,
    task: String,
    why: String,
    memory: String,
    broken: Option<String>,
    #[serde(default)]
    mend: Vec<[String; 2]>,
    thread: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    name: String,
    code: String,
}

/// All levels, in the order of the page.
pub static LEVELS: LazyLock<Vec<Level>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../levels.toml")).expect("levels as TOML");
    file.level.into_iter().map(Level::new).collect()
});

impl Entry {
    /// The threads, with every text that is to be replaced.
    fn mended(&self) -> Vec<(String, Thread)> {
        for [from, _] in &self.mend {
            let is_there = self.thread.iter().any(|part| part.code.contains(from));
            assert!(is_there, "{}: there is no `{from}` to mend", self.id);
        }
        let mend = |code: &str| {
            self.mend.iter().fold(code.to_owned(), |code, [from, to]| code.replace(from, to))
        };
        self.thread.iter().map(|part| (part.name.clone(), thread(&mend(&part.code)))).collect()
    }
}

impl Level {
    fn new(entry: Entry) -> Self {
        let mended = if entry.mend.is_empty() { Vec::new() } else { entry.mended() };
        let threads: Vec<(String, Thread)> =
            entry.thread.into_iter().map(|t| (t.name, thread(&t.code))).collect();
        let lines = || threads.iter().flat_map(|(_, lines)| lines);
        let memory = entry.memory.split(", ").map(|one| {
            let (name, value) = one.split_once(" = ").expect("a location and its value");
            let is_bool = value == "false";
            let is_plain = lines().any(|(_, line)| match line {
                Line::Does(Operation { location, verb: Verb::Read | Verb::Write(_), .. }) => {
                    location == name
                }
                _ => false,
            });
            let value = if is_bool { 0 } else { value.parse().expect("a number") };
            Location { name: name.to_owned(), value, is_bool, is_plain }
        });
        let tests = entry.broken.iter().flat_map(|text| text.split(" && "));
        Self {
            memory: memory.collect(),
            threads,
            mended,
            broken: tests.map(test).collect(),
            broken_text: entry.broken,
            id: entry.id,
            title: entry.title,
            task: entry.task.trim().to_owned(),
            why: entry.why.trim().to_owned(),
        }
    }

    /// The place of a location among all.
    ///
    /// # Panics
    ///
    /// Panics if there is no such location.
    pub fn location(&self, name: &str) -> usize {
        let at = self.memory.iter().position(|location| location.name == name);
        at.unwrap_or_else(|| panic!("{}: no location `{name}`", self.id))
    }
}
