//! `cargo grade --watch`, with keys from a pipe and on a terminal.

use crate::scratch::Scratch;
use std::fs;
use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const GUARD: &str = "exercises/src/ch04_spin_lock/guard.rs";

/// For what must come at some time: a machine that is busy takes long, and none takes so long.
const LONG: Duration = Duration::from_secs(300);

/// What the watching judge says, as it comes.
struct Heard {
    parts: Receiver<Vec<u8>>,
    all: String,
}

impl Heard {
    fn new(mut from: impl Read + Send + 'static) -> Self {
        let (sender, parts) = channel();
        std::thread::spawn(move || {
            let mut part = [0; 4096];
            while let Ok(length @ 1..) = from.read(&mut part) {
                let _ = sender.send(part[..length].to_vec());
            }
        });
        Self { parts, all: String::new() }
    }

    /// Listens until it has said `words`, and forgets all up to there.
    fn until(&mut self, words: &str) -> String {
        let start = Instant::now();
        loop {
            if let Some(at) = self.all.find(words) {
                let rest = self.all.split_off(at + words.len());
                return std::mem::replace(&mut self.all, rest);
            }
            assert!(start.elapsed() < LONG, "no {words:?} in {}", self.all);
            if let Ok(part) = self.parts.recv_timeout(Duration::from_secs(1)) {
                self.all += &String::from_utf8_lossy(&part);
            }
        }
    }
}

fn press(keys: &mut ChildStdin, key: &str) {
    keys.write_all(key.as_bytes()).expect("it still listens");
}

fn end(mut child: Child) -> Option<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("it is ours") {
            return status.code();
        }
        assert!(start.elapsed() < LONG, "it does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_is_saved_is_judged_and_keys_do_what_they_say() {
    let scratch = Scratch::new();
    let right = scratch.read("solutions/src/ch04_spin_lock/guard.rs");
    let mut child = scratch
        .command(&["--watch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the judge starts");
    let mut keys = child.stdin.take().expect("a pipe");
    let mut heard = Heard::new(child.stdout.take().expect("a pipe"));
    // In a fresh clone: the first that is to do.
    heard.until("ch01_basics::");
    heard.until("1 to do");
    heard.until("q quit");
    // What is saved is shown.
    fs::write(scratch.root.join(GUARD), "pub fn broken() -> u8 { \"no\" }").unwrap();
    heard.until("ch04_spin_lock::guard");
    let said = heard.until("mismatched types");
    assert!(!said.contains("ch04_spin_lock::guard"), "one heading is enough: {said}");
    heard.until("q quit");
    // The next save ends the judging of the last one, which would take its minute.
    let endless = right.replacen(
        "fn lock(&self)",
        "fn lock(&self) -> Guard<'_, T> { loop {} }\n    fn other(&self)",
        1,
    );
    assert!(right != endless, "the reference locks in other words now");
    fs::write(scratch.root.join(GUARD), endless).unwrap();
    heard.until("ch04_spin_lock::guard");
    fs::write(scratch.root.join(GUARD), &right).unwrap();
    let said = heard.until("1 passing");
    assert!(!said.contains("does not end"), "{said}");
    heard.until("q quit");
    press(&mut keys, "h");
    heard.until("hint 1 of ");
    press(&mut keys, "h");
    heard.until("hint 2 of ");
    press(&mut keys, "a");
    heard.until("fails: the ordering is needed");
    press(&mut keys, "n");
    // The next in the book that is to do.
    heard.until("ch04_spin_lock::");
    heard.until("1 to do");
    press(&mut keys, "q");
    assert_eq!(end(child), Some(0));
}

/// A terminal: our side of it, and the name of the other.
#[cfg(target_os = "linux")]
fn terminal() -> (fs::File, String) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
    (fs::File::from(ours), name)
}

#[test]
#[cfg(target_os = "linux")]
fn colours_are_for_a_terminal_unless_no_color_is_set() {
    let scratch = Scratch::new();
    for (no_color, option, is_coloured) in [
        (None, "auto", true),
        (Some(""), "auto", true),
        (Some("1"), "auto", false),
        (Some("1"), "always", true),
        (None, "never", false),
    ] {
        let (ours, name) = terminal();
        let open = || fs::File::options().read(true).write(true).open(&name).unwrap();
        let mut command = scratch.command(&["guard", "--color", option]);
        command.envs(no_color.map(|value| ("NO_COLOR", value)));
        let child = command.stdin(open()).stdout(open()).stderr(open()).spawn();
        let child = child.expect("the judge starts");
        let said = Heard::new(ours).until("1 to do");
        assert_eq!(end(child), Some(0));
        assert_eq!(said.contains("\x1b[2m"), is_coloured, "{no_color:?} {option}: {said:?}");
    }
    // A pipe is no terminal.
    assert!(!scratch.judge(&["guard"]).text().contains('\x1b'));
}

#[test]
#[cfg(target_os = "linux")]
fn the_terminal_is_as_before_however_it_ends() {
    use rustix::termios::{LocalModes, tcgetattr};

    let scratch = Scratch::new();
    for is_asked in [true, false] {
        let (mut ours, name) = terminal();
        let open = || fs::File::options().read(true).write(true).open(&name).unwrap();
        let terminal = open();
        let modes = || {
            tcgetattr(&terminal).unwrap().local_modes
                & (LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
        };
        let before = modes();
        assert!(before.contains(LocalModes::ECHO));
        let child = scratch
            .command(&["--watch", "guard"])
            .stdin(open())
            .stdout(open())
            .stderr(open())
            .spawn();
        let child = child.expect("the judge starts");
        let mut heard = Heard::new(ours.try_clone().unwrap());
        heard.until("1 to do");
        assert_eq!(modes(), LocalModes::empty(), "it takes each key");
        if is_asked {
            ours.write_all(b"q").unwrap();
        } else {
            let pid = rustix::process::Pid::from_child(&child);
            rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        }
        assert_eq!(end(child), Some(0));
        assert_eq!(modes(), before);
    }
}
