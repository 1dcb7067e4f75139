//! How long the unluckiest thread waits, and how the sections are shared out.

use crate::{LOCKS, table};
use speed::results::Results;

/// A row in words.
fn words(name: &str) -> String {
    match name.split(' ').collect::<Vec<_>>()[..] {
        ["mutex", threads, case] => format!("mutex, {threads} threads, {case}"),
        ["rwlock", threads, who] => {
            format!("reader-writer lock, {threads} threads, 90 % reads: {who}")
        }
        _ => name.into(),
    }
}

/// For each machine the longest waits and the shares.
pub fn tables(all: &[Results]) -> String {
    let mut text = String::new();
    for results in all {
        let before =
            if results.waiting == speed::results::WAITING { "" } else { ", the locks before" };
        let mut heading = vec![format!("Longest wait; shares ({}{before})", results.title())];
        heading.extend(
            ["Locksmith", "std", "parking_lot", "spin", "Locksmith ÷ best other"]
                .map(str::to_owned),
        );
        let names = results.names("fairness");
        let rows: Vec<Vec<String>> = names
            .iter()
            .filter_map(|name| name.strip_prefix("wait "))
            .map(|name| {
                let median = |what: &str, lock: &str| {
                    Some(results.row("fairness", &format!("{what} {name}"), lock)?.median())
                };
                let wait = |lock: &str| median("wait", lock);
                let cell = |lock: &str| {
                    let (wait, least, most) =
                        (wait(lock)?, median("least", lock)?, median("most", lock)?);
                    Some(format!(
                        "{} ms; {least:.0}–{most:.0} %",
                        speed::measure::short(wait / 1000.0)
                    ))
                };
                let mut cells = vec![words(name)];
                cells.extend(LOCKS.map(|lock| cell(lock).unwrap_or_else(|| "–".into())));
                let best = LOCKS[1..].iter().filter_map(|lock| wait(lock)).reduce(f64::min);
                let ratio =
                    wait(LOCKS[0]).zip(best).map(|(ours, best)| format!("{:.1}", ours / best));
                cells.push(ratio.unwrap_or_else(|| "–".into()));
                cells
            })
            .collect();
        if !rows.is_empty() {
            text += &table(&heading, rows);
        }
    }
    text
}
