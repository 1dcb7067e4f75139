//! The thread that has the reader's files judged: one at a time, what was saved last first.
//!
//! Each judging is a judge of its own, behind everything else on this machine. A save ends the one that runs; what it had begun
//! with waits for its turn again, but a question is dropped, and the page asks it once more if it wants to. What the judge
//! remembers costs nothing.

use super::explored::Question;
use super::side_by_side::{Check, SideBySide};
use super::{Doing, Work};
use judge::{Judging, Said};
use serde_json::Value;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// The first argument of this program when it is to be a judge.
pub const JUDGE: &str = "judge";

/// What the thread is told.
pub enum Event {
    /// These files have changed; each a path below `exercises/src`.
    Saved(Vec<PathBuf>),
    /// The reader wants a verdict on this exercise.
    Wanted(String),
    /// The reader wants to see all that a check can come to.
    Asked(Question),
    /// What the judge of this number says.
    Said(u64, Said),
}

struct Thread {
    work: Arc<Work>,
    catalog: catalog::Catalog,
    sender: Sender<Event>,
    waiting: VecDeque<String>,
    asked: VecDeque<Question>,
    running: Option<Running>,
    /// The number of the newest judge.
    number: u64,
}

struct Running {
    /// The exercise; everything, when the judge only tells what it remembers.
    id: Option<String>,
    /// What it explores instead of judging.
    question: Option<Question>,
    /// A check has failed.
    failed: bool,
    /// A verdict has come.
    judged: bool,
    /// The checks that run now.
    checks: SideBySide,
    /// Ends the judge when it goes.
    _judging: Judging,
}

/// Starts the thread. It begins with what the judge remembers.
pub fn start(work: Arc<Work>) -> Sender<Event> {
    let (sender, events) = channel();
    let ours = sender.clone();
    std::thread::spawn(move || {
        let catalog = catalog::Catalog::read(&work.root);
        let (waiting, asked, running, number) = (VecDeque::new(), VecDeque::new(), None, 0);
        Thread { work, catalog, sender: ours, waiting, asked, running, number }.run(&events);
    });
    sender
}

impl Thread {
    fn run(&mut self, events: &Receiver<Event>) {
        self.begin(None, None, &[JUDGE, "--events", "--remembered"]);
        for event in events {
            match event {
                Event::Saved(files) => {
                    let owned = |exercise: &&catalog::Exercise| {
                        files.iter().any(|file| exercise.owns(file))
                    };
                    let saved: Vec<String> =
                        self.catalog.exercises.iter().filter(owned).map(|e| e.id.clone()).collect();
                    self.prefer(saved);
                }
                Event::Wanted(id) => self.prefer(vec![id]),
                Event::Asked(question) => self.asked.push_back(question),
                Event::Said(number, said) if number == self.number => self.hear(said),
                // Of one that was ended.
                Event::Said(..) => {}
            }
            if self.running.is_some() {
                continue;
            }
            if let Some(id) = self.waiting.pop_front() {
                self.begin(Some(&id), None, &[JUDGE, "--events", "--exact", &id]);
            } else if let Some(question) = self.asked.pop_front() {
                let (what, report) = (question.what(), question.report());
                self.begin(
                    None,
                    Some(question),
                    &[JUDGE, "--explore", &what, "--exact", "--report", &report],
                );
            }
        }
    }

    /// These come first; what runs is ended and comes next.
    fn prefer(&mut self, saved: Vec<String>) {
        if saved.is_empty() {
            return;
        }
        // What is remembered is told in no time, and is not told again.
        let ends = |running: &mut Running| running.id.is_some() || running.question.is_some();
        let cancelled = self.running.take_if(ends);
        let cancelled = cancelled.and_then(|running| running.id);
        let cancelled = cancelled.filter(|id| !saved.contains(id));
        let now: Vec<String> = saved.into_iter().chain(cancelled).collect();
        self.waiting.retain(|id| !now.contains(id));
        for id in now.into_iter().rev() {
            self.wait(&id);
            self.waiting.push_front(id);
        }
    }

    fn wait(&self, id: &str) {
        let doing = Doing { phase: "waiting", ..Doing::default() };
        self.work.change(id, |exercise| exercise.doing = Some(doing));
    }

    fn begin(&mut self, id: Option<&str>, question: Option<Question>, arguments: &[&str]) {
        self.number += 1;
        let (number, sender) = (self.number, self.sender.clone());
        let tell = move |said| {
            // Nobody listens only when the server ends.
            let _ = sender.send(Event::Said(number, said));
        };
        match Judging::start(&self.work.root, arguments, tell) {
            Ok(judging) => {
                let id = id.map(str::to_owned);
                self.running = Some(Running {
                    id,
                    question,
                    failed: false,
                    judged: false,
                    checks: SideBySide::default(),
                    _judging: judging,
                });
            }
            Err(error) => match question {
                Some(question) => question.fail(&error),
                None => self.trouble(id, &error),
            },
        }
    }

    fn hear(&mut self, said: Said) {
        match said {
            Said::Line(line) => {
                if let Ok(step) = serde_json::from_str(&line) {
                    self.step(&step);
                }
            }
            Said::Ended(words) => {
                let Some(running) = self.running.take() else { return };
                if let Some(question) = running.question {
                    question.end(&words);
                } else if !running.judged {
                    self.trouble(running.id.as_deref(), &words);
                }
            }
        }
    }

    /// The judge could not say anything: why, for the page.
    fn trouble(&self, id: Option<&str>, words: &str) {
        let last = words.lines().last().unwrap_or("the judge has ended without a verdict");
        match id {
            Some(id) => self.work.change(id, |exercise| {
                exercise.doing = None;
                exercise.state = "unknown".to_owned();
                exercise.trouble = last.to_owned();
            }),
            None => eprintln!("warning: nothing is known of your exercises: {last}"),
        }
    }

    fn step(&mut self, step: &Value) {
        let Some(running) = &mut self.running else { return };
        let text = |name: &str| step[name].as_str().unwrap_or_default().to_owned();
        let number = |name: &str| step[name].as_u64().unwrap_or_default();
        match step["event"].as_str() {
            Some("judged") => {
                running.judged = true;
                self.work.judged(&step["exercise"]);
            }
            Some("unknown") => {
                running.judged = true;
                let id = text("id");
                self.wait(&id);
                self.waiting.push_back(id);
            }
            Some(event) => {
                let Some(id) = running.id.clone() else { return };
                let check = text("check");
                match event {
                    "checking" => running.checks.begin(check),
                    "executions" => {
                        running.checks.count(&check, number("executions"), number("about"));
                    }
                    "checked" => running.checks.end(&text("title")),
                    _ => {}
                }
                let named = running.checks.named().cloned();
                if event == "checked" && step["failure"].is_object() && !running.failed {
                    running.failed = true;
                    self.work.failed(&id, &step["failure"]);
                }
                self.work.change(&id, |exercise| {
                    let doing = exercise.doing.get_or_insert_default();
                    match event {
                        "compiling" => *doing = Doing { phase: "compiling", ..Doing::default() },
                        "checking" => {
                            doing.phase = "checking";
                            (doing.before, doing.of) = (number("before"), number("of"));
                        }
                        "checked" => doing.ended.push((text("title"), text("outcome"))),
                        _ => {}
                    }
                    if let Some(Check { name, executions, about }) = named {
                        (doing.check, doing.executions, doing.about) = (name, executions, about);
                    }
                });
            }
            None => {}
        }
    }
}
