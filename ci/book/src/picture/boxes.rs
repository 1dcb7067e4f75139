//! Where everything stands, in pixels.

use super::graph::{Graph, Step};

/// The width of five letters; the style sheet sets the size that they have.
const FIVE_LETTERS: i32 = 36;
/// Between the number of a step and its place, which has room for three figures in any case.
const FIGURES: i32 = 4;
/// Between two columns: room for the arrows, and for what stands at them.
const GAP: [i32; 2] = [40, 88];
/// Between two steps.
const SPACE: i32 = 8;
/// Room for the names of the threads.
const HEAD: i32 = 26;
/// The height of a box with a line, and of each line more.
const BOX: i32 = 19;
const LINE: i32 = 14;
/// Beside a table of contents, a screen of 1440 pixels has room for so much. A picture that would be wider breaks its long lines.
const ROOM: i32 = 880;
/// How many letters a line has then, if there is a place to break it.
const BROKEN: usize = 26;

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
    /// Where the places of the steps stand, beside their numbers.
    pub places: i32,
    /// Left edge and width of each thread's column.
    pub columns: Vec<(i32, i32)>,
    /// The box of each step.
    pub slots: Vec<Slot>,
    /// What stands in each.
    pub lines: Vec<Vec<String>>,
}

/// How wide a text is.
pub fn width(text: &str) -> i32 {
    let letters = i32::try_from(text.chars().count()).unwrap_or(i32::MAX / 2 / FIVE_LETTERS);
    (letters * FIVE_LETTERS + 4) / 5
}

impl Layout {
    /// For an execution.
    pub fn of(graph: &Graph) -> Self {
        let whole = Self::with(graph, usize::MAX);
        if whole.width <= ROOM { whole } else { Self::with(graph, BROKEN) }
    }

    /// With lines of so many letters.
    fn with(graph: &Graph, longest: usize) -> Self {
        let lines_of = |step: &Step| {
            step.lines().iter().flat_map(|line| broken(line, longest)).collect::<Vec<_>>()
        };
        let lines: Vec<Vec<String>> = graph.steps.iter().map(lines_of).collect();
        let gap = GAP[usize::from(graph.has_labels())];
        let steps = || graph.steps.iter().zip(&lines);
        let widest = graph.steps.iter().map(|step| width(&step.place)).max().unwrap_or(0);
        let places = width(&graph.steps.len().to_string()).max(width("100")) + FIGURES;
        let mut x = places + widest + 10;
        let mut columns = Vec::new();
        for thread in 0..graph.threads {
            let lines =
                steps().filter(|(step, _)| step.thread == thread).flat_map(|(_, lines)| lines);
            // Room for the names of the threads, too.
            let widest = lines.map(|line| width(line)).max().unwrap_or(0).max(94) + 12;
            columns.push((x, widest));
            x += widest + gap;
        }
        let mut y = HEAD;
        let mut slots = Vec::new();
        for (step, lines) in steps() {
            let more = lines.len().saturating_sub(1);
            let height = BOX + LINE * i32::try_from(more).expect("few lines");
            let (x, width) = columns[step.thread];
            slots.push(Slot { x, y, width, height });
            y += height + SPACE;
        }
        let foot = if graph.waiting.is_empty() { 0 } else { 22 };
        Self { width: x - gap + 24, height: y + foot, places, columns, slots, lines }
    }
}

/// Breaks a line that is longer than that: where the arguments begin if they then have room, or else behind a space or a parenthesis.
fn broken(line: &str, longest: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = line;
    while rest.chars().count() > longest {
        let places = rest.char_indices().enumerate().filter(|(_, (_, c))| [' ', '('].contains(c));
        let places: Vec<(usize, usize)> =
            places.map(|(count, (at, _))| (count, at)).filter(|(count, _)| *count > 0).collect();
        let has_room = |&&(_, at): &&(usize, usize)| {
            rest[at..].starts_with('(') && rest[at + 1..].chars().count() <= longest
        };
        let within = places.iter().rfind(|(count, _)| *count < longest);
        let place = places.iter().find(has_room).or(within).or(places.first());
        // At the end there is nothing to break.
        let Some(&(_, at)) = place.filter(|(_, at)| at + 1 < rest.len()) else { break };
        lines.push(rest[..=at].trim_end().to_owned());
        rest = &rest[at + 1..];
    }
    lines.push(rest.to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::broken;

    #[test]
    fn long_line_is_broken_behind_a_parenthesis_or_a_space() {
        let line = "state.compare_exchange_weak(UNLOCKED, LOCKED)";
        assert_eq!(broken(line, 30), ["state.compare_exchange_weak(", "UNLOCKED, LOCKED)"]);
        let line = "left.compare_exchange_weak(2, 1)";
        assert_eq!(broken(line, 26), ["left.compare_exchange_weak(", "2, 1)"]);
        assert_eq!(
            broken("Acquire, Relaxed → Err(WAITER | LOCKED)", 30),
            ["Acquire, Relaxed → Err(", "WAITER | LOCKED)"]
        );
        assert_eq!(broken(line, usize::MAX), [line]);
        let name = "a_name_that_is_longer_than_all_that_there_is_room_for";
        assert_eq!(broken(name, 30), [name]);
    }
}
