//! What lies around the file does not matter: times, names of folders, other files that are broken.

use crate::scratch::{Said, Scratch, states};
use std::fs;
use std::process::Command;

const GUARD: &str = "exercises/src/ch04_spin_lock/guard.rs";

/// The reference as the reader's file, and the same with a wrong ordering.
fn right_and_wrong(scratch: &Scratch) -> (String, String) {
    let right = scratch.read("solutions/src/ch04_spin_lock/guard.rs");
    let wrong = right
        .replace("store(UNLOCKED, Release)", "store(UNLOCKED, sync::atomic::Ordering::Relaxed)");
    assert!(right != wrong, "the reference unlocks in other words now");
    (right, wrong)
}

fn state(scratch: &Scratch, name: &str) -> String {
    let (_, report) = scratch.report(&[name]);
    let states = states(&report);
    assert_eq!(states.len(), 1, "{states:?}");
    states[0].1.clone()
}

#[test]
fn copy_with_an_old_time_is_judged_for_what_it_says() {
    let scratch = Scratch::new();
    let (right, wrong) = right_and_wrong(&scratch);
    // Older than everything.
    let old = fs::FileTimes::new()
        .set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000));
    for (text, expected) in [(&right, "passing"), (&wrong, "failing"), (&right, "passing")] {
        fs::write(scratch.root.join(GUARD), text).unwrap();
        let file = fs::File::options().write(true).open(scratch.root.join(GUARD)).unwrap();
        file.set_times(old).unwrap();
        assert_eq!(state(&scratch, "guard"), expected);
    }
}

#[test]
fn engine_that_is_changed_under_an_old_time_is_built_anew() {
    let scratch = Scratch::new();
    let (right, _) = right_and_wrong(&scratch);
    fs::write(scratch.root.join(GUARD), right).unwrap();
    assert_eq!(state(&scratch, "guard"), "passing");
    let file = "solutions/sync/std/src/model.rs";
    let text = scratch.read(file);
    let before = fs::metadata(scratch.root.join(file)).unwrap().modified().unwrap();
    // Real threads now fail each check, if this is what is built.
    fs::write(
        scratch.root.join(file),
        text.replace("protocol::tick();", "panic!(\"the new engine\");"),
    )
    .unwrap();
    let written = fs::File::options().write(true).open(scratch.root.join(file)).unwrap();
    written.set_times(fs::FileTimes::new().set_modified(before)).unwrap();
    assert_eq!(state(&scratch, "guard"), "failing");
    fs::write(scratch.root.join(file), text).unwrap();
    assert_eq!(state(&scratch, "guard"), "passing");
}

#[test]
fn moved_and_renamed_clone_is_judged_where_it_is() {
    let mut scratch = Scratch::new();
    let (right, wrong) = right_and_wrong(&scratch);
    fs::write(scratch.root.join(GUARD), &right).unwrap();
    assert_eq!(state(&scratch, "guard"), "passing");
    // The whole folder, with all that was built in it.
    let (first, second) = (scratch.root.clone(), scratch.root.with_file_name("moved, and renamed"));
    let _ = fs::remove_dir_all(&second);
    fs::rename(&first, &second).unwrap();
    scratch.root = second.clone();
    let found = [state(&scratch, "guard"), {
        fs::write(second.join(GUARD), &wrong).unwrap();
        state(&scratch, "guard")
    }];
    fs::rename(&second, &first).unwrap();
    assert_eq!(found, ["passing", "failing"]);
    scratch.root = first;
    assert_eq!(state(&scratch, "guard"), "failing");
}

#[test]
fn file_that_does_not_compile_is_told_under_its_name_and_stops_nobody() {
    let scratch = Scratch::new();
    let (right, _) = right_and_wrong(&scratch);
    fs::write(scratch.root.join(GUARD), &right).unwrap();
    let minimal = scratch.read("solutions/src/ch04_spin_lock/minimal.rs");
    let broken = format!("pub fn broken() -> u8 {{ \"no\" }}\n{}", minimal.replace("//!", "//"));
    fs::write(scratch.root.join("exercises/src/ch04_spin_lock/minimal.rs"), broken).unwrap();
    let (said, report) = scratch.report(&["4"]);
    let state = |file: &str| states(&report).into_iter().find(|(name, _)| name == file).unwrap().1;
    assert_eq!(
        (state("minimal").as_str(), state("guard").as_str()),
        ("does not compile", "passing")
    );
    assert_eq!(said.code(), Some(101));
    assert!(said.text().contains("exercises/src/ch04_spin_lock/minimal.rs:1:"), "{said:?}");
    let entry = &report["exercises"][0]["messages"][0];
    assert_eq!(
        (entry["code"].as_str(), entry["line"].as_u64()),
        (Some("E0308"), Some(1)),
        "{entry:#}"
    );
    // `cargo test` is started by Cargo, which must not compile the files either.
    let cargo = Command::new(env!("CARGO"))
        .args(["test", "--quiet", "guard"])
        .current_dir(&scratch.root)
        .env("CARGO_TARGET_DIR", scratch.root.join("target"))
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{cargo:?}");
    let text = String::from_utf8_lossy(&cargo.stdout).into_owned();
    assert!(text.contains("1 passing") && !text.contains("minimal"), "{text}");
}

#[test]
fn what_a_file_takes_from_elsewhere_is_judged_anew_when_it_changes() {
    let scratch = Scratch::new();
    let (right, wrong) = right_and_wrong(&scratch);
    // Outside the folder that is judged.
    let elsewhere = scratch.root.with_file_name("else where.rs");
    let file = elsewhere.to_str().expect("UTF-8");
    fs::write(scratch.root.join(GUARD), format!("#[path = {file:?}]\nmod it;\npub use it::*;\n"))
        .unwrap();
    for (text, expected) in [(&right, "passing"), (&wrong, "failing"), (&right, "passing")] {
        fs::write(&elsewhere, text).unwrap();
        assert_eq!(state(&scratch, "guard"), expected);
    }
    // A variable of the environment.
    let unlock = "self.lock.locked.store(UNLOCKED, Release);";
    let is_asked = format!("if option_env!(\"STAYS_LOCKED\").is_none() {{ {unlock} }}");
    fs::write(scratch.root.join(GUARD), right.replace(unlock, &is_asked)).unwrap();
    let code = |value: Option<&str>| {
        let mut command = scratch.command(&["guard"]);
        value.iter().for_each(|value| {
            command.env("STAYS_LOCKED", value);
        });
        command.output().unwrap().status.code()
    };
    assert_eq!([code(None), code(Some("yes")), code(None)], [Some(0), Some(101), Some(0)]);
}

#[test]
#[cfg(target_os = "linux")]
fn file_that_keeps_the_compiler_from_its_end_does_not_compile_and_stops_nobody() {
    let scratch = Scratch::new();
    let (right, _) = right_and_wrong(&scratch);
    let endless = "#![allow(long_running_const_eval)]\npub const ENDLESS: () = loop {};\n";
    fs::write(scratch.root.join(GUARD), format!("{endless}{}", right.replace("//!", "//")))
        .unwrap();
    let minimal = scratch.read("solutions/src/ch04_spin_lock/minimal.rs");
    scratch.put("exercises/src/ch04_spin_lock/minimal.rs", &minimal);
    let mut command = scratch.command(&["guard", "minimal"]);
    // So that its time is used up soon.
    let said = Said(command.env("LOCKSMITH_TIME_LIMIT", "3").output().unwrap());
    let text = said.text();
    assert!(text.contains("✗ guard    does not compile  the compiler does not finish"), "{said:?}");
    assert!(text.contains("6 seconds of processor"), "{said:?}");
    assert!(text.contains("✓ minimal  passing"), "{said:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn file_that_keeps_the_compiler_from_its_end_uses_up_its_time_once() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new();
    let (right, _) = right_and_wrong(&scratch);
    fs::write(scratch.root.join(GUARD), &right).unwrap();
    // From here on the answers of the reference are known, and the compiler is started for the file alone.
    assert_eq!(scratch.judge(&["guard"]).code(), Some(0));
    let endless = "#![allow(long_running_const_eval)]\npub const ENDLESS: () = loop {};\n";
    fs::write(scratch.root.join(GUARD), format!("{endless}{}", right.replace("//!", "//")))
        .unwrap();
    let counting = scratch.root.join("target/counting-rustc");
    let started = scratch.root.join("target/started");
    let _ = fs::remove_file(&started);
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let script = format!("#!/bin/sh\necho x >>'{}'\nexec '{rustc}' \"$@\"\n", started.display());
    fs::write(&counting, script).unwrap();
    fs::set_permissions(&counting, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = scratch.command(&["guard"]);
    command.env("RUSTC", &counting).env("LOCKSMITH_TIME_LIMIT", "1");
    let said = Said(command.output().unwrap());
    assert!(said.text().contains("does not finish"), "{said:?}");
    let times = fs::read_to_string(&started).unwrap().lines().count();
    // Once it is asked for its version. What is started side by side is started before anything is known.
    let at_once = std::thread::available_parallelism().map_or(1, usize::from).min(3);
    assert!(times <= 1 + at_once, "{times} times");
}

#[test]
fn what_has_not_changed_is_shown_as_before_and_judged_anew_when_asked() {
    let scratch = Scratch::new();
    let (right, _) = right_and_wrong(&scratch);
    fs::write(scratch.root.join(GUARD), &right).unwrap();
    let as_before =
        |arguments: &[&str]| scratch.report(arguments).1["exercises"][0]["as_before"] == true;
    as_before(&["guard"]);
    assert!(as_before(&["guard"]));
    assert!(!as_before(&["guard", "--again"]));
    // A check that changes is another check.
    let checks = "solutions/checks/ch04_spin_lock/guard.rs";
    let text = scratch.read(checks);
    fs::write(
        scratch.root.join(checks),
        format!("{text}\n// Changed at {:?}.\n", std::time::SystemTime::now()),
    )
    .unwrap();
    assert!(!as_before(&["guard"]));
}

#[test]
fn module_of_a_file_is_found_beside_it_and_belongs_to_it() {
    let scratch = Scratch::new();
    let (right, wrong) = right_and_wrong(&scratch);
    // The lock in a module of its own, as Cargo finds it too.
    fs::write(scratch.root.join(GUARD), "mod inner;\npub use inner::*;\n").unwrap();
    let inner = "exercises/src/ch04_spin_lock/guard/inner.rs";
    fs::create_dir_all(scratch.root.join(inner).parent().unwrap()).unwrap();
    for (text, expected) in
        [(&right, "passing"), (&right, "passing"), (&wrong, "failing"), (&right, "passing")]
    {
        fs::write(scratch.root.join(inner), text).unwrap();
        assert_eq!(state(&scratch, "guard"), expected);
    }
}

#[test]
fn name_that_means_nothing_is_an_error_with_the_nearest_names() {
    let scratch = Scratch::new();
    for arguments in [
        &["condvar-qeue"][..],
        &["--hint", "1", "condvar-qeue"],
        &["--audit", "condvar-qeue"],
        &["--list", "condvar-qeue"],
    ] {
        let said = scratch.judge(arguments);
        assert_eq!(said.code(), Some(2), "{said:?}");
        assert!(said.errors().contains("did you mean condvar_queue"), "{said:?}");
    }
}

#[test]
fn harness_is_told_what_is_there_and_what_is_to_do() {
    let scratch = Scratch::new();
    let all = scratch.judge(&["--list", "--format", "terse"]).text();
    let exercises = all.strip_prefix("files: test\n").expect("a test that passes");
    let is_graded = |line: &str| line.ends_with("::grade: test");
    assert!(exercises.lines().count() > 50 && exercises.lines().all(is_graded), "{all}");
    let ignored = scratch.judge(&["--list", "--format", "terse", "--ignored"]).text();
    assert_eq!(exercises, ignored, "everything is to do");
    assert_eq!(scratch.judge(&["--exact", "files"]).code(), Some(0));
    let gone = scratch.root.join("exercises/src/ch04_spin_lock/guard.rs");
    let stub = std::fs::read_to_string(&gone).unwrap();
    std::fs::remove_file(&gone).unwrap();
    let files = scratch.judge(&["--exact", "files"]);
    assert!(files.code() == Some(101) && files.text().contains("guard.rs is gone"), "{files:?}");
    std::fs::write(&gone, stub).unwrap();
    let one = scratch.judge(&["--exact", "ch04_spin_lock::guard::grade", "--nocapture"]);
    assert_eq!(one.code(), Some(0), "{one:?}");
    assert!(one.text().contains("1 to do"), "{one:?}");
    assert_eq!(scratch.judge(&["--to-do-fails", "guard"]).code(), Some(101));
    let hint = scratch.judge(&["--hint", "1", "guard"]).text();
    assert!(hint.starts_with("ch04_spin_lock::guard, hint 1 of "), "{hint}");
    assert!(hint.lines().all(|line| line.chars().count() <= 80), "{hint}");
    // A report that is there was this run's.
    let (_, report) = scratch.report(&["guard"]);
    assert!(report["exercises"].is_array());
    let file = scratch.root.join("target/report.json");
    let report = file.to_str().unwrap();
    assert_eq!(scratch.judge(&["--report", report, "--list"]).code(), Some(0));
    assert_eq!(scratch.judge(&["--report", report, "--hint", "1", "guard"]).code(), Some(0));
    assert!(file.exists(), "nothing was graded");
    assert_eq!(scratch.judge(&["--report", report, "no_such_thing"]).code(), Some(2));
    assert!(!file.exists());
    for nowhere in ["gone/report.json", "target"] {
        let said = scratch.judge(&["--report", nowhere, "guard"]);
        assert!(said.code() == Some(2) && said.text().is_empty(), "{said:?}");
    }
    // As `cargo grade --list | head -1` has it.
    let mut listed = scratch.command(&["--list"]);
    listed.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut listed = listed.spawn().unwrap();
    drop(listed.stdout.take());
    let said = Said(listed.wait_with_output().unwrap());
    assert!(said.errors().is_empty(), "{said:?}");
}

#[test]
fn every_field_of_the_report_is_on_the_page_that_describes_it() {
    let page = fs::read_to_string(catalog::root().join("src/how_to_work/report.md")).unwrap();
    let scratch = Scratch::new();
    let (_, wrong) = right_and_wrong(&scratch);
    fs::write(scratch.root.join(GUARD), wrong).unwrap();
    let (_, report) = scratch.report(&["guard"]);
    let mut fields = std::collections::BTreeSet::new();
    fields_of(&report, &mut fields);
    assert!(
        fields.contains("reads_from") && fields.contains("race"),
        "a race was to be found: {fields:?}"
    );
    let missing: Vec<_> =
        fields.iter().filter(|field| !page.contains(&format!("`{field}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(report["version"], 2);
}

pub fn fields_of(value: &serde_json::Value, fields: &mut std::collections::BTreeSet<String>) {
    match value {
        serde_json::Value::Object(object) => {
            for (name, value) in object {
                fields.insert(name.clone());
                fields_of(value, fields);
            }
        }
        serde_json::Value::Array(list) => list.iter().for_each(|value| fields_of(value, fields)),
        _ => {}
    }
}
