//! What instructions do to memory, as far as their names tell.

use super::text::{Assembly, Line};

/// Whose instructions they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    X86_64,
    Aarch64,
}

use Architecture::{Aarch64, X86_64};

impl Architecture {
    /// That of this machine, if it is known here.
    pub const HERE: Option<Self> = if cfg!(target_arch = "x86_64") {
        Some(X86_64)
    } else if cfg!(target_arch = "aarch64") {
        Some(Aarch64)
    } else {
        None
    };
}

/// Does it read and write memory in one step? On AArch64 a pair of exclusive instructions does.
pub fn exchanges(on: Architecture, assembly: &Assembly) -> bool {
    if on == X86_64 {
        return assembly.has(|line| line.is_memory() && line.starts_with(&["lock ", "xchg"]));
    }
    let linked = assembly.has(|line| line.starts_with(&["ldxr", "ldaxr"]));
    let conditional = assembly.has(|line| line.starts_with(&["stxr", "stlxr"]));
    (linked && conditional) || assembly.has(|line| line.starts_with(LSE))
}

/// The read-modify-writes of Armv8.1. Those that begin with `st` give no result, which a lock needs.
const LSE: &[&str] = &["swp", "cas", "ldadd", "ldset", "ldclr", "ldeor", "ldumax", "ldsmax"];

/// Is it an acquire? On x86-64 everything locked is one.
pub fn acquires(on: Architecture, assembly: &Assembly) -> bool {
    on == X86_64
        || assembly.has(|line| {
            let with_a = LSE.iter().any(|name| {
                line.mnemonic.strip_prefix(name).is_some_and(|suffix| suffix.starts_with('a'))
            });
            with_a || line.starts_with(&["ldaxr", "ldar", "ldapr"]) || is_barrier(line)
        })
}

/// Does it store, and is that a release? On x86-64 every store is one.
pub fn releases(on: Architecture, assembly: &Assembly) -> bool {
    let is_release = |line: &Line| {
        let with_l = LSE.iter().any(|name| {
            let suffix = line.mnemonic.strip_prefix(name);
            suffix.is_some_and(|suffix| suffix.trim_start_matches('a').starts_with('l'))
        });
        with_l || line.starts_with(&["stlr", "stlxr"]) || is_barrier(line)
    };
    writes(on, assembly) && (on == X86_64 || assembly.has(is_release))
}

/// Does it write memory?
pub fn writes(on: Architecture, assembly: &Assembly) -> bool {
    assembly.has(|line| line_writes(on, line))
}

/// An instruction that writes memory without having read it in the same step.
pub fn plain_store(on: Architecture, assembly: &Assembly) -> Option<&str> {
    let atomic: &[&str] = match on {
        X86_64 => &["lock ", "xchg"],
        Aarch64 => &["stxr", "stlxr"],
    };
    let is_plain = |line: &&Line| {
        let is_atomic = line.starts_with(atomic) || on == Aarch64 && line.starts_with(LSE);
        line_writes(on, line) && !is_atomic
    };
    assembly.lines.iter().find(is_plain).map(|line| line.mnemonic.as_str())
}

fn line_writes(on: Architecture, line: &Line) -> bool {
    match on {
        // The destination comes first, but in the syntax of AT&T, where nothing is in brackets.
        X86_64 if line.operands.contains('(') => !line.starts_with(&["cmp", "test", "lea"]),
        X86_64 => {
            let destination = line.operands.split(',').next().unwrap_or_default();
            line.starts_with(&["lock ", "xchg"]) && line.is_memory()
                || destination.contains('[') && !line.starts_with(&["cmp", "test", "bt "])
        }
        Aarch64 => line.starts_with(&["st"]) || line.starts_with(LSE),
    }
}

fn is_barrier(line: &Line) -> bool {
    line.starts_with(&["dmb", "dsb"])
}

/// The name of a register operand that an instruction writes though the compiler was told that it is only read.
pub fn changed_input(assembly: &Assembly) -> Option<String> {
    let changed = assembly.lines.iter().flat_map(|line| {
        let all = line.registers();
        let (skip, take) = match () {
            () if line.starts_with(&["xchg", "lock xchg", "lock xadd"]) => (0, 2),
            () if line.starts_with(&["cas", "ldxr", "ldaxr", "ldar", "stxr", "stlxr"]) => (0, 1),
            () if line.starts_with(LSE) => (1, 1),
            () => (0, 0),
        };
        all.into_iter().skip(skip).take(take)
    });
    changed.filter(|name| assembly.is_only_input(name)).map(str::to_owned).next()
}

/// An instruction that changes the flags.
pub fn changes_flags(on: Architecture, assembly: &Assembly) -> Option<&str> {
    let names: &[&str] = match on {
        X86_64 => &[
            "lock", "add", "sub", "and", "or", "xor", "inc", "dec", "neg", "cmp", "test", "bt",
            "xadd", "shl", "shr",
        ],
        Aarch64 => &["cmp", "tst", "adds", "subs", "ands", "ccmp"],
    };
    let line = assembly.lines.iter().find(|line| {
        // `lock xchg` changes none.
        line.starts_with(names) && !line.starts_with(&["lock xchg"])
    });
    line.map(|line| line.mnemonic.as_str())
}

/// Whether `cmpxchg` runs, which writes `eax`, and the compiler does not know.
pub fn hides_eax(assembly: &Assembly) -> bool {
    assembly.has(|line| line.mnemonic.contains("cmpxchg"))
        && !assembly.gives_back(&["eax", "rax", "al", "ax"])
}
