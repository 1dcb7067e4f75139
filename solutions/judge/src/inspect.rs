//! What else a reader asks about a check: all that its models can come to, and one execution once more.

mod dot;
mod printed;
mod table;

use crate::bench::Bench;
use crate::child::Enough;
use crate::compiled::{Compiled, compile};
use crate::face;
use crate::lines::wrapped;
use crate::names;
use crate::options::Options;
use crate::progress::Progress;
use crate::subject::Subject;
use crate::verdict::{Outcome, Verdict};
use catalog::{Catalog, Exercise, todo};
use grader::{Kind, World};
use serde_json::{Value, json};

/// How many executions of a model are looked at.
const MOST: &str = "10000";

/// The version of the form of what `--explore --report` writes.
const VERSION: u32 = 1;

/// An exercise, and one of its checks: `guard/two_threads_never_overlap`. Without the check, all of them are meant.
///
/// # Errors
///
/// In words, if that names not one exercise.
pub fn select<'a>(
    catalog: &'a Catalog,
    options: &Options,
) -> Result<(&'a Exercise, Option<String>), String> {
    let [name] = &options.names[..] else {
        return Err("name one exercise, and its check: guard/two_threads_never_overlap".into());
    };
    let one = |name: &str| match &names::select(catalog, &[name.to_owned()], options.exact, &[])?[..]
    {
        [one] => Ok(*one),
        all => Err(format!("{name} means {} exercises: name one", all.len())),
    };
    let first = match one(name) {
        Ok(exercise) => return Ok((exercise, None)),
        Err(error) => error,
    };
    let Some((exercise, check)) = name.rsplit_once(['/', ':']) else { return Err(first) };
    let exercise = exercise.trim_end_matches(':');
    match one(exercise) {
        Ok(exercise) => Ok((exercise, Some(check.to_owned()))),
        // `ch04_spin_lock/gaurd`: a chapter has no checks, and what is meant is an exercise.
        Err(_) if names::named(catalog, &[exercise.to_owned()]).is_ok() => Err(first),
        Err(error) => Err(error),
    }
}

/// What an answer comes from.
struct Asked<'a> {
    bench: &'a Bench,
    compiled: Compiled<'a>,
    /// The names and kinds of the checks that have a model.
    models: Vec<(String, Kind)>,
}

impl<'a> Asked<'a> {
    fn new(bench: &'a Bench, subject: &'a Subject, check: Option<&str>) -> Result<Self, String> {
        if todo::count_in(&subject.text) > 0 {
            return Err(format!("{} is still to do", subject.name));
        }
        let compiled = compile(bench, &[subject]).pop().expect("one for one");
        let rendered = |errors: Vec<crate::judged::Diagnostic>| {
            errors.into_iter().map(|error| error.rendered).collect::<String>()
        };
        let compiled = compiled.map_err(rendered)?;
        let all = compiled.checks(bench)?;
        let mut models = all.clone();
        models.retain(|(_, kind)| *kind != Kind::Fact);
        if let Some(check) = check {
            let is_it = |(name, _): &(String, Kind)| name == check;
            if !models.iter().any(is_it) {
                let is_fact = all.iter().any(is_it) || face::is_ours(check);
                return Err(no_model(&subject.exercise.file, check, is_fact, &models));
            }
            models.retain(is_it);
        }
        if models.is_empty() {
            return Err(format!("no check of {} has a model", subject.exercise.file));
        }
        Ok(Self { bench, compiled, models })
    }

    fn run(&self, (name, kind): &(String, Kind), environment: (&str, &str)) -> Verdict {
        let progress = Progress::on_terminal();
        progress.note(format!("checking {name}"));
        let check = (name.as_str(), *kind, World::Model);
        let verdict =
            self.compiled.run(self.bench, check, &[environment], &progress, &Enough::default());
        progress.clear();
        verdict
    }
}

/// Why that check cannot be shown, and which can.
fn no_model(file: &str, check: &str, is_fact: bool, models: &[(String, Kind)]) -> String {
    let names: Vec<&str> = models.iter().map(|(name, _)| name.as_str()).collect();
    let why = match (is_fact, names::nearest(&names, check)) {
        (true, _) => format!("{check} has no model, and so no executions"),
        (false, None) => format!("{file} has no check {check}"),
        (false, Some(near)) => format!("{file} has no check {check}: did you mean {near}?"),
    };
    format!("{}\n\nThose with a model:\n  {}", wrapped(&why), names.join("\n  "))
}

fn subject(bench: &Bench, exercise: &Exercise, options: &Options) -> Result<Subject, String> {
    match options.reference {
        true => Subject::reference(&bench.root, exercise),
        false => Subject::reader(&bench.root, exercise),
    }
}

/// Shows the outcomes of the models.
///
/// # Errors
///
/// In words, if it cannot be done.
pub fn explore(
    bench: &Bench,
    exercise: &Exercise,
    check: Option<&str>,
    options: &Options,
) -> Result<(), String> {
    let subject = subject(bench, exercise, options)?;
    let asked = Asked::new(bench, &subject, check)?;
    let (mut checks, mut not_explored) = (Vec::new(), Vec::new());
    for model in &asked.models {
        let verdict = asked.run(model, ("LOCKSMITH_EXPLORE", MOST));
        let name = &model.0;
        if verdict.answers.is_empty() && verdict.outcome != Outcome::Passed {
            return Err(format!("{name} cannot be explored: {}", verdict.report));
        }
        println!("{}/{name}", exercise.file);
        let mut models: Vec<Value> = verdict
            .answers
            .iter()
            .map(|answer| serde_json::from_str(answer).map_err(|error| error.to_string()))
            .collect::<Result<_, _>>()?;
        // A check that runs many small programs counts more executions than there are to show.
        let sum = |name: &str| models.iter().filter_map(|model| model[name].as_u64()).sum::<u64>();
        let others = sum("counted").saturating_sub(sum("executions"));
        models.retain(|model| model["counted"].is_null());
        println!("{}", table::check(&models, others, &format!("{}/{name}", exercise.file)));
        if others > 0 {
            not_explored.push(json!({ "name": name, "executions": others }));
        }
        for mut model in models {
            model["name"] = json!(name);
            checks.push(model);
        }
    }
    println!("One of them, step by step:\n  cargo grade --replay ID {}/CHECK", exercise.file);
    if let Some(path) = &options.report {
        let report = json!({
            "version": VERSION, "exercise": exercise.id, "checks": checks, "not_explored": not_explored,
        });
        let text = format!("{report:#}\n");
        std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// Runs one execution once more, and shows it with all that the reader's code prints.
///
/// # Errors
///
/// In words, if it cannot be done.
pub fn replay(
    bench: &Bench,
    exercise: &Exercise,
    check: Option<&str>,
    (id, options): (&str, &Options),
) -> Result<(), String> {
    let subject = subject(bench, exercise, options)?;
    let asked = Asked::new(bench, &subject, check)?;
    let [model] = &asked.models[..] else {
        let names: Vec<&str> = asked.models.iter().map(|(name, _)| name.as_str()).collect();
        return Err(format!("which check? {}/…\n  {}", exercise.file, names.join("\n  ")));
    };
    let verdict = asked.run(model, ("LOCKSMITH_REPLAY", id));
    let (Some(text), Some(execution)) = (verdict.answers.first(), &verdict.execution) else {
        let otherwise = "The file or the check may have changed since.";
        let why = if verdict.report.is_empty() { otherwise } else { &verdict.report };
        let words = format!("{}/{} has no execution {id}. {why}", exercise.file, model.0);
        return Err(wrapped(&words));
    };
    if let Some(path) = &options.report {
        let text = format!("{execution:#}\n");
        std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    if options.dot {
        print!("{}", dot::render(execution));
        return Ok(());
    }
    let printed = verdict.output.as_str();
    let output = printed.rsplit_once(protocol::REPLAY).map_or(printed, |(_, output)| output);
    let events = verdict.answers.get(1).map_or("", String::as_str);
    let text = printed::at_its_place(text.trim_end(), events, output);
    println!("{}/{}\n\n{}", exercise.file, model.0, wrapped(&text));
    Ok(())
}
