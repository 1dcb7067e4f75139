//! What a child says, and what comes of it.

use super::TICK;
use super::crash;
use super::group::Group;
use crate::progress::{Progress, Step};
use crate::verdict::{Outcome, Verdict};
use protocol::Message;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};

/// How often the judge looks, and has heard nothing, until it believes that nothing will come. The watchdog within the process says
/// three times a second that it lives.
const SILENT_TICKS: u32 = 300;

/// Whether a check of the same subject has failed, so that those need not go on that have [come far](Message::Far).
#[derive(Debug, Default)]
pub struct Enough(AtomicBool);

impl Enough {
    /// One has failed.
    pub fn set(&self) {
        // Relaxed: who learns of it late ends late, and says the same.
        self.0.store(true, Ordering::Relaxed);
    }

    /// Has one failed?
    pub fn is_known(&self) -> bool {
        // Relaxed: as above.
        self.0.load(Ordering::Relaxed)
    }
}

/// What a child has said, and how it ended.
#[derive(Debug, Default)]
pub struct Said {
    /// The check that it runs.
    check: String,
    pub messages: Vec<Message>,
    cpu_ms: u64,
    /// How many executions had begun when it was last heard of.
    begun: u64,
    /// The process that speaks. The first word comes before any code under test.
    speaker: Option<u32>,
    /// Another process has said something with the child's nonce.
    foreign: bool,
    /// It was ended because it said nothing any more.
    silent: bool,
    /// It was ended because nobody waits for it.
    left: bool,
    pub status: Option<ExitStatus>,
    /// A limit of the sandbox that it went beyond, in words.
    pub limit: Option<&'static str>,
    pub output: String,
}

impl Said {
    /// Nothing yet, of this check.
    pub fn of(check: &str) -> Self {
        Self { check: check.to_owned(), ..Self::default() }
    }

    /// Listens until the last word, or until nothing more can come.
    pub fn listen(
        &mut self,
        group: &mut Group,
        lines: &Receiver<String>,
        parse: impl Fn(&str) -> Option<(u32, Message)>,
        progress: &Progress,
        enough: &Enough,
    ) {
        let mut quiet = 0;
        loop {
            if enough.is_known() && self.has_come_far() {
                self.left = true;
                return;
            }
            match lines.recv_timeout(TICK) {
                Ok(line) => {
                    quiet = 0;
                    if self.hear(parse(&line), progress) {
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

    /// Need nobody wait for its end where another check fails?
    fn has_come_far(&self) -> bool {
        self.messages.contains(&Message::Far)
    }

    /// Takes note of it. Is it the last word?
    pub fn hear(&mut self, said: Option<(u32, Message)>, progress: &Progress) -> bool {
        let Some((speaker, message)) = said else { return false };
        if *self.speaker.get_or_insert(speaker) != speaker {
            self.foreign = true;
            return false;
        }
        if let Message::Alive { cpu, executions, about } = message {
            self.cpu_ms = cpu;
            self.begun = executions;
            if executions > 0 {
                let left_ms = about.map(|all| left(cpu, executions, all));
                let check = &self.check;
                progress.step(&Step::Executions { check, executions, about, left_ms });
            }
            return false;
        }
        let is_last = matches!(
            message,
            Message::Passed
                | Message::Failed(_)
                | Message::Undecided(_)
                | Message::Left
                | Message::Stuck(_)
        );
        self.messages.push(message);
        is_last
    }

    /// What comes of it.
    pub fn tell(self, verdict: &mut Verdict) {
        let mut notes = Vec::new();
        let mut end = None;
        for message in &self.messages {
            match message {
                Message::Explored { executions, bounded } => {
                    verdict.executions += executions;
                    verdict.bounded |= bounded;
                }
                Message::Ordering(site) => verdict.orderings.push(site.clone()),
                Message::Noted(words) => notes.push(words.as_str()),
                Message::Answer(text) => verdict.answers.push(text.clone()),
                Message::Execution(json) => verdict.execution = serde_json::from_str(json).ok(),
                Message::Passed
                | Message::Failed(_)
                | Message::Undecided(_)
                | Message::Left
                | Message::Stuck(_) => {
                    end = end.or(Some(message));
                }
                Message::Alive { .. }
                | Message::Check(..)
                | Message::AbortExpected
                | Message::Far
                | Message::Overflowed
                | Message::OutOfMemory(_) => {}
            }
        }
        let notes = notes.join("\n");
        verdict.far = self.has_come_far();
        let end = end.or(self.left.then_some(&Message::Left));
        (verdict.outcome, verdict.report) = match end {
            _ if self.foreign => (Outcome::Failed, FORKED.to_owned()),
            Some(Message::Passed) => (Outcome::Passed, String::new()),
            Some(Message::Failed(report)) => {
                (Outcome::Failed, [notes.as_str(), report].join("\n").trim().to_owned())
            }
            Some(Message::Undecided(report)) => (Outcome::Undecided, report.clone()),
            Some(Message::Left) => {
                verdict.left = true;
                (Outcome::Undecided, LEFT.to_owned())
            }
            Some(Message::Stuck(report)) => (Outcome::Endless, report.clone()),
            _ if self.silent => (Outcome::Endless, SILENT.to_owned()),
            _ if self.is_expected_abort() => (Outcome::Passed, String::new()),
            _ if self.is_out_of_memory() => {
                verdict.crashed = true;
                self.out_of_memory()
            }
            _ => {
                verdict.crashed = true;
                let what = self.crash();
                let report = if notes.is_empty() { what } else { format!("{what}\n\n{notes}") };
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
            && !self.is_overflow()
    }

    /// Is there no memory left? What the code under test asks for in vain it tells of itself.
    fn is_out_of_memory(&self) -> bool {
        let is_told = |message: &Message| matches!(message, Message::OutOfMemory(_));
        !self.messages.iter().any(is_told) && crash::is_out_of_memory(&self.output)
    }

    /// What is said if there is none left. It takes the checker very many executions to fill it with what it has yet to explore. Where
    /// there are few, the code under test has filled it, whoever then asked in vain.
    fn out_of_memory(&self) -> (Outcome, String) {
        if self.begun < MANY_EXECUTIONS {
            (Outcome::Failed, EATEN.to_owned())
        } else {
            (Outcome::Undecided, OUT_OF_MEMORY.to_owned())
        }
    }

    /// Has a stack overflowed? The process says so itself where it can; elsewhere Rust's run-time prints it.
    fn is_overflow(&self) -> bool {
        self.messages.contains(&Message::Overflowed) || crash::is_overflow(&self.output)
    }

    /// How the process has ended, in words.
    pub fn crash(&self) -> String {
        if let Some(limit) = self.limit {
            return format!("ended: {limit}");
        }
        let wanted = self.messages.iter().find_map(|message| match message {
            Message::OutOfMemory(bytes) => Some(*bytes),
            _ => None,
        });
        crash::explain(self.status, wanted, self.is_overflow())
    }
}

/// How much more processor time a check needs that has begun so many executions of `all` in `cpu`.
fn left(cpu: u64, executions: u64, all: u64) -> u64 {
    let left = u128::from(cpu) * u128::from(all.saturating_sub(executions));
    u64::try_from(left / u128::from(executions.max(1))).unwrap_or(u64::MAX)
}

/// What is said of a check that is not run to its end, since another one fails.
pub const LEFT: &str = "not decided: the first executions pass, and there are many more. They can wait until what fails is fixed";

const FORKED: &str = "the code under test has started another process, and it goes on with the check as well (`fork`?)";

/// As many executions, with what is yet to be explored of each, fit in a small part of a check's memory.
const MANY_EXECUTIONS: u64 = 1_000;

const EATEN: &str = "out of memory: the code under test has taken all that a check may have. Does something grow for ever?";

const OUT_OF_MEMORY: &str = "not decided: there are so many executions that the checker has no memory left to remember what it has yet to \
                             explore. This is the checker's limit: it has found no fault in your code, but has not shown that there is none";

const SILENT: &str = "the check does not end: its process stands still, and does not answer (was it stopped by a signal?)";

/// Has the code under test come to a `todo!()`?
fn is_to_do(report: &str) -> bool {
    report.lines().any(|line| line.starts_with("not yet implemented"))
}

#[cfg(test)]
mod tests {
    use super::{Said, left};
    use crate::verdict::Outcome;

    #[test]
    fn what_is_left_takes_as_long_for_each_execution_as_what_was_done() {
        assert_eq!(left(1_000, 10, 40), 3_000);
        assert_eq!(left(1_000, 40, 10), 0);
        assert_eq!(left(5, 0, 7), 35);
        assert_eq!(left(u64::MAX, 1, u64::MAX), u64::MAX);
    }

    #[test]
    fn memory_that_is_full_after_few_executions_was_filled_by_the_code_under_test() {
        let output = "memory allocation of 16384 bytes failed\n".to_owned();
        let mut said = Said { begun: 3, output, ..Said::default() };
        assert!(said.is_out_of_memory());
        assert_eq!(said.out_of_memory().0, Outcome::Failed);
        said.begun = 1_000_000;
        assert_eq!(said.out_of_memory().0, Outcome::Undecided);
    }
}
