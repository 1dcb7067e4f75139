//! A failing execution as a picture: a column for each thread, a row for each step, arrows for what reads see.
//!
//! It is drawn here, once, for the page that shows a verdict and for the failures that the book shows: the same data, the same
//! picture. The script in `theme/` only moves through what is drawn, and folds what is long: without it, and on paper, every step is
//! there. Colours are the style sheet's, by classes.

mod boxes;
mod graph;
mod history;
#[cfg(test)]
mod tests;

use boxes::{Layout, Slot};
use graph::{Graph, Step};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Draws an execution of the report. With `sources`, each step says which line it comes from.
pub fn draw(execution: &Value, sources: bool) -> Option<String> {
    let graph = Graph::of(execution)?;
    let layout = Layout::of(&graph);
    // Calls come first: what is wrong is seen there.
    let mut out = history::draw(&execution["history"]).unwrap_or_default();
    let (width, height) = (layout.width, layout.height);
    let folds = match graph.folds() {
        folds if folds.is_empty() => String::new(),
        folds => format!(" data-folds=\"{}\"", spelt(&folds)),
    };
    let _ = write!(
        out,
        "<figure class=\"execution\"><div class=\"canvas\"><svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-label=\"The execution below, as a picture\"{folds}>"
    );
    threads(&mut out, &graph, &layout);
    for (index, step) in graph.steps.iter().enumerate() {
        draw_step(&mut out, &graph, (index, step), &layout, sources);
    }
    edges(&mut out, &graph, &layout);
    out += "</svg></div><figcaption>";
    out += &caption(&graph);
    out += "</figcaption></figure>";
    Some(out)
}

fn threads(out: &mut String, graph: &Graph, layout: &Layout) {
    for (thread, &(x, width)) in layout.columns.iter().enumerate() {
        let main = if thread == 0 { " (main)" } else { "" };
        let _ = write!(
            out,
            "<path class=\"l\" d=\"M{0} 22V{1}\"/><text class=\"t\" x=\"{x}\" y=\"14\">thread {thread}{main}</text>",
            x + width / 2,
            layout.height - if graph.waiting.is_empty() { 4 } else { 22 }
        );
        if let Some(words) = graph.waiting.get(&thread) {
            let _ = write!(
                out,
                "<text class=\"w\" x=\"{x}\" y=\"{}\">{}</text>",
                layout.height - 8,
                escape(words)
            );
        }
    }
}

fn draw_step(
    out: &mut String,
    graph: &Graph,
    (index, step): (usize, &Step),
    layout: &Layout,
    sources: bool,
) {
    let mut class = String::from("s");
    for (is, name) in [(graph.race.contains(&index), " race"), (step.stale, " stale")] {
        if is {
            class += name;
        }
    }
    let _ = write!(out, "<g class=\"{class}\" data-n=\"{index}\"");
    if graph.is_ordered {
        let _ = write!(out, " data-past=\"{}\"", ranges(&graph.past(index)));
    }
    if let (true, Some((file, line))) = (sources, &step.source) {
        let _ = write!(out, " data-file=\"{}\" data-line=\"{line}\"", escape(file));
    }
    let Slot { x, y, width, height } = layout.slots[index];
    let _ = write!(
        out,
        "><text class=\"p\" y=\"{0}\">{index}<tspan x=\"{2}\">{1}</tspan></text>\
         <rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>",
        y + 13,
        escape(&step.place),
        layout.places
    );
    for (number, line) in (0..).zip(&layout.lines[index]) {
        let _ = write!(
            out,
            "<text x=\"{}\" y=\"{}\">{}</text>",
            x + 6,
            y + 13 + 14 * number,
            escape(line)
        );
    }
    *out += "</g>";
}

/// From the lower part of a box to the upper part of another, on the sides that face each other.
fn curve(from: Slot, to: Slot, shift: i32) -> (String, (i32, i32)) {
    let (from_y, to_y) = (from.y + from.height - 6 + shift, to.y + 6 + shift);
    let (x1, x2, bend) = if from.x == to.x {
        (from.x + from.width, to.x + to.width, [20, 20])
    } else if from.x < to.x {
        (from.x + from.width, to.x - 2, [22, -22])
    } else {
        (from.x, to.x + to.width + 2, [-22, 22])
    };
    let tip = if from.x < to.x { -6 } else { 6 };
    let (tip_x, above, below) = (x2 + tip, to_y - 4, to_y + 4);
    let (out_x, in_x) = (x1 + bend[0], x2 + bend[1]);
    let path = format!(
        "M{x1} {from_y}C{out_x} {from_y} {in_x} {to_y} {x2} {to_y}M{tip_x} {above}L{x2} {to_y}L{tip_x} {below}"
    );
    (path, (i32::midpoint(x1, x2), i32::midpoint(from_y, to_y)))
}

fn edges(out: &mut String, graph: &Graph, layout: &Layout) {
    let mut edge = |class: &str, (from, to): (usize, usize), shift: i32, label: &str| {
        let (Some(&a), Some(&b)) = (layout.slots.get(from), layout.slots.get(to)) else { return };
        let (path, (x, y)) = curve(a, b, shift);
        let _ = write!(out, "<path class=\"e {class}\" data-e=\"{from} {to}\" d=\"{path}\"/>");
        if !label.is_empty() {
            let _ = write!(
                out,
                "<text class=\"n\" data-e=\"{from} {to}\" x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                y + 4,
                escape(label)
            );
        }
    };
    for &pair in &graph.happens_before {
        edge("hb", pair, 3, "");
    }
    for (from, to) in graph.arrows() {
        if !graph.missing.iter().any(|edge| (edge.from, edge.to) == (from, to)) {
            let stale = graph.steps[to].stale;
            let class = if stale { "rf stale" } else { "rf" };
            edge(class, (from, to), 0, if stale { "old value" } else { "" });
        }
    }
    for missing in &graph.missing {
        edge("no", (missing.from, missing.to), 0, missing.label());
    }
    if let (true, &[first, second]) = (graph.missing.is_empty(), &graph.race[..]) {
        edge("no", (first, second), 0, "no order");
    }
}

/// What the marks that are there mean.
fn caption(graph: &Graph) -> String {
    let has_locks = graph.steps.iter().any(|step| step.lines().join(" ").ends_with(".unlock()"));
    let mut parts = vec![match has_locks {
        true => {
            "An arrow leads from a write to the read that sees it, or from an unlock to the lock that comes next."
        }
        false => "An arrow leads from a write to the read that sees it.",
    }];
    if graph.steps.iter().any(|step| step.stale) {
        parts.push("A dotted one is an old value: a newer one was there.");
    }
    if !graph.missing.is_empty() {
        parts.push("The dashed red one sees the write too, and gives no order: that is what is missing between the red steps.");
    } else if !graph.race.is_empty() {
        parts.push("Between the red steps there is no order.");
    }
    parts.join(" ")
}

/// `0-4 7`: numbers that follow each other are written as one.
fn ranges(numbers: &BTreeSet<usize>) -> String {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match found.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => found.push((number, number)),
        }
    }
    spelt(&found)
}

fn spelt(ranges: &[(usize, usize)]) -> String {
    let shown = ranges.iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    shown.collect::<Vec<_>>().join(" ")
}

pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
