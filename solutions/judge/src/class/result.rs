//! What a program or a spreadsheet reads of a class. The page for lecturers documents both.

use super::Class;
use crate::bench::Bench;
use crate::judged::State;
use crate::report::Entry;
use catalog::Exercise;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of the JSON's form. A reader of it may rely on what is there in a version; new fields may come.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Whole<'a> {
    version: u32,
    engine: &'static str,
    sandbox: Option<&'static str>,
    submissions: Vec<One<'a>>,
    texts: BTreeMap<&'a str, Entry<'a>>,
    unknown: &'a [String],
}

#[derive(Serialize)]
struct One<'a> {
    name: &'a str,
    exercises: BTreeMap<&'a str, Place<'a>>,
    unknown: &'a [String],
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    state: State,
    text: &'a str,
}

/// The JSON.
pub fn json(bench: &Bench, class: &Class) -> Result<String, String> {
    let mut texts = BTreeMap::new();
    let mut submissions = Vec::new();
    for submission in &class.submissions {
        let mut exercises = BTreeMap::new();
        for (id, handed) in &submission.files {
            let judged = &class.judged[&handed.key];
            let text = handed.key.as_str();
            if let Some(exercise) = bench.catalog.find(id) {
                texts.entry(text).or_insert_with(|| Entry::new(exercise, judged));
            }
            exercises.insert(id.as_str(), Place { file: &handed.file, state: judged.state, text });
        }
        let (name, unknown) = (&submission.name, &submission.unknown);
        submissions.push(One { name, exercises, unknown });
    }
    let whole = Whole {
        version: VERSION,
        engine: bench.engine.name(),
        sandbox: bench.sandbox.as_ref().map(|_| "bwrap"),
        submissions,
        texts,
        unknown: &class.unknown,
    };
    Ok(serde_json::to_string_pretty(&whole).map_err(|error| error.to_string())? + "\n")
}

/// The CSV: a line for each submission, a column for each exercise that anybody has handed in.
pub fn csv(class: &Class, exercises: &[&Exercise]) -> String {
    let columns = super::columns(class, exercises);
    let mut lines = vec![line(
        ["submission", "passing", "of"].into_iter().chain(columns.iter().map(|e| e.id.as_str())),
    )];
    for submission in &class.submissions {
        let of = |exercise: &&&Exercise| class.of(submission, exercise);
        let passing =
            columns.iter().filter_map(|e| of(&e)).filter(|judged| judged.state.is_passing());
        let count = [passing.count(), columns.len()].map(|count| count.to_string());
        let state = |exercise| of(&exercise).map_or("not handed in", |judged| judged.state.name());
        let states = columns.iter().map(state);
        let name = super::plain(&submission.name);
        let start = [name.as_str(), &count[0], &count[1]];
        lines.push(line(start.into_iter().chain(states)));
    }
    lines.concat()
}

/// A line as RFC 4180 has it.
fn line<'a>(fields: impl Iterator<Item = &'a str>) -> String {
    fields.map(field).collect::<Vec<_>>().join(",") + "\r\n"
}

fn field(text: &str) -> String {
    // A spreadsheet takes a name that begins like that for a formula.
    let shield = if text.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    let text = format!("{shield}{text}");
    let is_plain = !text.contains([',', '"']);
    if is_plain { text } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::{super::plain, field};

    #[test]
    fn name_of_a_submission_is_one_field_and_no_formula() {
        assert_eq!(field("ada"), "ada");
        assert_eq!(field("Lovelace, \"Ada\""), "\"Lovelace, \"\"Ada\"\"\"");
        assert_eq!(field("=HYPERLINK(1,2)"), "\"'=HYPERLINK(1,2)\"");
        assert_eq!(field(&plain("a\r\n=b\u{1b}[2J")), "a\u{fffd}\u{fffd}=b\u{fffd}[2J");
    }
}
