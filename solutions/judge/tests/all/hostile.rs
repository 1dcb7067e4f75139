//! Whatever the code under test does is that exercise's failure, and the others are judged all the same.

use crate::scratch::{Said, Scratch, states};
use serde_json::Value;
use std::sync::OnceLock;
use std::time::Instant;

/// A file that does something, and what is to come of it.
struct Hostile {
    name: &'static str,
    /// Over the model checker, and not in a fact.
    model: bool,
    code: &'static str,
    state: &'static str,
    /// In the report of its failure.
    words: &'static str,
}

const fn fact(name: &'static str, code: &'static str, words: &'static str) -> Hostile {
    Hostile { name, model: false, code, state: "failing", words }
}

const fn model(name: &'static str, code: &'static str, words: &'static str) -> Hostile {
    Hostile { name, model: true, code, state: "failing", words }
}

const fn sound(name: &'static str, code: &'static str) -> Hostile {
    Hostile { name, model: false, code, state: "passing", words: "" }
}

const RECURSION: &str = "pub fn run() { depth(0); }
fn depth(below: u64) -> u64 {
    std::hint::black_box(if std::hint::black_box(true) { depth(below + 1) + 1 } else { below })
}";

const LOCKS: &str = "use sync::atomic::{AtomicBool, Ordering::*};
struct Lock(AtomicBool);
impl Lock {
    fn lock(&self) { while self.0.swap(true, Acquire) { sync::hint::spin_loop(); } }
    fn unlock(&self) { self.0.store(false, Release); }
}
pub fn run() {
    let locks = std::sync::Arc::new([Lock(AtomicBool::new(false)), Lock(AtomicBool::new(false))]);
    let theirs = locks.clone();
    let other = sync::thread::spawn(move || {
        theirs[1].lock(); theirs[0].lock(); theirs[0].unlock(); theirs[1].unlock();
    });
    locks[0].lock(); locks[1].lock(); locks[1].unlock(); locks[0].unlock();
    other.join().unwrap();
}";

const PANICS_TWICE: &str = "struct Last;
impl Drop for Last { fn drop(&mut self) { panic!(\"in drop\") } }
pub fn run() { let _last = Last; panic!(\"the first of two\") }";

/// One for each thing that can go wrong.
const ALL: &[Hostile] = &[
    sound("sound", "pub fn run() {}"),
    fact("exits_with_0", "pub fn run() { std::process::exit(0) }", "something called `exit`"),
    fact("exits_with_93", "pub fn run() { std::process::exit(93) }", "something called `exit`"),
    model("exits_in_a_model", "pub fn run() { std::process::exit(0) }", "something called `exit`"),
    fact(
        "leaves_by_the_back_door",
        "pub fn run() { unsafe { libc::_exit(0) } }",
        "something called `exit`",
    ),
    fact(
        "forks",
        // The other process comes to its end first, however busy the machine is.
        "pub fn run() { let other = unsafe { libc::fork() } == 0; std::thread::sleep(std::time::Duration::from_millis(if other { 100 } else { 3_000 })); }",
        "another process",
    ),
    fact(
        "closes_descriptors",
        "pub fn run() { for fd in 0..64 { unsafe { libc::close(fd); } } }",
        "something called `exit`",
    ),
    fact(
        "closes_descriptors_and_sleeps",
        "pub fn run() { for fd in 0..64 { unsafe { libc::close(fd); } } loop { std::thread::sleep(std::time::Duration::from_secs(9)); } }",
        "aborted",
    ),
    fact(
        "forges_a_report",
        "pub fn run() { for fd in 1..8 { let line = \"\\n0 1 passed \\npassed \\n\"; unsafe { libc::write(fd, line.as_ptr().cast(), line.len()); } } println!(\"passed \"); std::process::exit(0) }",
        "something called `exit`",
    ),
    fact(
        "deletes_its_own_file",
        "pub fn run() { std::fs::remove_file(\"exercises/src/ch00_faults/deletes_its_own_file.rs\").unwrap(); panic!(\"gone\") }",
        "gone",
    ),
    fact(
        "asks_for_10_gb",
        "pub fn run() { let all = vec![1_u8; 10 << 30]; std::hint::black_box(&all); }",
        "out of memory: 10737418240 bytes",
    ),
    fact("calls_itself", RECURSION, "a stack overflowed"),
    model("calls_itself_in_a_model", RECURSION, "a stack overflowed"),
    model(
        "calls_itself_in_a_thread_of_a_model",
        "pub fn run() { sync::thread::spawn(|| depth(0)).join().unwrap(); }\nfn depth(below: u64) -> u64 { std::hint::black_box(if std::hint::black_box(true) { depth(below + 1) + 1 } else { below }) }",
        "a stack overflowed",
    ),
    fact(
        "calls_itself_in_a_thread",
        "pub fn run() { std::thread::spawn(|| depth(0)).join().unwrap(); }\nfn depth(below: u64) -> u64 { std::hint::black_box(if std::hint::black_box(true) { depth(below + 1) + 1 } else { below }) }",
        "a stack overflowed",
    ),
    fact(
        "ends_itself_by_a_signal",
        "pub fn run() { unsafe { libc::raise(libc::SIGTERM); } }",
        "signal 15",
    ),
    fact("ends_its_group", "pub fn run() { unsafe { libc::kill(0, libc::SIGKILL); } }", "killed"),
    fact(
        "ends_its_parent",
        "pub fn run() { unsafe { libc::kill(libc::getppid(), libc::SIGKILL); } loop { std::thread::park(); } }",
        "killed",
    ),
    fact(
        "asks_its_parent_to_end",
        "pub fn run() { unsafe { libc::kill(libc::getppid(), libc::SIGTERM); } loop { std::thread::park(); } }",
        "killed",
    ),
    fact(
        "divides_by_signal",
        "pub fn run() { unsafe { libc::raise(libc::SIGFPE); } }",
        "arithmetic",
    ),
    fact("stops_itself", "pub fn run() { unsafe { libc::raise(libc::SIGSTOP); } }", "stands still"),
    sound(
        "leaves_a_process_behind",
        "pub fn run() { let child = std::process::Command::new(\"sleep\").arg(\"600\").spawn().unwrap(); std::fs::write(\"target/sleeper\", child.id().to_string()).unwrap(); }",
    ),
    sound(
        "leaves_a_session_behind",
        "pub fn run() { unsafe { if libc::fork() == 0 { libc::setsid(); if libc::fork() == 0 { std::fs::write(\"target/session\", libc::getpid().to_string()).unwrap(); loop { libc::sleep(600); } } libc::_exit(0) } } while !std::fs::exists(\"target/session\").unwrap() { std::thread::sleep(std::time::Duration::from_millis(5)); } }",
    ),
    fact(
        "waits_for_a_process",
        "pub fn run() { std::process::Command::new(\"sleep\").arg(\"600\").status().unwrap(); }",
        "every thread sleeps",
    ),
    fact(
        "prints_for_ever",
        "pub fn run() { loop { println!(\"still here\"); eprintln!(\"and here\"); } }",
        "the check does not end",
    ),
    fact(
        "prints_much_and_panics",
        "pub fn run() { for _ in 0..100_000 { eprintln!(\"still here\"); } panic!(\"and out\") }",
        "and out",
    ),
    Hostile {
        model: true,
        ..sound(
            "prints_much_and_is_sound",
            "pub fn run() { print!(\"{}\", \"still here \".repeat(100_000)); }",
        )
    },
    fact("aborts", "pub fn run() { std::process::abort() }", "`abort()` was called"),
    model("aborts_in_a_model", "pub fn run() { std::process::abort() }", "`abort()` was called"),
    sound(
        "aborts_as_it_must",
        "pub fn run() { grader::expect_abort(|| std::process::abort(), \"it should have aborted\") }",
    ),
    fact(
        "does_not_abort",
        "pub fn run() { grader::expect_abort(|| (), \"it should have aborted\") }",
        "it should have aborted: it went on",
    ),
    fact(
        "panics_instead",
        "pub fn run() { grader::expect_abort(|| panic!(\"not this\"), \"it should have aborted\") }",
        "it should have aborted: it panicked",
    ),
    fact(
        "overflows_instead",
        "pub fn run() { grader::expect_abort(|| depth(0), \"it should have aborted\") }\nfn depth(below: u64) -> u64 { std::hint::black_box(if std::hint::black_box(true) { depth(below + 1) + 1 } else { below }) }",
        "a stack overflowed",
    ),
    fact(
        "exits_instead",
        "pub fn run() { grader::expect_abort(|| std::process::exit(0), \"it should have aborted\") }",
        "something called `exit`",
    ),
    fact("panics_twice", PANICS_TWICE, "in drop"),
    model("panics_twice_in_a_model", PANICS_TWICE, "the first of two"),
    fact("loops", "pub fn run() { loop {} }", "the check does not end"),
    model("loops_in_a_model", "pub fn run() { loop {} }", "such as `loop {}`"),
    fact("sleeps", "pub fn run() { loop { std::thread::park(); } }", "every thread sleeps"),
    model(
        "sleeps_in_a_model",
        "pub fn run() { let other = sync::thread::spawn(sync::thread::park); other.join().unwrap(); }",
        "DEADLOCK",
    ),
    model("locks_in_either_order", LOCKS, "livelock"),
    fact(
        "reads_through_null",
        "pub fn run() { unsafe { std::hint::black_box(std::ptr::null::<u8>()).read_volatile(); } }",
        "segmentation fault",
    ),
    sound("leaves_a_thread_behind", "pub fn run() { std::thread::spawn(|| loop {}); }"),
    sound("sets_a_hook", "pub fn run() { std::panic::set_hook(Box::new(|_| {})); }"),
    fact(
        "sets_a_hook_and_panics",
        "pub fn run() { std::panic::set_hook(Box::new(|_| {})); panic!(\"unseen\") }",
        "the check panicked",
    ),
    model(
        "sets_a_hook_and_panics_in_a_model",
        "pub fn run() { std::panic::set_hook(Box::new(|_| {})); panic!(\"unseen\") }",
        "",
    ),
    sound(
        "goes_elsewhere",
        "pub fn run() { std::env::set_current_dir(\"/\").unwrap(); unsafe { std::env::set_var(\"PATH\", \"\") } }",
    ),
    sound("forgets", "pub fn run() { std::mem::forget(vec![1; 1000]); }"),
    sound("starts_a_session", "pub fn run() { unsafe { libc::setsid(); } }"),
    Hostile {
        state: "to do",
        ..fact(
            "comes_to_a_todo",
            "pub fn run() { let left = \"not yet implemented\"; panic!(\"{left}\") }",
            "",
        )
    },
    Hostile { state: "does not compile", ..fact("is_no_rust", "pub fn run() { let }", "") },
    Hostile { state: "does not compile", ..fact("has_no_run", "pub fn walk() {}", "") },
    sound("sound_after_all_that", "pub fn run() {}"),
];

struct Judged {
    said: Said,
    report: Value,
    seconds: u64,
    /// The processes that two of them leave behind.
    left: [String; 2],
}

/// All of them, judged once.
fn judged() -> &'static Judged {
    static JUDGED: OnceLock<Judged> = OnceLock::new();
    JUDGED.get_or_init(|| {
        let scratch = Scratch::new();
        let mut catalog = String::from("[[chapter]]\nstem = \"ch00_faults\"\ntitle = \"0. Faults\"\n");
        for Hostile { name, model, code, .. } in ALL {
            let text = format!("//! {name}.\n{code}\n");
            scratch.put(&format!("exercises/src/ch00_faults/{name}.rs"), &text);
            let check = match model {
                true => "Check::model(\"returns\", || sync::model(|| { subject::run(); }))",
                false => "Check::fact(\"returns\", || { subject::run(); })",
            };
            let text = format!("use super::{{subject, sync}};\nuse grader::Check;\npub const CHECKS: &[Check] = &[{check}];\n");
            scratch.put(&format!("solutions/checks/ch00_faults/{name}.rs"), &text);
            let id = name.replace('_', "-");
            catalog += &format!(
                "[[exercise]]\nid = \"{id}\"\ntitle = \"{name}\"\nchapter = \"ch00_faults\"\nfile = \"{name}\"\nbuilds = \"\"\nhints = [\"Behave.\"]\nchecked = []\nunseen = []\n"
            );
        }
        scratch.put("exercises/catalog.toml", &catalog);
        let _ = std::fs::remove_file(scratch.root.join("target/session"));
        // So that what uses up its time does it soon.
        let mut command = scratch.command(&["--again", "--report", "target/report.json"]);
        let start = Instant::now();
        let said = Said(command.env("LOCKSMITH_TIME_LIMIT", "6").output().expect("the judge starts"));
        let seconds = start.elapsed().as_secs();
        let report = serde_json::from_str(&scratch.read("target/report.json")).expect("JSON");
        Judged { said, report, seconds, left: ["target/sleeper", "target/session"].map(|file| scratch.read(file)) }
    })
}

#[test]
fn each_has_the_verdict_that_it_deserves_and_no_other_has() {
    let found = states(&judged().report);
    let expected: Vec<_> =
        ALL.iter().map(|hostile| (hostile.name.to_owned(), hostile.state.to_owned())).collect();
    assert_eq!(found, expected, "{:?}", judged().said);
}

#[test]
fn each_failure_is_told_in_words_that_name_its_cause() {
    for (hostile, entry) in ALL.iter().zip(judged().report["exercises"].as_array().unwrap()) {
        let reports: Vec<&str> = entry["checks"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|check| check["report"].as_str())
            .collect();
        let is_told = reports.iter().any(|report| report.contains(hostile.words));
        assert!(
            is_told || hostile.words.is_empty(),
            "{}: no {:?} in {reports:#?}",
            hostile.name,
            hostile.words
        );
    }
}

#[test]
fn exit_code_and_board_tell_of_the_failures() {
    let said = &judged().said;
    assert_eq!(said.code(), Some(101), "{said:?}");
    for hostile in ALL {
        let mine = format!(" {} ", hostile.name);
        assert!(
            said.text().lines().any(|line| line.contains(&mine) && line.contains(hostile.state)),
            "{}",
            hostile.name
        );
    }
    let board = said.text().split("0. Faults\n").last().unwrap().to_owned();
    assert!(board.lines().all(|line| line.chars().count() <= 80), "{board}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_process_that_is_left_behind_is_ended_and_not_waited_for() {
    let judged = judged();
    assert!(judged.seconds < 600, "it was waited for");
    for left in &judged.left {
        let stat = std::fs::read_to_string(format!("/proc/{left}/stat")).unwrap_or_default();
        // Its number may be another one's by now, but for these names.
        assert!(!stat.contains("(sleep)") && !stat.contains("(judged)"), "{stat}");
    }
}
