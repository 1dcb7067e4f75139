//! A class at once: judges all that was handed in.
//!
//! What strangers have written is only read here; what it says is found out by processes of their own: a look at its text
//! ([`look`]), the compiler and the checks ([`Sandbox`]). So whatever a file does, the others are judged.

mod handed;
mod look;
mod result;
mod table;

use crate::bench::Bench;
use crate::digest::Digest;
use crate::judge::{judge_all, remembered};
use crate::judged::{Diagnostic, Judged, State};
use crate::options::Options;
use crate::parallel::in_parallel;
use crate::progress::Progress;
use crate::sandbox::Sandbox;
use crate::subject::{STRANGERS, Subject, Wanted};
use catalog::{Catalog, Exercise};
use handed::{Handed, Submission};
use look::Look;
pub use look::serve_if_asked;
use std::collections::BTreeMap;
use std::path::Path;

/// How many files are compiled to one program.
const BATCH: usize = 12;

/// What was judged: each text once, whoever handed it in.
pub struct Class {
    /// In the order of their names.
    pub submissions: Vec<Submission>,
    /// By the key that a [`Handed`] has.
    pub judged: BTreeMap<String, Judged>,
    /// What was in the folder and belongs to nobody.
    pub unknown: Vec<String>,
}

impl Class {
    /// What came of an exercise that somebody has handed in.
    fn of(&self, submission: &Submission, exercise: &Exercise) -> Option<&Judged> {
        self.judged.get(&submission.files.get(&exercise.id)?.key)
    }
}

/// The exercises that anybody has handed in.
fn columns<'a>(class: &Class, exercises: &[&'a Exercise]) -> Vec<&'a Exercise> {
    let is_there = |exercise: &&&Exercise| {
        class.submissions.iter().any(|submission| submission.files.contains_key(&exercise.id))
    };
    exercises.iter().filter(is_there).copied().collect()
}

/// A name that a stranger gave does nothing to a terminal, nor to what reads a table line by line.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Finds what was handed in, and judges it.
///
/// # Errors
///
/// In words, if it cannot be done: there is no sandbox, and nobody said that none is needed; or nothing was handed in.
pub fn judge(
    bench: &mut Bench,
    folder: &Path,
    (catalog, exercises): (&Catalog, &[&Exercise]),
    options: &Options,
) -> Result<Class, String> {
    if options.trust {
        bench.sandbox = None;
    } else {
        let readable =
            ["solutions/checks", "target/judge/debug", "target/judge/libraries", STRANGERS];
        let sandbox = Sandbox::find(bench, &readable);
        bench.sandbox = Some(sandbox.map_err(|why| format!("{why}\n\n{NO_SANDBOX}"))?);
    }
    let every: Vec<&Exercise> = catalog.exercises.iter().collect();
    let (mut submissions, unknown) = handed::all(folder, &every)?;
    for submission in &mut submissions {
        submission.files.retain(|id, _| exercises.iter().any(|exercise| exercise.id == *id));
    }
    let mut texts: BTreeMap<String, (Handed, &Exercise)> = BTreeMap::new();
    for submission in &submissions {
        for (id, handed) in &submission.files {
            let exercise =
                exercises.iter().find(|exercise| exercise.id == *id).expect("one of them");
            texts.entry(handed.key.clone()).or_insert_with(|| (handed.clone(), exercise));
        }
    }
    let mut judged = BTreeMap::new();
    let mut left = Vec::new();
    let all: Vec<(String, (Handed, &Exercise))> = texts.into_iter().collect();
    let looked = in_parallel(bench.slots.all, &all, |(_, (handed, _))| match &handed.text {
        Ok(text) => look::at(text),
        Err(why) => Err(why.clone()),
    });
    for ((key, (handed, exercise)), looked) in all.into_iter().zip(looked) {
        match looked {
            Err(why) => {
                judged.insert(key, Judged::broken(vec![Diagnostic::error(why)]));
            }
            Ok(looked) if looked.todos > 0 => {
                judged.insert(key, Judged::to_do(looked.todos));
            }
            Ok(looked) => match subject(bench, &handed, exercise) {
                Ok(subject) => left.push(Text { key, subject, looked }),
                Err(why) => {
                    judged.insert(key, Judged::broken(vec![Diagnostic::error(why)]));
                }
            },
        }
    }
    judged.extend(judge_texts(bench, left));
    submissions.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Class { submissions, judged, unknown })
}

/// A text that is to be judged.
struct Text {
    key: String,
    subject: Subject,
    looked: Look,
}

/// Judges the texts. Of those that differ in comments and layout one is judged; if it passes, so do the others. If it does not, each is
/// told what fails in which of its own lines; those in which each line of code is in the same place are told the same.
fn judge_texts(bench: &Bench, texts: Vec<Text>) -> BTreeMap<String, Judged> {
    let mut judged = BTreeMap::new();
    let left = judge_firsts(bench, texts, &mut judged, |looked| &looked.shape, State::is_passing);
    let left = judge_firsts(bench, left, &mut judged, |looked| &looked.body, |_| true);
    judged.extend(judge_each(bench, left));
    judged
}

/// Judges the first of those that are the `same`. What comes of it comes of the others, if `counts`. Returns those that are left.
fn judge_firsts(
    bench: &Bench,
    texts: Vec<Text>,
    judged: &mut BTreeMap<String, Judged>,
    same: impl Fn(&Look) -> &Option<String>,
    counts: impl Fn(State) -> bool,
) -> Vec<Text> {
    let mut first: BTreeMap<(String, String), String> = BTreeMap::new();
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for text in texts {
        let hash = same(&text.looked).clone().filter(|_| !text.subject.in_place);
        let known = hash.map(|hash| {
            let of = (text.subject.exercise.id.clone(), hash);
            first.entry(of).or_insert_with(|| text.key.clone()).clone()
        });
        match known.filter(|known| *known != text.key) {
            Some(known) => others.push((known, text)),
            None => ones.push(text),
        }
    }
    judged.extend(judge_each(bench, ones));
    let mut left = Vec::new();
    for (known, text) in others {
        match judged[&known].clone() {
            of_that if counts(of_that.state) => drop(judged.insert(text.key, of_that)),
            _ => left.push(text),
        }
    }
    left
}

/// Judges each of the texts, many of them compiled together. One that could reach into its neighbours is compiled alone.
fn judge_each(bench: &Bench, texts: Vec<Text>) -> BTreeMap<String, Judged> {
    let mut judged = BTreeMap::new();
    let (mut together, mut alone) = (Vec::new(), Vec::new());
    for text in texts {
        let known = bench.key(&text.subject).ok().and_then(|key| remembered(bench, &key));
        match known.filter(|_| !bench.again) {
            Some(known) => {
                judged.insert(text.key, as_handed_in(&text.subject, &known));
            }
            None if text.looked.is_alone || text.subject.in_place => alone.push(text),
            None => together.push(text),
        }
    }
    // Those of an exercise stand side by side: they take about as long.
    together.sort_by(|one, other| one.subject.exercise.id.cmp(&other.subject.exercise.id));
    let batches: Vec<&[Text]> = alone.chunks(1).chain(together.chunks(BATCH)).collect();
    let progress = Progress::on_terminal();
    let of_batches = in_parallel(bench.slots.all, &batches, |batch| {
        let subjects: Vec<&Subject> = batch.iter().map(|text| &text.subject).collect();
        judge_all(bench, &subjects, &progress, |_, _| {})
    });
    progress.clear();
    for (text, of_this) in batches.into_iter().flatten().zip(of_batches.iter().flatten()) {
        judged.insert(text.key.clone(), as_handed_in(&text.subject, of_this));
    }
    judged
}

/// The subject that a text is: its name is what it says, so that nobody's verdict depends on whose it is.
fn subject(bench: &Bench, handed: &Handed, exercise: &Exercise) -> Result<Subject, String> {
    let hash = &handed.key;
    let file = format!("{STRANGERS}{hash}/{}.rs", exercise.stem());
    let in_place = !handed.beside.is_empty();
    if in_place {
        let folder = bench.root.join(STRANGERS).join(hash);
        for (name, text) in &handed.beside {
            crate::store::write(&folder.join(name), text)
                .map_err(|error| format!("{name}: {error}"))?;
        }
    }
    Ok(Subject {
        exercise: exercise.clone(),
        name: format!("{}::handed_in::{hash}", exercise.path()),
        file,
        text: handed.text.clone()?,
        in_place,
        wanted: Wanted::All,
    })
}

/// In what is said of it, the file has the name that it has for whoever wrote it.
fn as_handed_in(subject: &Subject, judged: &Judged) -> Judged {
    let ours = subject.file.strip_suffix(&format!("{}.rs", subject.exercise.stem()));
    let text = serde_json::to_string(judged).ok();
    let renamed = ours.zip(text).map(|(ours, text)| text.replace(ours, "exercises/src/"));
    let renamed = renamed.and_then(|text| serde_json::from_str(&text).ok());
    renamed
        .map_or_else(|| judged.clone(), |renamed| Judged { as_before: judged.as_before, ..renamed })
}

/// The hash of a file, and of all that belongs to it.
fn key(exercise: &Exercise, text: &str, beside: &BTreeMap<String, String>) -> String {
    let mut digest = Digest::new();
    digest.part("exercise", &exercise.id).part("text", text);
    for (name, text) in beside {
        digest.part(name, text);
    }
    digest.finish()
}

/// Writes the table, and beside it CSV and JSON.
///
/// # Errors
///
/// If a file cannot be written.
pub fn tell(
    bench: &Bench,
    class: &Class,
    exercises: &[&Exercise],
    options: &Options,
) -> Result<bool, String> {
    let json = options.report.clone().unwrap_or_else(|| "class.json".into());
    let csv = json.with_extension("csv");
    if csv == json {
        return Err(format!("{}: the report is JSON, and CSV stands beside it", json.display()));
    }
    for (path, text) in
        [(&json, result::json(bench, class)?), (&csv, result::csv(class, exercises))]
    {
        std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    print!("{}", table::render(class, exercises));
    println!("\n{}, {}: written", json.display(), csv.display());
    Ok(class.judged.values().all(|judged| judged.state != State::NotJudged))
}

const NO_SANDBOX: &str = "\
What others have written would run with your rights, so nothing was run. Install bubblewrap, or do this in a container or an
account that has no rights, and say `--trust`: then everything runs without a sandbox.";
