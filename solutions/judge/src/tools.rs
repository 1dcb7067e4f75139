//! The compiler and Cargo.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which programs are started.
#[derive(Clone, Debug)]
pub struct Tools {
    cargo: OsString,
    rustc: PathBuf,
    /// All that the compiler says of its version.
    pub version: String,
}

/// This program, to be started again. What lies at its path may be another one by now, or nothing, where Cargo has built anew.
///
/// # Errors
///
/// If the system does not say.
pub fn this_program() -> std::io::Result<PathBuf> {
    let mine = Path::new("/proc/self/exe");
    if mine.exists() { Ok(mine.to_owned()) } else { std::env::current_exe() }
}

impl Tools {
    /// Those that this process was started with, if it was started by Cargo; otherwise those of the folder `root`.
    ///
    /// # Errors
    ///
    /// If the compiler does not start.
    pub fn find(root: &Path) -> Result<Self, String> {
        let of_environment = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let cargo = of_environment("CARGO").unwrap_or_else(|| "cargo".into());
        // Beside Cargo itself: that spares rustup's way through its settings.
        let beside =
            Path::new(&cargo).with_file_name(format!("rustc{}", std::env::consts::EXE_SUFFIX));
        let beside = Some(beside).filter(|path| path.is_absolute() && path.is_file());
        let rustc = of_environment("RUSTC").map(PathBuf::from).or(beside);
        let rustc = rustc.unwrap_or_else(|| "rustc".into());
        let mut tools = Self { cargo, rustc, version: String::new() };
        let said = tools.rustc(root).arg("-vV").output();
        let said = said.map_err(|error| format!("{}: {error}", tools.rustc.display()))?;
        if !said.status.success() {
            return Err(format!(
                "{}: {}",
                tools.rustc.display(),
                String::from_utf8_lossy(&said.stderr)
            ));
        }
        tools.version = String::from_utf8_lossy(&said.stdout).into_owned();
        Ok(tools)
    }

    /// The compiler, started in the folder `root`.
    pub fn rustc(&self, root: &Path) -> Command {
        let mut command = Command::new(&self.rustc);
        command.current_dir(root);
        command
    }

    /// Where the compiler and its libraries are.
    ///
    /// # Errors
    ///
    /// If the compiler does not say.
    #[cfg(target_os = "linux")]
    pub fn sysroot(&self, root: &Path) -> Result<PathBuf, String> {
        let said = self.rustc(root).args(["--print", "sysroot"]).output();
        let said = said.map_err(|error| format!("{}: {error}", self.rustc.display()))?;
        Ok(PathBuf::from(String::from_utf8_lossy(&said.stdout).trim_end()))
    }

    /// Cargo, started in the folder `root`. What the Cargo that started us has set for us is not for it.
    pub fn cargo(&self, root: &Path) -> Command {
        let mut command = Command::new(&self.cargo);
        command.current_dir(root).env("RUSTC", &self.rustc);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            let ours = [
                "CARGO_PKG_",
                "CARGO_BIN_",
                "CARGO_MANIFEST_",
                "CARGO_TARGET_TMPDIR",
                "CARGO_CRATE_NAME",
            ];
            if ours.iter().any(|start| text.starts_with(start)) {
                command.env_remove(&name);
            }
        }
        // Flags of our own would make the kit another one than the hash says.
        for name in [
            "CARGO_TARGET_DIR",
            "CARGO_BUILD_TARGET",
            "CARGO_BUILD_TARGET_DIR",
            "CARGO_ENCODED_RUSTFLAGS",
        ] {
            command.env_remove(name);
        }
        command.env("RUSTFLAGS", "");
        command
    }
}
