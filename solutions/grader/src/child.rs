//! A check in a process of its own.

use crate::{Check, Kind, Outcome, Subject, Verdict};
use std::io::Read;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;
use wait_timeout::ChildExt;

/// The argument that makes a test binary a child.
const FLAG: &str = "--locksmith-child";

/// How a child ends after its check has returned. Code under test that ends the process does not know this number, and
/// nothing that it prints can be taken for it.
const RETURNED: i32 = 93;

/// The last words of a check that [`expect_abort`]s.
const ABORT_EXPECTED: &str = "locksmith: an abort is expected now";

const EXITED: &str = "ended: something called `exit` before the check was done";

/// How long a check may take before it is ended, in seconds. `LOCKSMITH_TIME_LIMIT` sets another one.
const TIME_LIMIT: u64 = 20;

/// How much is kept of the beginning and of the end of a child's output, in bytes. A loop that prints must not fill the
/// memory; what we look for is at the one or the other.
const KEPT: usize = 1 << 15;

/// Where a child runs its check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    /// Over the model checker.
    Model,
    /// Over the machine's own atomics and threads.
    Real,
}

impl World {
    const fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Real => "real",
        }
    }
}

/// The worlds that a check runs in, in this order.
pub fn worlds(kind: Kind) -> &'static [World] {
    match kind {
        Kind::Fact => &[World::Real],
        Kind::Model => &[World::Model, World::Real],
        Kind::Counted => &[World::Model],
    }
}

/// If this process is a child: runs its check and ends. Call first in `main`.
pub fn run_if_child(subjects: &[Subject]) {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, flag, subject, check, world] = &arguments[..] else { return };
    if flag != FLAG {
        return;
    }
    let subject = subjects.iter().find(|s| s.name == subject).expect("a subject of this name");
    let checks = if world == World::Model.name() { subject.model } else { subject.real };
    let check = checks.iter().find(|c| c.name == check).expect("a check of this name");
    speak_plainly();
    (check.run)();
    std::process::exit(RETURNED)
}

/// A panic outside of a model is told in its own words and with the place, and nothing else. A model tells of its own.
fn speak_plainly() {
    std::panic::set_hook(Box::new(|info| {
        let message = info.payload_as_str().unwrap_or("a panic without a message");
        let place = info.location().map(timeline::place_of);
        eprintln!("{}", timeline::panic_headline(message, place.as_deref()));
    }));
}

/// Runs `check` of `subject` in a child.
pub fn run(subject: &Subject, check: &Check, world: World, env: &[(&str, &str)]) -> Verdict {
    let this = std::env::current_exe().expect("a path of this test");
    let limit = std::env::var("LOCKSMITH_TIME_LIMIT").ok().and_then(|s| s.parse().ok());
    let limit = Duration::from_secs(limit.unwrap_or(TIME_LIMIT));
    let mut child = Command::new(this)
        .args([FLAG, subject.name, check.name, world.name()])
        .envs(env.iter().copied())
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("this test can be started once more");
    let stdout = drain(child.stdout.take().expect("a pipe"));
    let stderr = drain(child.stderr.take().expect("a pipe"));
    let status = child.wait_timeout(limit).expect("the child can be waited for");
    if status.is_none() {
        // It may have ended by itself just now: either way it is gone after this.
        let _ = child.kill();
        let _ = child.wait();
    }
    let stdout = stdout.join().expect("reading does not panic");
    let stderr = stderr.join().expect("reading does not panic");
    let outcome = match status {
        Some(status) if status.code() == Some(RETURNED) => Outcome::Passed,
        Some(status) if status.success() => Outcome::Failed(EXITED.into()),
        _ if is_to_do(&stderr) => Outcome::ToDo,
        Some(status) if is_expected_abort(status, &stderr) => Outcome::Passed,
        Some(status) => Outcome::Failed(explain(status, stderr)),
        None => Outcome::Failed(too_long(limit, world)),
    };
    Verdict { check: *check, world, outcome, timed_out: status.is_none(), output: stdout }
}

/// Keeps the beginning and the end, and goes on reading, so that a child that prints much does not wait for us.
fn drain(mut pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        let mut end = Vec::new();
        let mut part = vec![0; KEPT];
        // An error ends the output early; what came so far is what there is to show.
        let _ = pipe.by_ref().take(KEPT as u64).read_to_end(&mut kept);
        while let Ok(length @ 1..) = pipe.read(&mut part) {
            end.extend_from_slice(&part[..length]);
            if end.len() > 2 * KEPT {
                end.drain(..end.len() - KEPT);
            }
        }
        kept.extend(end);
        String::from_utf8_lossy(&kept).into_owned()
    })
}

/// Runs `f`, which must end the process with `abort()`: then the check has passed. Only in a [`Check::fact`], which has a process
/// of its own and is no model. Nothing that comes later is run.
///
/// # Panics
///
/// Panics with `otherwise` if `f` returns or panics.
pub fn expect_abort<R>(f: impl FnOnce() -> R, otherwise: &str) -> ! {
    eprintln!("{ABORT_EXPECTED}");
    // Without a word: the report is one.
    std::panic::set_hook(Box::new(|_| {}));
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f));
    let is_to_do = |payload: Box<dyn std::any::Any + Send>| {
        let text = payload.downcast_ref::<&str>().copied().map(str::to_owned);
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
        text.starts_with("not yet implemented").then_some(text)
    };
    let end = match result {
        Ok(_) => "it went on",
        Err(payload) => {
            if let Some(text) = is_to_do(payload) {
                eprintln!("{text}");
            }
            "it panicked"
        }
    };
    speak_plainly();
    panic!("{otherwise}: {end}")
}

/// Were those the last words, and an abort the end? What goes wrong by itself, such as a stack that overflows, says so.
fn is_expected_abort(status: ExitStatus, stderr: &str) -> bool {
    crash(status) == Some(ABORTED) && stderr.trim_end().ends_with(ABORT_EXPECTED)
}

/// Has the code under test come to a `todo!()`?
fn is_to_do(stderr: &str) -> bool {
    stderr.lines().any(|line| line.starts_with("not yet implemented"))
}

fn explain(status: ExitStatus, stderr: String) -> String {
    let crash = crash(status);
    match (crash, stderr.trim_end()) {
        (None, "") => format!("the check ended with {status} and said nothing"),
        (None, report) => report.replace(&format!("{ABORT_EXPECTED}\n"), ""),
        (Some(what), "") => what.to_owned(),
        (Some(what), report) => format!("{what}\n\n{report}"),
    }
}

const ABORTED: &str = "aborted: `abort()` was called, a panic came while another one was unwinding, or a stack overflowed";

/// What an exit that is no ordinary one means.
fn crash(status: ExitStatus) -> Option<&'static str> {
    const SEGFAULT: &str = "crashed: a segmentation fault. Either unsafe code used memory that was not its own, or a stack \
                            overflowed (does something call itself for ever?)";
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        /// The signals' numbers, the same on every Unix that Rust's std supports (SIGBUS is not).
        const SIGILL: i32 = 4;
        const SIGABRT: i32 = 6;
        const SIGSEGV: i32 = 11;
        match status.signal()? {
            SIGABRT => Some(ABORTED),
            SIGILL => Some("crashed: the processor met an instruction that is none"),
            SIGSEGV => Some(SEGFAULT),
            _ => Some("crashed: a signal ended it"),
        }
    }
    #[cfg(windows)]
    {
        /// `STATUS_ACCESS_VIOLATION`, `STATUS_STACK_OVERFLOW`, `STATUS_STACK_BUFFER_OVERRUN` (what `abort()` raises).
        match status.code()? as u32 {
            0xC000_0005 | 0xC000_00FD => Some(SEGFAULT),
            0xC000_0409 => Some(ABORTED),
            _ => None,
        }
    }
    #[cfg(not(any(unix, windows)))]
    {
        let _ = (status, ABORTED, SEGFAULT);
        None
    }
}

fn too_long(limit: Duration, world: World) -> String {
    let why = match world {
        World::Model => "Is there a loop that performs no atomic operation, such as `loop {}`?",
        World::Real => "With real threads, one waits for something that never comes.",
    };
    format!("not finished after {} s, and ended. {why}", limit.as_secs())
}
