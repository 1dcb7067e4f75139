//! Where everything stands, in pixels.

use super::graph::Graph;

/// The width of five letters; the style sheet sets the size that they have.
const FIVE_LETTERS: i32 = 36;
/// Where the place of a step stands, beside its number.
pub const PLACE: i32 = 26;
/// Between two columns: room for the arrows, and for what stands at them.
const GAP: [i32; 2] = [40, 88];
/// Between two steps.
const SPACE: i32 = 8;
/// Room for the names of the threads.
const HEAD: i32 = 26;

/// Where the box of a step stands.
#[derive(Clone, Copy)]
pub struct Slot {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

/// Where everything stands.
pub struct Layout {
    pub width: i32,
    pub height: i32,
    /// Left edge and width of each thread's column.
    pub columns: Vec<(i32, i32)>,
    /// The box of each step.
    pub slots: Vec<Slot>,
}

/// How wide a text is.
pub fn width(text: &str) -> i32 {
    let letters = i32::try_from(text.chars().count()).unwrap_or(i32::MAX / 2 / FIVE_LETTERS);
    (letters * FIVE_LETTERS + 4) / 5
}

impl Layout {
    /// For an execution.
    pub fn of(graph: &Graph) -> Self {
        let gap = GAP[usize::from(graph.has_labels())];
        let steps = || graph.steps.iter();
        let mut x = PLACE + steps().map(|step| width(&step.place)).max().unwrap_or(0) + 10;
        let mut columns = Vec::new();
        for thread in 0..graph.threads {
            let lines = steps().filter(|step| step.thread == thread).flat_map(|step| step.lines());
            // Room for the names of the threads, too.
            let widest = lines.map(|line| width(&line)).max().unwrap_or(0).max(94) + 12;
            columns.push((x, widest));
            x += widest + gap;
        }
        let mut y = HEAD;
        let mut slots = Vec::new();
        for step in steps() {
            let height = if step.lines().len() > 1 { 33 } else { 19 };
            let (x, width) = columns[step.thread];
            slots.push(Slot { x, y, width, height });
            y += height + SPACE;
        }
        let foot = if graph.waiting.is_empty() { 0 } else { 22 };
        Self { width: x - gap + 24, height: y + foot, columns, slots }
    }
}
