//! The free path of each lock of chapter 9 and of its peers, in instructions.

use crate::machine::{Compiler, output};
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// Where the page lies, relative to the repository.
pub const FILE: &str = "src/ch09_locks/speed/instructions.md";

/// The locks in the order of the columns.
const LOCKS: [&str; 4] = ["locksmith", "std", "parking_lot", "spin"];

/// What the exported functions are called before the lock's name, and in words.
const SECTIONS: [(&str, &str); 3] = [
    ("mutex", "mutex: lock, add, unlock"),
    ("read", "reader-writer lock: read"),
    ("write", "reader-writer lock: write"),
];

/// Compiles the critical sections of `ci/speed/examples/uncontended.rs`, and makes the page. Without one on other processors than
/// x86-64.
pub fn page(root: &Path) -> Result<Option<String>, String> {
    if !Compiler::Own.says("host")?.starts_with("x86_64") {
        return Ok(None);
    }
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
    let folder = target.join("listings");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let assembly = folder.join("uncontended.s");
    let mut cargo = Command::new("cargo");
    cargo.args([
        "rustc",
        "--quiet",
        "--locked",
        "--release",
        "--package",
        "speed",
        "--example",
        "uncontended",
        "--",
    ]);
    cargo.args(["-C", "codegen-units=1", "-C", "llvm-args=-x86-asm-syntax=intel"]);
    // Where nothing has changed, Cargo does not compile again and the assembly of the last time stands.
    output(cargo.arg(format!("--emit=asm={}", assembly.display())).current_dir(root))?;
    let text = fs::read_to_string(&assembly)
        .map_err(|error| format!("{}: {error}", assembly.display()))?;
    Ok(Some(made(&text)))
}

/// The table, and ours beside std's.
fn made(assembly: &str) -> String {
    let mut text = String::from(
        "<!-- Made by cargo listings. Do not edit. -->\n\n\
         | Instructions (of which atomic read-modify-writes) | Locksmith | std | parking_lot | spin |\n|---|---:|---:|---:|---:|\n",
    );
    for (section, name) in SECTIONS {
        let cells = LOCKS.map(|lock| {
            let path = path(assembly, &format!("{section}_{lock}"));
            format!("{} ({})", path.len(), atomic(&path))
        });
        text += &format!("| {name} | {} |\n", cells.join(" | "));
    }
    for (lock, name) in [("locksmith", "This book’s mutex"), ("std", "std’s mutex")] {
        let path = path(assembly, &format!("mutex_{lock}")).join("\n");
        text += &format!("\n{name}:\n\n```text,x86\n{path}\n```\n");
    }
    text
}

/// The instructions from the beginning of a function to its first return. The compiler puts what is cold behind that.
fn path(assembly: &str, function: &str) -> Vec<String> {
    let lines =
        assembly.lines().skip_while(|line| line.trim_end() != format!("{function}:")).skip(1);
    let mut found = Vec::new();
    for line in lines {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with('.') || line.ends_with(':') {
            continue;
        }
        found.push(short(line));
        if line.starts_with("ret") {
            break;
        }
    }
    found
}

/// Without what means nothing to a reader: tabs, and the mangling of names.
fn short(line: &str) -> String {
    let word = |word: &str| match word.find("GLOBAL_PANIC_COUNT") {
        Some(_) if word.ends_with(']') => "GLOBAL_PANIC_COUNT]".to_owned(),
        Some(_) => "GLOBAL_PANIC_COUNT".to_owned(),
        None => word.to_owned(),
    };
    line.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// Those that exchange with memory in one step: the dear ones.
fn atomic(path: &[String]) -> usize {
    path.iter().filter(|line| line.starts_with("lock") || line.starts_with("xchg")).count()
}

#[cfg(test)]
mod tests {
    use super::{atomic, path};

    const ASSEMBLY: &str = "mutex_std:\n\t.cfi_startproc\n\tlock\t\tcmpxchg\tdword ptr [rdi], ecx\n\
        \tmov\trbx, qword ptr [rip + _ZN18GLOBAL_PANIC_COUNT17h0E@GOTPCREL]\n\
        .LBB1_2:\n\txchg\tdword ptr [rdi], ecx # back\n\tret\n\tcall\tcold\n";

    #[test]
    fn the_path_ends_at_the_first_return_and_names_are_short() {
        let path = path(ASSEMBLY, "mutex_std");
        assert_eq!(
            path,
            [
                "lock cmpxchg dword ptr [rdi], ecx",
                "mov rbx, qword ptr [rip + GLOBAL_PANIC_COUNT]",
                "xchg dword ptr [rdi], ecx",
                "ret"
            ]
        );
        assert_eq!(atomic(&path), 2);
    }
}
