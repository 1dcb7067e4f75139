//! A failure in words: which edge is missing, and why.

use crate::table::place_of as place;
use crate::{Kind, Missing, Step, acquires, releases};
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::atomic::Ordering;

/// Says which pair of operations could have put step `first` before step `second`, and why it did not.
pub fn race(out: &mut String, steps: &[Step], first: usize, second: usize) {
    let (a, b) = (steps[first].thread, steps[second].thread);
    let _ = writeln!(
        out,
        "\n  #{first} of thread {a} and #{second} of thread {b}: at least one of them writes, so one must happen before the \
         other."
    );
    let mut seen = false;
    for reader in indices(steps, |e| e.thread == b).filter(|&r| r < second) {
        let Some(path) = path_to(steps, reader, a) else { continue };
        seen = true;
        edge(out, steps, first, second, &path);
    }
    if !seen {
        let _ = writeln!(
            out,
            "  Before #{second}, thread {b} reads nothing that thread {a} wrote: no ordering could help, nothing keeps the \
             two apart."
        );
    }
}

fn indices(steps: &[Step], keep: impl Fn(&Step) -> bool) -> impl Iterator<Item = usize> {
    steps.iter().enumerate().filter(move |(_, e)| keep(e)).map(|(index, _)| index)
}

/// From a read back to a write of thread `writer`: the read, read-modify-writes of others between, the write.
fn path_to(steps: &[Step], reader: usize, writer: usize) -> Option<Vec<usize>> {
    let mut path = vec![reader];
    let mut at = reader;
    loop {
        if !matches!(steps[at].kind, Kind::Atomic { reads: true, .. }) {
            return None;
        }
        at = steps[at].reads_from?;
        path.push(at);
        if steps[at].thread == writer {
            return Some(path);
        }
    }
}

/// Why the reads-from at the ends of `path` puts nothing in order.
fn edge(out: &mut String, steps: &[Step], first: usize, second: usize, path: &[usize]) {
    let [read, between @ .., write] = path else { return };
    let (read, write) = (*read, *write);
    let (source, target) = (&steps[write], &steps[read]);
    let through = match between {
        [] => String::new(),
        [one] => format!(
            " (through the read-modify-write #{one}, which goes on with its release sequence)"
        ),
        many => format!(
            " (through {} read-modify-writes, which go on with its release sequence)",
            many.len()
        ),
    };
    let _ = write!(
        out,
        "  #{read} at {} reads what #{write} at {} wrote{through}",
        place(target.at),
        place(source.at)
    );
    if write < first {
        let _ = writeln!(
            out,
            ", but #{write} comes before #{first} in its thread: it cannot publish it."
        );
        return;
    }
    let Missing { publishes, learns, .. } = missing_edge(steps, first, second, write, read);
    let _ = writeln!(out, ". That would put #{first} before #{second}, but");
    if !publishes {
        let _ = write!(
            out,
            "    #{write} is {:?} and publishes nothing: it would have to be at least Release",
            order(source)
        );
        match fence(steps, source.thread, 0..first, releases) {
            Some(fence) => {
                let _ = writeln!(
                    out,
                    ", or have a release fence before it that comes after #{first}. The one at #{fence} comes too early."
                );
            }
            None => out.push_str(".\n"),
        }
    }
    if !learns && target.text.starts_with("wait(") {
        let _ = writeln!(
            out,
            "    #{read} is a `wait`: it reads as a Relaxed load does, and learns nothing of what was published with the \
             value. The word would have to be read once more after it, with at least Acquire."
        );
    } else if !learns {
        let _ = write!(
            out,
            "    #{read} is {:?}: it takes the value and learns nothing of what was published with it. It would have to \
             be at least Acquire",
            order(target)
        );
        match fence(steps, target.thread, 0..read, acquires) {
            Some(fence) => {
                let _ = writeln!(
                    out,
                    ", or have an acquire fence after it. The one at #{fence} comes too early: it covers only what was read \
                     before it."
                );
            }
            None => out.push_str(".\n"),
        }
    }
    if publishes && learns {
        let _ = writeln!(
            out,
            "    it is read too early or too late: look at what stands between them."
        );
    }
}

/// The edges that would have put step `first` before step `second`, as [`race`] tells of them.
pub fn missing(steps: &[Step], first: usize, second: usize) -> Vec<Missing> {
    let (a, b) = (steps[first].thread, steps[second].thread);
    let readers = indices(steps, |step| step.thread == b).take_while(|&reader| reader < second);
    let paths = readers.filter_map(|reader| path_to(steps, reader, a));
    let ends = paths.filter_map(|path| path.first().copied().zip(path.last().copied()));
    let after = ends.filter(|&(_, write)| write > first);
    after.map(|(read, write)| missing_edge(steps, first, second, write, read)).collect()
}

fn missing_edge(steps: &[Step], first: usize, second: usize, write: usize, read: usize) -> Missing {
    let (source, target) = (&steps[write], &steps[read]);
    let publishes = releases(order(source)) || fence_between(steps, first, write, releases);
    let learns = acquires(order(target)) || fence_between(steps, read, second, acquires);
    Missing { from: write, to: read, publishes, learns }
}

fn order(step: &Step) -> Ordering {
    match step.kind {
        Kind::Atomic { order, .. } => order,
        _ => Ordering::Relaxed,
    }
}

/// Is there a fence of the right kind in the same thread, after `from` and before `to`?
fn fence_between(steps: &[Step], from: usize, to: usize, kind: fn(Ordering) -> bool) -> bool {
    fence(steps, steps[from].thread, from..to, kind).is_some()
}

/// The last fence of the right kind that the thread performs in this part of the execution.
fn fence(
    steps: &[Step],
    thread: usize,
    part: Range<usize>,
    kind: fn(Ordering) -> bool,
) -> Option<usize> {
    let is_it = |step: &Step| {
        step.thread == thread && matches!(step.kind, Kind::Fence(order) if kind(order))
    };
    part.rev().find(|&index| is_it(&steps[index]))
}
