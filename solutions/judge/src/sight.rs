//! Sight: over the checker, code under test tells of every access to memory. The compiler puts the calls in; see `rc11`.

use crate::kit::Engine;
use crate::tools::Tools;
use std::fs;
use std::path::Path;

/// What the compiler is told, for the code under test and for the checks, in which what is generic in it is compiled. Not for the
/// engine.
pub const FLAGS: &[&str] = &[
    "-Cpasses=forceattrs",
    "-Cpasses=tsan-module",
    "-Cpasses=tsan",
    "-Cllvm-args=-force-attribute=sanitize_thread",
    // What a function has begun when a panic ends it, `rc11` knows by itself.
    "-Cllvm-args=-tsan-handle-cxx-exceptions=0",
];

/// From this level of optimisation on the compiler makes generic code anew where it is used. Below it, code under test would share
/// what the libraries have of it, which tells nothing. So the libraries have this level at least.
pub const LIBRARIES_LEVEL: &str = "2";

/// What is told where sight fails.
pub const BLIND: &str = "\
Note: this compiler cannot make your code tell of its accesses to memory. The checks see what goes through `sync` and what is done to
their own data; they may miss a race on other memory, and the use of memory that was freed.";

/// Has the engine its part of it, and the compiler? Asked once for each kit; `folder` is for what it compiles.
pub fn works(tools: &Tools, engine: Engine, folder: &Path) -> bool {
    let has_part = cfg!(any(target_arch = "x86_64", target_arch = "aarch64"));
    engine == Engine::Rc11 && has_part && compiles(tools, FLAGS, folder)
}

/// Does the compiler make a function that writes tell of it?
fn compiles(tools: &Tools, flags: &[&str], folder: &Path) -> bool {
    let (source, object) = (folder.join("sight.rs"), folder.join("sight.o"));
    let is_there = fs::create_dir_all(folder).and_then(|()| {
        fs::write(&source, "#[unsafe(no_mangle)] pub fn writes(at: &mut u32) { *at = 1; }\n")
    });
    let mut rustc = tools.rustc(folder);
    rustc.args(flags).args(["--crate-type=lib", "--emit=obj", "--edition=2024", "-o"]);
    let output = rustc.arg(&object).arg(&source).output();
    let compiled = is_there.is_ok() && output.is_ok_and(|output| output.status.success());
    compiled && fs::read(&object).is_ok_and(|bytes| contains(&bytes, b"__tsan_write4"))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::{FLAGS, compiles};
    use crate::tools::Tools;

    #[test]
    fn sight_is_where_the_compiler_puts_the_calls_in() {
        let folder = std::env::temp_dir().join(format!("sight-{}", std::process::id()));
        let tools = Tools::find(&catalog::root()).unwrap();
        assert!(!compiles(&tools, &[], &folder), "without flags nothing is told");
        assert!(!compiles(&tools, &["-Cpasses=no-such-pass"], &folder));
        assert!(compiles(&tools, FLAGS, &folder));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
