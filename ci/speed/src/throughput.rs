//! What criterion has measured: nanoseconds for one critical section, row by row.

use crate::LOCKS;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// No row should be below this.
const LEAST: f64 = 0.95;
/// The mean of all rows should not be below this.
const MEAN: f64 = 1.05;

/// One row of the table.
pub struct Row {
    /// `mutex`, `rwlock` or `condvar`.
    pub kind: String,
    /// How many threads.
    pub threads: u32,
    /// The case, as the benchmark calls it.
    pub case: String,
    /// Nanoseconds for each of [`LOCKS`], if it takes part.
    pub times: [Option<f64>; LOCKS.len()],
}

impl Row {
    /// The row in words.
    pub fn name(&self) -> String {
        let Self { kind, threads, case, .. } = self;
        match (kind.as_str(), threads) {
            ("mutex", 1) => "mutex, one thread".into(),
            ("mutex", _) => format!("mutex, {threads} threads, {case}"),
            ("rwlock", 1) => format!("reader-writer lock, one thread, {case}"),
            ("rwlock", _) => format!("reader-writer lock, {threads} threads, {case} % reads"),
            (_, 1) => format!("condition variable, {case}"),
            _ => format!("condition variable, {threads} threads, {case}"),
        }
    }

    /// The best of the others and its time.
    pub fn best(&self) -> (&'static str, f64) {
        let others =
            LOCKS.iter().zip(self.times).skip(1).filter_map(|(&lock, time)| Some((lock, time?)));
        others.min_by(|a, b| a.1.total_cmp(&b.1)).expect("a row has others")
    }

    /// The time of the best of the others as a multiple of ours: more than 1 if ours is the fastest.
    pub fn ratio(&self) -> f64 {
        self.best().1 / self.ours()
    }

    /// Our time.
    pub fn ours(&self) -> f64 {
        self.times[0].expect("ours is in each row")
    }
}

/// Reads `ROW/LOCK/PASS/new/estimates.json`: the middle pass of each lock.
pub fn rows(criterion: &Path) -> Vec<Row> {
    let mut found: BTreeMap<(usize, u32, usize), Row> = BTreeMap::new();
    let kinds = ["mutex", "rwlock", "condvar"];
    let cases = ["uncontended", "read", "write", "empty", "short", "long", "50", "90", "99"];
    for directory in directories(criterion) {
        let name =
            directory.file_name().expect("it is in a directory").to_string_lossy().into_owned();
        let mut words = name.splitn(3, ' ');
        let (Some(kind), Some(threads), Some(case)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let (Some(place), Ok(threads)) =
            (kinds.iter().position(|&known| known == kind), threads.parse())
        else {
            continue;
        };
        let times = LOCKS.map(|lock| middle(&directory.join(lock)));
        if times[0].is_none() {
            continue;
        }
        let order = cases.iter().position(|&known| known == case).unwrap_or(cases.len());
        let row = Row { kind: kind.into(), threads, case: case.into(), times };
        found.insert((place, threads, order), row);
    }
    assert!(!found.is_empty(), "{}: no results", criterion.display());
    found.into_values().collect()
}

/// The middle of a lock's passes.
pub fn middle(lock: &Path) -> Option<f64> {
    let mut passes: Vec<f64> = directories(lock)
        .filter_map(|pass| fs::read_to_string(pass.join("new/estimates.json")).ok())
        .filter_map(|text| {
            serde_json::from_str::<Value>(&text).ok()?["median"]["point_estimate"].as_f64()
        })
        .collect();
    passes.sort_by(f64::total_cmp);
    passes.get(passes.len() / 2).copied()
}

fn directories(parent: &Path) -> impl Iterator<Item = std::path::PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir())
}

/// Three digits that count.
fn digits(time: f64) -> String {
    let decimals = (2 - time.log10().floor() as i32).max(0) as usize;
    format!("{time:.decimals$}")
}

/// How the rows came out, in a few sentences.
pub fn verdict(rows: &[Row], machine: &str) -> String {
    let mean = |ratio: fn(&Row) -> f64| {
        (rows.iter().map(|row| ratio(row).ln()).sum::<f64>() / rows.len() as f64).exp()
    };
    // Those that wait by sleeping: all but the last.
    let asleep = |row: &Row| {
        row.times[1..LOCKS.len() - 1].iter().flatten().fold(f64::INFINITY, |a, &b| a.min(b))
            / row.ours()
    };
    let below: Vec<&Row> = rows.iter().filter(|row| row.ratio() < LEAST).collect();
    let first = rows.iter().filter(|row| row.ratio() >= 1.0).count();
    let mut text = format!(
        "Measured on {machine}. In {first} of {} rows the locks of this book are the fastest; in {} more they are within five \
         in a hundred of the fastest. Over all rows the best of the others takes {:.2} times as long (geometric mean; the \
         aim is {MEAN}); the best of those that sleep, {:.2} times.\n",
        rows.len(),
        rows.len() - first - below.len(),
        mean(Row::ratio),
        mean(asleep),
    );
    if below.is_empty() {
        text += "\nNo row is below 0.95.\n";
    } else {
        text += "\nBelow 0.95, before rounding:\n\n";
        for row in below {
            text +=
                &format!("- {}: {:.2}, `{}` is faster.\n", row.name(), row.ratio(), row.best().0);
        }
    }
    text
}

/// The table of all rows.
pub fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| Nanoseconds | Locksmith | std | parking_lot | spin | best other ÷ Locksmith |\n|---|---:|---:|---:|---:|---:|\n",
    );
    for row in rows {
        let cells = row.times.map(|time| time.map_or("–".into(), digits));
        let ratio = if row.ratio() < LEAST {
            format!("{:.2}", row.ratio())
        } else {
            format!("**{:.2}**", row.ratio())
        };
        text += &format!("| {} | {} | {ratio} |\n", row.name(), cells.join(" | "));
    }
    text + "\n"
}
