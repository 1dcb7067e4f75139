//! The kit: the libraries that judged code is linked to. They are the only thing that Cargo builds here.
//!
//! Cargo decides by the times of files, and by the folder in which they lie. A file that is copied with its old time is not
//! compiled again. So the kit has a *stamp*: the hash of all its sources when it was built. If it is still true, Cargo is not even
//! started. If it is not, and Cargo says all the same that a package is fresh, that package is built from scratch.

mod built;

use crate::digest::Digest;
use crate::sight;
use crate::tools::Tools;
use built::Built;
use grader::World;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What the kit is built from, but for the registry's crates, which the lock file names.
const SOURCES: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "solutions/clients/Cargo.toml",
    "solutions/clients/src",
    "solutions/grader/Cargo.toml",
    "solutions/grader/src",
    "solutions/kit",
    "solutions/protocol/Cargo.toml",
    "solutions/protocol/src",
    "solutions/rc11/Cargo.toml",
    "solutions/rc11/src",
    "solutions/sync/libc",
    "solutions/sync/loom/Cargo.toml",
    "solutions/sync/loom/src",
    "solutions/sync/model/Cargo.toml",
    "solutions/sync/model/src",
    "solutions/sync/std/Cargo.toml",
    "solutions/sync/std/src",
    "solutions/sync/timeline/Cargo.toml",
    "solutions/sync/timeline/src",
    // A module of `sync-loom`.
    "solutions/parts/src/mutex.rs",
];

/// The packages that judged code names itself.
const PACKAGES: [&str; 6] = ["clients", "grader", "libc", "sync-libc", "sync-model", "sync-std"];

/// Which engine explores models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Ours.
    Rc11,
    /// loom, the second one.
    Loom,
}

impl Engine {
    /// The folder for all that is built and known of it. A build that is broken off must not take away what the other one is linked to.
    pub const fn target(self) -> &'static str {
        match self {
            Self::Rc11 => "target/judge",
            Self::Loom => "target/judge/loom",
        }
    }

    /// What it is called in files and options.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rc11 => "rc11",
            Self::Loom => "loom",
        }
    }
}

/// The libraries, built.
#[derive(Clone, Debug)]
pub struct Kit {
    /// Of all that it is built from: the sources, the compiler, the engine.
    pub hash: String,
    target: PathBuf,
    stamp: Stamp,
}

/// What is known of the last build.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Stamp {
    hash: String,
    /// The sources of each package, by its name.
    packages: BTreeMap<String, String>,
    /// The library of each of [`PACKAGES`] below the target folder.
    libraries: BTreeMap<String, String>,
    /// Folders with libraries that are not Rust's.
    native: Vec<String>,
    /// Does the compiler make code under test tell of its accesses?
    sees: bool,
}

impl Kit {
    /// The kit as it was built before, if it is still true.
    pub fn find(
        root: &Path,
        target: &Path,
        tools: &Tools,
        engine: Engine,
    ) -> Result<Option<Self>, String> {
        let hash = hash(root, tools, engine)?;
        let stamp: Stamp = fs::read(stamp_file(target, engine))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        let is_there = stamp.libraries.values().all(|library| target.join(library).is_file());
        let found = stamp.hash == hash && is_there;
        Ok(found.then(|| Self { hash, target: target.to_owned(), stamp }))
    }

    /// Builds the kit. The caller holds the lock.
    ///
    /// # Errors
    ///
    /// If it cannot be built; Cargo has said why.
    pub fn build(
        root: &Path,
        target: &Path,
        tools: &Tools,
        engine: Engine,
    ) -> Result<Self, String> {
        let hash = hash(root, tools, engine)?;
        let before: Stamp = fs::read(stamp_file(target, engine))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        // Whatever happens from now on, the old stamp is not true.
        let _ = fs::remove_file(stamp_file(target, engine));
        let mut built = Built::by(root, target, tools, engine)?;
        let stale = built.stale(&before);
        if !stale.is_empty() {
            let mut clean = tools.cargo(root);
            clean.args(["clean", "--quiet", "--target-dir"]).arg(target);
            for package in &stale {
                clean.args(["--package", package]);
            }
            let done = clean.status().map_err(|error| format!("cargo clean: {error}"))?;
            if !done.success() {
                return Err("cargo clean has failed".into());
            }
            built = Built::by(root, target, tools, engine)?;
        }
        let stamp = Stamp {
            hash: hash.clone(),
            packages: built.packages.into_iter().map(|(name, (hash, _))| (name, hash)).collect(),
            libraries: built.libraries,
            native: built.native,
            sees: sight::works(tools, engine, &target.join("sight")),
        };
        for package in PACKAGES {
            if !stamp.libraries.contains_key(package) {
                return Err(format!("Cargo has built no library of {package}"));
            }
        }
        let text = serde_json::to_string_pretty(&stamp).map_err(|error| error.to_string())?;
        crate::store::write(&stamp_file(target, engine), &text)
            .map_err(|error| error.to_string())?;
        Ok(Self { hash, target: target.to_owned(), stamp })
    }

    /// Do models see every access to memory?
    pub fn sees(&self) -> bool {
        self.stamp.sees
    }

    /// What the compiler is told for the code under test alone, so that models see it.
    pub fn instrumentation(&self, world: World) -> &'static [&'static str] {
        if self.sees() && world == World::Model { sight::FLAGS } else { &[] }
    }

    /// What the compiler is told of the libraries of a world.
    pub fn flags(&self, world: World) -> Vec<String> {
        let (sync, libc) = match world {
            World::Model => ("sync-model", "sync-libc"),
            World::Real => ("sync-std", "libc"),
        };
        let mut flags =
            vec!["-L".into(), format!("dependency={}", self.target.join("debug/deps").display())];
        for (name, package) in
            [("clients", "clients"), ("grader", "grader"), ("libc", libc), ("sync", sync)]
        {
            if let Some(library) = self.stamp.libraries.get(package) {
                flags.push("--extern".into());
                flags.push(format!("{name}={}", self.target.join(library).display()));
            }
        }
        for folder in &self.stamp.native {
            flags.extend(["-L".into(), folder.clone()]);
        }
        flags
    }
}

fn stamp_file(target: &Path, engine: Engine) -> PathBuf {
    target.join(format!("kit-{}.json", engine.name()))
}

fn hash(root: &Path, tools: &Tools, engine: Engine) -> Result<String, String> {
    let mut digest = Digest::new();
    digest.part("compiler", &tools.version).part("engine", engine.name());
    for source in SOURCES {
        digest.files(root, source).map_err(|error| format!("{source}: {error}"))?;
    }
    Ok(digest.finish())
}
