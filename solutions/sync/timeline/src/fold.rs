//! Which rows of a timeline are shown.

use crate::Step;

/// The longest turn of a loop that is looked for, in rows.
const LONGEST_TURN: usize = 8;

/// Turns that are alike are folded from this number on.
const FEWEST_TURNS: usize = 3;

/// A longer timeline is cut, and this much of its beginning and its end is kept: `BEGINNING` and `END`.
pub const MOST: usize = 60;

/// Likewise, of a race.
pub const MANY: usize = 400;

const BEGINNING: usize = 30;
const END: usize = 20;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// The step of this number.
    Step(usize),
    /// This thread turns so often as it did in the rows before, and will in the rows after.
    Turns { thread: usize, more: usize },
    /// So many steps are left out.
    Gap(usize),
}

/// All rows but those of turns that see the same again.
pub fn fold(steps: &[Step], cells: &[String]) -> Vec<Row> {
    let same = |a: usize, b: usize| {
        let (step, other) = (&steps[a], &steps[b]);
        step.thread == other.thread && step.at == other.at && cells[a] == cells[b]
    };
    let mut rows = Vec::new();
    let mut at = 0;
    while at < steps.len() {
        let turns = (1..=LONGEST_TURN).find_map(|length| {
            let end = at + length;
            let one_thread = steps.get(at..end)?.iter().all(|s| s.thread == steps[at].thread);
            let repeated = (end..steps.len()).take_while(|&row| same(row, row - length)).count();
            let turns = 1 + repeated / length;
            (one_thread && turns >= FEWEST_TURNS).then_some((length, turns))
        });
        let Some((length, turns)) = turns else {
            rows.push(Row::Step(at));
            at += 1;
            continue;
        };
        let end = at + length * turns;
        rows.extend((at..at + length).map(Row::Step));
        rows.push(Row::Turns { thread: steps[at].thread, more: turns - 2 });
        rows.extend((end - length..end).map(Row::Step));
        at = end;
    }
    rows
}

/// Cuts what is too long to be read.
pub fn cut(rows: &mut Vec<Row>, most: usize) {
    if rows.len() <= most {
        return;
    }
    let number = |row: &Row| if let Row::Step(step) = row { Some(*step) } else { None };
    let end = rows.len() - END;
    let last = rows[..BEGINNING].iter().filter_map(number).max().unwrap_or(0);
    let next = rows[end..].iter().find_map(number).unwrap_or(last);
    rows.splice(BEGINNING..end, [Row::Gap(next.saturating_sub(last + 1))]);
}
