//! From a file in some language to a library whose accesses are seen.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fmt, fs, io};

/// A language, by the compiler that is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// C11, by the system's `cc`, or what `CC` says.
    C,
    /// C++20, by the system's `c++`, or what `CXX` says.
    Cpp,
    /// Zig, by `zig`, or what `ZIG` says, or what `ci/languages` has installed.
    Zig,
    /// Rust, by the `rustc` that has built this.
    Rust,
}

/// Why there is no library.
#[derive(Debug)]
pub enum Error {
    /// No language has files with this ending.
    Unknown(PathBuf),
    /// There is no compiler.
    NoCompiler(Language, String),
    /// What the compiler says.
    Compiler(String),
    /// A folder or file cannot be made.
    Io(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(path) => write!(f, "{}: neither .c, .cpp, .zig nor .rs", path.display()),
            Self::NoCompiler(language, program) => {
                write!(f, "no compiler for {language}: `{program}` does not start")
            }
            Self::Compiler(said) => f.write_str(said.trim_end()),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::C => "C",
            Self::Cpp => "C++",
            Self::Zig => "Zig",
            Self::Rust => "Rust",
        })
    }
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::C, Self::Cpp, Self::Zig, Self::Rust];

    /// The language of a file, by its ending.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "c" => Some(Self::C),
            "cpp" | "cc" | "cxx" => Some(Self::Cpp),
            "zig" => Some(Self::Zig),
            "rs" => Some(Self::Rust),
            _ => None,
        }
    }

    /// The folder of its programs, which is the ending of their names too.
    pub fn folder(self) -> &'static str {
        match self {
            Self::C => "c",
            Self::Cpp => "cpp",
            Self::Zig => "zig",
            Self::Rust => "rust",
        }
    }

    /// One of the eight programs.
    pub fn program(self, name: &str) -> PathBuf {
        let ending = if self == Self::Rust { "rs" } else { self.folder() };
        root().join(self.folder()).join(name).with_extension(ending)
    }

    /// The compiler, about to be called.
    pub(crate) fn command(self) -> Command {
        Command::new(self.compiler())
    }

    fn compiler(self) -> OsString {
        let installed = folder_for_builds().join("zig/zig");
        let (variable, otherwise) = match self {
            Self::C => ("CC", "cc".into()),
            Self::Cpp => ("CXX", "c++".into()),
            Self::Zig if installed.exists() => ("ZIG", installed.into_os_string()),
            Self::Zig => ("ZIG", "zig".into()),
            Self::Rust => ("RUSTC", "rustc".into()),
        };
        env::var_os(variable).unwrap_or(otherwise)
    }

    /// Is there a compiler?
    pub fn is_installed(self) -> bool {
        let version = if self == Self::Zig { "version" } else { "--version" };
        self.command().arg(version).output().is_ok_and(|output| output.status.success())
    }
}

/// The folder of this package.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Where what is built lies.
pub(crate) fn folder_for_builds() -> PathBuf {
    let folder =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("../../target"), PathBuf::from);
    folder.join("other_languages")
}

/// What each `cc` and `c++` is told. The frame pointer is for who looks at the stack; the rest says what the code is to do: to tell of
/// its accesses, and to say where they are.
const C_FLAGS: &[&str] =
    &["-O2", "-g", "-fPIC", "-fno-omit-frame-pointer", "-fsanitize=thread", "-pthread"];

/// What `zig` is told, before the two modules: the file, and what stands around it.
const ZIG_FLAGS: &[&str] = &[
    "build-obj",
    "-lc",
    "-fPIC",
    "-O",
    "ReleaseSafe",
    "-fno-strip",
    "-fno-omit-frame-pointer",
    "-fsanitize-thread",
    "--dep",
    "code",
];

/// As ThreadSanitizer's pass is asked for in a compiler without the flag for it: see `rc11`.
const RUST_FLAGS: &[&str] = &[
    "--edition=2024",
    "--crate-type=cdylib",
    "-Adead_code",
    "-Copt-level=2",
    "-Cdebuginfo=2",
    "-Ccodegen-units=1",
    "-Cforce-frame-pointers=yes",
    "-Cpasses=forceattrs",
    "-Cpasses=tsan-module",
    "-Cpasses=tsan",
    "-Cllvm-args=-force-attribute=sanitize_thread",
    "-Cllvm-args=-tsan-handle-cxx-exceptions=0",
];

/// A library that was built. Its folder goes when this does.
#[derive(Debug)]
pub struct Built {
    folder: PathBuf,
}

impl Built {
    /// The library.
    pub fn library(&self) -> PathBuf {
        self.folder.join("code.so")
    }
}

impl Drop for Built {
    fn drop(&mut self) {
        // What is left over is in the folder for things that are built.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A folder that nobody else uses.
fn folder(language: Language, source: &Path) -> io::Result<PathBuf> {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let stem = source.file_stem().unwrap_or_default().to_string_lossy();
    // Relaxed: only uniqueness matters.
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let process = std::process::id();
    let folder =
        folder_for_builds().join(format!("{}-{stem}-{process}-{number}", language.folder()));
    fs::create_dir_all(&folder)?;
    folder.canonicalize()
}

/// Compiles a file to a library.
///
/// # Errors
///
/// If there is no compiler for it, or the compiler objects.
pub fn compile(source: &Path) -> Result<Built, Error> {
    let language = Language::of(source).ok_or_else(|| Error::Unknown(source.to_owned()))?;
    let source = source.canonicalize()?;
    let built = Built { folder: folder(language, &source)? };
    let object = built.folder.join("code.o");
    let library = built.library();
    let wrap = rc11::foreign::WRAPPED.iter().chain(rc11::foreign::REFUSED);
    let wrap = wrap.map(|name| format!("-Wl,--wrap={name}"));
    let mut compiler = language.command();
    match language {
        // A function that is not declared would return an `int`, and half of a pointer be lost: later compilers say so by themselves.
        Language::C => compiler
            .args(["-std=c11", "-Werror=implicit-function-declaration"])
            .args(C_FLAGS)
            .arg("-c")
            .arg("-o")
            .arg(&object),
        Language::Cpp => compiler.arg("-std=c++20").args(C_FLAGS).arg("-c").arg("-o").arg(&object),
        Language::Zig => compiler
            .args(ZIG_FLAGS)
            .arg(format!("-femit-bin={}", object.display()))
            .arg(format!("-Mroot={}", root().join("src/root.zig").display()))
            .arg(format!("-Mcode={}", source.display()))
            .arg("--cache-dir")
            .arg(folder_for_builds().join("zig-cache"))
            .arg("--global-cache-dir")
            .arg(folder_for_builds().join("zig-cache")),
        Language::Rust => compiler
            .args(RUST_FLAGS)
            .args(wrap.clone().map(|option| format!("-Clink-arg={option}")))
            .arg("-o")
            .arg(&library),
    };
    if language != Language::Zig {
        compiler.arg(&source);
    }
    run(language, compiler.current_dir(&built.folder))?;
    if language != Language::Rust {
        let mut linker = match language {
            Language::Cpp => Language::Cpp.command(),
            _ => Language::C.command(),
        };
        run(
            language,
            linker.args(["-shared", "-pthread", "-o"]).arg(&library).arg(&object).args(wrap),
        )?;
    }
    Ok(built)
}

/// Runs a compiler. What it objects to is the error.
pub(crate) fn run(language: Language, command: &mut Command) -> Result<(), Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|_| Error::NoCompiler(language, program))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(Error::Compiler(String::from_utf8_lossy(&output.stderr).into_owned())),
    }
}
