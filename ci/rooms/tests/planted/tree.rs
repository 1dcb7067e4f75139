//! A small project with one exercise and all its rooms.

use std::fs;
use std::path::Path;
use tempfile::TempDir;

const CATALOG: &str = r#"
[[chapter]]
stem = "ch01_doors"
title = "1. Doors"

[[exercise]]
id = "door"
title = "A door"
chapter = "ch01_doors"
file = "door"
minutes = 5
builds = "A door that opens."
hints = ["Push."]
checked = ["It opens."]
unseen = ["Its colour."]
"#;

const REFERENCE: &str = r#"//! A door.

/// How wide.
pub const WIDTH: u32 = 2;

/// What can go wrong.
#[derive(Debug)]
pub enum Error {
    /// It is locked.
    Locked(u32),
}

/// A door.
#[derive(Debug)]
pub struct Door<T: ?Sized> {
    /// Everyone sees it.
    pub open: bool,
    inside: T,
}

// SAFETY: it is a door.
unsafe impl<T: ?Sized + Send> Sync for Door<T> {}

impl<T> Door<T> {
    /// A closed door.
    pub const fn new(inside: T) -> Self {
        Self { open: false, inside }
    }

    /// Opens it.
    #[inline]
    pub fn open(&mut self, mut force: u32) -> Result<&mut T, Error> {
        force += 1;
        self.push(force);
        Ok(&mut self.inside)
    }

    fn push(&mut self, _force: u32) {}
}

impl<T> Drop for Door<T> {
    fn drop(&mut self) {}
}
"#;

const STUB: &str = r#"//! Yours.

pub const WIDTH: u32 = 0;

pub enum Error {
    Locked(u32),
}

pub struct Door<T: ?Sized> {
    pub open: bool,
    data: std::cell::UnsafeCell<T>,
}

impl<T> Door<T> {
    /// Opens it.
    pub fn open(&mut self, force: u32) -> Result<&mut T, Error> {
        todo!()
    }

    pub const fn new(inside: T) -> Self {
        todo!()
    }
}

impl<T> Drop for Door<T> {
    fn drop(&mut self) {
        todo!()
    }
}

#[test] // For editors.
fn grade() {}
"#;

const CHECKS: &str = r#"
pub const CHECKS: &[Check] = &[
    Check::fact("a_door_is_a_door", || {}),
    Check::model("a_door_opens", || {}),
];
"#;

/// The project, in a folder that goes with it.
pub struct Tree(TempDir);

impl Tree {
    /// Everything is there.
    pub fn whole() -> Self {
        let tree = Self(TempDir::new().expect("a temporary folder"));
        tree.write("exercises/catalog.toml", CATALOG);
        tree.write(
            "exercises/src/lib.rs",
            "#[cfg(any(not(test), rust_analyzer))]\npub mod ch01_doors;\n",
        );
        tree.write("exercises/src/ch01_doors/mod.rs", "pub mod door;\n");
        tree.write("exercises/src/ch01_doors/door.rs", STUB);
        tree.write("solutions/src/lib.rs", "pub mod ch01_doors;\n");
        tree.write("solutions/src/ch01_doors/mod.rs", "pub mod door;\n");
        tree.write("solutions/src/ch01_doors/door.rs", REFERENCE);
        tree.write("solutions/checks/ch01_doors/door.rs", CHECKS);
        tree.write("src/SUMMARY.md", "- [A door](ch01_doors/door.md)\n");
        tree.write("src/ch01_doors/door.md", "# A door\n");
        for (name, check) in [
            ("jams", "a_door_opens"),
            ("creaks", "a_door_opens"),
            ("is_a_wall", "a_door_is_a_door"),
        ] {
            let text = format!("//! It {name}.\n//!\n//! Rejected by: {check}\n//! Because: no\n");
            tree.write(&format!("solutions/variants/ch01_doors/door/wrong/{name}.rs"), &text);
        }
        for name in ["slides", "folds"] {
            let path = format!("solutions/variants/ch01_doors/door/right/{name}.rs");
            tree.write(&path, &format!("//! It {name}.\n"));
        }
        rooms::book::write(tree.root()).expect("the derived files can be written");
        tree
    }

    pub fn root(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).expect("a file")
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.root().join(path)).expect("a file");
    }

    /// Replaces `old`, which must be there.
    pub fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "{path} has no {old:?}");
        self.write(path, &text.replace(old, new));
    }

    pub fn findings(&self) -> Vec<String> {
        rooms::findings(self.root()).iter().map(ToString::to_string).collect()
    }

    /// Requires one finding, with these words.
    pub fn must_find(&self, words: &str) {
        self.must_find_all(&[words]);
    }

    /// Requires a finding for each of these words, in their order, and no other.
    pub fn must_find_all(&self, words: &[&str]) {
        let findings = self.findings();
        let mut pairs = findings.iter().zip(words);
        assert!(
            findings.len() == words.len() && pairs.all(|(found, words)| found.contains(words)),
            "not a finding with each of {words:?}, but {findings:#?}"
        );
    }

    pub fn must_find_nothing(&self) {
        assert_eq!(self.findings(), Vec::<String>::new());
    }
}
