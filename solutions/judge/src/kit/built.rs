//! Cargo's part.

use super::{Engine, PACKAGES, Stamp};
use crate::digest::Digest;
use crate::sight;
use crate::tools::Tools;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

/// What Cargo says of a build.
#[derive(Default)]
pub struct Built {
    /// The hash of each package of the workspace, and whether Cargo left it as it was.
    pub packages: BTreeMap<String, (String, bool)>,
    /// See [`Stamp`].
    pub libraries: BTreeMap<String, String>,
    /// See [`Stamp`].
    pub native: Vec<String>,
}

impl Built {
    /// Builds it.
    pub fn by(root: &Path, target: &Path, tools: &Tools, engine: Engine) -> Result<Self, String> {
        let mut cargo = tools.cargo(root);
        cargo
            .args(["build", "--locked", "--message-format=json-render-diagnostics", "--target-dir"])
            .arg(target);
        cargo.args(["--package", "kit"]);
        cargo.env("CARGO_PROFILE_DEV_OPT_LEVEL", sight::LIBRARIES_LEVEL);
        // It is built seldom, and then whole. Parts that an edit during the build has left half new could not be linked.
        cargo.env("CARGO_INCREMENTAL", "0");
        if engine == Engine::Loom {
            cargo.args(["--features", "loom"]);
        }
        let said = cargo.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
        let said = said.map_err(|error| format!("cargo build: {error}"))?;
        if !said.status.success() {
            return Err(
                "the libraries that your code is linked to cannot be built: see above".into()
            );
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
                let folder =
                    Path::new(message["manifest_path"].as_str().unwrap_or_default()).parent();
                let folder = folder.and_then(|folder| folder.strip_prefix(root).ok());
                if let Some(folder) = folder {
                    let mut digest = Digest::new();
                    for part in ["Cargo.toml", "build.rs", "src"] {
                        let below = folder.join(part);
                        digest
                            .files(root, &below.to_string_lossy())
                            .map_err(|error| error.to_string())?;
                    }
                    let fresh = message["fresh"].as_bool().unwrap_or(false);
                    self.packages.insert(name.to_owned(), (digest.finish(), fresh));
                }
                let files =
                    message["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str);
                let library =
                    files.map(Path::new).find(|file| file.extension().is_some_and(|e| e == "rlib"));
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
    pub fn stale(&self, before: &Stamp) -> Vec<String> {
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
