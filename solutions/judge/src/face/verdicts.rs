//! What the judge says of a file's public items.

use super::{CHECK, Face, differences, linker, missing, notes, probes};
use crate::bench::Bench;
use crate::compile::errors_in;
use crate::digest::Digest;
use crate::judged::Diagnostic;
use crate::store;
use crate::subject::{Subject, Wanted};
use crate::unit;
use crate::verdict::{Outcome, Verdict};
use grader::{Kind, World};
use probes::{Answers, Probe, Probes};
use std::fs;

/// Is this a check of the judge's own?
pub fn is_ours(check: &str) -> bool {
    catalog::variants::OF_EVERY_FILE.contains(&check)
}

/// The verdicts that are wanted. None of a reference: it is what others are held to.
pub fn verdicts(bench: &Bench, subject: &Subject) -> Vec<Verdict> {
    let is_wanted = |check: &str| match &subject.wanted {
        Wanted::All | Wanted::AllOnce | Wanted::These(_) => true,
        Wanted::One(wanted) => wanted == check,
    };
    let Ok(reference) = Subject::reference(&bench.root, &subject.exercise) else {
        return Vec::new();
    };
    if subject.file == reference.file {
        return Vec::new();
    }
    let mut all = Vec::new();
    if is_wanted(CHECK)
        && let (Some(ours), Some(stub)) = (Face::of(&subject.text), Face::of(&reference.text))
    {
        let told: Vec<String> = differences(&ours, &stub)
            .into_iter()
            .filter(|told| !subject.exercise.yours.iter().any(|open| is_open(told, open)))
            .collect();
        let told = [told, linker::told(&subject.text)].concat();
        let mut verdict = verdict(CHECK, &told);
        if told.is_empty() {
            verdict.report = notes(&ours, &stub).join("\n");
        }
        all.push(verdict);
    }
    if is_wanted(probes::CHECK) {
        let Probes { traits, borrows } = Probes::of(&reference.text);
        let open = &subject.exercise.yours;
        let mut told = Vec::new();
        let mut is_asked = false;
        for probes in [&traits, &borrows] {
            if let Some((ours, stub)) = both(bench, subject, &reference, probes) {
                is_asked = true;
                told.extend(probes::differences(probes, &ours, &stub, open));
            }
        }
        if is_asked {
            all.push(verdict(probes::CHECK, &told));
        }
    }
    all
}

/// The compiler's errors. Where they are not in the file itself, because checks use it as the stub, how it differs comes first.
pub fn with_missing(
    bench: &Bench,
    subject: &Subject,
    mut errors: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let is_in_file = |error: &Diagnostic| error.file.as_deref() == Some(subject.file.as_str());
    if errors.iter().any(is_in_file) {
        return errors;
    }
    // A `main` of its own, or a function of the system's, which the linker has twice then: of what is written around the file, and what
    // it is linked to, nobody needs to know.
    let reaches = linker::told(&subject.text);
    if !reaches.is_empty() {
        errors.retain(|error| error.file.as_deref().is_some_and(|file| file != unit::MAIN));
        errors.insert(0, Diagnostic::error(format!("{}\n", reaches.join("\n"))));
    }
    let reference = Subject::reference(&bench.root, &subject.exercise).ok();
    let stub = reference.and_then(|reference| Face::of(&reference.text));
    if let (Some(ours), Some(stub)) = (Face::of(&subject.text), stub) {
        let mut told = differences(&ours, &stub);
        told.extend(missing(&ours, &stub));
        if !told.is_empty() {
            // One shows where a check comes upon it; twenty more, of every line that does, show nothing else.
            errors.truncate(1);
            errors.insert(0, Diagnostic::error(format!("{}\n", told.join("\n"))));
        }
    }
    errors
}

/// `Token::of: const`: it need not be.
fn is_open(told: &str, open: &str) -> bool {
    open.split_once(": ").is_some_and(|(name, what)| {
        what == "const" && told.starts_with(&format!("`{name}` is not a `const fn`"))
    })
}

fn verdict(check: &str, told: &[String]) -> Verdict {
    let mut verdict = Verdict::new(check, Kind::Fact, World::Real);
    verdict.outcome = if told.is_empty() { Outcome::Passed } else { Outcome::Failed };
    verdict.report = told.join("\n");
    verdict
}

/// What the compiler answers for a subject, and for the reference.
fn both(
    bench: &Bench,
    subject: &Subject,
    reference: &Subject,
    probes: &[Probe],
) -> Option<(Answers, Answers)> {
    if probes.is_empty() {
        return None;
    }
    let lines = probes::source(probes);
    let file = key(bench, reference, &lines)
        .map(|key| bench.target.join("types").join(format!("{key}.json")));
    let known = file.as_ref().and_then(|file| fs::read(file).ok());
    let known = known.and_then(|text| serde_json::from_slice(&text).ok());
    let of_reference = match known {
        Some(answers) => answers,
        None => {
            let answers = ask(bench, reference, &lines)?;
            if let (Some(file), Ok(text)) = (file, serde_json::to_string(&answers)) {
                // That it cannot be written is no harm: it is asked again.
                let _ = store::write(&file, &text);
            }
            answers
        }
    };
    Some((ask(bench, subject, &lines)?, of_reference))
}

fn key(bench: &Bench, reference: &Subject, lines: &str) -> Option<String> {
    let mut digest = Digest::new();
    digest.part("kit", &bench.kit.hash).part("file", &reference.file).part("lines", lines);
    digest.files(&bench.root, &format!("solutions/src/{}", reference.exercise.chapter)).ok()?;
    digest.files(&bench.root, "solutions/parts/src").ok()?;
    Some(digest.finish())
}

/// A type that lacks a trait has a code; one whose borrows may not be shortened has none, and says so.
fn ask(bench: &Bench, subject: &Subject, lines: &str) -> Option<Answers> {
    errors_in(bench, subject, lines, |error| match error.code.as_deref() {
        Some("E0277") => true,
        Some(_) => false,
        None => error.message.contains("lifetime may not live long enough"),
    })
}
