//! Do the locks depend on how long a spin hint takes? The same rows with hints of other lengths.

use crate::throughput::{LEAST, words};
use crate::{is_clear, table};
use speed::results::{OURS, Results};

/// A row of ours may be so many times as fast or as slow with other hints.
const MOVES: f64 = 1.25;
/// The peers that are ours with other hints, and how the table calls them.
const STRETCHED: [(&str, &str); 3] =
    [("locksmith ×3", "3×"), ("locksmith ×10", "10×"), ("locksmith ×0", "none")];

/// What one row came to.
struct Moved<'a> {
    name: &'a str,
    /// Our time as a multiple of our time with hints as they are, and is that clear of the noise?
    times: Vec<(f64, bool)>,
    /// The best other as a multiple of our slowest.
    worst: (f64, bool),
}

fn moved(results: &Results) -> Vec<Moved<'_>> {
    let of = |name| {
        let row = |peer: &str| results.row("stretched", name, peer);
        let ours = row(OURS)?;
        let stretched: Vec<_> = STRETCHED.iter().filter_map(|(peer, _)| row(peer)).collect();
        let times = stretched.iter().map(|row| (row.median() / ours.median(), is_clear(row, ours)));
        let slowest = stretched
            .iter()
            .copied()
            .chain([ours])
            .max_by(|a, b| a.median().total_cmp(&b.median()))?;
        let (best, _) = results.ratio("stretched", name)?;
        let best = row(best)?;
        let worst = (best.median() / slowest.median(), is_clear(best, slowest));
        Some(Moved { name, times: times.collect(), worst })
    };
    results.names("stretched").into_iter().filter_map(of).collect()
}

fn moves_too_far(row: &Moved<'_>) -> bool {
    row.times.iter().any(|(time, _)| !(1.0 / MOVES..=MOVES).contains(time))
}

fn sentence(rows: &[Moved<'_>]) -> String {
    let times = || rows.iter().flat_map(|row| row.times.iter().map(|time| time.0));
    let (least, most) = (times().fold(f64::INFINITY, f64::min), times().fold(0.0, f64::max));
    let worst = rows.iter().map(|row| row.worst.0).fold(f64::INFINITY, f64::min);
    format!(
        "With other hints our rows take {least:.2} to {most:.2} times as long. {} of {} move by more than {MOVES} times. The worst \
         is {worst:.2} of the best other lock; rows below {LEAST}: {}.\n",
        rows.iter().filter(|row| moves_too_far(row)).count(),
        rows.len(),
        rows.iter().filter(|row| row.worst.0 < LEAST).count(),
    )
}

/// A table for each machine that has measured it.
pub fn tables(now: &[&Results]) -> String {
    let mut text = String::new();
    for results in now {
        let rows = moved(results);
        if rows.is_empty() {
            continue;
        }
        text += &sentence(&rows);
        text += "\n";
        let mut heading = vec![format!("Hints as long as ({})", results.title())];
        heading.extend(STRETCHED.iter().map(|(_, shown)| (*shown).to_owned()));
        heading.push("best other ÷ our slowest".into());
        let cell = |(number, is_clear): (f64, bool)| {
            format!("{}{number:.2}", if is_clear { "" } else { "~ " })
        };
        let lines = rows.iter().map(|row| {
            let mut cells = vec![words(row.name)];
            cells.extend(row.times.iter().map(|time| cell(*time)));
            cells.push(cell(row.worst));
            cells
        });
        text += &table(&heading, lines);
    }
    text
}

/// What there is to say of one machine, and whether every row holds, as far as this run can tell.
pub fn gate(results: &Results) -> (String, bool) {
    let rows = moved(results);
    let mut text = sentence(&rows);
    let mut holds = !rows.is_empty();
    let mut say = |row: &Moved<'_>, what: String, is_clear: bool| {
        let how = if is_clear { "" } else { "; not decided, for the passes lie further apart" };
        text += &format!("{}: {what}{how}\n", words(row.name));
        holds &= !is_clear;
    };
    for row in &rows {
        let too_far = |time: f64| !(1.0 / MOVES..=MOVES).contains(&time);
        if let Some((time, is_clear)) = row.times.iter().find(|(time, _)| too_far(*time)) {
            say(row, format!("takes {time:.2} times as long with other hints"), *is_clear);
        }
        if row.worst.0 < LEAST {
            say(row, format!("{:.2} of the best other", row.worst.0), row.worst.1);
        }
    }
    (text, holds)
}
