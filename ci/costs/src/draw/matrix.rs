//! From core to core: a square for each pair of processors, darker where the way is longer.

use super::{letter, rounded};
use crate::result::{Results, Section};

/// The side of a square.
const SIDE: usize = 34;

/// The drawing of each machine, and a sentence with its shortest and longest way.
pub fn all(all: &[Results]) -> String {
    let one = |(index, results): (usize, &Results)| {
        let section = results
            .sections
            .iter()
            .find(|section| section.id == "cores" && !section.rows.is_empty())?;
        let ratio = |nanoseconds: f64| nanoseconds / results.unit();
        let mut times: Vec<f64> = section.rows.iter().map(|row| ratio(row.nanoseconds)).collect();
        times.sort_by(f64::total_cmp);
        let letter = letter(index);
        let sentence = match &times[..] {
            [only] => format!(
                "On {letter}, with its one pair of processors, a hand-over costs {} relaxed loads.",
                rounded(*only)
            ),
            [first, .., last] => format!(
                "On {letter} the shortest of {} ways costs {} relaxed loads, the middle one {}, the longest {}.",
                times.len(),
                rounded(*first),
                rounded(times[times.len() / 2]),
                rounded(*last)
            ),
            [] => return None,
        };
        Some(format!(
            "{sentence}\n\n{}",
            if times.len() > 1 { square(section, letter, ratio) } else { String::new() }
        ))
    };
    all.iter().enumerate().filter_map(one).collect()
}

fn square(section: &Section, letter: char, ratio: impl Fn(f64) -> f64) -> String {
    let mut processors: Vec<&str> = Vec::new();
    let pairs: Vec<(&str, &str, f64)> = section
        .rows
        .iter()
        .filter_map(|row| {
            let (one, two) = row.name.split_once(" to ")?;
            Some((one, two, ratio(row.nanoseconds)))
        })
        .collect();
    for (one, two, _) in &pairs {
        for name in [one, two] {
            if !processors.contains(name) {
                processors.push(name);
            }
        }
    }
    let most = pairs.iter().map(|pair| pair.2).fold(0.0, f64::max);
    let place =
        |name: &str| processors.iter().position(|known| *known == name).expect("it was collected");
    let size = SIDE * (processors.len() + 1);
    let mut svg = format!(
        "<figure>\n<svg viewBox=\"0 0 {size} {size}\" width=\"{size}\" role=\"img\" aria-label=\"From processor to processor on {letter}\" \
         fill=\"currentColor\" font-size=\"11\" text-anchor=\"middle\">\n"
    );
    for (index, name) in processors.iter().enumerate() {
        let (near, far) = (SIDE / 2, SIDE * (index + 1) + SIDE / 2);
        svg += &format!(
            "<text x=\"{far}\" y=\"{}\">{name}</text><text x=\"{near}\" y=\"{}\">{name}</text>\n",
            near + 4,
            far + 4
        );
    }
    for (one, two, ratio) in &pairs {
        for (column, row) in [(place(one), place(two)), (place(two), place(one))] {
            let (x, y) = (SIDE * (column + 1), SIDE * (row + 1));
            svg += &format!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" fill-opacity=\"{:.2}\"/><text x=\"{}\" y=\"{}\">{}</text>\n",
                SIDE - 1,
                SIDE - 1,
                // No darker than a third, so that the number can be read in light and dark.
                ratio / most / 3.0,
                x + SIDE / 2,
                y + SIDE / 2 + 4,
                rounded(*ratio)
            );
        }
    }
    svg + &format!(
        "</svg>\n<figcaption>{letter}: what a hand-over between two processors costs, in relaxed loads.</figcaption>\n</figure>\n\n"
    )
}
