//! A class at once: whatever somebody has handed in is their verdict, and nobody else's.

use crate::scratch::{Said, Scratch};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

/// Somebody, what they have handed in, what is to come of it, and words of the reason.
struct Person(&'static str, &'static str, &'static str, &'static str);

const FORGERY: &str = "pub fn run() { for fd in 1..8 { let line = \"\\n0 1 passed \\npassed \\n\"; unsafe { libc::write(fd, line.as_ptr().cast(), line.len()); } } std::process::exit(0) }";

const BEFORE_MAIN: &str = "pub fn run() {}
extern \"C\" fn leave() { unsafe { libc::_exit(0) } }
#[used] #[unsafe(link_section = \".init_array\")] static LEAVE: extern \"C\" fn() = leave;";

const ALL: &[Person] = &[
    Person("ada", "pub fn run() {}", "passing", ""),
    Person("ada-s-friend", "// Mine!\npub fn run()\n{\n}", "passing", ""),
    Person("before-main", BEFORE_MAIN, "failing", "something called `exit`"),
    Person("borrows", "pub use crate::judged_0::subject::run;", "does not compile", "judged_0"),
    Person(
        "compiles-for-ever",
        "pub fn run() { A } #[allow(long_running_const_eval)] const A: () = loop {};",
        "does not compile",
        "the compiler does not finish",
    ),
    Person("copies", "include!(\"../../../../class/ada/run.rs\");", "does not compile", "couldn't read"),
    Person("eats", "pub fn run() { std::hint::black_box(vec![1_u8; 10 << 30]); }", "failing", "out of memory"),
    Person(
        "exits-like-an-abort",
        "pub fn run() { std::process::exit(134) }",
        "failing",
        "something called `exit`",
    ),
    Person("aborts", "pub fn run() { std::process::abort() }", "failing", "`abort()` was called"),
    Person("forges", FORGERY, "failing", "something called `exit`"),
    Person(
        "forks",
        "pub fn run() { for _ in 0..200 { if unsafe { libc::fork() } == 0 { loop { unsafe { libc::pause(); } } } } loop { unsafe { libc::pause(); } } }",
        "failing",
        "more processes than a sandbox may have",
    ),
    Person("loops", "pub fn run() { loop {} }", "failing", "does not end"),
    Person("no-rust", "pub fn run( {", "does not compile", "delimiter"),
    Person("starts", "pub fn run() { todo!() }", "to do", ""),
    Person(
        "writes-and-looks",
        "pub fn run() {
            // Below `/tmp` it may: into a folder that nobody else has.
            let _ = std::fs::write(\"target/made\", \"\");
            for path in [\"solutions/checks/made\", \"/made\", \"/usr/made\", \"/dev/made\"] {
                assert!(std::fs::write(path, \"\").is_err(), \"{path}\");
            }
            for path in [\"class\", \"exercises\", \"solutions/src\", \"/etc/passwd\"] {
                assert!(!std::fs::exists(path).unwrap(), \"{path}\");
            }
            let mine = |entry: &std::io::Result<std::fs::DirEntry>| entry.as_ref().unwrap().file_name().to_str().unwrap().parse::<u32>().is_ok();
            assert!(std::fs::read_dir(\"/proc\").unwrap().filter(mine).count() < 5, \"there are others\");
            assert!(std::net::TcpStream::connect(\"127.0.0.1:PORT\").is_err(), \"there is a network\");
        }",
        "passing",
        "",
    ),
];

struct Judged {
    said: Said,
    json: Value,
    csv: String,
}

/// A class in a copy of the project that has one exercise.
fn class() -> (Scratch, PathBuf) {
    let scratch = Scratch::new();
    scratch.put("exercises/catalog.toml", "[[chapter]]\nstem = \"ch00_class\"\ntitle = \"0. A class\"\n[[exercise]]\nid = \"run\"\ntitle = \"Run\"\nchapter = \"ch00_class\"\nfile = \"run\"\nbuilds = \"\"\nhints = [\"Run.\"]\nchecked = []\nunseen = []\n");
    scratch.put("solutions/checks/ch00_class/run.rs", "use super::subject;\nuse grader::Check;\npub const CHECKS: &[Check] = &[Check::fact(\"returns\", || subject::run())];\n");
    let folder = scratch.root.join("class");
    (scratch, folder)
}

/// All of them, judged once. None, where there is no sandbox.
fn judged() -> Option<&'static Judged> {
    static JUDGED: OnceLock<Option<Judged>> = OnceLock::new();
    let judged = JUDGED.get_or_init(|| {
        let (scratch, folder) = class();
        let network = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = network.local_addr().expect("a port").port().to_string();
        for Person(name, text, ..) in ALL {
            scratch.put(&format!("class/{name}/run.rs"), &text.replace("PORT", &port));
        }
        scratch.put("class/deep/run.rs", &format!("pub fn run() {{ {} }}", "(".repeat(200_000)));
        scratch.put(
            "class/whole-clone/exercises/src/ch00_class/run.rs",
            "pub fn run() { inner::run() }\nmod inner;",
        );
        scratch.put("class/whole-clone/exercises/src/ch00_class/run/inner.rs", "pub fn run() {}");
        scratch
            .put("class/whole-clone/solutions/src/ch00_class/run.rs", "pub fn run() { panic!() }");
        scratch.put("class/twice/a/run.rs", "pub fn run() {}");
        scratch.put("class/twice/b/run.rs", "pub fn run() {}");
        scratch.put("class/strange/notes.rs", "");
        fs::create_dir_all(folder.join("linked")).expect("a folder");
        std::os::unix::fs::symlink("../ada/run.rs", folder.join("linked/run.rs")).expect("a link");
        let mut command = scratch.command(&["--class", "class", "--again"]);
        let said =
            Said(command.env("LOCKSMITH_TIME_LIMIT", "5").output().expect("the judge starts"));
        if said.errors().contains("bwrap") {
            eprintln!("not tried: {}", said.errors());
            return None;
        }
        assert!(!scratch.root.join("target/made").exists(), "it is there outside");
        let json = serde_json::from_str(&scratch.read("class.json")).expect("JSON");
        Some(Judged { said, json, csv: scratch.read("class.csv") })
    });
    judged.as_ref()
}

/// The state of somebody's file, and all that is said of it.
fn of(judged: &Judged, name: &str) -> (String, String) {
    let all = judged.json["submissions"].as_array().expect("a list");
    let one = all.iter().find(|one| one["name"] == name).expect("somebody");
    let place = &one["exercises"]["run"];
    let text = judged.json["texts"][place["text"].as_str().unwrap_or_default()].to_string();
    (place["state"].as_str().unwrap_or("not handed in").to_owned(), text)
}

#[test]
fn each_has_the_verdict_on_what_they_have_handed_in() {
    let Some(judged) = judged() else { return };
    for Person(name, _, state, words) in ALL {
        let (found, text) = of(judged, name);
        assert_eq!(found, *state, "{name}: {text}");
        assert!(text.contains(words), "{name}: no {words:?} in {text}");
    }
    let (state, text) = of(judged, "deep");
    assert_eq!(state, "does not compile", "{text}");
    assert_eq!(of(judged, "whole-clone").0, "passing");
    assert!(of(judged, "twice").1.contains("a/run.rs, b/run.rs"));
    assert_eq!(of(judged, "linked").0, "not handed in");
}

#[test]
fn table_csv_and_json_tell_of_everybody() {
    let Some(judged) = judged() else { return };
    assert_eq!(judged.json["version"], 1);
    assert_eq!(judged.json["sandbox"], "bwrap");
    let text = judged.said.text();
    for Person(name, _, state, _) in ALL {
        assert!(text.contains(name), "{text}");
        let count = usize::from(*state == "passing");
        let line = format!("{name},{count},1,{state}\r\n");
        assert!(judged.csv.contains(&line), "no {line:?} in {}", judged.csv);
    }
    assert!(text.contains("not looked at: strange/notes.rs"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.contains("\n    fails most often: returns\n"), "{text}");
    let page = fs::read_to_string(catalog::root().join("src/how_to_work/class.md")).unwrap();
    let mut fields = std::collections::BTreeSet::new();
    for (name, value) in
        judged.json.as_object().unwrap().iter().filter(|(name, _)| *name != "texts")
    {
        fields.insert(name.clone());
        crate::workspace::fields_of(value, &mut fields);
    }
    // The exercise, which is a key and no field.
    fields.remove("run");
    let missing: Vec<_> =
        fields.iter().filter(|field| !page.contains(&format!("`{field}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn without_a_sandbox_nothing_runs_unless_that_is_wanted() {
    let (scratch, folder) = class();
    scratch.put("class/ada/run.rs", "pub fn run() {}");
    // The compiler and its linker are found without bubblewrap, wherever that is.
    let without = scratch.root.join("target/without");
    let _ = fs::remove_dir_all(&without);
    fs::create_dir_all(&without).unwrap();
    let paths = std::env::var_os("PATH").expect("a path");
    let cc = std::env::split_paths(&paths)
        .map(|path| path.join("cc"))
        .find(|cc| cc.is_file())
        .expect("a C compiler");
    std::os::unix::fs::symlink(cc, without.join("cc")).unwrap();
    let run = |arguments: &[&str]| {
        Said(scratch.command(arguments).env("PATH", &without).output().expect("the judge starts"))
    };
    let said = run(&["--class", "class"]);
    assert_eq!(said.code(), Some(2), "{said:?}");
    assert!(said.errors().contains("Install bubblewrap"), "{said:?}");
    assert!(!scratch.root.join("class.json").exists());
    let said = run(&["--class", "class", "--trust", "--report", "target/trusted.json"]);
    assert_eq!(said.code(), Some(0), "{said:?}");
    assert!(scratch.read("target/trusted.csv").contains("ada,1,1,passing"));
    let one = run(&["--class", folder.join("ada").to_str().unwrap(), "--trust"]);
    assert_eq!(one.code(), Some(2), "{one:?}");
    // The reader's own rooms are one submission, whichever of them is named.
    scratch.put("exercises/src/ch00_class/run.rs", "pub fn run() {}");
    for room in [".", "exercises", "exercises/src", "exercises/../exercises/"] {
        let one = run(&["--class", room, "--trust"]);
        assert_eq!(one.code(), Some(2), "{room}: {one:?}");
        assert!(one.errors().contains("is one submission"), "{room}: {one:?}");
    }
}
