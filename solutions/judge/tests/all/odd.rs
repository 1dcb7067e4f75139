//! What a newcomer meets: odd files, options, an end at the wrong moment.

use crate::scratch::{Scratch, states};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const GUARD: &str = "exercises/src/ch04_spin_lock/guard.rs";

#[test]
fn odd_file_is_its_own_exercise_s_state_and_ends_of_lines_are_none() {
    let scratch = Scratch::new();
    let file = |name: &str| scratch.root.join("exercises/src").join(name).with_extension("rs");
    let right = |name: &str| scratch.read(&format!("solutions/src/{name}.rs"));
    let mut expected = Vec::new();
    let mut expect = |name: &str, state: &str| expected.push((name.to_owned(), state.to_owned()));
    fs::write(file("ch04_spin_lock/guard"), right("ch04_spin_lock/guard").replace('\n', "\r\n"))
        .unwrap();
    expect("guard", "passing");
    fs::write(
        file("ch04_spin_lock/minimal"),
        format!("\u{feff}{}", right("ch04_spin_lock/minimal")),
    )
    .unwrap();
    expect("minimal", "passing");
    fs::remove_file(file("ch04_spin_lock/poisoning")).unwrap();
    expect("poisoning", "does not compile");
    fs::write(file("ch01_basics/scoped_sum"), b"pub fn \xff\xfe() {}").unwrap();
    expect("scoped_sum", "does not compile");
    fs::write(file("ch04_spin_lock/ttas_backoff"), "").unwrap();
    expect("ttas_backoff", "does not compile");
    fs::remove_file(file("ch04_spin_lock/unsafe_cell")).unwrap();
    fs::create_dir(file("ch04_spin_lock/unsafe_cell")).unwrap();
    expect("unsafe_cell", "does not compile");
    fs::write(file("ch01_basics/join_all"), "// Far too long.\n".repeat(100_000)).unwrap();
    expect("join_all", "does not compile");
    fs::write(file("ch04_spin_lock/of_nobody"), "this is no Rust").unwrap();
    let (said, report) = scratch.report(&["1", "4"]);
    let found = states(&report);
    for (name, state) in &expected {
        assert!(found.contains(&(name.clone(), state.clone())), "{name}: {state}? {said:?}");
    }
    for words in ["the file is gone", "not UTF-8", "this is not a file", "bytes are too many"] {
        assert!(said.text().contains(words), "{words}: {said:?}");
    }
    // An exercise is one line of the board, however many its message has.
    let text = said.text();
    assert!(text.contains("does not compile  the file is gone"), "{said:?}");
    let board = text.split("4. Spin lock\n").last().unwrap_or_default();
    let mut lines = board.lines().take_while(|line| !line.is_empty());
    assert!(lines.all(|line| line.starts_with("  ")), "{said:?}");
    assert_eq!(said.code(), Some(101));
    fs::remove_dir(file("ch04_spin_lock/unsafe_cell")).unwrap();
}

#[test]
fn public_item_that_is_not_the_stub_s_is_told_in_words_and_before_the_compiler_s() {
    let scratch = Scratch::new();
    let right = scratch.read("solutions/src/ch04_spin_lock/guard.rs");
    let clone =
        "impl<T> Clone for Guard<'_, T> { fn clone(&self) -> Self { Self { lock: self.lock } } }\n";
    let deref = "impl<T> Deref for Guard";
    for (from, to, words) in [
        (
            "pub fn lock(&self)",
            "pub fn lock(&mut self)",
            "\n`SpinLock::lock` takes `&mut self`; the stub's takes `&self`\n",
        ),
        (
            "pub fn lock(&self)",
            "pub fn lock_it(&self)",
            "\n`SpinLock::lock` is missing; the stub has it\n",
        ),
        (deref, &format!("{clone}{deref}"), "\n`Guard` is `Clone`, but must not be"),
    ] {
        scratch.put(GUARD, &right.replace(from, to));
        let said = scratch.judge(&["guard"]);
        let text = said.text();
        let at = text.find(words);
        assert!(said.code() == Some(101) && at.is_some(), "{words}: {said:?}");
        assert!(text.find("error[").is_none_or(|error| Some(error) > at), "{words}: {said:?}");
        assert!(text.matches("error[").count() < 2, "one is enough: {said:?}");
    }
    // Nobody is harmed by what is missing here.
    let must_use = "#[must_use = \"a guard that is not kept unlocks at once\"]\n";
    assert!(right.contains(must_use));
    scratch.put(GUARD, &right.replace(must_use, ""));
    let said = scratch.judge(&["guard"]);
    let note = "(`Guard` has no `#[must_use]`; the stub's has)";
    assert!(said.code() == Some(0) && said.text().contains(note), "{said:?}");
}

#[test]
fn name_that_the_linker_has_twice_is_told_as_what_it_is() {
    let scratch = Scratch::new();
    let right = scratch.read("solutions/src/ch04_spin_lock/guard.rs");
    // In its module, a `main` is a function like another.
    scratch.put(GUARD, &format!("{right}\nfn main() {{}}\n"));
    assert_eq!(scratch.judge(&["guard"]).code(), Some(0));
    let main = "#[unsafe(no_mangle)]\npub extern \"C\" fn main() {}\n";
    scratch.put(GUARD, &format!("{right}\n{main}"));
    let said = scratch.judge(&["guard"]);
    let text = said.text();
    assert!(text.contains("`no_mangle` reaches into the program around the file"), "{said:?}");
    assert!(!text.contains("linking with") && text.contains("does not compile"), "{said:?}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{said:?}");
}

/// Runs before `main`, reads the request with its nonce, and answers it in the checker's place.
#[cfg(target_os = "linux")]
const FORGERY: &str = r#"
#[used] #[unsafe(link_section = ".init_array")] static FIRST: extern "C" fn() = answer;
extern "C" fn answer() {
    use std::io::{Read as _, Write as _};
    let mut request = String::new();
    std::io::stdin().read_to_string(&mut request).unwrap();
    let mut lines = request.lines();
    let nonce = lines.next().unwrap();
    let mut say = |message: &str| {
        let line = format!("\n{nonce} {} {message}\n", std::process::id());
        std::io::stdout().write_all(line.as_bytes()).unwrap();
    };
    match lines.nth(1).unwrap() {
        "" => say("check data_is_dropped_once_and_with_the_lock model"),
        _ => say("passed "),
    }
    std::process::exit(0)
}
"#;

#[test]
#[cfg(target_os = "linux")]
fn file_that_answers_before_the_checker_does_not_pass() {
    let scratch = Scratch::new();
    let right = scratch.read("solutions/src/ch04_spin_lock/guard.rs");
    let wrong = right.replace("self.lock.locked.store(UNLOCKED, Release);", "");
    assert!(right != wrong, "the reference unlocks in other words now");
    scratch.put(GUARD, &(wrong + FORGERY));
    let said = scratch.judge(&["guard"]);
    let words = "`link_section` reaches into the program around the file";
    // The forged verdict is believed: without this the file would pass.
    assert!(said.text().contains("✓ data_is_dropped_once_and_with_the_lock"), "{said:?}");
    assert!(said.code() == Some(101) && said.text().contains(words), "{said:?}");
}

#[test]
fn audit_of_a_file_that_does_not_pass_is_refused_with_the_reason() {
    let scratch = Scratch::new();
    let right = scratch.read("solutions/src/ch04_spin_lock/guard.rs");
    let wrong = right
        .replace("store(UNLOCKED, Release)", "store(UNLOCKED, sync::atomic::Ordering::Relaxed)");
    let no_rust = format!("{right}\n}}");
    for (text, state) in [
        (&scratch.read(GUARD), "still to do. Solve"),
        (&wrong, "failing. Fix"),
        (&no_rust, "rejected by the compiler. Fix"),
    ] {
        scratch.put(GUARD, text);
        let said = scratch.judge(&["--audit", "guard"]);
        let words = format!("ch04_spin_lock::guard is {state} it first");
        assert!(said.code() == Some(101) && said.text().contains(&words), "{state}: {said:?}");
    }
    scratch.put(GUARD, &right);
    let said = scratch.judge(&["--audit", "guard"]);
    assert!(said.code() == Some(0) && said.text().contains("the ordering is needed"), "{said:?}");
    let said = scratch.judge(&["--audit", "ch02"]);
    let reasons = said.text().matches("an audit asks").count();
    assert!(reasons == 1 && said.text().contains("::aba_stack is still to do"), "{said:?}");
}

#[test]
fn hint_that_is_not_there_is_an_error_that_says_how_many_are() {
    let scratch = Scratch::new();
    for number in ["0", "99"] {
        let said = scratch.judge(&["--hint", number, "guard"]);
        assert!(
            said.code() == Some(2) && said.errors().contains("the last one is hint "),
            "{said:?}"
        );
    }
    let said = scratch.judge(&["--hnit", "1", "guard"]);
    assert!(said.code() == Some(2) && said.errors().contains("did you mean --hint?"), "{said:?}");
}

/// The options that a text names.
fn options(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| c.is_whitespace() || "`|<>()[],;".contains(c));
    let options = words.filter(|word| word.starts_with("--") && word.len() > 2);
    options.map(|word| word.split('=').next().unwrap_or(word).to_owned()).collect()
}

#[test]
fn options_that_pages_name_are_those_of_the_help_and_exist() {
    let scratch = Scratch::new();
    let help = options(&scratch.judge(&["--help"]).text());
    assert!(help.len() > 8, "{help:?}");
    for option in &help {
        // Those with a value take the next word for it.
        for value in [&[][..], &["1"]] {
            let all: Vec<&str> =
                [option.as_str()].iter().chain(value).chain(&["--help"]).copied().collect();
            let said = scratch.judge(&all);
            assert!(!said.errors().contains("there is no option"), "{option}: {said:?}");
        }
    }
    let root = catalog::root();
    let mut pages = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    pages_in(&root.join("src"), &mut pages);
    let mut named = BTreeSet::new();
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        for line in text.lines() {
            for (at, _) in line.match_indices("cargo grade") {
                // Up to the end of the code, which is quoted in a sentence.
                let command = line[at..].split(['`', '|', '#']).next().unwrap_or_default();
                for option in options(command) {
                    assert!(help.contains(&option), "{}: {option}", page.display());
                    named.insert(option);
                }
            }
        }
    }
    let common = ["--again", "--audit", "--hint", "--report", "--to-do-fails", "--watch"];
    let missing: Vec<_> = common.iter().filter(|option| !named.contains(**option)).collect();
    assert!(missing.is_empty(), "no page tells of {missing:?}");
}

fn pages_in(folder: &Path, pages: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages_in(&path, pages);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            pages.push(path);
        }
    }
}

/// Processes that run a program below `folder`.
#[cfg(target_os = "linux")]
fn processes(folder: &Path) -> usize {
    let all = fs::read_dir("/proc").unwrap().flatten();
    all.filter(|entry| {
        fs::read_link(entry.path().join("exe")).is_ok_and(|exe| exe.starts_with(folder))
    })
    .count()
}

#[test]
#[cfg(target_os = "linux")]
fn judge_that_is_ended_leaves_nothing_behind() {
    use std::time::{Duration, Instant};

    let scratch = Scratch::new();
    let right = scratch.read("solutions/src/ch04_spin_lock/guard.rs");
    let endless = right.replacen(
        "while self.locked.swap",
        "loop { std::thread::park(); }\n        while self.locked.swap",
        1,
    );
    assert!(right != endless, "the reference locks in other words now");
    scratch.put(GUARD, &endless);
    let units = scratch.root.join("target/judge/units");
    // A file that is judged alone has a folder of its own beside those.
    let all = scratch.root.join("target/judge");
    let wait = |what: &str, is_so: &dyn Fn() -> bool| {
        let start = Instant::now();
        while !is_so() {
            assert!(start.elapsed() < Duration::from_secs(300), "{what}");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    for signal in [libc::SIGINT, libc::SIGKILL] {
        let mut judge = scratch.command(&["guard"]).spawn().expect("the judge starts");
        wait("no check has started", &|| processes(&all) > 0);
        let pid = libc::pid_t::try_from(judge.id()).unwrap();
        // SAFETY: no memory is touched, and the process has not been waited for.
        unsafe { libc::kill(pid, signal) };
        judge.wait().unwrap();
        wait("a check goes on", &|| processes(&all) == 0);
    }
    scratch.put(GUARD, &right);
    assert_eq!(scratch.judge(&["guard"]).code(), Some(0));
    assert_eq!(fs::read_dir(&units).unwrap().count(), 0, "the next judge removes what they made");
}

#[cfg(target_os = "linux")]
#[test]
fn machine_that_lets_nothing_be_written_is_no_fault_of_the_file_s_and_is_not_remembered() {
    use std::os::unix::process::CommandExt as _;
    let scratch = Scratch::new();
    scratch.put(GUARD, &scratch.read("solutions/src/ch04_spin_lock/guard.rs"));
    // What the judge and the checks are linked to is there; only the file itself is compiled anew.
    assert_eq!(scratch.judge(&["guard"]).code(), Some(0));
    scratch.put(GUARD, &(scratch.read(GUARD) + "// Another text.\n"));
    let mut command = scratch.command(&["guard"]);
    let limit = libc::rlimit { rlim_cur: 1 << 20, rlim_max: 1 << 20 };
    // SAFETY: between `fork` and `exec` only `setrlimit` and `signal` are called, which may be; the pointer is to a copy in the closure.
    unsafe {
        command.pre_exec(move || {
            // An error, as from a full disk, in place of a signal.
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
            libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit);
            Ok(())
        });
    }
    let said = crate::scratch::Said(command.output().unwrap());
    assert!(said.text().contains("? guard  not judged"), "{said:?}");
    assert_eq!(said.code(), Some(101));
    let said = scratch.judge(&["guard"]);
    assert!(said.code() == Some(0) && !said.text().contains("(as before)"), "{said:?}");
}

#[test]
fn leak_is_told_of_a_right_variant_whose_report_nobody_reads() {
    let scratch = Scratch::new();
    let right = scratch.read("solutions/src/ch05_channels/one_shot_typed.rs");
    let leaks = right.replacen("        if state != EMPTY {\n", "        if state > 2 {\n", 1);
    assert!(right != leaks, "the reference's sender leaves in other words now");
    let file = "solutions/variants/ch05_channels/one_shot_typed/right/leaks.rs";
    scratch
        .put(file, &format!("//! The sender that leaves last frees nothing.\n\n{}", code(&leaks)));
    let said = scratch.judge(&["--variants", "one_shot_typed"]);
    assert_ne!(said.code(), Some(0), "{said:?}");
    assert!(said.text().contains("leak: memory is never freed"), "{said:?}");
}

#[test]
fn report_of_wrong_variants_has_every_check_that_rejects_one() {
    let scratch = Scratch::new();
    let right = scratch.read("solutions/src/ch04_spin_lock/minimal.rs");
    let wrong = right.replacen("store(UNLOCKED, Release)", "store(UNLOCKED, Relaxed)", 1);
    assert!(right != wrong, "the reference unlocks in other words now");
    let wrong = wrong.replacen("{Acquire, Release}", "{Acquire, Relaxed}", 1);
    let words = "//! It publishes nothing.\n//!\n//! Rejected by: three_threads_hold_the_lock_in_turn\n//! Because: race";
    let file = "solutions/variants/ch04_spin_lock/minimal/wrong/relaxed_unlock.rs";
    scratch.put(file, &format!("{words}\n\n{}", code(&wrong)));
    let (said, report) = scratch.report(&["--variants", "minimal"]);
    assert_eq!(said.code(), Some(0), "{said:?}");
    let entry = &report["exercises"][0];
    assert_eq!(entry["variant"], "ch04_spin_lock::minimal::wrong::relaxed_unlock");
    let checks = entry["checks"].as_array().expect("a list").iter();
    let failed = checks.filter(|check| check["outcome"] == "failed").count();
    assert!(failed > 1, "{said:?}: {report}");
}

/// A file without its module docs.
fn code(text: &str) -> String {
    text.lines()
        .skip_while(|line| line.starts_with("//!"))
        .map(|line| format!("{line}\n"))
        .collect()
}
