//! The compilers, and what they are asked.

use crate::assembly;
use crate::data::Data;
use crate::targets::{TARGETS, Target};
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What makes the listings comparable: functions are not merged, so that each has a body of its own, and a call is a call and not a
/// way to find an address.
const FLAGS: [&str; 8] = [
    "-C",
    "codegen-units=1",
    "-C",
    "debuginfo=0",
    "-C",
    "relocation-model=static",
    "-Z",
    "merge-functions=disabled",
];

/// A compiler: the one that builds the project, or Debian's, whose library comes with its source.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Compiler {
    /// This machine's own.
    Own,
    /// Debian's `rustc-web`.
    Debian,
}

impl Compiler {
    fn path(self) -> PathBuf {
        match self {
            Self::Own => env::var_os("RUSTC").map_or_else(|| "rustc".into(), PathBuf::from),
            Self::Debian => "/usr/bin/rustc".into(),
        }
    }

    /// The compiler, about to be called.
    pub fn command(self) -> Command {
        Command::new(self.path())
    }

    /// What it says of itself: a value of `rustc -vV`.
    pub fn says(self, key: &str) -> Result<String, String> {
        let text = output(self.command().arg("-vV"))?;
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
        line.map(str::to_owned).ok_or_else(|| format!("the compiler does not say its {key}"))
    }

    /// Its name for the book: `rustc 1.95.0, LLVM 22.1.2`.
    pub fn name(self) -> Result<String, String> {
        Ok(format!("rustc {}, LLVM {}", self.says("release")?, self.says("LLVM version")?))
    }
}

/// Which compiler compiles for which target, for this machine; `all` takes Debian's for those that the own one cannot.
pub fn plan(all: bool) -> Result<Vec<(&'static Target, Compiler)>, String> {
    let host = Compiler::Own.says("host")?;
    // The features of this machine's own target are those that its library was built with.
    let is_own = |target: &Target| target.triple == host && target.features.is_empty();
    let chosen = TARGETS.iter().filter_map(|target| match (is_own(target), all) {
        (true, _) => Some((target, Compiler::Own)),
        (false, true) => Some((target, Compiler::Debian)),
        (false, false) => None,
    });
    Ok(chosen.collect())
}

/// Compiles the topics for one target.
pub fn compile(
    root: &Path,
    target: &Target,
    compiler: Compiler,
) -> Result<BTreeMap<String, String>, String> {
    let work = env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), PathBuf::from)
        .join("listings");
    fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    let assembly = work.join(target.id).with_extension("s");
    let topics = "ci/listings/topics";
    let mut command = match compiler {
        Compiler::Own => {
            let mut command = compiler.command();
            command.args([
                "--crate-type",
                "lib",
                "--crate-name",
                "listings_topics",
                "--edition",
                "2024",
            ]);
            command
                .args(["-C", "opt-level=3", "--target", target.triple])
                .arg(format!("{topics}/src/lib.rs"));
            command
        }
        Compiler::Debian => {
            // One for all: the library is the same, whatever features the topics are compiled with.
            let build = work.join("build");
            // Cargo must not take the assembly of the last time for good.
            forget(&build.join(target.triple).join("release/.fingerprint"));
            let mut command = Command::new("cargo");
            command.args([
                "rustc",
                "--quiet",
                "--locked",
                "--release",
                "-Zbuild-std=core",
                "--target",
                target.triple,
            ]);
            command.args(["--package", "listings-topics", "--lib", "--"]);
            command.env("RUSTC", compiler.path()).env("CARGO_TARGET_DIR", build);
            command
        }
    };
    command.args(FLAGS).arg(format!("--emit=asm={}", assembly.display()));
    if !target.features.is_empty() {
        command.arg("-C").arg(format!("target-feature={}", target.features));
    }
    if target.architecture == "x86" {
        command.args(["-C", "llvm-args=-x86-asm-syntax=intel"]);
    }
    // That functions are not merged is no stable option, and neither is a library built from source.
    output(command.current_dir(root).env("RUSTC_BOOTSTRAP", "1"))?;
    let text = fs::read_to_string(&assembly)
        .map_err(|error| format!("{}: {error}", assembly.display()))?;
    Ok(assembly::functions(&text, target.comment))
}

/// Makes Cargo compile the topics again, and not the library.
fn forget(fingerprints: &Path) {
    for entry in fs::read_dir(fingerprints).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("listings-topics") {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Compiles what `plan` says into `data`; tells on stderr how far it is.
pub fn compile_all(
    root: &Path,
    plan: &[(&Target, Compiler)],
    data: &mut Data,
) -> Result<(), String> {
    for (target, compiler) in plan {
        eprintln!("{}", target.name);
        data.replace(target, &compiler.name()?, compile(root, target, *compiler)?);
    }
    Ok(())
}

/// Runs a command for what it prints.
pub fn output(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let done = command.output().map_err(|error| format!("{name}: {error}"))?;
    if !done.status.success() {
        return Err(format!("{name} failed:\n{}", String::from_utf8_lossy(&done.stderr)));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}
