//! Chapter 10: each exercise beside crates that do the same, and the reasons where one of those is much faster.

use crate::plot::{Legend, Plot};
use crate::{is_clear, machine_for, table, with_spread};
use speed::results::{OURS, Results, Row};

/// The benchmark.
pub const BENCH: &str = "ideas";
/// A row below this wants a reason.
const LEAST: f64 = 0.8;

/// Why a row is below [`LEAST`]: the beginning of its name, and the reason. The first that fits counts.
const WHY: [(&str, &str); 12] = [
    (
        "mcs_lock 1",
        "The node is on the heap, so that a guard can be moved: one allocation for each time that the lock is taken. In the kernel \
         it is on the caller’s stack",
    ),
    (
        "clh_lock 1",
        "As with MCS, one allocation for each time that the lock is taken. A lock that knows its threads gives each a node, and \
         allocates nothing",
    ),
    (
        "ticket_lock 2",
        "First come, first served: the thread that has just unlocked must wait for the other one, and with it for the cache line. \
         `parking_lot` lets it take the lock again",
    ),
    ("mcs_lock 2", "As with the ticket lock, the turns are fixed; and each needs an allocation"),
    ("clh_lock 2", "As with the ticket lock, the turns are fixed; and each needs an allocation"),
    (
        "mutex_fair 1",
        "A free mutex may still have waiters. So `lock` looks at the word before it exchanges it, and the others do not",
    ),
    (
        "mutex_fair",
        "It hands over after three sections by others. The thread that is given the lock must first wake up, and nobody else may have \
         it meanwhile. `parking_lot` does so every half millisecond",
    ),
    (
        "once_lock 1",
        "The value lies in an `Option`, which is checked once more. `std` trusts the state",
    ),
    (
        "left_right 2",
        "All readers count themselves in one word for each side, so two of them pass a cache line to and fro. The crate gives each \
         reader a word of its own, and the writer looks at all of them",
    ),
    (
        "mpmc_queue",
        "A thread that has lost an exchange tries again at once, after a single hint, and disturbs the one that has won. \
         `ArrayQueue` doubles its pause each time, so one thread goes on alone for a while",
    ),
    (
        "ms_queue",
        "`SegQueue` allocates once for 31 values, and frees without asking who reads. Here each value has a node, two hazard pointers \
         and their fences; and each `pop` looks at all hazard pointers, so that a mistake shows at once. M. Michael’s paper looks \
         once for many nodes",
    ),
    (
        "treiber_hazard",
        "As with the queue: a node and a look at all hazard pointers for each value. And all threads want one end of the stack, \
         where a queue has two",
    ),
];

/// The reason for a row, if there is one.
fn why(name: &str) -> Option<&'static str> {
    WHY.iter().find(|(beginning, _)| name.starts_with(beginning)).map(|(_, why)| *why)
}

/// A row in words: its exercise, the number of threads, and what they do.
fn words(name: &str) -> (&str, String) {
    let mut words = name.splitn(3, ' ');
    let [exercise, threads, what] = [(); 3].map(|()| words.next().unwrap_or_default());
    let what = match what {
        "short" => "short sections",
        "lock" => "lock and unlock",
        "life" => "count down and wait",
        "register" => "register and wake",
        "read" if threads != "1" => "read, and write now and then",
        "steal" => "one works, one steals",
        "stream" => "one puts in, one takes out",
        other => other,
    };
    let threads = if threads == "1" { "1 thread".into() } else { format!("{threads} threads") };
    (exercise, format!("{threads}, {what}"))
}

/// Do the passes of ours and of the fastest other lie further apart than the two do?
fn is_open(results: &Results, name: &str) -> bool {
    let row = |peer| results.row(BENCH, name, peer);
    let best = results.ratio(BENCH, name).and_then(|(best, _)| row(best));
    row(OURS).zip(best).is_none_or(|(ours, best)| !is_clear(ours, best))
}

/// The others of a row.
fn others<'a>(results: &'a Results, name: &'a str) -> impl Iterator<Item = &'a Row> {
    results
        .rows
        .iter()
        .filter(move |row| row.bench == BENCH && row.name == name && row.peer != OURS)
}

/// A summary, a plot, a table, and the reasons, for each machine.
pub fn pages(now: &[&Results]) -> String {
    let mut text = String::new();
    for results in now {
        let names = results.names(BENCH);
        let ratio = |name: &str| results.ratio(BENCH, name).map_or(1.0, |ratio| ratio.1);
        let below: Vec<&str> = names.iter().copied().filter(|name| ratio(name) < LEAST).collect();
        text += &format!(
            "**{}.** In {} of {} rows this book’s is at least as fast as the fastest of the others; {} are below {LEAST}.\n\n",
            machine_for(results, BENCH),
            names.iter().filter(|name| ratio(name) >= 1.0).count(),
            names.len(),
            below.len(),
        );
        if results.machine_for(BENCH).load.is_some_and(|load| load >= 1.0) {
            text += "Other programs wanted the processors at the same time. So the passes lie further apart than they would otherwise.\n\n";
        }
        text += &plot(results, &names);
        text += &all_numbers(results, &names);
        text += &reasons(results, &below);
    }
    if text.is_empty() { "No machine has measured them yet.\n".into() } else { text }
}

/// The rows below [`LEAST`], those of one exercise with one reason together.
fn reasons(results: &Results, below: &[&str]) -> String {
    let mut said: Vec<(&str, &str, Vec<String>)> = Vec::new();
    for name in below {
        let Some((best, ratio)) = results.ratio(BENCH, name) else { continue };
        let open = "The passes of the two lie further apart than that";
        let unknown = if is_open(results, name) { open } else { "We do not know why" };
        let reason = why(name).unwrap_or(unknown);
        let (exercise, case) = words(name);
        let row = format!("{case}, {ratio:.2} of `{best}`");
        match said.last_mut() {
            Some(last) if (last.0, last.1) == (exercise, reason) => last.2.push(row),
            _ => said.push((exercise, reason, vec![row])),
        }
    }
    if said.is_empty() {
        return String::new();
    }
    let line = |(exercise, reason, rows): &(&str, &str, Vec<String>)| {
        format!("- `{exercise}`: {}. {reason}.\n", rows.join("; "))
    };
    format!("Below {LEAST}:\n\n{}\n", said.iter().map(line).collect::<String>())
}

fn plot(results: &Results, names: &[&str]) -> String {
    let rows = names.iter().filter_map(|name| {
        let ours = results.row(BENCH, name, OURS)?.median();
        let (best, _) = results.ratio(BENCH, name)?;
        let mark = |row: &Row| (if row.peer == best { 1 } else { 2 }, row.median() / ours);
        let mut words = name.splitn(2, ' ');
        let [exercise, rest] = [(); 2].map(|()| words.next().unwrap_or_default());
        Some((format!("{exercise}, {rest}"), others(results, name).map(mark).collect()))
    });
    Plot {
        id: format!("ideas-{}", results.file_name().replace(".json", "")),
        title: "The exercises of this chapter beside others".into(),
        description: "A row for each measurement, with a mark for each of the others: right of the line at 1 it is slower than \
                      this book’s, left of it faster. The numbers are in the table."
            .into(),
        caption: format!(
            "Time relative to this book’s. Before the comma stands the exercise, after it the number of threads. {}.",
            results.title_for(BENCH)
        ),
        left: 280.0,
        ends: (-4, 3),
        octave: 40.0,
        legend: &[Legend(1, "fastest other"), Legend(2, "others")],
    }
    .draw(&rows.collect::<Vec<_>>())
}

fn all_numbers(results: &Results, names: &[&str]) -> String {
    let title = format!("Nanoseconds, {}", results.title_for(BENCH));
    let heading = [title.as_str(), "Locksmith", "others", "fastest other ÷ Locksmith"];
    let rows = names.iter().filter_map(|name| {
        let ours = results.row(BENCH, name, OURS)?;
        let (_, ratio) = results.ratio(BENCH, name)?;
        let other = |row: &Row| format!("`{}` {}", row.peer, with_spread(row));
        let others: Vec<String> = others(results, name).map(other).collect();
        let digits = if ratio < LEAST { format!("{ratio:.2}") } else { format!("**{ratio:.2}**") };
        let open = if is_open(results, name) { "~ " } else { "" };
        let (exercise, case) = words(name);
        Some(vec![
            format!("[`{exercise}`]({exercise}.md), {case}"),
            with_spread(ours),
            others.join("<br>"),
            format!("{open}{digits}"),
        ])
    });
    table(&heading.map(str::to_owned), rows)
}

#[cfg(test)]
mod tests {
    use super::{BENCH, LEAST, is_open, why};
    use speed::results;
    use std::path::Path;

    #[test]
    fn each_row_that_is_much_slower_than_another_has_its_reason() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for results in results::all(&root).expect("the results can be read") {
            for name in results.names(BENCH) {
                let ratio = results.ratio(BENCH, name).map_or(1.0, |ratio| ratio.1);
                let needs_none = ratio >= LEAST || is_open(&results, name);
                assert!(needs_none || why(name).is_some(), "{name}: {ratio:.2}, and no reason");
            }
        }
    }
}
