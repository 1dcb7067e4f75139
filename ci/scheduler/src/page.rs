//! What the book has of a level: its states as JSON, for the game, and its program and a shortest way as text, for who reads.

use crate::level::{LEVELS, Level};
use crate::play::{Broken, No, Play};
use crate::program::{Line, Verb};
use crate::states::{self, Choice, State};
use rc11::by_hand::{Axiom, Name};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

/// Where it is.
const FOLDER: &str = "src/ch03_memory_ordering/scheduler";

/// A file of the book that is made here.
#[derive(Debug)]
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// What is in it.
    pub text: String,
    /// A line about it.
    pub note: String,
}

impl File {
    fn new(name: &str, text: String, note: &str) -> Self {
        let note = format!("{:>6} bytes  {name}  {note}", text.len());
        Self { path: catalog::root().join(FOLDER).join(name), text, note }
    }

    /// Is it there as it is to be?
    pub fn is_written(&self) -> bool {
        std::fs::read_to_string(&self.path).is_ok_and(|there| there == self.text)
    }

    /// Writes it.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn write(&self) -> io::Result<()> {
        std::fs::create_dir_all(self.path.parent().expect("a file is in a folder"))?;
        std::fs::write(&self.path, &self.text)
    }
}

/// All files: one for each level, and what the page includes.
///
/// # Panics
///
/// Panics if a level cannot be won.
pub fn files() -> Vec<File> {
    let mut page = String::from(
        "<!-- Made by `cargo scheduler` from ci/scheduler/levels.toml. Do not edit. -->\n",
    );
    let mut files = Vec::new();
    for (number, level) in LEVELS.iter().enumerate() {
        let states = states::all(level);
        let way = states::shortest(&states)
            .unwrap_or_else(|| panic!("{}: nobody can break it", level.id));
        let note = format!("{} states, {} steps", states.len(), way.len());
        let data = format!("{}\n", data(level, &states, way.len()));
        files.push(File::new(&format!("{}.json", level.id), data, &note));
        text(&mut page, number + 1, level, &way);
    }
    files.push(File::new("levels.md", page, ""));
    files
}

/// A level as data.
///
/// A state has `next`: for each thread `null`, or the line and for each place in the modification order what becomes of it. That is a text
/// if it is not offered; else the number of the state and, if something is written, the value. A state that is `broken` names the two steps
/// of a data race, or says `true`. A step is named by its thread and how many of that thread came before.
fn data(level: &Level, states: &[State<'_>], shortest: usize) -> Value {
    let threads = level.threads.iter().map(|(name, lines)| {
        let lines = lines.iter().map(|(text, line)| line_data(level, text, line));
        json!({ "name": name, "lines": lines.collect::<Vec<_>>() })
    });
    let memory = level.memory.iter().map(|location| {
        json!({ "name": location.name, "value": location.value, "bool": location.is_bool, "plain": location.is_plain })
    });
    let states = states.iter().map(|state| {
        let next = state.choices.iter().enumerate().map(|(thread, places)| match &places[..] {
            [] => Value::Null,
            places => {
                let places = places.iter().map(|choice| match choice {
                    Err(no) => json!(why_not(*no)),
                    Ok(to) => match states[*to].play.written(thread) {
                        Some(value) => json!([to, value]),
                        None => json!([to]),
                    },
                });
                json!([state.play.next[thread], places.collect::<Vec<_>>()])
            }
        });
        match state.play.broken {
            None => json!({ "next": next.collect::<Vec<_>>() }),
            Some(Broken::Test) => json!({ "broken": true }),
            Some(Broken::Race(one, other)) => json!({ "broken": [one, other] }),
        }
    });
    json!({
        "title": level.title,
        "threads": threads.collect::<Vec<_>>(),
        "memory": memory.collect::<Vec<_>>(),
        "broken": level.broken_text,
        "shortest": shortest,
        "states": states.collect::<Vec<_>>(),
    })
}

fn line_data(level: &Level, text: &str, line: &Line) -> Value {
    let Line::Does(operation) = line else { return json!({ "text": text }) };
    let kind = match operation.verb {
        Verb::Load => "load",
        Verb::Store(_) => "store",
        Verb::Fence => "fence",
        Verb::Read => "read",
        Verb::Write(_) => "write",
        Verb::Add(..) | Verb::Swap(_) | Verb::Exchange(..) => "update",
    };
    let location = (kind != "fence").then(|| level.location(&operation.location));
    json!({
        "text": text,
        "kind": kind,
        "location": location,
        "register": operation.register,
        "ok": operation.is_ok.is_some(),
    })
}

fn why_not(no: No) -> String {
    let named = |letter, (thread, index): Name| format!("{letter}{thread}.{index}");
    match no {
        No::Turns => "turns".to_owned(),
        No::Axiom(Axiom::SeqCst) => "sc".to_owned(),
        No::Axiom(Axiom::Overwritten(name)) => named('o', name),
        No::Axiom(Axiom::Seen(name)) => named('s', name),
        No::Axiom(Axiom::Taken(name)) => named('t', name),
    }
}

/// The section of a level: its threads beside each other, and a shortest way, folded.
fn text(page: &mut String, number: usize, level: &Level, way: &[Choice]) {
    let Level { title, task, id, why, .. } = level;
    let _ = write!(
        page,
        "\n### {number}. {title}\n\n{task}\n\n<div class=\"level\" data-level=\"{id}\" data-title=\"{title}\">\n\n<div class=\"listings\">\n"
    );
    for (name, lines) in &level.threads {
        let lines: String = lines.iter().map(|(text, _)| format!("{text}\n")).collect();
        let _ = write!(
            page,
            "\n<div class=\"listing\">\n\n**{name}**\n\n```rust,ignore\n{lines}```\n\n</div>\n"
        );
    }
    let memory = level.memory.iter().map(|location| {
        let value = shown(location.value, location.is_bool);
        format!("`{} = {value}`", location.name)
    });
    let memory = memory.collect::<Vec<_>>().join(", ");
    let broken = level.broken_text.as_ref().map_or_else(
        || "It is broken by a data race.".to_owned(),
        |text| format!("It is broken if `{text}`."),
    );
    let _ = write!(page, "\n</div>\n\nAt first {memory}. {broken}\n\n</div>\n");
    let _ = write!(
        page,
        "\n<details>\n<summary>A shortest way, and what is wrong</summary>\n\n| Step | Thread | Line | What you choose |\n|---|---|---|---|\n"
    );
    let mut play = Play::new(level);
    let mut steps: Vec<Name> = Vec::new();
    for (step, &(thread, place)) in way.iter().enumerate() {
        let name = &level.threads[thread].0;
        let line = level.threads[thread].1[play.next[thread]].0.trim();
        let what = in_words(&play, &steps, thread, place);
        let _ = writeln!(page, "| {} | {name} | `{line}` | {what} |", step + 1);
        steps.push((thread, play.execution.done(thread)));
        play = play
            .choices(thread)
            .swap_remove(place)
            .expect("the way is one of those that are offered");
    }
    let number_of = |name: &Name| steps.iter().position(|step| step == name).map_or(0, |at| at + 1);
    let end = match play.broken {
        Some(Broken::Race(one, other)) => format!(
            "Steps {} and {} are a data race: neither happens before the other.",
            number_of(&one),
            number_of(&other)
        ),
        _ => format!("Now `{}`.", level.broken_text.as_deref().unwrap_or_default()),
    };
    let _ = write!(page, "\n{end}\n\n{why}\n\n</details>\n");
}

/// What a step reads, and where it writes.
fn in_words(play: &Play<'_>, steps: &[Name], thread: usize, place: usize) -> String {
    let operation = play.operation(thread).expect("a thread that goes on has something to do");
    if !matches!(operation.verb, Verb::Fence | Verb::Read | Verb::Write(_)) {
        let location = play.level.location(&operation.location);
        let writes = play.execution.writes(location);
        let step = |by: Option<Name>| {
            let at = steps.iter().position(|step| Some(*step) == by).map(|at| at + 1);
            at.map_or("the initial value".to_owned(), |at| format!("of step {at}"))
        };
        if !matches!(operation.verb, Verb::Store(_)) {
            let value = shown(writes[place].value, play.level.memory[location].is_bool);
            return format!("reads `{value}`, {}", step(writes[place].by));
        }
        if let Some(next) = writes.get(place + 1) {
            return format!("comes before the store {}", step(next.by));
        }
    }
    String::new()
}

fn shown(value: u64, is_bool: bool) -> String {
    if is_bool { (value == 1).to_string() } else { value.to_string() }
}
