//! The calls of an execution: a row for each thread, and a bar for each call.

use super::{boxes, escape};
use serde_json::Value;
use std::fmt::Write as _;

/// Left of the bars: room for the names of the threads.
const MARGIN: i32 = 76;
/// Between a text and the ends of its bar.
const PAD: i32 = 6;
/// Between two ends of bars.
const SPACE: i32 = 8;
/// The height of a row, and of a bar.
const ROW: i32 = 34;
const BAR: i32 = 22;

/// A call.
struct Call {
    thread: usize,
    label: String,
    begin: u64,
    end: Option<u64>,
    is_blamed: bool,
}

impl Call {
    fn of(call: &Value) -> Option<Self> {
        let text = call["call"].as_str()?;
        let result = call["result"].as_str().filter(|result| *result != "()");
        Some(Self {
            thread: usize::try_from(call["thread"].as_u64()?).ok()?,
            label: result.map_or_else(|| text.to_owned(), |result| format!("{text} → {result}")),
            begin: call["begin"].as_u64()?,
            end: call["end"].as_u64(),
            is_blamed: call["blamed"] == true,
        })
    }

    fn width(&self) -> i32 {
        boxes::width(&self.label) + 2 * PAD
    }
}

/// Left and right edge of each bar, and the right edge of all. Bars that overlap in time overlap here, and no others.
fn edges(calls: &[Call]) -> (Vec<(i32, i32)>, i32) {
    let mut points = Vec::new();
    for (number, call) in calls.iter().enumerate() {
        points.push((call.begin, number, false));
        points.extend(call.end.map(|end| (end, number, true)));
    }
    points.sort_unstable();
    let mut edges = vec![(MARGIN, None); calls.len()];
    let mut next = MARGIN;
    for (_, call, is_end) in points {
        if is_end {
            next = next.max(edges[call].0 + calls[call].width());
            edges[call].1 = Some(next);
        } else {
            edges[call].0 = next;
        }
        next += SPACE;
    }
    let open = calls.iter().zip(&edges).filter(|(call, _)| call.end.is_none());
    let widest = open.map(|(call, (left, _))| left + call.width()).max().unwrap_or(0);
    let right = next.max(widest);
    (edges.into_iter().map(|(left, end)| (left, end.unwrap_or(right))).collect(), right)
}

/// The calls in words, for those who do not see the picture.
fn words(calls: &[Call]) -> String {
    let threads = calls.iter().map(|call| call.thread + 1).max().unwrap_or(0);
    let of = |thread: usize| {
        let mine = calls.iter().filter(move |call| call.thread == thread).map(|call| {
            let open = if call.end.is_none() { ", which does not return" } else { "" };
            let blamed = if call.is_blamed { ", to blame" } else { "" };
            format!("{}{open}{blamed}", call.label)
        });
        let mine: Vec<String> = mine.collect();
        (!mine.is_empty()).then(|| format!("thread {thread}: {}", mine.join("; ")))
    };
    let rows: Vec<String> = (0..threads).filter_map(of).collect();
    format!("The calls as bars. {}.", rows.join(". "))
}

/// Draws the calls of the report.
pub fn draw(history: &Value) -> Option<String> {
    let calls: Vec<Call> =
        history["calls"].as_array()?.iter().map(Call::of).collect::<Option<_>>()?;
    let (edges, right) = edges(&calls);
    let mut threads: Vec<usize> = calls.iter().map(|call| call.thread).collect();
    threads.sort_unstable();
    threads.dedup();
    let (width, height) = (right + 4, ROW * i32::try_from(threads.len()).ok()? + 4);
    let mut out = format!(
        "<figure class=\"execution history\"><div class=\"canvas\" tabindex=\"0\" role=\"group\" aria-label=\"The calls\">\
         <svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{}\">",
        escape(&words(&calls))
    );
    for (row, thread) in (0..).zip(&threads) {
        let y = row * ROW + 4;
        let _ = write!(
            out,
            "<path class=\"l\" d=\"M{MARGIN} {0}H{right}\"/><text class=\"t\" x=\"0\" y=\"{1}\">thread {thread}</text>",
            y + BAR / 2,
            y + 15
        );
        let mine = calls.iter().zip(&edges).filter(|(call, _)| call.thread == *thread);
        for (call, (left, right)) in mine {
            let class = match (call.is_blamed, call.end) {
                (true, _) => "c race",
                (false, None) => "c open",
                (false, Some(_)) => "c",
            };
            let _ = write!(
                out,
                "<g class=\"{class}\"><rect x=\"{left}\" y=\"{y}\" width=\"{}\" height=\"{BAR}\" rx=\"4\"/>\
                 <text x=\"{}\" y=\"{}\">{}</text></g>",
                right - left,
                left + PAD,
                y + 15,
                escape(&call.label)
            );
        }
    }
    out += "</svg></div><figcaption>A bar is a call, from its first step to its last one. The red one is the one that the report names.</figcaption></figure>";
    Some(out)
}
