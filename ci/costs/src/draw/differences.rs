//! What the machines disagree about.

use super::{SECTIONS, letter, rounded, rows};
use crate::result::Results;

/// A row is told of if one machine's ratio is so many times another's: less is within what two runs differ by.
const CLEAR: f64 = 2.0;

/// The rows of which the machines' ratios lie furthest apart, those first.
pub fn all(all: &[Results]) -> String {
    if all.len() < 2 {
        return "Only one machine has been measured so far. When there are two, it says here what differs.".into();
    }
    let row = |(id, name)| {
        let ratios = all.iter().enumerate();
        let ratios =
            ratios.filter_map(|(at, results)| Some((results.ratio(id, name)?, letter(at))));
        let least = ratios.clone().min_by(|a, b| a.0.total_cmp(&b.0))?;
        let most = ratios.max_by(|a, b| a.0.total_cmp(&b.0))?;
        Some((most.0 / least.0, name, least, most))
    };
    let names =
        SECTIONS.iter().flat_map(|&(id, ..)| rows(all, id).into_iter().map(move |name| (id, name)));
    let mut differ: Vec<_> = names.filter_map(row).filter(|row| row.0 >= CLEAR).collect();
    differ.sort_by(|a, b| b.0.total_cmp(&a.0));
    if differ.is_empty() {
        return format!("No row differs by more than {CLEAR} times between these machines.");
    }
    let mut text = format!("These differ by more than {CLEAR} times:\n\n");
    for (times, name, least, most) in differ {
        text += &format!(
            "- {name}: {} on {}, {} on {}, which is {} times as much.\n",
            rounded(least.0),
            least.1,
            rounded(most.0),
            most.1,
            rounded(times),
        );
    }
    text
}
