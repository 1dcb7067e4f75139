//! Nanoseconds for one critical section, row by row.

use crate::{LOCKS, is_clear, machine, plot, table, with_spread};
use speed::results::Results;

/// No row should be below this.
pub const LEAST: f64 = 0.95;
/// The mean of all rows should not be below this.
const MEAN: f64 = 1.05;

/// The rows of the locks: all but those that explain them.
pub fn names(results: &Results) -> Vec<&str> {
    let kinds = ["mutex", "rwlock", "condvar"];
    let mut names = results.names("locks");
    names.retain(|name| kinds.iter().any(|kind| name.starts_with(kind)));
    names
}

/// A row in words.
pub fn words(name: &str) -> String {
    let mut words = name.splitn(3, ' ');
    let [kind, threads, case] = [(); 3].map(|()| words.next().unwrap_or_default());
    match (kind, threads) {
        ("mutex", "1") => "mutex, one thread".into(),
        ("mutex", _) => format!("mutex, {threads} threads, {case}"),
        ("rwlock", "1") => format!("reader-writer lock, one thread, {case}"),
        ("rwlock", _) => format!("reader-writer lock, {threads} threads, {case} % reads"),
        (_, "1") => format!("condition variable, {case}"),
        _ => format!("condition variable, {threads} threads, {case}"),
    }
}

/// The best of the others as a multiple of ours: more than 1 if ours is the fastest.
pub fn ratio(results: &Results, name: &str) -> Option<f64> {
    Some(results.ratio("locks", name)?.1)
}

/// The geometric mean.
fn mean(ratios: &[f64]) -> f64 {
    (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp()
}

/// All ratios of a machine.
fn ratios(results: &Results) -> Vec<f64> {
    names(results).into_iter().filter_map(|name| ratio(results, name)).collect()
}

/// The ratios to the best of those that sleep: all but the last.
fn ratios_asleep(results: &Results) -> Vec<f64> {
    let of = |name: &str| {
        let time = |lock: &str| Some(results.row("locks", name, lock)?.median());
        let best =
            LOCKS[1..LOCKS.len() - 1].iter().filter_map(|lock| time(lock)).reduce(f64::min)?;
        Some(best / time(LOCKS[0])?)
    };
    names(results).into_iter().filter_map(of).collect()
}

/// Is a ratio of 1 within what the passes show?
fn is_open(results: &Results, name: &str) -> bool {
    let (Some(ours), Some((best, _))) =
        (results.row("locks", name, LOCKS[0]), results.ratio("locks", name))
    else {
        return true;
    };
    results.row("locks", name, best).is_none_or(|best| !is_clear(ours, best))
}

/// How the rows came out, in a few sentences for each machine, and last the worst of them.
pub fn verdict(now: &[&Results], before: &[&Results]) -> String {
    let mut text = String::new();
    for results in now {
        let ratios = ratios(results);
        let first = ratios.iter().filter(|ratio| **ratio >= 1.0).count();
        let below: Vec<&str> = names(results)
            .into_iter()
            .filter(|name| ratio(results, name).is_some_and(|ratio| ratio < LEAST))
            .collect();
        text += &format!(
            "**{}.** In {first} of {} rows the locks of this book are the fastest; in {} more they are within five per \
             cent of the fastest. Over all rows the best of the others takes {:.2} times as long (geometric mean; the aim is \
             {MEAN}); the best of those that sleep, {:.2} times.\n\n",
            machine(results),
            ratios.len(),
            ratios.len() - first - below.len(),
            mean(&ratios),
            mean(&ratios_asleep(results)),
        );
        if results.machine.load.is_some_and(|load| load >= 1.0) {
            text += "Other programs wanted the processors at the same time. So the passes lie further apart than they would otherwise.\n\n";
        }
        if below.is_empty() {
            text += "No row is below 0.95.\n\n";
            continue;
        }
        text += "Below 0.95, before rounding:\n\n";
        for name in below {
            let Some((best, ratio)) = results.ratio("locks", name) else { continue };
            let open = if is_open(results, name) {
                "; the passes of the two lie further apart than that"
            } else {
                ""
            };
            text += &format!("- {}: {ratio:.2}, `{best}` is faster{open}.\n", words(name));
        }
        text += "\n";
    }
    let means: Vec<f64> = now.iter().map(|results| mean(&ratios(results))).collect();
    match means[..] {
        [] => text += "No machine has measured the locks as they are now.\n",
        [_] => {
            text += "This is the only machine that has measured the locks as they are now, so it is the worst as well.\n"
        }
        _ => {
            let worst = means.iter().copied().fold(f64::INFINITY, f64::min);
            text += &format!("On the worst of these machines, the mean is {worst:.2}.\n");
        }
    }
    for results in before {
        text += &format!(
            "\nBefore, when they waited with {}, the mean was {:.2} on {}.\n",
            results.waiting,
            mean(&ratios(results)),
            machine(results),
        );
    }
    text
}

/// The best other as a multiple of ours, a column for each run.
pub fn side_by_side(all: &[Results]) -> String {
    let all: Vec<&Results> = all.iter().filter(|results| !names(results).is_empty()).collect();
    let Some(first) = all.first() else { return String::new() };
    let mut heading = vec!["Best other ÷ Locksmith".to_owned()];
    heading.extend(all.iter().map(|results| {
        let before =
            if results.waiting == speed::results::WAITING { "" } else { ", the locks before" };
        format!("{}{before}", results.title())
    }));
    let rows = names(first).into_iter().map(|name| {
        let mut cells = vec![words(name)];
        cells.extend(all.iter().map(|results| match ratio(results, name) {
            Some(ratio) => {
                let open = if is_open(results, name) { "~ " } else { "" };
                if ratio < LEAST {
                    format!("{open}{ratio:.2}")
                } else {
                    format!("{open}**{ratio:.2}**")
                }
            }
            None => "–".into(),
        }));
        cells
    });
    table(&heading, rows)
}

/// The plots and all numbers of each machine.
pub fn each(now: &[&Results]) -> String {
    let mut text = String::new();
    for results in now {
        text += &plot::all(results);
        let mut heading = vec![format!("Nanoseconds, {}", results.title())];
        heading.extend(["Locksmith", "std", "parking_lot", "spin"].map(str::to_owned));
        let rows = names(results).into_iter().map(|name| {
            let mut cells = vec![words(name)];
            cells.extend(
                LOCKS.map(|lock| results.row("locks", name, lock).map_or("–".into(), with_spread)),
            );
            cells
        });
        text += &table(&heading, rows);
    }
    text
}
