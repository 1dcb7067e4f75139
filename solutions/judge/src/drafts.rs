//! Files with a `todo!()` left. Their checks are not run, but what is there must be Rust.
//!
//! What the compiler says is remembered by all that it reads, so a stub that nobody has touched is compiled once, in one go with all
//! others, and costs nothing from then on.

use crate::bench::Bench;
use crate::compile;
use crate::judged::{Diagnostic, Judged, State};
use crate::subject::Subject;
use crate::unit;
use catalog::{Exercise, todo};

/// What came of a draft in which `left` `todo!()`s are left.
pub fn judge(bench: &Bench, draft: &Subject, left: usize) -> Judged {
    if let Some(judged) = remembered(bench, draft) {
        return judged;
    }
    let judged = match compile::drafts(bench, &[draft]) {
        Ok(()) => Judged::to_do(left),
        Err(errors) => of_errors(draft, errors, left),
    };
    keep(bench, draft, &judged);
    judged
}

/// What was said of it before.
pub fn remembered(bench: &Bench, draft: &Subject) -> Option<Judged> {
    bench.store.find(&key(bench, draft)?)
}

/// Compiles all of these that are drafts, and of which nothing is remembered: in one go, for that takes hardly longer than one. Those
/// that the compiler rejects are left for [`judge`].
pub fn compile_together(bench: &Bench, exercises: &[&Exercise]) {
    let draft = |exercise: &&Exercise| {
        let draft = Subject::reader(&bench.root, exercise).ok()?;
        (todo::count_in(&draft.text) > 0 && remembered(bench, &draft).is_none()).then_some(draft)
    };
    let drafts: Vec<Subject> = exercises.iter().filter_map(draft).collect();
    let mut left: Vec<&Subject> = drafts.iter().collect();
    while left.len() > 1 {
        let Err(errors) = compile::drafts(bench, &left) else {
            for draft in left {
                keep(bench, draft, &Judged::to_do(todo::count_in(&draft.text)));
            }
            return;
        };
        let before = left.len();
        left.retain(|draft| !errors.iter().any(|error| is_in(error, &stems(bench, draft))));
        if left.len() == before {
            return;
        }
    }
}

/// A draft that is not Rust does not compile. One that only names a neighbour which is not is still to do.
fn of_errors(draft: &Subject, mut errors: Vec<Diagnostic>, left: usize) -> Judged {
    let own = [draft.file.trim_end_matches(".rs").to_owned()];
    errors.retain(|error| error.file.is_none() || is_in(error, &own));
    if errors.is_empty() {
        return Judged::to_do(left);
    }
    Judged { left, ..Judged::broken(errors) }
}

fn keep(bench: &Bench, draft: &Subject, judged: &Judged) {
    // What the machine has kept from being compiled is nothing to remember.
    if judged.state != State::NotJudged
        && let Some(key) = key(bench, draft)
    {
        bench.store.keep(&key, &[], judged);
    }
}

/// The hash of all that the compiler reads.
fn key(bench: &Bench, draft: &Subject) -> Option<String> {
    let mut digest = bench.common();
    digest.part("draft", &draft.file);
    for stem in stems(bench, draft) {
        digest.files(&bench.root, &format!("{stem}.rs")).ok()?;
        // Its modules. None is there yet, perhaps.
        digest.files(&bench.root, &stem).ok()?;
    }
    if draft.uses_reference() {
        digest.files(&bench.root, "solutions/src").ok()?;
    }
    Some(digest.finish())
}

/// The draft and the neighbours that it names: files below the root, without `.rs`.
fn stems(bench: &Bench, draft: &Subject) -> Vec<String> {
    let mut found = Vec::new();
    for (folder, files) in unit::chapters(&bench.root, &[draft]) {
        let folder = folder.strip_prefix(&bench.root).unwrap_or(&folder).to_string_lossy();
        let folder = folder.replace('\\', "/");
        found.extend(files.iter().map(|file| format!("{folder}/{file}")));
    }
    found
}

/// Is an error in one of these files, or in a module of one?
fn is_in(error: &Diagnostic, stems: &[String]) -> bool {
    let is_of = |file: &str| {
        let rest = |stem: &String| file.strip_prefix(stem.as_str()).map(str::to_owned);
        stems.iter().filter_map(rest).any(|rest| rest == ".rs" || rest.starts_with('/'))
    };
    error.file.as_deref().is_some_and(is_of)
}
