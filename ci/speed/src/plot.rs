//! Plots of the rows: where the others lie relative to ours.

use crate::LOCKS;
use crate::throughput::names;
use speed::results::Results;

/// Between two rows.
const HIGH: f64 = 24.0;

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
        let rows = rows.into_iter().map(|name| {
            let time = |lock: &str| results.row("locks", name, lock).map(|row| row.median());
            let mark = |(index, lock): (usize, &&str)| Some((index, time(lock)? / time(LOCKS[0])?));
            (label(name), LOCKS.iter().enumerate().skip(1).filter_map(mark).collect())
        });
        Plot {
            id: format!("{kind}-{}", results.file_name().replace(".json", "")),
            title: format!("{title} beside others"),
            description: "A row for each measurement, with a mark for each other lock: right of the line at 1 it is slower than \
                          this book’s, left of it faster. The numbers are in the table."
                .into(),
            caption: format!("{caption} {}.", results.title()),
            left: 190.0,
            ends: (-2, 4),
            octave: 60.0,
            legend: &[Legend(1, LOCKS[1]), Legend(2, LOCKS[2]), Legend(3, LOCKS[3])],
        }
        .draw(&rows.collect::<Vec<_>>())
    };
    kinds.into_iter().map(plot).collect()
}

/// What a mark is: its shape, and in words.
pub struct Legend(pub usize, pub &'static str);

/// A plot of rows with marks: how many times as long as ours something takes.
pub struct Plot<'a> {
    /// What makes the ids of its title and description its own.
    pub id: String,
    /// What it is, in a few words.
    pub title: String,
    /// What there is to see.
    pub description: String,
    /// The text below.
    pub caption: String,
    /// From the left edge to the axis.
    pub left: f64,
    /// The powers of two at the two ends. What lies beyond is drawn there.
    pub ends: (i32, i32),
    /// Between two powers of two.
    pub octave: f64,
    /// The shapes, in the order in which they are explained.
    pub legend: &'a [Legend],
}

impl Plot<'_> {
    /// The figure. A row is its label and its marks, each a shape and a ratio.
    pub fn draw(&self, rows: &[(String, Vec<(usize, f64)>)]) -> String {
        let Self { id, title, description, caption, left, octave, .. } = self;
        let ends = (f64::from(self.ends.0), f64::from(self.ends.1));
        let width = left + octave * (ends.1 - ends.0) + 30.0;
        let high = HIGH * rows.len() as f64 + 60.0;
        let at = |ratio: f64| left + octave * (ratio.log2().clamp(ends.0, ends.1) - ends.0);
        let mut svg = format!(
            "<figure>\n<svg viewBox=\"0 0 {width} {high}\" width=\"{width}\" height=\"{high}\" role=\"img\" \
             aria-labelledby=\"speed-{id}-title speed-{id}-desc\" fill=\"currentColor\" font-family=\"inherit\" font-size=\"13\">\n\
             <title id=\"speed-{id}-title\">{title}</title>\n\
             <desc id=\"speed-{id}-desc\">{description}</desc>\n",
        );
        for power in self.ends.0..=self.ends.1 {
            let ratio = f64::from(power).exp2();
            let (x, bottom) = (at(ratio), high - 36.0);
            let opacity = if power == 0 { 0.9 } else { 0.25 };
            svg += &format!(
                "<line x1=\"{x}\" x2=\"{x}\" y1=\"24\" y2=\"{bottom}\" stroke=\"currentColor\" stroke-opacity=\"{opacity}\"/>\n\
                 <text x=\"{x}\" y=\"{}\" text-anchor=\"middle\" font-size=\"12\">{}</text>\n",
                bottom + 16.0,
                if power < -2 { format!("1/{}", 1.0 / ratio) } else { ratio.to_string() },
            );
        }
        svg += &format!(
            "<text x=\"{left}\" y=\"{}\" font-size=\"12\">times as long as Locksmith</text>\n",
            high - 4.0
        );
        for (index, Legend(shape, words)) in self.legend.iter().enumerate() {
            let x = left + 110.0 * index as f64;
            svg += &mark(*shape, x, 8.0);
            svg += &format!("<text x=\"{}\" y=\"13\">{words}</text>\n", x + 10.0);
        }
        for (index, (label, marks)) in rows.iter().enumerate() {
            let y = 40.0 + HIGH * index as f64;
            svg += &format!(
                "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{label}</text>\n",
                left - 14.0,
                y + 4.0,
            );
            svg.extend(marks.iter().map(|(shape, ratio)| mark(*shape, at(*ratio), y)));
        }
        svg + &format!("</svg>\n<figcaption>{caption}</figcaption>\n</figure>\n\n")
    }
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
