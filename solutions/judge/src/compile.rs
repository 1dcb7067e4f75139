//! Starts the compiler.

use crate::bench::Bench;
use crate::digest::Digest;
use crate::judged::Diagnostic;
use crate::kept::Kept;
use crate::sandbox::{BROKEN_OFF, compile_in_the_open};
use crate::store::Input;
use crate::subject::Subject;
use crate::unit;
use grader::World;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A program that runs checks of its subjects. Its folder goes when it does, unless it is one to stay.
#[derive(Debug)]
pub struct Unit {
    folder: PathBuf,
    kept: Option<Kept>,
    /// What the compiler read besides what it was given.
    pub read: Vec<Input>,
}

impl Unit {
    /// Nothing yet, in a folder of its own.
    fn new(bench: &Bench) -> Result<Self, Vec<Diagnostic>> {
        let folder = bench.units.next();
        fs::create_dir_all(&folder).map_err(trouble)?;
        Ok(Self { folder, kept: None, read: Vec::new() })
    }

    /// Nothing yet, in the folder of the reader's file, if it has one.
    fn again(bench: &Bench, world: World, subjects: &[&Subject]) -> Option<Self> {
        let [subject] = subjects else { return None };
        let kept = subject
            .is_reader()
            .then(|| Kept::of(&bench.target, world, subject, bench.is_for_one))??;
        Some(Self { folder: kept.folder.clone(), kept: Some(kept), read: Vec::new() })
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The program.
    pub fn program(&self) -> PathBuf {
        self.folder.join(format!("judged{}", std::env::consts::EXE_SUFFIX))
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        // On Windows what still runs cannot be removed; the next judge sweeps.
        let _ = match self.kept {
            Some(_) => fs::remove_file(self.program()),
            None => fs::remove_dir_all(&self.folder),
        };
    }
}

/// Compiles `subjects` for `world` to one program.
///
/// # Errors
///
/// What the compiler says, if it rejects one of them.
pub fn unit(bench: &Bench, world: World, subjects: &[&Subject]) -> Result<Unit, Vec<Diagnostic>> {
    unit_with(bench, world, subjects, &[])
}

/// As [`unit`], of one subject, in which numbers wrap around as in an optimised build.
///
/// # Errors
///
/// As [`unit`].
pub fn without_overflow_checks(
    bench: &Bench,
    world: World,
    subject: &Subject,
) -> Result<Unit, Vec<Diagnostic>> {
    unit_with(bench, world, &[subject], &["-Coverflow-checks=off"])
}

fn unit_with(
    bench: &Bench,
    world: World,
    subjects: &[&Subject],
    flags: &[&str],
) -> Result<Unit, Vec<Diagnostic>> {
    let again = if flags.is_empty() { Unit::again(bench, world, subjects) } else { None };
    let mut unit = again.map_or_else(|| Unit::new(bench), Ok)?;
    let main = unit::write(&bench.root, &unit.folder, world, subjects).map_err(trouble)?;
    let dependencies = unit.folder.join("judged.d");
    let mut rustc = rustc(bench, world, &unit.folder, subjects)?;
    rustc.args(flags).arg(&main).arg("-o").arg(unit.program());
    rustc.arg(format!("--emit=link,dep-info={}", dependencies.display()));
    if let Some(kept) = &unit.kept {
        rustc.arg(format!("-Cincremental={}", kept.cache().display()));
    }
    let mut output = said(bench, &mut rustc, &unit.folder, subjects).map_err(trouble)?;
    if let Some(kept) = unit.kept.as_ref().filter(|_| has_crashed(&output)) {
        // Once more, and without what it remembers.
        kept.clear();
        output = said(bench, &mut rustc, &unit.folder, subjects).map_err(trouble)?;
    }
    if !output.status.success() {
        return Err(errors(&output));
    }
    unit.read = dependencies_of(&dependencies, &bench.root, &unit.folder);
    Ok(unit)
}

/// Has the compiler ended in another way than with an error in the code?
fn has_crashed(output: &Output) -> bool {
    !output.status.success() && output.status.code() != Some(1)
}

/// Runs the compiler, which writes into `folder`: in the sandbox, if there is one and a stranger's file among the subjects. One that reads
/// a reader's file may be kept from its end by it, and has limits. With files that have kept it from its end once it is not tried again:
/// they are compiled for each world and each list of questions.
fn said(
    bench: &Bench,
    rustc: &mut Command,
    folder: &Path,
    subjects: &[&Subject],
) -> std::io::Result<Output> {
    let _slot = bench.slots.take();
    let is_strange = subjects.iter().any(|subject| subject.is_strangers());
    let sandbox = bench.sandbox.as_ref().filter(|_| is_strange);
    if sandbox.is_none() && !subjects.iter().any(|subject| subject.is_reader()) {
        return rustc.output();
    }
    let files: Vec<_> = subjects.iter().map(|it| (it.file.clone(), it.text.clone())).collect();
    let endless = || bench.endless.lock().expect("nobody panics with this lock");
    if let Some(output) = endless().get(&files) {
        return Ok(output.clone());
    }
    let output = match sandbox {
        Some(sandbox) => sandbox.compile(rustc, folder),
        None => compile_in_the_open(rustc, 2 * bench.limits.seconds),
    }?;
    let is_broken_off = |error: &Diagnostic| error.message.starts_with(BROKEN_OFF);
    if !output.status.success() && errors(&output).iter().any(is_broken_off) {
        endless().insert(files, output.clone());
    }
    Ok(output)
}

/// The compiler, with all that a program beside `subjects` is linked to.
fn rustc(
    bench: &Bench,
    world: World,
    folder: &Path,
    subjects: &[&Subject],
) -> Result<Command, Vec<Diagnostic>> {
    let mut rustc = bench.tools.rustc(&bench.root);
    rustc.args(unit::FLAGS).args(bench.kit.instrumentation(world));
    rustc.args(["--crate-name", "judged", "--crate-type", "bin"]).args(bench.kit.flags(world));
    // Of those that fit the last one counts.
    rustc.args(remap(&bench.root)).args(remap(folder));
    rustc.args(library(bench, "parts", world)?);
    if subjects.iter().any(|subject| subject.uses_reference()) {
        rustc.args(library(bench, "reference", world)?);
    }
    Ok(rustc)
}

/// Compiles `lines` beside a subject, to nothing. In which of them, from 0, there is an error that `is_meant`. None, if there is
/// another error.
pub fn errors_in(
    bench: &Bench,
    subject: &Subject,
    lines: &str,
    is_meant: impl Fn(&Diagnostic) -> bool,
) -> Option<BTreeSet<usize>> {
    let unit = Unit::new(bench).ok()?;
    let (main, before) = unit::write_probes(&bench.root, &unit.folder, subject, lines).ok()?;
    let output = to_nothing(bench, &unit.folder, &main, &[subject]).ok()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let all = said.lines().filter_map(|line| serde_json::from_str(line).ok());
    let errors =
        all.filter_map(|value| diagnostic(&value)).filter(|d| d.level.starts_with("error"));
    let line = |error: Diagnostic| {
        let line =
            error.line.and_then(|line| usize::try_from(line).ok())?.checked_sub(before + 1)?;
        (is_meant(&error) && error.file.as_deref() == Some(unit::MAIN)).then_some(line)
    };
    errors.map(line).collect()
}

/// Compiles subjects that are not whole yet, in place and to nothing.
///
/// # Errors
///
/// What the compiler says, if it rejects one of them.
pub fn drafts(bench: &Bench, subjects: &[&Subject]) -> Result<(), Vec<Diagnostic>> {
    let unit = Unit::new(bench)?;
    let main = unit::write_drafts(&bench.root, &unit.folder, subjects).map_err(trouble)?;
    let output = to_nothing(bench, &unit.folder, &main, subjects)?;
    if output.status.success() { Ok(()) } else { Err(errors(&output)) }
}

/// What the compiler says of a file beside subjects. It makes no program.
fn to_nothing(
    bench: &Bench,
    folder: &Path,
    main: &Path,
    subjects: &[&Subject],
) -> Result<Output, Vec<Diagnostic>> {
    let mut rustc = rustc(bench, World::Real, folder, subjects)?;
    rustc.arg(main).args(["--cap-lints", "allow", "--emit=metadata", "-o"]);
    rustc.arg(folder.join("nothing.rmeta"));
    said(bench, &mut rustc, folder, subjects).map_err(trouble)
}

/// The places in reports are below the root, wherever that is.
fn remap(folder: &Path) -> [String; 2] {
    ["--remap-path-prefix".into(), format!("{}=", folder.display())]
}

/// The crate `parts`, or the reference as the crate `reference`: what the compiler is told of it. It is compiled once, from what lies
/// in the workspace.
fn library(bench: &Bench, name: &str, world: World) -> Result<[String; 4], Vec<Diagnostic>> {
    let (source, needs_parts) = match (name, world) {
        ("parts", World::Model) => ("solutions/parts/model/src", false),
        ("parts", World::Real) => ("solutions/parts/src", false),
        _ => ("solutions/src", true),
    };
    let mut digest = Digest::new();
    digest.part("kit", &bench.kit.hash).part("world", format!("{world:?}"));
    digest.part("flags", format!("{:?}{:?}", unit::FLAGS, bench.kit.instrumentation(world)));
    // Parts of one world are modules of the other.
    let all = if name == "parts" { "solutions/parts" } else { source };
    digest.files(&bench.root, all).map_err(trouble)?;
    let parts = if needs_parts { Some(library(bench, "parts", world)?) } else { None };
    digest.part("parts", format!("{parts:?}"));
    let folder = bench.target.join("libraries").join(digest.finish());
    let file = folder.join(format!("lib{name}.rlib"));
    let _alone = bench.libraries.lock().expect("nobody panics with this lock");
    if !file.is_file() {
        let draft = folder.with_extension(std::process::id().to_string());
        fs::create_dir_all(&draft).map_err(trouble)?;
        let mut rustc = bench.tools.rustc(&bench.root);
        rustc.args(unit::FLAGS).args(bench.kit.instrumentation(world)).args([
            "--crate-name",
            name,
            "--crate-type",
            "rlib",
            "--cap-lints",
            "allow",
        ]);
        rustc
            .arg(bench.root.join(source).join("lib.rs"))
            .arg("-o")
            .arg(draft.join(format!("lib{name}.rlib")));
        rustc.args(bench.kit.flags(world)).args(remap(&bench.root));
        rustc.args(parts.into_iter().flatten());
        let output = rustc.output().map_err(trouble)?;
        if !output.status.success() {
            return Err(errors(&output));
        }
        // Another judge may have been faster: what it made is the same.
        if fs::rename(&draft, &folder).is_err() {
            let _ = fs::remove_dir_all(&draft);
        }
    }
    let search = format!("dependency={}", folder.display());
    Ok(["-L".into(), search, "--extern".into(), format!("{name}={}", file.display())])
}

/// Something that is no fault of the code.
fn trouble(error: std::io::Error) -> Vec<Diagnostic> {
    vec![Diagnostic::error(format!(
        "it could not be tried, for a reason that is not in the file: {error}"
    ))]
}

/// The errors, in the compiler's order.
fn errors(output: &Output) -> Vec<Diagnostic> {
    let said = String::from_utf8_lossy(&output.stderr);
    let all = said.lines().filter_map(|line| serde_json::from_str(line).ok());
    let mut errors: Vec<Diagnostic> = all
        .filter_map(|value| diagnostic(&value))
        .filter(|d| d.level.starts_with("error"))
        .collect();
    // What is wrong in the file makes the checks wrong too, and both what is written around them.
    let in_main = |file: &str| file == unit::MAIN;
    let in_checks = |file: &str| file.starts_with("solutions/checks/");
    retain(&mut errors, |file| !in_main(file));
    retain(&mut errors, |file| !in_main(file) && !in_checks(file));
    // Without an error in its own words: the compiler has crashed.
    if errors.is_empty() {
        trouble(std::io::Error::other(format!("the compiler says\n{said}")))
    } else {
        errors
    }
}

/// Leaves those in the files that are meant, if there are any.
fn retain(errors: &mut Vec<Diagnostic>, is_meant: impl Fn(&str) -> bool) {
    let is_meant = |error: &Diagnostic| error.file.as_deref().is_some_and(&is_meant);
    if errors.iter().any(is_meant) {
        errors.retain(is_meant);
    }
}

fn diagnostic(value: &Value) -> Option<Diagnostic> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let message = text(&value["message"])?;
    // "aborting due to 2 previous errors" says nothing.
    if message.starts_with("aborting due to") {
        return None;
    }
    let spans = value["spans"].as_array()?;
    let mut span = spans.iter().find(|span| span["is_primary"] == true).unwrap_or(&Value::Null);
    // In a macro of std's: where the code calls it.
    while span["file_name"].as_str().is_some_and(|file| Path::new(file).is_absolute())
        && span["expansion"]["span"].is_object()
    {
        span = &span["expansion"]["span"];
    }
    Some(Diagnostic {
        level: text(&value["level"])?,
        code: text(&value["code"]["code"]),
        message,
        file: text(&span["file_name"]),
        line: span["line_start"].as_u64(),
        column: span["column_start"].as_u64(),
        rendered: text(&value["rendered"]).unwrap_or_default(),
    })
}

/// The files that the compiler says it read, but for those that it was given, and the variables of the environment that it was asked for.
/// Files below the root are named from there, with `/`.
fn dependencies_of(file: &Path, root: &Path, folder: &Path) -> Vec<Input> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let mut found = Vec::new();
    // `PROGRAM: FILE FILE`, blanks in names escaped; then a line `FILE:` for each, and `# env-dep:NAME=VALUE`.
    for line in text.lines() {
        if let Some(variable) = line.strip_prefix("# env-dep:") {
            let variable = variable.split('=').next().unwrap_or_default().to_owned();
            found.push(Input::Variable { variable });
        } else if let Some(name) = line.strip_suffix(':') {
            let path = root.join(name.replace("\\ ", " "));
            if !path.starts_with(folder) {
                let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy();
                found.push(Input::File(name.replace('\\', "/")));
            }
        }
    }
    found
}
