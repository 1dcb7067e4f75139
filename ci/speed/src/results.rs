//! What was measured, as it is kept: one file a machine.

use costs::result::Machine;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

/// Where the results lie, relative to the repository.
pub const FOLDER: &str = "ci/speed/machines";

/// How the locks waited that were measured last. Results of locks that waited otherwise are shown, and not judged.
pub const WAITING: &str = "three pauses of 150 ns, eight yields, then sleep";

/// The peer that is this book's.
pub const OURS: &str = "locksmith";

/// What one machine has measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// The machine.
    pub machine: Machine,
    /// How the book's locks waited then: [`WAITING`], or something older.
    pub waiting: String,
    /// The machine as it was when a benchmark was run again by itself: another day, another compiler, another load.
    #[serde(default)]
    pub again: BTreeMap<String, Machine>,
    /// The rows, in the order in which they were measured, one for each peer.
    pub rows: Vec<Row>,
}

/// One peer's answers to one question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Which benchmark asked: `locks`, `channels`, …
    pub bench: String,
    /// The question: `mutex 2 short`.
    pub name: String,
    /// Whose answers these are.
    pub peer: String,
    /// The answers, one for each pass. Nanoseconds, unless the benchmark says something else.
    pub passes: Vec<f64>,
}

impl Row {
    /// The middle of the passes.
    ///
    /// # Panics
    /// If there is none.
    pub fn median(&self) -> f64 {
        let passes = self.sorted();
        let middle = passes.len() / 2;
        if passes.len() % 2 == 1 {
            passes[middle]
        } else {
            f64::midpoint(passes[middle - 1], passes[middle])
        }
    }

    /// How far the passes lie apart, without a quarter at each end: half of that distance, as a part of the median. Nine of fifteen
    /// passes lie about so near to the median. `None` for fewer than three passes.
    pub fn spread(&self) -> Option<f64> {
        let passes = self.sorted();
        let cut = passes.len() / 4;
        let (low, high) = (passes.get(cut)?, passes.get(passes.len() - 1 - cut)?);
        (passes.len() > 2).then(|| (high - low) / 2.0 / self.median())
    }

    fn sorted(&self) -> Vec<f64> {
        let mut passes = self.passes.clone();
        passes.sort_by(f64::total_cmp);
        passes
    }
}

impl Results {
    /// Nothing yet, on this machine.
    pub fn here() -> Self {
        Self {
            machine: Machine::this(),
            waiting: WAITING.into(),
            again: BTreeMap::new(),
            rows: Vec::new(),
        }
    }

    /// As [`Self::here`], without a question to the system about its name.
    pub(crate) fn here_without_asking() -> Self {
        let none = String::new;
        let machine = Machine {
            model: none(),
            architecture: none(),
            processors: 0,
            system: none(),
            compiler: none(),
            date: none(),
            load: None,
        };
        Self { machine, waiting: WAITING.into(), again: BTreeMap::new(), rows: Vec::new() }
    }

    /// The best of the others, and its median as a multiple of ours: more than 1 if ours is the fastest. The first peer of a row is
    /// ours. What ours is under other conditions (`locksmith ×3`) is nobody's other.
    pub fn ratio(&self, bench: &str, name: &str) -> Option<(&str, f64)> {
        let ours = self.row(bench, name, OURS)?.median();
        let others = self
            .rows
            .iter()
            .filter(|row| row.bench == bench && row.name == name && !row.peer.starts_with(OURS));
        let best = others.min_by(|a, b| a.median().total_cmp(&b.median()))?;
        Some((&best.peer, best.median() / ours))
    }

    /// The answers of a peer.
    pub fn row(&self, bench: &str, name: &str, peer: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.bench == bench && row.name == name && row.peer == peer)
    }

    /// The questions of a benchmark, each once, in their order.
    pub fn names(&self, bench: &str) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for row in self.rows.iter().filter(|row| row.bench == bench) {
            if !names.contains(&row.name.as_str()) {
                names.push(&row.name);
            }
        }
        names
    }

    /// The machine as it was when this benchmark was run.
    pub fn machine_for(&self, bench: &str) -> &Machine {
        self.again.get(bench).unwrap_or(&self.machine)
    }

    /// The machine's name as a heading: its processor and the day.
    pub fn title(&self) -> String {
        title(&self.machine)
    }

    /// As [`Self::title`], with the day of this benchmark.
    pub fn title_for(&self, bench: &str) -> String {
        title(self.machine_for(bench))
    }

    /// The name of this machine's file: its processor, and how many.
    pub fn file_name(&self) -> String {
        let words = format!("{} {}", self.machine.model, self.machine.processors);
        let words =
            words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join("-").to_lowercase() + ".json"
    }

    /// Puts rows in the place of those of the same benchmark, which has now been run on `machine`.
    pub fn replace(&mut self, rows: Vec<Row>, machine: Machine) {
        for bench in rows.iter().map(|row| row.bench.as_str()).collect::<BTreeSet<_>>() {
            let unloaded = Machine { load: self.machine.load, ..machine.clone() };
            // In one run of all benchmarks, each after the first finds the load of the one before.
            if self.rows.iter().any(|old| old.bench == bench) || unloaded != self.machine {
                self.again.insert(bench.to_owned(), machine.clone());
            }
        }
        self.rows.retain(|old| rows.iter().all(|new| new.bench != old.bench));
        self.rows.extend(rows);
    }

    /// Reads one file.
    ///
    /// # Errors
    /// If it cannot be read, or holds something else.
    pub fn read(path: &Path) -> io::Result<Self> {
        Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
    }

    /// Writes one file, a line for each row, so that a difference can be read.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let rows: Result<Vec<String>, _> = self.rows.iter().map(serde_json::to_string).collect();
        let text = format!(
            "{{\n\"machine\": {},\n\"waiting\": {},\n\"again\": {},\n\"rows\": [\n{}\n]\n}}\n",
            serde_json::to_string(&self.machine)?,
            serde_json::to_string(&self.waiting)?,
            serde_json::to_string(&self.again)?,
            rows?.join(",\n"),
        );
        fs::write(path, text)
    }
}

/// A machine as a heading.
fn title(machine: &Machine) -> String {
    let Machine { model, processors, date, .. } = machine;
    format!("{model}, {processors} processors, {date}")
}

/// All results that are kept: those of the locks as they are now first, then by the names of the files.
///
/// # Errors
/// If one of them cannot be read.
pub fn all(root: &Path) -> io::Result<Vec<Results>> {
    let mut paths: Vec<_> = match fs::read_dir(root.join(FOLDER)) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => Vec::new(),
    };
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let mut all: Vec<Results> =
        paths.iter().map(|path| Results::read(path)).collect::<Result<_, _>>()?;
    all.sort_by_key(|results| results.waiting != WAITING);
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, Machine, Results, Row};

    fn row(passes: &[f64]) -> Row {
        let word = String::new();
        Row { bench: word.clone(), name: word.clone(), peer: word, passes: passes.to_vec() }
    }

    #[test]
    fn the_median_is_the_middle_of_the_passes() {
        assert_eq!(row(&[3.0, 1.0, 100.0]).median(), 3.0);
        assert_eq!(row(&[4.0, 1.0, 2.0, 100.0]).median(), 3.0);
    }

    #[test]
    fn a_benchmark_that_was_run_again_has_a_day_of_its_own() {
        let on = |date: &str, load| Machine {
            date: date.into(),
            load: Some(load),
            ..Results::here_without_asking().machine
        };
        let of = |bench: &str| vec![Row { bench: bench.into(), ..row(&[1.0]) }];
        let mut results = Results { machine: on("1st", 0.0), ..Results::here_without_asking() };
        // All in one run.
        results.replace(of("locks"), on("1st", 0.0));
        results.replace(of("ideas"), on("1st", 7.0));
        assert_eq!(results.again, BTreeMap::new());
        // One of them again, on the same day and on another.
        results.replace(of("ideas"), on("1st", 0.5));
        assert_eq!(results.machine_for("ideas").load, Some(0.5));
        results.replace(of("ideas"), on("2nd", 0.0));
        assert_eq!(results.machine_for("ideas").date, "2nd");
        assert_eq!(results.machine_for("locks").date, "1st");
        assert_eq!(results.rows.len(), 2);
    }

    #[test]
    fn one_pass_that_lies_far_off_does_not_widen_the_spread() {
        let calm = row(&[10.0, 10.0, 11.0, 11.0, 12.0, 12.0, 12.0]);
        let outlier = row(&[10.0, 10.0, 11.0, 11.0, 12.0, 12.0, 900.0]);
        assert_eq!(calm.spread(), outlier.spread());
        assert_eq!(row(&[1.0, 2.0]).spread(), None);
    }
}
