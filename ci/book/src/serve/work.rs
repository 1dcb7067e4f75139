//! The reader's work, as every open page shows it: the exercises, and what the judge says of each.

mod detail;
pub mod editor;
pub mod explored;
pub mod judging;
mod side_by_side;

use catalog::{Catalog, hints};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use tokio::sync::broadcast;

/// Messages that a slow page may be behind; then it is told everything anew.
const BEHIND: usize = 256;

/// All exercises, shared by the thread that judges and those that answer requests.
pub struct Work {
    root: PathBuf,
    /// The headings of the chapters by their stems, with which the names of their pages begin.
    chapters: BTreeMap<String, String>,
    exercises: Mutex<Vec<Shown>>,
    told: broadcast::Sender<String>,
}

/// An exercise, as a page is told of it.
#[derive(Clone, Debug, Serialize)]
struct Shown {
    id: String,
    /// `ch04_spin_lock/guard`.
    page: String,
    title: String,
    minutes: u32,
    /// How many hints there are, and how many of them the reader has looked at.
    hints: (usize, usize),
    /// A state of the report, or `not decided`, or `unknown`: nothing has been said yet.
    state: String,
    /// Why nothing could be said.
    #[serde(skip_serializing_if = "String::is_empty")]
    trouble: String,
    /// What is done with it just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    doing: Option<Doing>,
    /// Another number for each verdict: then a page asks for it.
    verdict: u64,
    /// The verdict as the page shows it, which asks for it.
    #[serde(skip)]
    detail: Value,
}

/// What the judge does with an exercise.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct Doing {
    /// `waiting`, `compiling` or `checking`.
    phase: &'static str,
    check: String,
    before: u64,
    of: u64,
    executions: u64,
    /// About how many there will be; 0 if nobody knows.
    about: u64,
    /// Checks that have ended: title and outcome.
    ended: Vec<(String, String)>,
    /// One of them has failed, and there is a verdict already.
    failed: bool,
}

impl Work {
    /// That of the exercises of the repository at `root`, of which nothing is known yet. `None` if it has no list of exercises.
    pub fn of(root: &Path) -> Option<Self> {
        if !root.join(catalog::LIST).is_file() {
            return None;
        }
        let Catalog { chapters, exercises } = Catalog::read(root);
        let shown = exercises.iter().map(|exercise| Shown {
            page: exercise.stem(),
            title: exercise.title.clone(),
            minutes: exercise.minutes,
            hints: (exercise.hints.len(), hints::used(root, &exercise.id)),
            state: "unknown".to_owned(),
            trouble: String::new(),
            doing: None,
            verdict: 0,
            detail: Value::Null,
            id: exercise.id.clone(),
        });
        Some(Self {
            root: root.to_owned(),
            chapters: chapters.into_iter().map(|chapter| (chapter.stem, chapter.title)).collect(),
            exercises: Mutex::new(shown.collect()),
            told: broadcast::channel(BEHIND).0,
        })
    }

    /// What every page shows at first, in few words, and what it is told from then on.
    pub fn listen(&self) -> (String, broadcast::Receiver<String>) {
        // First the receiver: what happens in between is told twice, and not never.
        let told = self.told.subscribe();
        (self.states(), told)
    }

    /// The state of each exercise: the marks of a page.
    fn states(&self) -> String {
        let shown = self.shown();
        let brief = shown.iter().map(|exercise| {
            let Shown { id, page, state, verdict, doing, trouble, .. } = exercise;
            if doing.is_none() && trouble.is_empty() {
                json!({ "id": id, "page": page, "state": state, "verdict": verdict })
            } else {
                json!(exercise)
            }
        });
        json!({ "exercises": brief.collect::<Vec<_>>() }).to_string()
    }

    /// Everything about each exercise but its verdict: the board.
    pub fn all(&self) -> String {
        json!({ "chapters": self.chapters, "exercises": *self.shown() }).to_string()
    }

    /// The verdict on an exercise, for its page.
    pub fn detail(&self, id: &str) -> Option<String> {
        let mut shown = self.shown();
        let exercise = shown.iter_mut().find(|exercise| exercise.id == id)?;
        // Hints are looked at in the terminal, too.
        exercise.hints.1 = hints::used(&self.root, id);
        let file = self.file(exercise);
        Some(
            json!({
                "id": id,
                "minutes": exercise.minutes,
                "hints": exercise.hints,
                "verdict": exercise.verdict,
                "file": file.display().to_string(),
                "editor": editor::name(),
                "exercise": exercise.detail,
            })
            .to_string(),
        )
    }

    /// The reader's file of an exercise.
    pub fn file_of(&self, id: &str) -> Option<PathBuf> {
        self.shown().iter().find(|exercise| exercise.id == id).map(|exercise| self.file(exercise))
    }

    /// Remembers that the reader has seen the hint of this number. Says whether there is one.
    pub fn see_hint(&self, id: &str, number: usize) -> bool {
        let is_there =
            self.shown().iter().any(|exercise| exercise.id == id && number <= exercise.hints.0);
        if is_there {
            let used = hints::use_up_to(&self.root, id, number);
            self.change(id, |exercise| exercise.hints.1 = used);
        }
        is_there
    }

    fn file(&self, exercise: &Shown) -> PathBuf {
        self.root.join("exercises/src").join(&exercise.page).with_extension("rs")
    }

    fn shown(&self) -> MutexGuard<'_, Vec<Shown>> {
        self.exercises.lock().expect("nobody panics with this lock")
    }

    /// Changes an exercise and tells every page.
    fn change(&self, id: &str, change: impl FnOnce(&mut Shown)) {
        let mut shown = self.shown();
        let Some(exercise) = shown.iter_mut().find(|exercise| exercise.id == id) else { return };
        change(exercise);
        let text = json!({ "exercises": [exercise] }).to_string();
        // Nobody listens while no page is open.
        let _ = self.told.send(text);
    }

    /// Takes the first failure of a check, as the report tells it: nobody has to wait for the other checks.
    fn failed(&self, id: &str, check: &Value) {
        self.change(id, |shown| {
            let doing = shown.doing.get_or_insert_default();
            doing.failed = true;
            let passed = doing.ended.iter().filter(|(_, outcome)| outcome == "passed");
            let passed =
                passed.map(|(title, outcome)| json!({ "title": title, "outcome": outcome }));
            let checks: Vec<Value> = passed.chain([check.clone()]).collect();
            let so_far = json!({ "note": check["title"], "checks": checks, "messages": [] });
            shown.state = "failing".to_owned();
            shown.trouble.clear();
            shown.verdict += 1;
            shown.detail = detail::so_far(&self.root, &so_far);
        });
    }

    /// Takes a verdict of the judge's: an exercise as it is in the report.
    fn judged(&self, exercise: &Value) {
        let Some(id) = exercise["id"].as_str() else { return };
        let detail = detail::of(&self.root, exercise);
        self.change(id, |shown| {
            shown.state = detail::state(exercise);
            shown.trouble.clear();
            shown.doing = None;
            shown.verdict += 1;
            shown.detail = detail;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::Work;
    use serde_json::{Value, json};

    #[test]
    fn first_failure_is_shown_while_other_checks_go_on_and_until_the_verdict_comes() {
        let work = Work::of(&catalog::root()).expect("the repository");
        let id = "spin-lock-guard";
        let parse = |text: String| -> Value { serde_json::from_str(&text).expect("JSON") };
        let detail = || parse(work.detail(id).expect("an exercise"));
        let ended = ["passed", "to do"].map(|outcome| (outcome.to_owned(), outcome.to_owned()));
        work.change(id, |shown| shown.doing.get_or_insert_default().ended.extend(ended.clone()));
        let check = json!({ "title": "a_check", "outcome": "failed", "report": "no" });
        work.failed(id, &check);
        let (told, _) = work.listen();
        let told = parse(told);
        let shown = told["exercises"].as_array().expect("a list");
        let shown = shown.iter().find(|exercise| exercise["id"] == id).expect("an exercise");
        assert_eq!((&shown["state"], &shown["doing"]["failed"]), (&"failing".into(), &true.into()));
        let early = detail();
        assert_eq!(early["exercise"]["so_far"], true);
        let titles: Vec<&Value> = early["exercise"]["checks"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|check| &check["title"])
            .collect();
        assert_eq!(titles, ["passed", "a_check"]);

        let verdict = json!({ "id": id, "state": "failing", "checks": [check], "messages": [] });
        work.judged(&verdict);
        let late = detail();
        assert!(late["exercise"]["so_far"].is_null(), "{late}");
        assert!(late["verdict"].as_u64() > early["verdict"].as_u64());
    }
}
