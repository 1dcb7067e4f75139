//! The numbers, and the page of the book that shows them.

use crate::operators::OPERATORS;
use crate::run::Counts;
use catalog::{Catalog, Exercise, grouped};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// The numbers, below the root.
pub const RESULTS: &str = "ci/mutants/results.toml";
/// The table, which a page includes.
pub const TABLE: &str = "src/how_to_work/mutants/table.md";
/// The sentence that the introduction includes.
pub const SENTENCE: &str = "src/how_to_work/mutants/sentence.md";
/// The operators, which a page includes.
pub const LIST: &str = "src/how_to_work/mutants/operators.md";

const MADE: &str = "<!-- Made by `cargo mutate --write`. -->";

/// The numbers of each exercise, as they were when it was judged last.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Results(BTreeMap<String, Counts>);

impl Results {
    /// Reads them; none, if there is no file yet.
    ///
    /// # Errors
    ///
    /// In words, if they are not what was written.
    pub fn read(root: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(root.join(RESULTS)).unwrap_or_default();
        toml::from_str(&text).map_err(|error| format!("{RESULTS}: {error}"))
    }

    /// Keeps those of an exercise.
    pub fn keep(&mut self, id: &str, counts: Counts) {
        self.0.insert(id.into(), counts);
    }

    /// As they are in the file.
    fn text(&self) -> String {
        let mut out = String::from(
            "# Written by `cargo mutate --write`: what came of the mutants of each exercise.\n",
        );
        for (id, c) in &self.0 {
            let _ = writeln!(
                out,
                "{id} = {{ mutants = {}, rejected = {}, undecided = {}, equivalent = {}, outside = {}, holes = {} }}",
                c.mutants, c.rejected, c.undecided, c.equivalent, c.outside, c.holes
            );
        }
        out
    }

    fn of<'a>(&self, exercises: impl Iterator<Item = &'a Exercise>) -> Sum {
        let mut sum = Sum::default();
        for exercise in exercises {
            sum.exercises += 1;
            if let Some(counts) = self.0.get(&exercise.id) {
                sum.judged += 1;
                sum.counts.add(counts);
            }
        }
        sum
    }
}

/// Some exercises taken together.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    exercises: usize,
    /// Those of which there are numbers.
    judged: usize,
    counts: Counts,
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.mutants += other.mutants;
        self.rejected += other.rejected;
        self.undecided += other.undecided;
        self.equivalent += other.equivalent;
        self.outside += other.outside;
        self.holes += other.holes;
    }

    /// Of those that are wrong, how many are told from right, in per cent: never rounded up to all.
    fn score(&self) -> String {
        let found = self.rejected + self.undecided;
        let wrong = found + self.holes;
        match (wrong, self.holes) {
            (0, _) => "–".into(),
            (_, 0) => "100 %".into(),
            _ => {
                let tenths = 1000 * found / wrong;
                format!("{}.{} %", tenths / 10, tenths % 10)
            }
        }
    }
}

/// Writes the numbers, and what pages include.
///
/// # Errors
///
/// In words, if a file cannot be written.
pub fn write(root: &Path, catalog: &Catalog, results: &Results) -> Result<(), String> {
    let mut all = vec![(RESULTS, results.text())];
    all.extend(pages(catalog, results));
    for (file, text) in all {
        let path = root.join(file);
        std::fs::create_dir_all(path.parent().expect("in a folder"))
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|error| format!("{file}: {error}"))?;
    }
    Ok(())
}

/// What pages include: files and texts.
pub fn pages(catalog: &Catalog, results: &Results) -> Vec<(&'static str, String)> {
    vec![(TABLE, table(catalog, results)), (SENTENCE, sentence(catalog, results)), (LIST, list())]
}

fn table(catalog: &Catalog, results: &Results) -> String {
    let mut out = format!("{MADE}\n\n");
    out += "| Chapter | Exercises | Mutants | Rejected | Not decided | Equivalent | Outside | Holes | Score |\n";
    out += "|---|--:|--:|--:|--:|--:|--:|--:|--:|\n";
    let mut row = |name: &str, Sum { exercises, judged, counts }: Sum| {
        if judged == 0 {
            return;
        }
        let of = if judged == exercises {
            judged.to_string()
        } else {
            format!("{judged} of {exercises}")
        };
        let Counts { mutants, rejected, undecided, equivalent, outside, holes } = counts;
        let [mutants, rejected, undecided, equivalent, outside, holes] =
            [mutants, rejected, undecided, equivalent, outside, holes]
                .map(|number| grouped(number as u64));
        let _ = writeln!(
            out,
            "| {name} | {of} | {mutants} | {rejected} | {undecided} | {equivalent} | {outside} | {holes} | {} |",
            counts.score()
        );
    };
    for chapter in &catalog.chapters {
        let those = catalog.exercises.iter().filter(|exercise| exercise.chapter == chapter.stem);
        row(&chapter.title, results.of(those));
    }
    row("All", results.of(catalog.exercises.iter()));
    out
}

fn sentence(catalog: &Catalog, results: &Results) -> String {
    let Sum { exercises, judged, counts } = results.of(catalog.exercises.iter());
    let of = if judged == exercises {
        format!("all {exercises} exercises")
    } else {
        format!("{judged} of the {exercises} exercises")
    };
    let Counts { mutants, rejected, undecided, equivalent, outside, holes } = counts;
    let left = match holes {
        0 => "none is a mistake that it misses".to_owned(),
        1 => "1 is a mistake that it misses".to_owned(),
        _ => format!("{holes} are mistakes that it misses"),
    };
    let [mutants, rejected, equivalent, outside] =
        [mutants, rejected + undecided, equivalent, outside].map(|number| grouped(number as u64));
    format!(
        "{MADE}\n\nA program has also made {mutants} small mistakes in the references of {of}, one at a time: a \
         weaker ordering, a lost wake-up, a bound that is off by one. The grader rejected {rejected}. Of the others, {equivalent} do the same as the reference, {outside} do what no page rules out, and \
         {left}. See [Mistakes made on purpose](how_to_work/mutants.md).\n"
    )
}

fn list() -> String {
    let mut out = format!("{MADE}\n\n");
    for operator in OPERATORS {
        let _ = writeln!(out, "- `{}`: {}", operator.name, operator.makes);
    }
    out
}
