//! All that a check can come to, for a page that asks.

use crate::picture;
use serde_json::{Value, json};
use std::path::Path;
use tempfile::NamedTempFile;
use tokio::sync::oneshot::{self, Receiver};

/// A page asks. Where the question is dropped, a save has come between.
pub struct Question {
    id: String,
    check: String,
    report: NamedTempFile,
    answer: oneshot::Sender<Value>,
}

impl Question {
    /// About a check of an exercise, and where the answer will be.
    ///
    /// # Errors
    ///
    /// If there is no room for the judge's report.
    pub fn new(id: &str, check: &str) -> std::io::Result<(Self, Receiver<Value>)> {
        let report = NamedTempFile::with_prefix("explored-")?;
        let (answer, receiver) = oneshot::channel();
        Ok((Self { id: id.to_owned(), check: check.to_owned(), report, answer }, receiver))
    }

    /// What the judge is asked for.
    pub fn what(&self) -> String {
        format!("{}/{}", self.id, self.check)
    }

    /// Where the judge is to write.
    pub fn report(&self) -> String {
        self.report.path().display().to_string()
    }

    /// The judge has ended, and these were its last words.
    pub fn end(self, words: &str) {
        match read(self.report.path()) {
            Some(found) => self.tell(found),
            None => self.fail(words),
        }
    }

    /// It could not be done.
    pub fn fail(self, why: &str) {
        let last = why.lines().last().unwrap_or("the judge has ended without an answer");
        self.tell(json!({ "trouble": last }));
    }

    fn tell(self, answer: Value) {
        // The page may be gone.
        let _ = self.answer.send(answer);
    }
}

/// The models of the report, with a picture of the shortest execution of each outcome.
fn read(report: &Path) -> Option<Value> {
    let report: Value = serde_json::from_slice(&std::fs::read(report).ok()?).ok()?;
    let models = report["checks"].as_array()?.iter().map(model);
    let others = report["not_explored"].as_array().into_iter().flatten();
    let others: u64 = others.filter_map(|others| others["executions"].as_u64()).sum();
    Some(json!({ "models": models.collect::<Vec<_>>(), "others": others }))
}

fn model(model: &Value) -> Value {
    let outcomes = model["outcomes"].as_array().into_iter().flatten().map(|outcome| {
        json!({
            "executions": outcome["executions"],
            "passes": outcome["verdict"] == "passes",
            "reads": outcome["reads"],
            "picture": picture::draw(&outcome["execution"], false),
        })
    });
    json!({
        "program": model["program"],
        "executions": model["executions"],
        "complete": model["complete"],
        "left_out": model["left_out"],
        "outcomes": outcomes.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Question, model};
    use serde_json::json;
    use std::fs;

    #[test]
    fn each_outcome_has_its_count_its_verdict_and_a_picture() {
        let step = json!({ "thread": 0, "place": "a.rs:1", "text": "go" });
        let found = model(
            &json!({ "program": "a", "executions": 3, "complete": true, "left_out": 0, "outcomes": [
            { "executions": 2, "verdict": "passes", "reads": [], "execution": { "id": "x", "steps": [step] } },
            { "executions": 1, "verdict": "fails", "reads": [], "execution": { "id": "y", "steps": [step] } },
        ] }),
        );
        assert_eq!((&found["executions"], &found["program"]), (&json!(3), &json!("a")));
        assert_eq!(found["outcomes"][0]["passes"], true);
        assert_eq!(found["outcomes"][1]["passes"], false);
        assert!(found["outcomes"][1]["picture"].as_str().unwrap().starts_with("<figure"));
    }

    #[test]
    fn judge_that_writes_no_report_is_told_of_in_its_last_words() {
        let (question, mut answer) = Question::new("the-second", "a_check").unwrap();
        assert_eq!(question.what(), "the-second/a_check");
        question.end("first\nand last");
        assert_eq!(answer.try_recv().unwrap(), json!({ "trouble": "and last" }));
        let (question, mut answer) = Question::new("the-second", "a_check").unwrap();
        let report =
            json!({ "checks": [], "not_explored": [{ "name": "a_check", "executions": 7 }] });
        fs::write(question.report(), report.to_string()).unwrap();
        question.end("");
        assert_eq!(answer.try_recv().unwrap(), json!({ "models": [], "others": 7 }));
        let (question, mut answer) = Question::new("the-second", "a_check").unwrap();
        drop(question);
        assert!(answer.try_recv().is_err(), "a save has come between");
    }
}
