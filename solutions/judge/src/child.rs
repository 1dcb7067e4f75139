//! A check in a process of its own.

mod crash;
mod group;
mod output;

use crate::bench::Bench;
use crate::compile::Unit;
use crate::progress::Progress;
use crate::subject::Subject;
use crate::verdict::{Outcome, Verdict};
use grader::{Kind, World};
use group::Group;
use output::Output;
use protocol::{Message, Request, parse};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// How often the judge looks.
const TICK: Duration = Duration::from_millis(100);

/// How often the judge looks, and has heard nothing, until it believes that nothing will come. The watchdog within the process says
/// three times a second that it lives.
const SILENT_TICKS: u32 = 300;

/// The longest line that a child may say, in bytes.
const LONGEST: u64 = 16 << 20;

/// What a child has said, and how it ended.
#[derive(Debug, Default)]
struct Said {
    messages: Vec<Message>,
    cpu_ms: u64,
    /// Another process has said something with the child's nonce.
    foreign: bool,
    /// It was ended because it said nothing any more.
    silent: bool,
    status: Option<ExitStatus>,
    output: String,
}

/// The checks of a subject: names and kinds.
pub fn list(bench: &Bench, unit: &Unit, subject: &Subject) -> Result<Vec<(String, Kind)>, String> {
    let said = start(bench, unit, subject, "", &[], &Progress::none())?;
    let check = |message| match message {
        Message::Check(name, kind) => Some((name, Kind::by_name(&kind)?)),
        _ => None,
    };
    let all: Vec<_> = said.messages.into_iter().filter_map(check).collect();
    match said.status {
        Some(status) if status.success() && !all.is_empty() => Ok(all),
        status => Err(format!("the checks cannot be listed ({status:?}): {}", said.output)),
    }
}

/// Runs a check of `subject`.
pub fn run(
    bench: &Bench,
    unit: &Unit,
    subject: &Subject,
    (check, kind, world): (&str, Kind, World),
    environment: &[(&str, &str)],
    progress: &Progress,
) -> Verdict {
    let slot = bench.slots.take();
    let said = start(bench, unit, subject, check, environment, progress);
    drop(slot);
    let mut verdict = Verdict::new(check, kind, world);
    match said {
        Ok(said) => said.tell(&mut verdict),
        Err(error) => {
            verdict.crashed = true;
            verdict.report = format!("the check could not be started: {error}");
        }
    }
    verdict
}

fn start(
    bench: &Bench,
    unit: &Unit,
    subject: &Subject,
    check: &str,
    environment: &[(&str, &str)],
    progress: &Progress,
) -> Result<Said, String> {
    let nonce = nonce();
    let request = Request {
        nonce: nonce.clone(),
        subject: subject.name.clone(),
        check: check.to_owned(),
        seconds: bench.limits.seconds,
        executions: bench.limits.executions(),
        memory: bench.limits.memory,
    };
    let mut command = Command::new(unit.program());
    command
        .current_dir(&bench.root)
        .env_remove("RUST_BACKTRACE")
        .env_remove("LOCKSMITH_AUDIT")
        .env_remove("LOCKSMITH_WEAKEN")
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut group = Group::spawn(&mut command, bench.limits.memory).map_err(|error| error.to_string())?;
    let pid = group.child.id();
    let output = Output::of(group.child.stderr.take().expect("a pipe"));
    let lines = lines(group.child.stdout.take().expect("a pipe"));
    // If it has ended by now, that is seen below.
    let _ = group.child.stdin.take().expect("a pipe").write_all(request.encode().as_bytes());
    let mut said = Said::default();
    said.listen(&mut group, &lines, |line| parse(line, &nonce), pid, progress);
    said.status = group.end().ok();
    // What was said until the end, now that nobody goes on.
    while let Ok(line) = lines.recv_timeout(TICK) {
        said.hear(parse(&line, &nonce), pid, progress);
    }
    said.output = output.take();
    Ok(said)
}

impl Said {
    fn listen(
        &mut self,
        group: &mut Group,
        lines: &Receiver<String>,
        parse: impl Fn(&str) -> Option<(u32, Message)>,
        pid: u32,
        progress: &Progress,
    ) {
        let mut quiet = 0;
        loop {
            match lines.recv_timeout(TICK) {
                Ok(line) => {
                    quiet = 0;
                    if self.hear(parse(&line), pid, progress) {
                        return;
                    }
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => {}
                // Nobody can say anything any more; the end is near.
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(TICK / 20),
            }
            if group.has_ended() {
                return;
            }
            quiet += 1;
            if quiet >= SILENT_TICKS {
                self.silent = true;
                return;
            }
        }
    }

    /// Takes note of it. Is it the last word?
    fn hear(&mut self, said: Option<(u32, Message)>, pid: u32, progress: &Progress) -> bool {
        let Some((speaker, message)) = said else { return false };
        if speaker != pid {
            self.foreign = true;
            return false;
        }
        if let Message::Alive { cpu, executions } = message {
            self.cpu_ms = cpu;
            progress.executions(executions);
            return false;
        }
        let is_last = matches!(
            message,
            Message::Passed | Message::Failed(_) | Message::Undecided(_) | Message::Stuck(_)
        );
        self.messages.push(message);
        is_last
    }

    /// What comes of it.
    fn tell(self, verdict: &mut Verdict) {
        let mut panics = Vec::new();
        let mut end = None;
        for message in &self.messages {
            match message {
                Message::Explored { executions, bounded } => {
                    verdict.executions += executions;
                    verdict.bounded |= bounded;
                }
                Message::Ordering(site) => verdict.orderings.push(site.clone()),
                Message::Panicked(words) => panics.push(words.as_str()),
                Message::Execution(json) => verdict.execution = serde_json::from_str(json).ok(),
                Message::Passed | Message::Failed(_) | Message::Undecided(_) | Message::Stuck(_) => {
                    end = end.or(Some(message));
                }
                Message::Alive { .. } | Message::Check(..) | Message::AbortExpected | Message::OutOfMemory(_) => {}
            }
        }
        let panics = panics.join("\n");
        (verdict.outcome, verdict.report) = match end {
            _ if self.foreign => (Outcome::Failed, FORKED.to_owned()),
            Some(Message::Passed) => (Outcome::Passed, String::new()),
            Some(Message::Failed(report)) => (Outcome::Failed, [panics.as_str(), report].concat()),
            Some(Message::Undecided(report)) => (Outcome::Undecided, report.clone()),
            Some(Message::Stuck(report)) => (Outcome::Endless, report.clone()),
            _ if self.silent => (Outcome::Endless, SILENT.to_owned()),
            _ if self.is_expected_abort() => (Outcome::Passed, String::new()),
            _ => {
                verdict.crashed = true;
                let what = self.crash();
                let report = if panics.is_empty() { what } else { format!("{what}\n\n{panics}") };
                (Outcome::Failed, report)
            }
        };
        if verdict.outcome == Outcome::Failed && is_to_do(&verdict.report) {
            verdict.outcome = Outcome::ToDo;
        }
        verdict.report.truncate(verdict.report.trim_end().len());
        verdict.cpu_ms = self.cpu_ms;
        verdict.output = self.output;
    }

    /// Was an abort announced as the next thing, and did it come? What goes wrong by itself, such as a stack that overflows, is none.
    fn is_expected_abort(&self) -> bool {
        matches!(self.messages.last(), Some(Message::AbortExpected))
            && self.status.is_some_and(crash::is_abort)
            && !crash::is_overflow(&self.output)
    }

    fn crash(&self) -> String {
        let wanted = self.messages.iter().find_map(|message| match message {
            Message::OutOfMemory(bytes) => Some(*bytes),
            _ => None,
        });
        crash::explain(self.status, wanted, &self.output)
    }
}

const FORKED: &str = "the code under test has started another process, and it goes on with the check as well (`fork`?)";

const SILENT: &str = "the check does not end: its process stands still, and does not answer (was it stopped by a signal?)";

/// Has the code under test come to a `todo!()`?
fn is_to_do(report: &str) -> bool {
    report.lines().any(|line| line.starts_with("not yet implemented"))
}

/// What nobody guesses: the keys of std's hash maps are random.
fn nonce() -> String {
    use std::hash::{BuildHasher, RandomState};
    (0..2).map(|part| format!("{:016x}", RandomState::new().hash_one((part, std::process::id())))).collect()
}

/// Reads lines as they come. The reader is not waited for: code under test may hand the pipe on.
fn lines(pipe: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        loop {
            line.clear();
            match pipe.by_ref().take(LONGEST).read_until(b'\n', &mut line) {
                Ok(1..) => {
                    let text = String::from_utf8_lossy(&line);
                    if sender.send(text.trim_end_matches(['\n', '\r']).to_owned()).is_err() {
                        return;
                    }
                }
                _ => return,
            }
        }
    });
    receiver
}
