//! The kit: the libraries that judged code is linked to. They are the only thing that Cargo builds here.
//!
//! Cargo decides by the times of files, and by the folder in which they lie. A file that is copied with its old time is not
//! compiled again. So the kit has a *stamp*: the hash of all its sources when it was built. If it is still true, Cargo is not even
//! started. If it is not, and Cargo says all the same that a package is fresh, that package is built from scratch.

use crate::digest::Digest;
use crate::tools::Tools;
use grader::World;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// What the kit is built from, but for the registry's crates, which the lock file names.
const SOURCES: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "solutions/grader/Cargo.toml",
    "solutions/grader/src",
    "solutions/kit",
    "solutions/protocol/Cargo.toml",
    "solutions/protocol/src",
    "solutions/rc11/Cargo.toml",
    "solutions/rc11/src",
    "solutions/sync/loom/Cargo.toml",
    "solutions/sync/loom/src",
    "solutions/sync/model/Cargo.toml",
    "solutions/sync/model/src",
    "solutions/sync/std/Cargo.toml",
    "solutions/sync/std/src",
    "solutions/sync/timeline/Cargo.toml",
    "solutions/sync/timeline/src",
    // A module of `sync-loom`.
    "solutions/parts/src",
];

/// The packages that judged code names itself.
const PACKAGES: [&str; 4] = ["grader", "libc", "sync-model", "sync-std"];

/// Which engine explores models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Ours.
    Rc11,
    /// loom, the second one.
    Loom,
}

impl Engine {
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
}

impl Kit {
    /// The kit as it was built before, if it is still true.
    pub fn find(root: &Path, target: &Path, tools: &Tools, engine: Engine) -> Result<Option<Self>, String> {
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
    pub fn build(root: &Path, target: &Path, tools: &Tools, engine: Engine) -> Result<Self, String> {
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
        };
        for package in PACKAGES.iter().filter(|package| cfg!(unix) || **package != "libc") {
            if !stamp.libraries.contains_key(*package) {
                return Err(format!("Cargo has built no library of {package}"));
            }
        }
        let text = serde_json::to_string_pretty(&stamp).map_err(|error| error.to_string())?;
        crate::store::write(&stamp_file(target, engine), &text).map_err(|error| error.to_string())?;
        Ok(Self { hash, target: target.to_owned(), stamp })
    }

    /// What the compiler is told of the libraries of a world.
    pub fn flags(&self, world: World) -> Vec<String> {
        let sync = if world == World::Model { "sync-model" } else { "sync-std" };
        let mut flags = vec!["-L".into(), format!("dependency={}", self.target.join("debug/deps").display())];
        for (name, package) in [("grader", "grader"), ("libc", "libc"), ("sync", sync)] {
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

/// What Cargo says of a build.
#[derive(Default)]
struct Built {
    /// The hash of each package of the workspace, and whether Cargo left it as it was.
    packages: BTreeMap<String, (String, bool)>,
    libraries: BTreeMap<String, String>,
    native: Vec<String>,
}

impl Built {
    fn by(root: &Path, target: &Path, tools: &Tools, engine: Engine) -> Result<Self, String> {
        let mut cargo = tools.cargo(root);
        cargo.args(["build", "--locked", "--message-format=json-render-diagnostics", "--target-dir"]).arg(target);
        cargo.args(["--package", "kit"]);
        // From this level on the compiler makes generic code anew where it is used. Below it, code under test would share what these
        // libraries have of it, which is not instrumented: see `unit::instrumentation`.
        cargo.env("CARGO_PROFILE_DEV_OPT_LEVEL", "2");
        if engine == Engine::Loom {
            cargo.args(["--features", "loom"]);
        }
        let said = cargo.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
        let said = said.map_err(|error| format!("cargo build: {error}"))?;
        if !said.status.success() {
            return Err("the libraries that your code is linked to cannot be built: see above".into());
        }
        let mut built = Self::default();
        for line in String::from_utf8_lossy(&said.stdout).lines() {
            if let Ok(message) = serde_json::from_str(line) {
                built.hear(&message, root, target)?;
            }
        }
        Ok(built)
    }

    fn hear(&mut self, message: &Value, root: &Path, target: &Path) -> Result<(), String> {
        match message["reason"].as_str() {
            Some("build-script-executed") => {
                let paths = message["linked_paths"].as_array().into_iter().flatten();
                self.native.extend(paths.filter_map(Value::as_str).map(str::to_owned));
            }
            Some("compiler-artifact") => {
                let name = package_name(message["package_id"].as_str().unwrap_or_default());
                let folder = Path::new(message["manifest_path"].as_str().unwrap_or_default()).parent();
                let folder = folder.and_then(|folder| folder.strip_prefix(root).ok());
                if let Some(folder) = folder {
                    let mut digest = Digest::new();
                    for part in ["Cargo.toml", "build.rs", "src"] {
                        let below = folder.join(part);
                        digest.files(root, &below.to_string_lossy()).map_err(|error| error.to_string())?;
                    }
                    let fresh = message["fresh"].as_bool().unwrap_or(false);
                    self.packages.insert(name.to_owned(), (digest.finish(), fresh));
                }
                let files = message["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str);
                let library = files.map(Path::new).find(|file| file.extension().is_some_and(|e| e == "rlib"));
                if let Some(library) = library.filter(|_| PACKAGES.contains(&name)) {
                    let library = library.strip_prefix(target).unwrap_or(library);
                    self.libraries.insert(name.to_owned(), library.to_string_lossy().into_owned());
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Packages that Cargo left as they were, though their sources are not those of the last build, or of none that is known.
    fn stale(&self, before: &Stamp) -> Vec<String> {
        let is_stale = |(name, (hash, fresh)): &(&String, &(String, bool))| {
            *fresh && before.packages.get(*name) != Some(hash)
        };
        self.packages.iter().filter(is_stale).map(|(name, _)| name.clone()).collect()
    }
}

/// The name in `path+file:///a/b#name@1.0.0`, or in `path+file:///a/name#1.0.0`.
fn package_name(id: &str) -> &str {
    let (source, rest) = id.split_once('#').unwrap_or(("", id));
    match rest.split_once('@') {
        Some((name, _)) => name,
        None => source.rsplit('/').next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::package_name;

    #[test]
    fn name_of_a_package_is_read_from_both_forms_of_its_id() {
        assert_eq!(package_name("path+file:///a/sync/std#sync-std@0.1.0"), "sync-std");
        assert_eq!(package_name("path+file:///a/grader#0.1.0"), "grader");
        assert_eq!(package_name("registry+https://example.invalid/index#libc@0.2.1"), "libc");
    }
}
