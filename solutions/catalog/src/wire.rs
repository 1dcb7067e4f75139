//! Wires checks to what they check, from a build script.
//!
//! A file of checks is ordinary Rust that says `use super::{parts, subject, sync}`. It is compiled twice for each subject: over
//! the model checker and over real threads. This module writes those few lines.

use crate::variants::{FOLDERS, Variant, variants};
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

/// Writes `variants.rs` into `OUT_DIR`: every variant as a module `chapter::exercise::wrong::name`.
pub fn variant_modules() {
    let root = crate::root();
    watch_folders(&root);
    let mut out = String::new();
    for variant in chosen(&root) {
        let path = variant.path.display().to_string();
        let _ = writeln!(out, "#[path = {path:?}] pub mod {};", variant.module());
    }
    write("variants.rs", &out);
}

/// The variants to build: all, or those of the exercises whose path contains `LOCKSMITH_VARIANTS` (`ch04_spin_lock/guard`).
fn chosen(root: &Path) -> Vec<Variant> {
    const ONLY: &str = "LOCKSMITH_VARIANTS";
    println!("cargo::rerun-if-env-changed={ONLY}");
    let only = env::var(ONLY).unwrap_or_default();
    let mut all = variants(root);
    all.retain(|variant| variant.exercise.stem().contains(&only));
    all
}

/// As [`exercises`], with every variant as a subject.
pub fn variant_checks(real: &str, model: &str) {
    let root = crate::root();
    watch_folders(&root);
    let subjects: Vec<Subject> = chosen(&root)
        .into_iter()
        .map(|variant| Subject {
            name: format!(
                "{}::{}::{}",
                variant.exercise.path(),
                variant.folder.name(),
                variant.name
            ),
            real: format!("{real}::{}", variant.module()),
            model: format!("{model}::{}", variant.module()),
            variant: Some(variant.path.clone()),
            exercise: variant.exercise,
        })
        .collect();
    write_subjects(&root, &subjects);
}

/// A file that comes or goes runs the build script again.
fn watch_folders(root: &Path) {
    for exercise in Catalog::read(root).exercises {
        for folder in FOLDERS {
            println!("cargo::rerun-if-changed={}", folder.path(root, &exercise).display());
        }
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
    // Pointers are values of atomics too: a model must find the same ones when it is run again.
    let mut out = String::from(
        "#[global_allocator]\nstatic ALLOCATOR: ::sync_model::alloc::Quarantine = ::sync_model::alloc::Quarantine;\n\n",
    );
    out += "/// Everything that is graded here.\n";
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
        for (world, subject, ending) in [("model", model, "_model"), ("real", real, "")] {
            let _ = writeln!(
                out,
                "    #[allow(unused_imports, clippy::duplicate_mod, clippy::unsafe_removed_from_name)]\n    pub mod {world} {{\n        use {subject} as subject;\n        use ::parts{ending} as parts;\n        use ::sync{ending} as sync;\n        \
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
