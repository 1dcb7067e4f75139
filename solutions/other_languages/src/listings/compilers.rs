//! The compilers whose instructions are compared, and how each is asked for assembly.

use crate::compile::{self, Language, folder_for_builds, root};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What is compiled for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// x86-64.
    X86,
    /// AArch64 with the atomic instructions of Armv8.1, and no calls in their place.
    Arm,
}

impl Target {
    /// Both.
    pub const ALL: [Self; 2] = [Self::X86, Self::Arm];

    /// Its name in the book.
    pub fn name(self) -> &'static str {
        match self {
            Self::X86 => "x86-64",
            Self::Arm => "AArch64",
        }
    }

    /// Its architecture, as the glossary of instructions calls it.
    pub fn architecture(self) -> &'static str {
        match self {
            Self::X86 => "x86",
            Self::Arm => "aarch64",
        }
    }

    /// What begins a comment in its assembly.
    pub fn comment(self) -> &'static str {
        match self {
            Self::X86 => "#",
            Self::Arm => "//",
        }
    }
}

/// A compiler of one of the languages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compiler {
    /// gcc, for C.
    Gcc,
    /// gcc, for C++.
    Gxx,
    /// The clang in Zig, for C.
    ZigCc,
    /// The clang in Zig, for C++.
    ZigCxx,
    /// Zig.
    Zig,
    /// rustc: the one that builds this, and Debian's for AArch64.
    Rustc,
}

impl Compiler {
    /// All, in the order of the book.
    pub const ALL: [Self; 6] =
        [Self::Gcc, Self::Gxx, Self::ZigCc, Self::ZigCxx, Self::Zig, Self::Rustc];

    /// Its command, and its name in the book.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gcc => "gcc",
            Self::Gxx => "g++",
            Self::ZigCc => "zig cc",
            Self::ZigCxx => "zig c++",
            Self::Zig => "zig",
            Self::Rustc => "rustc",
        }
    }

    /// What it compiles.
    pub fn language(self) -> Language {
        match self {
            Self::Gcc | Self::ZigCc => Language::C,
            Self::Gxx | Self::ZigCxx => Language::Cpp,
            Self::Zig => Language::Zig,
            Self::Rustc => Language::Rust,
        }
    }

    fn command(self, target: Target) -> Command {
        let zig = || Language::Zig.command();
        let with = |mut command: Command, argument| {
            command.arg(argument);
            command
        };
        match (self, target) {
            (Self::Gcc, Target::X86) => Command::new("gcc"),
            (Self::Gcc, Target::Arm) => Command::new("aarch64-linux-gnu-gcc"),
            (Self::Gxx, Target::X86) => Command::new("g++"),
            (Self::Gxx, Target::Arm) => Command::new("aarch64-linux-gnu-g++"),
            (Self::ZigCc, _) => with(zig(), "cc"),
            (Self::ZigCxx, _) => with(zig(), "c++"),
            (Self::Zig, _) => zig(),
            (Self::Rustc, Target::X86) => Language::Rust.command(),
            // Its library comes with its source, and is built for the target.
            (Self::Rustc, Target::Arm) => Command::new("/usr/bin/rustc"),
        }
    }

    /// What it says that it is: `gcc 12.2.0`. `None` if it is not here.
    pub fn version(self, target: Target) -> Option<String> {
        let argument = if self == Self::Zig { "version" } else { "--version" };
        let output = self.command(target).arg(argument).output().ok()?;
        let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
        let is_version = |word: &&str| word.chars().all(|c| c.is_ascii_digit() || c == '.');
        let version = text.lines().next()?.split_whitespace().find(is_version)?;
        let name = if matches!(self, Self::ZigCc | Self::ZigCxx) { "clang" } else { self.name() };
        Some(format!("{name} {version}"))
    }

    /// The assembly of one of the programs, optimised.
    ///
    /// # Errors
    ///
    /// What the compiler says.
    pub fn assembly(self, target: Target, program: &str) -> Result<String, compile::Error> {
        let folder = folder_for_builds().join("listings");
        fs::create_dir_all(&folder)?;
        let folder = folder.canonicalize()?;
        let name = format!("{program}-{}-{}", self.name().replace(' ', "_"), target.name());
        let assembly = folder.join(name).with_extension("s");
        let source = self.language().program(program).canonicalize()?;
        match (self, target) {
            (Self::Zig, _) => self.ask_zig(target, &source, &assembly)?,
            (Self::Rustc, Target::X86) => {
                let mut rustc = self.command(target);
                rustc.args(["--edition=2024", "-O", "--crate-type=bin"]).args(RUST_FLAGS);
                rustc.args([
                    "--target=x86_64-unknown-linux-gnu",
                    "-Cllvm-args=-x86-asm-syntax=intel",
                ]);
                self.run(rustc.arg(emit(&assembly)).arg("-o").arg(&assembly).arg(&source))?;
            }
            (Self::Rustc, Target::Arm) => self.ask_cargo(program, &folder, &assembly)?,
            _ => self.run(self.c(target).arg("-S").arg("-o").arg(&assembly).arg(&source))?,
        }
        Ok(fs::read_to_string(assembly)?)
    }

    /// A compiler of C or C++ with its options.
    fn c(self, target: Target) -> Command {
        let mut command = self.command(target);
        let is_gcc = matches!(self, Self::Gcc | Self::Gxx);
        command.args(["-O2", "-g0", "-fno-omit-frame-pointer", "-fno-asynchronous-unwind-tables"]);
        command.arg(if self.language() == Language::C { "-std=c11" } else { "-std=c++20" });
        match (target, is_gcc) {
            (Target::X86, true) => command.arg("-masm=intel"),
            (Target::X86, false) => command.args(["-target", "x86_64-linux-gnu", "-masm=intel"]),
            (Target::Arm, true) => command.arg("-march=armv8.1-a"),
            (Target::Arm, false) => {
                command.args(["-target", "aarch64-linux-gnu", "-mcpu=generic+lse"])
            }
        };
        caches(&mut command);
        command
    }

    /// Zig writes the assembly of x86-64 in another syntax. So it hands over what it would translate, and the clang in it translates.
    fn ask_zig(self, target: Target, source: &Path, assembly: &Path) -> Result<(), compile::Error> {
        let mut zig = self.command(target);
        zig.args(["build-obj", "-lc", "-O", "ReleaseFast", "-fstrip", "-fno-emit-bin", "-target"]);
        zig.args(match target {
            Target::X86 => ["x86_64-linux-gnu", "-mcpu=baseline"],
            Target::Arm => ["aarch64-linux-gnu", "-mcpu=baseline+lse"],
        });
        let code = assembly.with_extension("ll");
        match target {
            Target::X86 => zig.arg(format!("-femit-llvm-ir={}", code.display())),
            Target::Arm => zig.arg(format!("-femit-asm={}", assembly.display())),
        };
        zig.args(["--dep", "code"]);
        zig.arg(format!("-Mroot={}", root().join("src/root.zig").display()));
        zig.arg(format!("-Mcode={}", source.display()));
        self.run(caches(&mut zig))?;
        if target == Target::X86 {
            let mut clang = Self::ZigCc.c(target);
            self.run(clang.args(["-Wno-everything", "-S", "-o"]).arg(assembly).arg(code))?;
        }
        Ok(())
    }

    /// A package of which the programs are the programs, so that Cargo builds the library.
    fn ask_cargo(
        self,
        program: &str,
        folder: &Path,
        assembly: &Path,
    ) -> Result<(), compile::Error> {
        let package = folder.join("cargo");
        fs::create_dir_all(&package)?;
        let mut manifest = String::from(
            "[workspace]\n[package]\nname = \"programs\"\nversion = \"0.0.0\"\nedition = \"2024\"\n",
        );
        for (program, _) in crate::table::PROGRAMS {
            let path = Language::Rust.program(program).canonicalize()?;
            manifest += &format!("[[bin]]\nname = \"{program}\"\npath = {path:?}\n");
        }
        fs::write(package.join("Cargo.toml"), manifest)?;
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&package).args(["rustc", "--quiet", "--release", "--bin", program]);
        cargo.args(["-Zbuild-std=std,panic_unwind", "--target", "aarch64-unknown-linux-gnu", "--"]);
        cargo.args(RUST_FLAGS).arg("-Ctarget-feature=+lse,-outline-atomics").arg(emit(assembly));
        // The assembly is all that is wanted, so nothing is linked.
        cargo.arg("-Clinker=true");
        // That the library is built from its source is not stable.
        cargo.env("RUSTC", self.command(Target::Arm).get_program()).env("RUSTC_BOOTSTRAP", "1");
        cargo.env("CARGO_TARGET_DIR", package.join("target"));
        self.run(&mut cargo)
    }

    fn run(self, command: &mut Command) -> Result<(), compile::Error> {
        compile::run(self.language(), command)
    }
}

const RUST_FLAGS: [&str; 4] = [
    "-Ccodegen-units=1",
    "-Cdebuginfo=0",
    "-Cforce-frame-pointers=yes",
    "-Crelocation-model=static",
];

fn emit(assembly: &Path) -> String {
    format!("--emit=asm={}", assembly.display())
}

/// Zig keeps what it has built beside what we have.
fn caches(command: &mut Command) -> &mut Command {
    let cache: PathBuf = folder_for_builds().join("zig-cache");
    command.env("ZIG_GLOBAL_CACHE_DIR", &cache).env("ZIG_LOCAL_CACHE_DIR", &cache)
}
