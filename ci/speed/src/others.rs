//! What explains the rows of the locks, and what other chapters measure. All are multiples within one row or column.

use crate::{machine, multiple, table};
use speed::measure::commas;
use speed::results::{Results, Row};

/// The two operations of a free lock, and who uses them. The names are those of `benches/locks/pairs.rs`.
const PAIRS: [(&str, &str, &str); 6] = [
    ("exchange, swap", "`compare_exchange`, `swap`", "mutex: Locksmith, std"),
    ("exchange, exchange", "`compare_exchange` twice", "mutex: parking_lot"),
    ("exchange, store", "`compare_exchange`, `store`", "mutex: spin"),
    (
        "exchange, subtraction",
        "`compare_exchange`, `fetch_sub`",
        "reader-writer lock: Locksmith, std",
    ),
    ("addition, blind subtraction", "`fetch_add`, `fetch_sub` unread", "reader: spin"),
    ("exchange, blind mask", "`compare_exchange`, `fetch_and` unread", "writer: spin"),
];

/// Ways to wait. The names are those of `benches/locks/pauses.rs`.
const PAUSES: [(&str, &str); 4] = [
    ("reference", "3 × 150 ns, 8 yields"),
    ("after each hint", "100 hints"),
    ("only pauses", "20 × 150 ns"),
    ("only yields", "10 yields"),
];

/// How the rows of chapter 5 are called.
const CHANNELS: [(&str, &str); 11] = [
    ("mutex_channel", "[A queue behind a mutex](mutex_channel.md)"),
    ("one_shot_checked", "[Misuse panics](one_shot_checked.md)"),
    ("one_shot_typed", "[Misuse does not compile](one_shot_typed.md)"),
    ("one_shot_borrowed", "[Ends that borrow](one_shot_borrowed.md)"),
    ("one_shot_blocking", "[A receiver that sleeps](one_shot_blocking.md)"),
    ("rendezvous", "[A rendezvous](rendezvous.md)"),
    ("oneshot", "`oneshot`"),
    ("tokio_oneshot", "`tokio::sync::oneshot`"),
    ("std_mpsc", "`std::sync::mpsc`"),
    ("crossbeam", "`crossbeam-channel`"),
    ("flume", "`flume`"),
];

/// The median and the spread as multiples of `unit`'s median: `1.9 ± 3 %`.
fn cell(row: Option<&Row>, unit: Option<&Row>) -> String {
    let (Some(row), Some(unit)) = (row, unit) else { return "–".into() };
    let spread = row.spread().map_or(String::new(), |spread| format!(" ± {:.0} %", spread * 100.0));
    multiple(row, unit) + &spread
}

fn heading(first: String, others: &[&str]) -> Vec<String> {
    std::iter::once(first).chain(others.iter().map(|&other| other.to_owned())).collect()
}

/// The pairs as multiples of the first, a column for each machine.
pub fn pairs(now: &[&Results]) -> String {
    let mut columns = heading("Take, give back".into(), &["Used by"]);
    columns.extend(now.iter().map(|results| results.title()));
    let rows = PAIRS.iter().map(|(name, operations, used)| {
        let mut cells = vec![(*operations).to_owned(), (*used).to_owned()];
        cells.extend(now.iter().map(|results| {
            let row = |name| results.row("locks", "pairs 1 alone", name);
            cell(row(name), row(PAIRS[0].0))
        }));
        cells
    });
    table(&columns, rows)
}

/// Ways to wait, as multiples of the reference's.
pub fn pauses(now: &[&Results]) -> String {
    let mut text = String::new();
    for results in now {
        let columns = heading(
            format!("Before it sleeps ({})", results.title()),
            &PAUSES.map(|(_, shown)| shown),
        );
        let cases = ["empty", "short", "long"];
        let rows = cases.iter().flat_map(|case| [2, 4, 16].map(|threads| (case, threads))).map(
            |(case, threads)| {
                let name = format!("pauses {threads} {case}");
                let row = |peer| results.row("locks", &name, peer);
                let mut cells = vec![format!("{threads} threads, {case}")];
                cells.extend(PAUSES.map(|(peer, _)| cell(row(peer), row(PAUSES[0].0))));
                cells
            },
        );
        text += &table(&columns, rows);
    }
    text
}

/// Chapter 5's channels: time and memory for one message, and time for many.
pub fn channels(now: &[&Results]) -> String {
    let mut text = String::new();
    for results in now {
        let time = |name: &str, peer: &str| results.row("channels", name, peer);
        let count = |name: &str, peer: &str| {
            results
                .row("memory", name, peer)
                .map_or("–".into(), |row| commas(&format!("{:.0}", row.median())))
        };
        let of_one = [
            "Both ends in one thread",
            "Sent to one that waits",
            "Blocks",
            "Bytes in them",
            "Bytes of the ends",
        ];
        let has = |name: &'static str| move |peer: &&(&str, &str)| time(name, peer.0).is_some();
        let rows = CHANNELS.iter().filter(has("alone")).map(|(peer, shown)| {
            let times =
                ["alone", "waiting"].map(|name| cell(time(name, peer), time(name, "oneshot")));
            let [first, second] = times;
            let ends = format!("{} + {}", count("sender", peer), count("receiver", peer));
            vec![(*shown).into(), first, second, count("blocks", peer), count("bytes", peer), ends]
        });
        text += &table(&heading("One message".into(), &of_one), rows);
        text += "Times are multiples of the time of `oneshot`, 1.\n\n";
        let of_many = ["Without room", "With room for all"];
        let rows = CHANNELS
            .iter()
            .filter(|peer| has("rendezvous")(peer) || has("buffered")(peer))
            .map(|(peer, shown)| {
                let times = ["rendezvous", "buffered"]
                    .map(|name| cell(time(name, peer), time(name, "std_mpsc")));
                let [first, second] = times;
                vec![(*shown).into(), first, second]
            });
        text += &table(&heading("Many messages".into(), &of_many), rows);
        text += &format!(
            "Times of one message, as multiples of the time of `std::sync::mpsc` in the same column, 1.\n\nOn {}.\n\n",
            machine(results)
        );
    }
    text
}

/// Chapter 6: to clone a handle and to drop the clone.
pub fn clones(now: &[&Results]) -> String {
    let peers = ["std", "triomphe", "arc_basic", "arc_weak", "arc_optimised"];
    let shown = peers.map(|peer| format!("`{peer}`"));
    let mut text = String::new();
    for results in now {
        let rows = [1, 2, 4, 8].map(|threads| {
            let row = |peer| results.row("arc", &format!("clone {threads}"), peer);
            let mut cells = vec![threads.to_string()];
            cells.extend(peers.map(|peer| cell(row(peer), row("std"))));
            cells
        });
        text += &table(&heading("threads".into(), &shown.each_ref().map(String::as_str)), rows);
        text += &format!(
            "To clone a handle and drop the clone, as multiples of what it costs with std in the same row, on {}.\n\n",
            machine(results)
        );
    }
    text
}

/// Chapter 6: ways to decrement a counter.
pub fn decrements(now: &[&Results]) -> String {
    let peers = ["fence", "load", "acq_rel"];
    let mut text = String::new();
    for results in now {
        let rows = [("another", "one of two"), ("last", "the last")].map(|(name, shown)| {
            let row = |peer| results.row("arc", &format!("decrement {name}"), peer);
            let mut cells = vec![shown.to_owned()];
            cells.extend(peers.map(|peer| cell(row(peer), row("fence"))));
            cells
        });
        text +=
            &table(&heading("this handle is".into(), &["`fence`", "`load`", "`acq_rel`"]), rows);
        text += &format!(
            "One decrement and the store that undoes it, as multiples of the first column, on {}.\n\n",
            machine(results)
        );
    }
    text
}
