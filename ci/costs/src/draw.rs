//! What the book shows of the results: a table and a drawing for each section, with a column for each machine.

mod bars;
mod differences;
mod matrix;

use crate::measure::ATOMIC;
use crate::result::{Results, Section};
use std::collections::BTreeMap;

/// The sections: id, heading of the first column, and what the drawing shows.
const SECTIONS: [(&str, &str, &str); 4] = [
    (
        "alone",
        "One thread, nobody else there",
        "What one operation costs if nobody else wants the variable.",
    ),
    (
        "shared",
        "One line, several threads",
        "What one operation costs each thread, if all want the same line.",
    ),
    (
        "distance",
        "Two variables, two threads, fetch_add",
        "What fetch_add costs by the distance of the two variables.",
    ),
    ("waiting", "To wait and to wake", "What it costs to wait and to wake."),
];

/// The files that the page of chapter 7 includes, by name, and the figure of chapter 8.
pub fn files(all: &[Results]) -> BTreeMap<&'static str, String> {
    let mut files = BTreeMap::from([
        ("machines", machines(all)),
        ("cores", matrix::all(all)),
        ("differences", differences::all(all)),
    ]);
    for (id, heading, caption) in SECTIONS {
        let drawing = if all.is_empty() { String::new() } else { bars::draw(all, id, caption) };
        files.insert(id, format!("{drawing}{}", table(all, id, heading)));
    }
    for text in files.values_mut() {
        *text = format!("<!-- Made by cargo costs. Do not edit. -->\n\n{}\n", text.trim_end());
    }
    files
}

/// The names of the machines: letters in the drawings, whole in a list.
fn machines(all: &[Results]) -> String {
    if all.is_empty() {
        return "No result is kept yet: `cargo costs --write` puts the first one here.".into();
    }
    let line = |(index, results): (usize, &Results)| {
        let machine = &results.machine;
        let load = machine.load.map_or(String::new(), |load| {
            format!(", {load} threads of other programs at the beginning")
        });
        format!(
            "- **{}**: {}, {}, {} processors, {}, {}, {}{load}.\n",
            letter(index),
            machine.model,
            machine.architecture,
            machine.processors,
            machine.system,
            machine.compiler,
            machine.date
        )
    };
    all.iter().enumerate().map(line).collect()
}

/// What a machine is called in tables and drawings.
pub(crate) fn letter(index: usize) -> char {
    char::from(b'A' + u8::try_from(index).expect("few machines"))
}

/// The rows of a section that any machine has, in the order of those that have most.
pub(crate) fn rows<'a>(all: &'a [Results], id: &str) -> Vec<&'a str> {
    let sections = || {
        all.iter()
            .flat_map(|results| &results.sections)
            .filter(|section: &&Section| section.id == id)
    };
    let mut names: Vec<&str> = Vec::new();
    let most = sections().max_by_key(|section| section.rows.len());
    for row in most.into_iter().chain(sections()).flat_map(|section| &section.rows) {
        if !names.contains(&row.name.as_str()) {
            names.push(&row.name);
        }
    }
    names
}

/// Two digits that count are all that such a measurement has.
pub fn rounded(ratio: f64) -> String {
    if ratio < 9.95 {
        return format!("{ratio:.1}");
    }
    let unit = 10_f64.powi(ratio.log10().floor() as i32 - 1);
    commas((ratio / unit).round() * unit)
}

/// A number with a comma before each three of its digits, if it is a whole one.
pub(crate) fn commas(number: f64) -> String {
    if number.fract() == 0.0 { catalog::grouped(number as u64) } else { number.to_string() }
}

/// The table of one section, as multiples of a relaxed load.
pub fn table(all: &[Results], id: &str, heading: &str) -> String {
    if all.is_empty() {
        return String::new();
    }
    let letters: Vec<String> = (0..all.len()).map(|index| letter(index).to_string()).collect();
    let mut text =
        format!("| {heading} | {} |\n|---|{}\n", letters.join(" | "), "---:|".repeat(all.len()));
    for name in rows(all, id) {
        let cell = |results: &Results| results.ratio(id, name).map_or("–".into(), rounded);
        let cells: Vec<String> = all.iter().map(cell).collect();
        text += &format!("| {name} | {} |\n", cells.join(" | "));
    }
    text
}

/// What chapter 8 shows of the first machine: waiting, as multiples of an atomic read-modify-write.
pub fn waiting(results: &Results) -> Option<String> {
    let unit = results.ratio("waiting", ATOMIC)?;
    let section = results.sections.iter().find(|section| section.id == "waiting")?;
    let mut scaled = results.clone();
    // The unit of the drawing is the first row of the first section.
    let mut rows = section.rows.clone();
    rows.retain(|row| !row.name.contains('`'));
    scaled.sections = vec![Section { id: "waiting".into(), rows }];
    let caption = "What it costs to wait and to wake.";
    let mut text = format!(
        "<!-- Made by cargo costs. Do not edit. -->\n\n{}",
        bars::draw(&[scaled.clone()], "waiting", caption)
    );
    text += "| What | How many atomic operations it is worth |\n|---|---:|\n";
    for row in &scaled.sections[0].rows {
        text += &format!(
            "| {} | {} |\n",
            row.name,
            rounded(results.ratio("waiting", &row.name)? / unit)
        );
    }
    let machine = &results.machine;
    text += &format!(
        "\nEach number is from the round that was slower than a tenth of the rounds of one run: on {}, {}, {} processors, {}, {}.\n",
        machine.model, machine.architecture, machine.processors, machine.system, machine.date
    );
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::{files, rounded};
    use crate::result::{self, FOLDER, Machine, Results, Row, Section};
    use crate::root;
    use std::fs;

    /// Not a measurement: numbers that show which goes where.
    fn results(model: &str, names: &[(&str, f64)]) -> Results {
        let row = |&(name, nanoseconds): &(&str, f64)| Row { name: name.into(), nanoseconds };
        let machine = Machine {
            model: model.into(),
            architecture: String::new(),
            processors: 2,
            system: String::new(),
            compiler: String::new(),
            date: String::new(),
            load: None,
        };
        Results {
            machine,
            sections: vec![Section { id: "alone".into(), rows: names.iter().map(row).collect() }],
        }
    }

    #[test]
    fn the_book_shows_the_results_that_it_has() {
        let all = result::read_all(&root()).expect("results that can be read");
        for (name, text) in files(&all) {
            let path = root().join(FOLDER).join(name).with_extension("md");
            let shown = fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(shown, text, "{}: `cargo costs --pages` writes it", path.display());
        }
    }

    #[test]
    fn one_machine_fills_one_column() {
        let text = &files(&[results("One", &[("load", 2.0), ("swap", 40.0)])])["alone"];
        assert!(text.contains("| swap | 20 |\n"), "{text}");
    }

    #[test]
    fn two_digits_count() {
        assert_eq!(
            [0.04, 1.0, 9.96, 123.0, 1250.0, 98_765.0].map(rounded),
            ["0.0", "1.0", "10", "120", "1,300", "99,000"]
        );
    }

    #[test]
    fn it_is_told_what_two_machines_disagree_about() {
        let one = results("One", &[("load", 2.0), ("swap", 40.0), ("fence", 4.0)]);
        assert!(files(std::slice::from_ref(&one))["differences"].contains("Only one machine"));
        let two = results("Two", &[("load", 0.5), ("swap", 2.5), ("fence", 1.5)]);
        let text = &files(&[one.clone(), two])["differences"];
        assert!(text.contains("- swap: 5.0 on B, 20 on A, which is 4.0 times as much."), "{text}");
        assert!(!text.contains("fence"), "{text}");
        assert!(files(&[one.clone(), one])["differences"].contains("No row differs"));
    }

    #[test]
    fn machines_stand_side_by_side_each_in_its_own_unit() {
        let one = results("One", &[("load", 2.0), ("swap", 40.0)]);
        let two = results("Two", &[("load", 0.5), ("fence", 1.0)]);
        let text = &files(&[one, two])["alone"];
        for line in ["| load | 1.0 | 1.0 |", "| swap | 20 | – |", "| fence | – | 2.0 |"] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
