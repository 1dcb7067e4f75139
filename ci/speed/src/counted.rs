//! What is counted and not timed: bytes, and calls to the system.

use crate::{LOCKS, table};
use speed::results::Results;

fn locks(heading: &str) -> Vec<String> {
    [heading, "Locksmith", "std", "parking_lot", "spin"].map(str::to_owned).to_vec()
}

/// Bytes. They are the same on all machines of one kind, so one machine tells.
pub fn memory(now: &[&Results]) -> String {
    let Some(results) = now.first() else { return String::new() };
    let names = results.names("fairness");
    let rows = names.iter().filter_map(|name| name.strip_prefix("size ")).map(|what| {
        let size = |lock: &str| results.row("fairness", &format!("size {what}"), lock);
        let mut cells = vec![format!("`{what}`")];
        cells.extend(
            LOCKS.map(|lock| size(lock).map_or("–".into(), |row| format!("{:.0}", row.median()))),
        );
        cells
    });
    table(&locks("Bytes"), rows)
}

/// Calls to the system for a thousand sections, as strace has counted them.
pub fn calls(now: &[&Results]) -> String {
    let mut text = String::new();
    for results in now {
        let names = results.names("futex");
        if names.is_empty() {
            text += &format!(
                "On {} the calls were not counted: `strace` is not installed there.\n\n",
                results.title()
            );
            continue;
        }
        let rows = names.into_iter().map(|name| {
            let mut cells = vec![crate::throughput::words(name).replace(" % reads", "")];
            cells.extend(LOCKS.map(|lock| {
                let count = |call: &str| results.row(call, name, lock).map(|row| row.median());
                match count("futex").zip(count("sched_yield")) {
                    Some((futex, yields)) => format!("{futex:.1} / {yields:.1}"),
                    None => "–".into(),
                }
            }));
            cells
        });
        let heading = format!("`futex` / `sched_yield` for 1,000 sections, {}", results.title());
        text += &table(&locks(&heading), rows);
    }
    text
}
