//! The variants: modules of them, and their checks.

use super::{Entry, checks_file, checks_of, list, write};
use crate::Catalog;
use crate::variants::{Expected, FOLDERS, Folder, Variant, variants};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Writes `variants.rs` into `OUT_DIR`: every variant as a module. Their texts are written there too.
pub fn modules() {
    let root = crate::root();
    watch_folders(&root);
    let mut out = String::new();
    for variant in chosen(&root) {
        println!("cargo::rerun-if-changed={}", variant.reference.display());
        let path = written_to(&variant);
        let text = variant.text().unwrap_or_else(|error| panic!("{error}"));
        fs::create_dir_all(path.parent().expect("in a folder")).expect("OUT_DIR can be written");
        fs::write(&path, text).expect("OUT_DIR can be written");
        let path = path.display().to_string();
        let _ = writeln!(out, "#[path = {path:?}] pub mod {};", variant.module());
    }
    write("variants.rs", &out);
}

/// Where [`modules`] writes the text of a variant: what is compiled.
fn written_to(variant: &Variant) -> PathBuf {
    let Variant { exercise, folder, name, .. } = variant;
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("run by cargo"));
    out.join(exercise.stem()).join(folder.name()).join(name).with_extension("rs")
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

/// Writes a file into `OUT_DIR` for each chapter, such as `ch04_spin_lock.rs`: a function `subjects()` with its variants, and their
/// checks. `real` and `model` are the crates that have their modules, one for each world.
///
/// Of the checks of a wrong variant only the one that must reject it is built. There are hundreds of variants: the compiler
/// would be at work for minutes on what nobody runs.
pub fn checks(real: &str, model: &str) {
    let root = crate::root();
    watch_folders(&root);
    let variants = chosen(&root);
    for chapter in Catalog::read(&root).chapters {
        let mine: Vec<_> =
            variants.iter().filter(|variant| variant.exercise.chapter == chapter.stem).collect();
        let mut out = list(mine.iter().map(|variant| entry(&root, variant)));
        for variant in mine {
            let wanted = Wanted::by(&root, variant);
            let _ = writeln!(out, "mod {} {{", variant.module());
            for (world, of, ending) in [("model", model, "_model"), ("real", real, "")] {
                if wanted.has(world) {
                    let subject = format!("{of}::{}", variant.module());
                    let checks = checks_of(&root, &variant.exercise, &subject, ending);
                    let _ = writeln!(out, "pub mod {world} {{\n{checks}{}}}", wanted.one());
                }
            }
            out += "}\n";
        }
        write(&format!("{}.rs", chapter.stem), &out);
    }
}

fn entry(root: &Path, variant: &Variant) -> Entry {
    let wanted = Wanted::by(root, variant);
    let [model, real] = ["model", "real"].map(|world| match wanted {
        _ if !wanted.has(world) => "&[]".to_owned(),
        Wanted::All => format!("{}::{world}::checks::CHECKS", variant.module()),
        Wanted::One { .. } => format!("{}::{world}::ONE.as_slice()", variant.module()),
    });
    Entry {
        id: variant.exercise.id.clone(),
        name: format!("{}::{}::{}", variant.exercise.path(), variant.folder.name(), variant.name),
        source: Some(written_to(variant).display().to_string()),
        model,
        real,
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
        println!("cargo::rerun-if-changed={}", variant.path.display());
        let text = variant.text().unwrap_or_else(|error| panic!("{error}"));
        // Without a check there is nothing to build for it: the judge says what is missing.
        let check = Expected::parse(&text).map(|expected| expected.check).unwrap_or_default();
        let checks = fs::read_to_string(checks_file(root, &variant.exercise)).unwrap_or_default();
        let world = if is_fact(&checks, &check) { "real" } else { "model" };
        Self::One { check, world }
    }

    /// The constant `ONE`, where it is needed.
    fn one(&self) -> String {
        match self {
            Self::All => String::new(),
            Self::One { check, .. } => format!(
                "pub static ONE: Option<::grader::Check> = ::grader::named(checks::CHECKS, {check:?});\n"
            ),
        }
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
