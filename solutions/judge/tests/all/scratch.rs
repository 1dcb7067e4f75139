//! A copy of the project, in which tests may do what they like.

use serde_json::Value;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A copy of the project, without the book and the variants. It stays between runs, and so does what is compiled; one test has it at
/// a time.
pub struct Scratch {
    /// Its folder.
    pub root: PathBuf,
    _alone: File,
}

impl Scratch {
    /// The copy as it is in a fresh clone.
    pub fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let alone = File::create(folder.join("scratch.lock")).expect("a file");
        alone.lock().expect("a lock");
        let scratch = Self { root: folder.join("scratch"), _alone: alone };
        for entry in fs::read_dir(&scratch.root).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_name() == "target" {
                true => {}
                false if path.is_dir() => fs::remove_dir_all(path).expect("a folder of ours"),
                false => fs::remove_file(path).expect("a file of ours"),
            }
        }
        let root = catalog::root();
        let files = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(&root)
            .output()
            .expect("git runs");
        let files = String::from_utf8(files.stdout).expect("UTF-8");
        let is_needed = |file: &&str| {
            !file.is_empty()
                && !file.starts_with("src/")
                && !file.starts_with("solutions/variants/")
        };
        for file in files.split('\0').filter(is_needed).filter(|file| root.join(file).is_file()) {
            scratch.put(file, &fs::read_to_string(root.join(file)).unwrap_or_default());
        }
        // Cargo has made it where a reader starts the judge.
        fs::create_dir_all(scratch.root.join("target")).expect("a folder");
        scratch
    }

    /// Writes a file, unless that is what it says already.
    pub fn put(&self, file: &str, text: &str) {
        let path = self.root.join(file);
        if fs::read_to_string(&path).is_ok_and(|present| present == text) {
            return;
        }
        fs::create_dir_all(path.parent().expect("in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// What a file says.
    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// The judge, to be started in this copy.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_judge"));
        command.current_dir(&self.root).args(arguments);
        for name in ["LOCKSMITH_REPORT", "LOCKSMITH_TIME_LIMIT", "NO_COLOR"] {
            command.env_remove(name);
        }
        command
    }

    /// Starts the judge.
    pub fn judge(&self, arguments: &[&str]) -> Said {
        Said(self.command(arguments).output().expect("the judge starts"))
    }

    /// Starts the judge, and reads its report.
    pub fn report(&self, arguments: &[&str]) -> (Said, Value) {
        let file = self.root.join("target/report.json");
        // A run that writes none must not find the last one's.
        let _ = fs::remove_file(&file);
        let mut all = vec!["--report", file.to_str().expect("UTF-8")];
        all.extend(arguments);
        let said = self.judge(&all);
        let text = fs::read_to_string(&file).unwrap_or_else(|_| panic!("no report: {said:?}"));
        (said, serde_json::from_str(&text).expect("JSON"))
    }
}

/// What the judge said.
pub struct Said(pub Output);

impl Said {
    /// On its standard output.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    /// On its standard error.
    pub fn errors(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// How it ended.
    pub fn code(&self) -> Option<i32> {
        self.0.status.code()
    }
}

impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}\n{}\n{}", self.code(), self.text(), self.errors())
    }
}

/// The state of each exercise in a report, by its file.
pub fn states(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    let exercises = report["exercises"].as_array().expect("a list");
    exercises.iter().map(|exercise| (text(&exercise["file"]), text(&exercise["state"]))).collect()
}
