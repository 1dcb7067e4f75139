//! A sandbox for what strangers have written: `bwrap` (bubblewrap) makes a room in which there is nothing but what a program needs.
//!
//! The compiler is in one too, since a file can make it read any other file. In the room there are no network, no process of anybody
//! else, and no file but the system's programs and libraries, the toolchain, the checks and what they are linked to, all of them
//! read-only. The compiler writes into the folder of its unit; a check writes nowhere but into a small `/tmp`.
//!
//! Around the room is a [warden](crate::child), which ends everything in it. Inside, around a check, is another one: it tells an exit
//! from a signal, which `bwrap` does not.
//!
//! It is no machine of its own: whoever has a way into the kernel gets out.

use crate::bench::Bench;
use crate::child::{Limit, WARDEN, Watch, inside, warden};
use crate::lines::wrapped;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};

/// Of the system, where they are there.
const SYSTEM: &[&str] =
    &["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/alternatives", "/etc/ld.so.cache"];

/// Where the judge is in the room, as a warden.
const JUDGE: &str = "/judge";

/// What `/tmp` may take, in bytes. It is memory.
const TEMPORARY: u64 = 64 << 20;

/// What a compiler may use, besides its processor time. A file can make it wait for ever, for a
/// pipe below `/proc`: then it does nothing.
const COMPILING: Watch =
    Watch { file: 1 << 30, memory: 3 << 30, processes: 64, still: 30, ..Watch::NONE };

/// What a check may use. Its processor time it limits itself; that of others that it starts ends with it.
const CHECKING: Watch =
    Watch { seconds: 0, file: 64 << 20, memory: 4 << 30, processes: 64, ..Watch::NONE };

/// How much of what the compiler says is read, in bytes.
const SAID: u64 = 16 << 20;

/// The sandbox.
#[derive(Debug)]
pub struct Sandbox {
    bwrap: PathBuf,
    /// This program, which is in the room too: as it is now, whatever Cargo builds meanwhile.
    judge: PathBuf,
    /// Where the compiler is: itself, not rustup's way to it.
    sysroot: PathBuf,
    /// Processor time that a compiler may use.
    seconds: u64,
    /// What can be read besides the system.
    readable: Vec<PathBuf>,
}

impl Sandbox {
    /// The one of this machine. `readable` is what compilers and checks need to read, below the root.
    ///
    /// # Errors
    ///
    /// In words, if there is none that works.
    pub fn find(bench: &Bench, readable: &[&str]) -> Result<Self, String> {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        let bwrap = std::env::split_paths(&paths).map(|folder| folder.join("bwrap"));
        let bwrap = bwrap.into_iter().find(|file| file.is_file());
        let bwrap = bwrap.ok_or("there is no `bwrap` (the package is called bubblewrap)")?;
        if !Path::new("/proc/thread-self/children").exists() {
            return Err("this kernel does not say which processes a process has started".into());
        }
        let sysroot = bench.tools.sysroot(&bench.root)?;
        let own = bench.units.next();
        let judge = own.join("judge");
        let trouble = |error: io::Error| format!("{}: {error}", own.display());
        std::fs::create_dir_all(&own).map_err(trouble)?;
        std::fs::copy(crate::tools::this_program().map_err(trouble)?, &judge).map_err(trouble)?;
        let readable = readable.iter().map(|part| bench.root.join(part));
        let readable = readable.chain([sysroot.clone()]).collect();
        // A file is compiled with others, and for each of its checks.
        let seconds = 2 * bench.limits.seconds;
        let sandbox = Self { bwrap, judge, sysroot, seconds, readable };
        let said = sandbox
            .run(&Command::new("/usr/bin/true"), &own)
            .and_then(|mut command| command.stdin(Stdio::null()).output())
            .map_err(|error| format!("`bwrap`: {error}"))?;
        if said.status.success() {
            Ok(sandbox)
        } else {
            Err(format!(
                "`bwrap` does not work here: {}",
                String::from_utf8_lossy(&said.stderr).trim()
            ))
        }
    }

    /// Runs a compiler, which writes into `folder`.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub fn compile(&self, rustc: &Command, folder: &Path) -> io::Result<Output> {
        let mut command =
            self.room(Watch { seconds: self.seconds, ..COMPILING }, &[("--bind", folder)])?;
        command.args(["--proc", "/proc", "--dir", "/dev", "--dev-bind", "/dev/null", "/dev/null"]);
        let compiler = self.sysroot.join("bin/rustc");
        let program = [compiler.as_os_str(), OsStr::new("--sysroot"), self.sysroot.as_os_str()];
        enter(&mut command, rustc, &program);
        said(command, self.seconds)
    }

    /// The command that runs a check, whose program is in `folder`.
    ///
    /// # Errors
    ///
    /// If this program is not to be found.
    pub fn run(&self, check: &Command, folder: &Path) -> io::Result<Command> {
        let mut command = self.room(CHECKING, &[("--ro-bind", folder)])?;
        command.args(["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]);
        let watch = Watch::INNER.encode();
        // `bwrap` itself is the first process in the room, and the parent of the warden.
        let program = [JUDGE, WARDEN, "1", &watch].map(OsStr::new);
        enter(&mut command, check, &[&program[..], &[check.get_program()]].concat());
        Ok(command)
    }

    /// How the program inside has ended, and which limit it went beyond.
    pub fn told(&self, status: ExitStatus) -> (Option<ExitStatus>, Option<&'static str>) {
        (Some(inside(status)), Limit::of(status).map(Limit::words))
    }

    /// `bwrap` below a warden, with all that every room has.
    fn room(&self, watch: Watch, folders: &[(&str, &Path)]) -> io::Result<Command> {
        let mut command = warden(&self.bwrap, watch)?;
        command.args(["--unshare-user", "--disable-userns", "--unshare-ipc", "--unshare-pid"]);
        command.args(["--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]);
        command.args(["--uid", "65534", "--gid", "65534", "--cap-drop", "ALL"]);
        command.args(["--die-with-parent", "--new-session", "--clearenv"]);
        command.args(["--setenv", "PATH", "/usr/bin:/bin"]);
        // First, for the repository may be below it.
        command.args(["--perms", "1777", "--size", &TEMPORARY.to_string(), "--tmpfs", "/tmp"]);
        for path in SYSTEM {
            command.args(["--ro-bind-try", path, path]);
        }
        for path in &self.readable {
            command.arg("--ro-bind-try").args([path, path]);
        }
        for (how, path) in folders {
            command.arg(how).args([path, path]);
        }
        command.arg("--ro-bind").arg(&self.judge).arg(JUDGE);
        Ok(command)
    }
}

/// Runs a compiler in no room, with the limits of one: a macro that calls itself, a constant that is never computed and a file that is a
/// pipe keep it from its end in anybody's file.
///
/// # Errors
///
/// If it cannot be started.
pub fn compile_in_the_open(rustc: &Command, seconds: u64) -> io::Result<Output> {
    let mut command = warden(Path::new(rustc.get_program()), Watch { seconds, ..COMPILING })?;
    command.args(rustc.get_args());
    if let Some(folder) = rustc.get_current_dir() {
        command.current_dir(folder);
    }
    said(command, seconds)
}

/// What a compiler below a warden says. Where it was kept from its end, that is said as the compiler would say it.
fn said(mut command: Command, seconds: u64) -> io::Result<Output> {
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut stderr = Vec::new();
    child.stderr.take().expect("a pipe").take(SAID).read_to_end(&mut stderr)?;
    let mut status = child.wait()?;
    if let Some(words) = broken_off(status, seconds) {
        let said = serde_json::json!({ "level": "error", "message": words, "spans": [], "rendered": wrapped(&words) });
        stderr = said.to_string().into_bytes();
        status = ExitStatus::from_raw(REJECTS << 8);
    }
    Ok(Output { status, stdout: Vec::new(), stderr })
}

/// What a compiler ends with that rejects a file.
const REJECTS: i32 = 1;

/// The first words of what is said where the compiler does not finish by itself.
pub const BROKEN_OFF: &str = "the compiler does not finish with this file";

/// How the compiler was kept from ending by itself, in words. That it has crashed is another matter.
fn broken_off(status: ExitStatus, seconds: u64) -> Option<String> {
    let why = match (Limit::of(status), inside(status).signal()) {
        (Some(limit), _) => limit.of_a_compiler().to_owned(),
        (None, Some(libc::SIGXCPU | libc::SIGKILL)) => {
            format!("it has used {seconds} seconds of processor time")
        }
        _ => return None,
    };
    Some(format!("{BROKEN_OFF}: {why}"))
}

/// The rest of the command: the environment and the folder of `inner`, the program, and the arguments of `inner`.
fn enter(command: &mut Command, inner: &Command, program: &[&OsStr]) {
    for (name, value) in inner.get_envs() {
        if let Some(value) = value {
            command.arg("--setenv").args([name, value]);
        }
    }
    if let Some(folder) = inner.get_current_dir() {
        command.arg("--dir").arg(folder).arg("--chdir").arg(folder);
    }
    command.args(["--remount-ro", "/", "--"]).args(program);
    command.args(inner.get_args().map(OsString::from));
}
