//! Wires checks to what they check, from a build script.
//!
//! A file of checks is ordinary Rust that says `use super::{subject, sync}`. It is compiled twice for each subject: over
//! the model checker and over real threads. This module writes those few lines.

use crate::{Catalog, Exercise};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Writes `checks.rs` into `OUT_DIR`: a function `subjects()` with every exercise of the catalogue.
///
/// `real` and `model` are the paths of the crate's two worlds, such as `solutions` and `solutions_model`.
pub fn exercises(real: &str, model: &str) {
    let root = crate::root();
    let subjects: Vec<Subject> = Catalog::read(&root)
        .exercises
        .into_iter()
        .map(|exercise| Subject {
            name: exercise.path(),
            real: format!("{real}::{}", exercise.path()),
            model: format!("{model}::{}", exercise.path()),
            variant: None,
            exercise,
        })
        .collect();
    write_subjects(&root, &subjects);
}

/// A known-wrong or known-right variant of a reference.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The exercise it belongs to.
    pub exercise: Exercise,
    /// `true` in the folder `wrong`.
    pub wrong: bool,
    /// Its file without the ending.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
}

/// All variants of all exercises, in order.
pub fn variants(root: &Path) -> Vec<Variant> {
    let mut all = Vec::new();
    for exercise in Catalog::read(root).exercises {
        for (folder, wrong) in [("wrong", true), ("right", false)] {
            let folder = root.join("solutions/variants").join(exercise.stem()).join(folder);
            println!("cargo::rerun-if-changed={}", folder.display());
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
            paths.retain(|path| path.extension().is_some_and(|ending| ending == "rs"));
            paths.sort();
            for path in paths {
                let name = path.file_stem().expect("a file").to_string_lossy().into_owned();
                all.push(Variant { exercise: exercise.clone(), wrong, name, path });
            }
        }
    }
    all
}

/// Writes `variants.rs` into `OUT_DIR`: every variant as a module `chapter::exercise::wrong::name`.
pub fn variant_modules() {
    let mut out = String::new();
    for variant in variants(&crate::root()) {
        let path = variant.path.display().to_string();
        let _ = writeln!(out, "#[path = {path:?}] pub mod {};", variant.module());
    }
    write("variants.rs", &out);
}

/// As [`exercises`], with every variant as a subject.
pub fn variant_checks(real: &str, model: &str) {
    let root = crate::root();
    let subjects: Vec<Subject> = variants(&root)
        .into_iter()
        .map(|variant| Subject {
            name: format!("{}::{}::{}", variant.exercise.path(), variant.folder(), variant.name),
            real: format!("{real}::{}", variant.module()),
            model: format!("{model}::{}", variant.module()),
            variant: Some(variant.path.clone()),
            exercise: variant.exercise,
        })
        .collect();
    write_subjects(&root, &subjects);
}

impl Variant {
    /// `wrong` or `right`.
    pub fn folder(&self) -> &'static str {
        if self.wrong { "wrong" } else { "right" }
    }

    fn module(&self) -> String {
        let exercise = &self.exercise;
        format!("{}_{}_{}_{}", exercise.chapter, exercise.file, self.folder(), self.name)
    }
}

struct Subject {
    exercise: Exercise,
    name: String,
    real: String,
    model: String,
    variant: Option<PathBuf>,
}

fn write_subjects(root: &Path, subjects: &[Subject]) {
    let mut out = String::from("/// Everything that is graded here.\n");
    out += "pub fn subjects() -> Vec<grader::Subject> {\n    vec![\n";
    for (number, subject) in subjects.iter().enumerate() {
        let Subject { exercise, name, variant, .. } = subject;
        let source = variant.as_ref().map(|path| path.display().to_string());
        let _ = writeln!(
            out,
            "        grader::Subject {{ id: {:?}, name: {name:?}, source: {source:?}, \
             model: s{number}::model::checks::CHECKS, real: s{number}::real::checks::CHECKS }},",
            exercise.id
        );
    }
    out += "    ]\n}\n";
    for (number, Subject { exercise, real, model, .. }) in subjects.iter().enumerate() {
        let checks = root.join("solutions/checks").join(exercise.stem()).with_extension("rs");
        println!("cargo::rerun-if-changed={}", checks.display());
        let checks = checks.display().to_string();
        let _ = writeln!(out, "mod s{number} {{");
        for (world, subject, sync) in [("model", model, "sync_model"), ("real", real, "sync")] {
            let _ = writeln!(
                out,
                "    #[allow(unused_imports)]\n    pub mod {world} {{\n        use {subject} as subject;\n        use ::{sync} as sync;\n        \
                 #[path = {checks:?}] pub mod checks;\n    }}"
            );
        }
        out += "}\n";
    }
    write("checks.rs", &out);
}

fn write(name: &str, text: &str) {
    println!("cargo::rerun-if-changed=build.rs");
    let catalog = crate::root().join("exercises/catalog.toml");
    println!("cargo::rerun-if-changed={}", catalog.display());
    let path = Path::new(&env::var_os("OUT_DIR").expect("run by cargo")).join(name);
    fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
