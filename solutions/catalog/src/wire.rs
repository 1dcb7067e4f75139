//! Wires checks to what they check, from a build script.
//!
//! A file of checks is ordinary Rust that says `use super::{parts, subject, sync}`. It is compiled twice for each subject: over
//! the model checker and over real threads. This module writes those few lines.

use crate::variants::{Expected, FOLDERS, Folder, Variant, variants};
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
            wanted: Wanted::All,
            exercise,
        })
        .collect();
    write_subjects(&root, "checks", &subjects);
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

/// As [`exercises`], with the variants as subjects, and a file for each chapter, such as `ch04_spin_lock.rs`.
///
/// Of the checks of a wrong variant only the one that must reject it is built. There are hundreds of variants: the compiler
/// would be at work for minutes on what nobody runs.
pub fn variant_checks(real: &str, model: &str) {
    let root = crate::root();
    watch_folders(&root);
    let variants = chosen(&root);
    for chapter in Catalog::read(&root).chapters {
        let of_chapter = variants.iter().filter(|variant| variant.exercise.chapter == chapter.stem);
        let subjects: Vec<Subject> =
            of_chapter.map(|variant| subject(&root, real, model, variant)).collect();
        write_subjects(&root, &chapter.stem, &subjects);
    }
}

fn subject(root: &Path, real: &str, model: &str, variant: &Variant) -> Subject {
    Subject {
        name: format!("{}::{}::{}", variant.exercise.path(), variant.folder.name(), variant.name),
        real: format!("{real}::{}", variant.module()),
        model: format!("{model}::{}", variant.module()),
        wanted: Wanted::by(root, variant),
        variant: Some(variant.path.clone()),
        exercise: variant.exercise.clone(),
    }
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
    wanted: Wanted,
}

/// Which of the checks a subject needs.
enum Wanted {
    All,
    /// The one of this name, in the world in which it runs first.
    One {
        check: String,
        world: &'static str,
    },
}

impl Wanted {
    fn by(root: &Path, variant: &Variant) -> Self {
        if variant.folder == Folder::Right {
            return Self::All;
        }
        let path = variant.path.display();
        let text =
            fs::read_to_string(&variant.path).unwrap_or_else(|error| panic!("{path}: {error}"));
        println!("cargo::rerun-if-changed={path}");
        // Without a check there is nothing to build for it: the judge says what is missing.
        let check = Expected::parse(&text).map(|expected| expected.check).unwrap_or_default();
        let checks = fs::read_to_string(checks_of(root, &variant.exercise)).unwrap_or_default();
        let world = if is_fact(&checks, &check) { "real" } else { "model" };
        Self::One { check, world }
    }

    fn has(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::One { world, .. } => *world == name,
        }
    }
}

/// Whether a file of checks lists `check` as `Check::fact`.
fn is_fact(checks: &str, check: &str) -> bool {
    let name = format!("\"{check}\"");
    checks.match_indices(&name).any(|(at, _)| checks[..at].trim_end().ends_with("Check::fact("))
}

fn checks_of(root: &Path, exercise: &Exercise) -> PathBuf {
    root.join("solutions/checks").join(exercise.stem()).with_extension("rs")
}

fn write_subjects(root: &Path, file: &str, subjects: &[Subject]) {
    // Pointers are values of atomics too: a model must find the same ones when it is run again.
    let mut out = String::from(
        "#[global_allocator]\nstatic ALLOCATOR: ::sync_model::alloc::Quarantine = ::sync_model::alloc::Quarantine;\n\n",
    );
    out += "/// Everything that is graded here.\n";
    out += "pub fn subjects() -> Vec<grader::Subject> {\n    vec![\n";
    for (number, subject) in subjects.iter().enumerate() {
        let Subject { exercise, name, variant, wanted, .. } = subject;
        let source = variant.as_ref().map(|path| path.display().to_string());
        let [model, real] = ["model", "real"].map(|world| match wanted {
            _ if !wanted.has(world) => "&[]".to_owned(),
            Wanted::All => format!("s{number}::{world}::checks::CHECKS"),
            Wanted::One { .. } => format!("s{number}::{world}::ONE.as_slice()"),
        });
        let _ = writeln!(
            out,
            "        grader::Subject {{ id: {:?}, name: {name:?}, source: {source:?}, model: {model}, real: {real} }},",
            exercise.id
        );
    }
    out += "    ]\n}\n";
    for (number, Subject { exercise, real, model, wanted, .. }) in subjects.iter().enumerate() {
        let checks = checks_of(root, exercise).display().to_string();
        println!("cargo::rerun-if-changed={checks}");
        let _ = writeln!(out, "mod s{number} {{");
        for (world, subject, ending) in [("model", model, "_model"), ("real", real, "")] {
            if !wanted.has(world) {
                continue;
            }
            let one = match wanted {
                Wanted::All => String::new(),
                Wanted::One { check, .. } => format!(
                    "        pub static ONE: Option<::grader::Check> = ::grader::named(checks::CHECKS, {check:?});\n"
                ),
            };
            let _ = writeln!(
                out,
                "    #[allow(unused_imports, clippy::duplicate_mod, clippy::unsafe_removed_from_name)]\n    pub mod {world} {{\n        use {subject} as subject;\n        use ::parts{ending} as parts;\n        use ::sync{ending} as sync;\n{one}        \
                 #[path = {checks:?}] pub mod checks;\n    }}"
            );
        }
        out += "}\n";
    }
    write(&format!("{file}.rs"), &out);
}

fn write(name: &str, text: &str) {
    let catalog = crate::root().join("exercises/catalog.toml");
    println!("cargo::rerun-if-changed={}", catalog.display());
    let path = Path::new(&env::var_os("OUT_DIR").expect("run by cargo")).join(name);
    fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
