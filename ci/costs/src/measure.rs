//! The measurements. Rounds of all rows of a section take turns, so that all see the same machine. What counts of them is the round
//! that a tenth are faster than, where a thread is alone: other work only adds. Where threads are in each other's way it is the middle
//! one: a round in which one of them did not run is too fast.

mod alone;
mod crowd;
mod distance;
mod pairs;
mod pin;
mod shared;
mod waiting;

pub use waiting::ATOMIC;

use crate::result::{Row, Section};
use std::time::{Duration, Instant};

/// How much time there is.
#[derive(Clone, Copy)]
pub struct Effort {
    /// The most rounds of a section.
    rounds: usize,
    /// When a section ends, however many rounds it has had. One round it has always.
    time: Duration,
}

impl Effort {
    /// For the book: five sections, less than a minute in all.
    pub const FULL: Self = Self { rounds: 101, time: Duration::from_secs(9) };
    /// For a look.
    pub const QUICK: Self = Self { rounds: 21, time: Duration::from_millis(2500) };
}

/// A row to measure: its name, and a round, which says how many nanoseconds one operation took in it.
type Measure = (String, Box<dyn Fn() -> f64>);

/// Measures everything; `progress` is told the section that begins.
pub fn all(effort: Effort, progress: impl Fn(&str)) -> Vec<Section> {
    type Rows = fn() -> Vec<Measure>;
    const TENTH: usize = 10;
    const MIDDLE: usize = 2;
    let sections: [(&str, Rows, usize); 5] = [
        ("alone", alone::rows, TENTH),
        ("shared", shared::rows, MIDDLE),
        ("distance", distance::rows, MIDDLE),
        ("cores", pairs::rows, TENTH),
        ("waiting", waiting::rows, TENTH),
    ];
    let measured = sections.into_iter().map(|(id, rows, part)| {
        progress(id);
        Section { id: id.into(), rows: in_turns(effort, &rows(), part) }
    });
    measured.collect()
}

/// Rounds of all rows, in turn; of each, the round that one `part` of them are faster than.
fn in_turns(effort: Effort, rows: &[Measure], part: usize) -> Vec<Row> {
    let mut times = vec![Vec::with_capacity(effort.rounds); rows.len()];
    let start = Instant::now();
    for _ in 0..effort.rounds {
        for ((_, round), times) in rows.iter().zip(&mut times) {
            times.push(round());
        }
        if start.elapsed() > effort.time {
            break;
        }
    }
    let chosen = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / part]
    };
    let row = |((name, _), times): (&Measure, &mut Vec<f64>)| Row {
        name: name.clone(),
        nanoseconds: chosen(times),
    };
    rows.iter().zip(&mut times).map(row).collect()
}

/// Nanoseconds that one of `n` operations takes.
fn each(n: u32, start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e9 / f64::from(n)
}

/// A value in cache lines of its own. Processors fetch two lines of 64 bytes at once, and some have lines of 128.
#[repr(align(256))]
#[derive(Default)]
struct Apart<T>(T);
