//! A judge that another program starts, and ends when it needs no answer any more.

use crate::child::Group;
use std::io::{BufRead, BufReader, Read, Write, stderr};
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

/// How much is kept of what it says to a reader, in bytes: the end of it.
const KEPT: usize = 4 << 10;

/// What a judge says.
#[derive(Clone, Debug)]
pub enum Said {
    /// A line on its standard output: with `--events`, a step.
    Line(String),
    /// It has ended; here is the end of what it said on its standard error.
    Ended(String),
}

/// A judge in a process of its own. It is ended with all that it has started when this is dropped.
///
/// The thread that starts it must live as long as it does: on Linux the system ends it with that thread.
#[derive(Debug)]
pub struct Judging {
    group: Group,
}

impl Judging {
    /// Starts this program again with these arguments, in the folder `root`, and tells what it says. Its `main` has to call
    /// [`serve_if_asked`](crate::serve_if_asked) first, and to hand the arguments to [`run_behind`](crate::run_behind).
    ///
    /// # Errors
    ///
    /// In words, if it cannot be started.
    pub fn start(
        root: &Path,
        arguments: &[&str],
        tell: impl Fn(Said) + Send + 'static,
    ) -> Result<Self, String> {
        let trouble = |error: std::io::Error| format!("the judge cannot be started: {error}");
        let program = crate::tools::this_program().map_err(trouble)?;
        let mut command = Group::command(&program).map_err(trouble)?;
        command.current_dir(root).args(arguments).env_remove("LOCKSMITH_REPORT");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut group = Group::spawn(&mut command, None).map_err(trouble)?;
        let out = BufReader::new(group.child.stdout.take().expect("a pipe"));
        let words = Arc::new(Mutex::new(Vec::new()));
        let to_reader = std::thread::spawn({
            let (pipe, words) = (group.child.stderr.take().expect("a pipe"), Arc::clone(&words));
            move || hand_on(pipe, &words)
        });
        std::thread::spawn(move || {
            out.lines().map_while(Result::ok).for_each(|line| tell(Said::Line(line)));
            // It ends when the pipe does. That it could panic is no matter: the words are what there is.
            let _ = to_reader.join();
            let words = words.lock().map(|words| words.clone()).unwrap_or_default();
            tell(Said::Ended(String::from_utf8_lossy(&words).trim().to_owned()));
        });
        Ok(Self { group })
    }
}

impl Drop for Judging {
    fn drop(&mut self) {
        // If it has ended already, there is nothing to end.
        let _ = self.group.end();
    }
}

/// What it says to a reader goes to ours, as it comes, and the end of it is kept.
fn hand_on(mut pipe: impl Read, words: &Mutex<Vec<u8>>) {
    let mut part = [0; 1024];
    while let Ok(length @ 1..) = pipe.read(&mut part) {
        let _ = stderr().write_all(&part[..length]);
        let mut words = words.lock().expect("nobody panics with this lock");
        words.extend_from_slice(&part[..length]);
        let rest = words.len().saturating_sub(KEPT);
        words.drain(..rest);
    }
}

/// Lets this process, and what it starts, run when no other one wants to. That it cannot be done is no harm.
pub fn yield_to_others() {
    #[cfg(unix)]
    // SAFETY: no memory is touched.
    unsafe {
        libc::nice(10);
    }
    #[cfg(windows)]
    {
        use windows_sys::Win32::System::Threading as system;
        // SAFETY: no memory is touched; the handle is this process's own, which needs no closing.
        unsafe {
            system::SetPriorityClass(
                system::GetCurrentProcess(),
                system::BELOW_NORMAL_PRIORITY_CLASS,
            )
        };
    }
}
