//! Where everything stands, in pixels.

use super::graph::Graph;

/// The width of a letter; the style sheet sets the size that it has.
const LETTER: i32 = 7;
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

fn letters(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX / LETTER)
}

impl Layout {
    /// For an execution.
    pub fn of(graph: &Graph) -> Self {
        let gap = GAP[usize::from(graph.has_labels())];
        let steps = || graph.steps.iter();
        let places = steps().map(|step| letters(&step.place)).max().unwrap_or(0);
        let mut x = 22 + places * 6 + 10;
        let mut columns = Vec::new();
        for thread in 0..graph.threads {
            let lines = steps().filter(|step| step.thread == thread).flat_map(|step| step.lines());
            let widest = lines.map(|line| letters(&line)).max().unwrap_or(0).max(13);
            columns.push((x, widest * LETTER + 12));
            x += widest * LETTER + 12 + gap;
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
