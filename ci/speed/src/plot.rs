//! Plots of the rows: where the others lie relative to ours.

use crate::LOCKS;
use crate::throughput::names;
use speed::results::Results;

/// From the left edge to the axis, between two powers of two, between two rows.
const LEFT: f64 = 190.0;
const OCTAVE: f64 = 60.0;
const HIGH: f64 = 24.0;
/// The powers of two at the two ends. What lies beyond is drawn there.
const ENDS: (f64, f64) = (-2.0, 4.0);

/// A plot for each kind of lock.
pub fn all(results: &Results) -> String {
    let kinds = [
        (
            "mutex",
            "The mutex",
            "The mutex: time for one critical section, relative to this book’s.",
        ),
        (
            "rwlock",
            "The reader-writer lock",
            "The reader-writer lock, short sections. The percentage is the share of readers.",
        ),
        ("condvar", "The condition variable", "The condition variable."),
    ];
    let plot = |(kind, title, caption): (&str, &str, &str)| {
        let mut rows = names(results);
        rows.retain(|name| name.starts_with(kind));
        let machine = results.file_name().replace(".json", "");
        let caption = format!("{caption} {}.", results.title());
        one(&format!("{kind}-{machine}"), title, &caption, results, &rows)
    };
    kinds.into_iter().map(plot).collect()
}

fn one(id: &str, title: &str, caption: &str, results: &Results, rows: &[&str]) -> String {
    let width = LEFT + OCTAVE * (ENDS.1 - ENDS.0) + 30.0;
    let high = HIGH * rows.len() as f64 + 60.0;
    let at = |ratio: f64| LEFT + OCTAVE * (ratio.log2().clamp(ENDS.0, ENDS.1) - ENDS.0);
    let mut svg = format!(
        "<figure>\n<svg viewBox=\"0 0 {width} {high}\" width=\"{width}\" height=\"{high}\" role=\"img\" \
         aria-labelledby=\"speed-{id}-title speed-{id}-desc\" fill=\"currentColor\" font-family=\"inherit\" font-size=\"13\">\n\
         <title id=\"speed-{id}-title\">{title} beside others</title>\n\
         <desc id=\"speed-{id}-desc\">A row for each measurement, with a mark for each other lock: right of the line at 1 it is \
         slower than this book’s, left of it faster. The numbers are in the table.</desc>\n",
    );
    for power in ENDS.0 as i32..=ENDS.1 as i32 {
        let ratio = f64::from(power).exp2();
        let (x, bottom) = (at(ratio), high - 36.0);
        let opacity = if power == 0 { 0.9 } else { 0.25 };
        svg += &format!(
            "<line x1=\"{x}\" x2=\"{x}\" y1=\"24\" y2=\"{bottom}\" stroke=\"currentColor\" stroke-opacity=\"{opacity}\"/>\n\
             <text x=\"{x}\" y=\"{}\" text-anchor=\"middle\" font-size=\"12\">{ratio}</text>\n",
            bottom + 16.0
        );
    }
    svg += &format!(
        "<text x=\"{LEFT}\" y=\"{}\" font-size=\"12\">times as long as Locksmith</text>\n",
        high - 4.0
    );
    for (index, lock) in LOCKS.iter().enumerate().skip(1) {
        let x = LEFT + 110.0 * (index - 1) as f64;
        svg += &mark(index, x, 8.0);
        svg += &format!("<text x=\"{}\" y=\"13\">{lock}</text>\n", x + 10.0);
    }
    for (index, row) in rows.iter().enumerate() {
        let y = 40.0 + HIGH * index as f64;
        svg += &format!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n",
            LEFT - 14.0,
            y + 4.0,
            label(row)
        );
        let time = |lock| results.row("locks", row, lock).map(|row| row.median());
        for (index, lock) in LOCKS.iter().enumerate().skip(1) {
            if let Some((time, ours)) = time(lock).zip(time(LOCKS[0])) {
                svg += &mark(index, at(time / ours), y);
            }
        }
    }
    svg + &format!("</svg>\n<figcaption>{caption}</figcaption>\n</figure>\n\n")
}

/// What stands before a row.
fn label(name: &str) -> String {
    let mut words = name.splitn(3, ' ');
    let [kind, threads, case] = [(); 3].map(|()| words.next().unwrap_or_default());
    match (kind, threads) {
        (_, "1") => format!("1 thread, {case}"),
        ("rwlock", _) => format!("{threads} threads, {case} %"),
        _ => format!("{threads} threads, {case}"),
    }
}

/// A circle, a square, a triangle. They differ in shape, so that no colour is needed.
fn mark(lock: usize, x: f64, y: f64) -> String {
    match lock {
        1 => format!("<circle cx=\"{x:.1}\" cy=\"{y}\" r=\"5\" fill-opacity=\"0.7\"/>\n"),
        2 => format!(
            "<rect x=\"{:.1}\" y=\"{}\" width=\"9\" height=\"9\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/>\n",
            x - 4.5,
            y - 4.5
        ),
        _ => format!(
            "<path d=\"M{:.1} {}h10l-5 -9z\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\"/>\n",
            x - 5.0,
            y + 4.5
        ),
    }
}
