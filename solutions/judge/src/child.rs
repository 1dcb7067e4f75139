//! A check in a process of its own.

mod crash;
mod group;
#[cfg(target_os = "linux")]
mod limits;
mod output;
mod said;
#[cfg(target_os = "linux")]
mod warden;

use crate::bench::Bench;
use crate::compile::Unit;
use crate::progress::Progress;
use crate::subject::Subject;
use crate::verdict::Verdict;
use grader::{Kind, World};
pub use group::Group;
#[cfg(target_os = "linux")]
pub use limits::{Limit, Watch, inside};
use output::Output;
use protocol::{Message, Request, parse};
use said::Said;
pub use said::{Enough, LEFT};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
#[cfg(target_os = "linux")]
pub use warden::{OPTION as WARDEN, command as warden, serve_if_asked};

/// How often the judge looks.
const TICK: Duration = Duration::from_millis(100);

/// How long to wait for the end of a pipe when its process has ended. All that was said is in the pipe by then, and our own thread only has
/// to fetch it, which takes as long as a busy machine lets it. Only a process that got away and holds the pipe makes it last.
const REST: Duration = Duration::from_secs(20);

/// The longest line that a child may say, in bytes.
const LONGEST: u64 = 16 << 20;

/// The checks of a subject: names and kinds.
pub fn list(bench: &Bench, unit: &Unit, subject: &Subject) -> Result<Vec<(String, Kind)>, String> {
    let said = start(bench, unit, subject, "", &[], &Progress::None, &Enough::default())?;
    let check = |message: &Message| match message {
        Message::Check(name, kind) => Some((name.clone(), Kind::by_name(kind)?)),
        _ => None,
    };
    let all: Vec<_> = said.messages.iter().filter_map(check).collect();
    match said.status {
        Some(status) if status.success() && !all.is_empty() => Ok(all),
        _ => Err(format!("before the first check, {}\n\n{}", said.crash(), said.output.trim_end())),
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
    enough: &Enough,
) -> Verdict {
    let slot = bench.slots.take();
    let said = start(bench, unit, subject, check, environment, progress, enough);
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
    enough: &Enough,
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
    let sandbox = bench.sandbox.as_ref().filter(|_| subject.is_strangers());
    let mut command = match sandbox {
        None => {
            let command = Group::command(&unit.program()).map_err(|error| error.to_string())?;
            with_environment(command, bench, subject, environment)
        }
        Some(sandbox) => {
            let mut inner = Command::new(unit.program());
            inner.current_dir(&bench.root);
            let inner = with_environment(inner, bench, subject, environment);
            sandbox.run(&inner, unit.folder()).map_err(|error| error.to_string())?
        }
    };
    command
        .current_dir(&bench.root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut group =
        Group::spawn(&mut command, Some(bench.limits.memory)).map_err(|error| error.to_string())?;
    let output = Output::of(group.child.stderr.take().expect("a pipe"));
    let lines = lines(group.child.stdout.take().expect("a pipe"));
    // If it has ended by now, that is seen below.
    let _ = group.child.stdin.take().expect("a pipe").write_all(request.encode().as_bytes());
    let mut said = Said::of(check);
    said.listen(&mut group, &lines, |line| parse(line, &nonce), progress, enough);
    said.status = group.end().ok();
    if let Some((sandbox, status)) = sandbox.zip(said.status) {
        (said.status, said.limit) = sandbox.told(status);
    }
    // What was said until the end, now that nobody goes on.
    while let Ok(line) = lines.recv_timeout(REST) {
        said.hear(parse(&line, &nonce), progress);
    }
    said.output = output.take();
    Ok(said)
}

/// What a check is told besides its request.
fn with_environment(
    mut command: Command,
    bench: &Bench,
    subject: &Subject,
    environment: &[(&str, &str)],
) -> Command {
    command
        // glibc takes address space for each thread that allocates, up to a number that grows with the processors.
        .env("MALLOC_ARENA_MAX", "4")
        .env_remove("RUST_BACKTRACE")
        .env_remove("LOCKSMITH_AUDIT")
        .env_remove("LOCKSMITH_WEAKEN")
        .env(protocol::PROGRAMS, bench.limits.programs.told(subject.wanted.all()))
        .env_remove("LOCKSMITH_EXPLORE")
        .env_remove("LOCKSMITH_REPLAY")
        .env_remove("LOCKSMITH_UNASKED")
        .env_remove(protocol::AT_FIRST)
        .envs(environment.iter().copied());
    command
}

/// What nobody guesses: the keys of std's hash maps are random.
pub fn nonce() -> String {
    use std::hash::{BuildHasher, RandomState};
    (0..2)
        .map(|part| format!("{:016x}", RandomState::new().hash_one((part, std::process::id()))))
        .collect()
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
