//! A unit: one or several subjects, each beside its checks, compiled to one program for one of the two worlds.
//!
//! The compiler is started directly, not by Cargo: a unit is one file that is written here, its subjects and their checks. There is
//! nothing to resolve, Cargo's way to see what has changed is by time, and it is one process less between an edit and its verdict.

use crate::subject::{Subject, Wanted};
use grader::World;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Flags for every unit: fast to build, with the numbers of lines.
pub const FLAGS: &[&str] = &[
    "--edition=2024",
    "--error-format=json",
    // Of every subject, also where nobody reads its reports: whose the memory is that leaks is known by the line that asked for it.
    "-Cdebuginfo=line-tables-only",
    "-Cembed-bitcode=no",
    #[cfg(target_os = "macos")]
    "-Csplit-debuginfo=unpacked",
];

/// The root of a unit, in its folder. `sync-model` knows the name: there is nothing of the reader's in it.
pub const MAIN: &str = "judged-main.rs";

/// Writes the files of a unit into `folder`, and returns its root.
pub fn write(
    root: &Path,
    folder: &Path,
    world: World,
    subjects: &[&Subject],
) -> io::Result<PathBuf> {
    let mut out = String::from(HEAD);
    let (allocator, world_name) = match world {
        World::Model => ("::sync::alloc::Quarantine", "Model"),
        World::Real => ("::std::alloc::System", "Real"),
    };
    // Pointers are values of atomics too: a model must find the same ones when it is run again.
    let _ = writeln!(
        out,
        "#[global_allocator]\nstatic ALLOCATOR: ::grader::Counting<{allocator}> = ::grader::Counting({allocator});\n"
    );
    out += &modules(root, subjects);
    let mut table = String::new();
    for (number, subject) in subjects.iter().enumerate() {
        let (path, module) = module(root, folder, subject)?;
        let checks = root.join(subject.checks());
        let chosen = match &subject.wanted {
            Wanted::All | Wanted::AllOnce => {
                let once = subject.wanted == Wanted::AllOnce;
                let those = format!("checks::CHECKS, ::grader::World::{world_name}, {once}");
                format!(
                    "pub static CHECKS: [::grader::Check; ::grader::count({those})] = ::grader::of({those});"
                )
            }
            Wanted::These(names) => {
                let named = |name| format!("::grader::named(checks::CHECKS, {name:?}).unwrap()");
                let all: Vec<String> = names.iter().map(named).collect();
                format!(
                    "pub static CHECKS: [::grader::Check; {}] = [{}];",
                    all.len(),
                    all.join(", ")
                )
            }
            Wanted::One(check) => {
                format!(
                    "pub static CHECKS: Option<::grader::Check> = ::grader::named(checks::CHECKS, {check:?});"
                )
            }
        };
        let _ = writeln!(
            out,
            "mod judged_{number} {{\n    {module}\n    use ::{{parts, sync}};\n    #[path = {checks:?}]\n    pub mod checks;\n    \
             pub static LIST: [(&str, ::grader::Kind); checks::CHECKS.len()] = ::grader::list(checks::CHECKS);\n    {chosen}\n}}\n"
        );
        let _ = writeln!(
            table,
            "        ::grader::Subject {{ name: {:?}, list: &judged_{number}::LIST, checks: judged_{number}::CHECKS.as_slice(), source: ({:?}, include_str!({path:?})) }},",
            subject.name, subject.file
        );
    }
    let _ = writeln!(
        out,
        "fn main() {{\n    static SUBJECTS: &[::grader::Subject] = &[\n{table}    ];\n    ::grader::child_main(SUBJECTS)\n}}"
    );
    let main = folder.join(MAIN);
    fs::write(&main, out)?;
    Ok(main)
}

/// Writes a file that only asks the compiler whether these are Rust, as far as they go.
pub fn write_drafts(root: &Path, folder: &Path, subjects: &[&Subject]) -> io::Result<PathBuf> {
    let main = folder.join(MAIN);
    fs::write(&main, format!("{HEAD}fn main() {{}}\n{}", modules(root, subjects)))?;
    Ok(main)
}

/// Writes a file that only asks the compiler: it has `lines` beside a subject. Returns it, and the line before them.
pub fn write_probes(
    root: &Path,
    folder: &Path,
    subject: &Subject,
    lines: &str,
) -> io::Result<(PathBuf, usize)> {
    let (_, module) = module(root, folder, subject)?;
    let mut out = format!("{HEAD}fn main() {{}}\n{}\n", modules(root, &[subject]));
    let _ = writeln!(out, "use ::{{parts, sync}};\n{module}");
    let before = out.lines().count();
    let main = folder.join(MAIN);
    fs::write(&main, out + lines)?;
    Ok((main, before))
}

/// The modules of the folders in which subjects are compiled in place.
fn modules(root: &Path, subjects: &[&Subject]) -> String {
    let mut out = String::new();
    for (folder, files) in chapters(root, subjects) {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let modules: String = files.iter().map(|file| format!(" pub mod {file};")).collect();
        let _ = writeln!(out, "#[path = {folder:?}]\npub mod {name} {{{modules} }}");
    }
    out
}

/// Where the subject is, which is written if it is in no folder, and the module `subject`.
fn module(root: &Path, folder: &Path, subject: &Subject) -> io::Result<(PathBuf, String)> {
    if subject.in_place {
        let module = format!("pub use crate::{} as subject;", subject.exercise.path());
        return Ok((root.join(&subject.file), module));
    }
    let path = folder.join(&subject.file);
    fs::create_dir_all(path.parent().expect("a file in a folder"))?;
    fs::write(&path, &subject.text)?;
    let module = format!("#[path = {path:?}]\n    pub mod subject;");
    Ok((path, module))
}

const HEAD: &str = "\
//! Written by the judge.
#![allow(dead_code, unused, non_snake_case)]

";

/// Folders with subjects that are compiled in place, each a module with their names: so a module of a subject, `mod queue;`, is
/// found where Cargo finds it, and so are the neighbours that it names.
pub fn chapters(root: &Path, subjects: &[&Subject]) -> BTreeMap<PathBuf, Vec<String>> {
    let mut found: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
    let mut left: Vec<(PathBuf, String)> = subjects
        .iter()
        .filter(|subject| subject.in_place)
        .map(|subject| (subject.folder(root), subject.exercise.file.clone()))
        .collect();
    while let Some((folder, file)) = left.pop() {
        let files = found.entry(folder.clone()).or_default();
        if files.contains(&file) {
            continue;
        }
        let text = fs::read_to_string(folder.join(format!("{file}.rs"))).unwrap_or_default();
        files.push(file);
        left.extend(neighbours(&folder, &text));
    }
    found
}

/// The files that a text names as `super::minimal` or `crate::ch04_spin_lock::minimal`.
pub fn neighbours(folder: &Path, text: &str) -> Vec<(PathBuf, String)> {
    let name = |rest: &str| -> String {
        rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let room = folder.parent().unwrap_or(folder);
    let beside = text.split("super::").skip(1).map(|rest| (folder.to_owned(), name(rest)));
    let elsewhere = text.split("crate::").skip(1).filter_map(|rest| {
        let chapter = name(rest);
        let rest = rest[chapter.len()..].strip_prefix("::")?;
        Some((room.join(&chapter), name(rest)))
    });
    beside
        .chain(elsewhere)
        .filter(|(folder, file)| folder.join(format!("{file}.rs")).is_file())
        .collect()
}
