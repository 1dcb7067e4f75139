//! What instructions do to memory, as far as their names tell.

use super::registers::{self, Register};
use super::text::{self, Assembly, Line};

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
            with_a || line.starts_with(&["ldaxr", "ldar", "ldapr"])
        })
        // A barrier keeps back what stands behind it. One for stores alone keeps back no load.
        || assembly.comes_after(is_load, |line| is_barrier(line) && !line.operands.ends_with("st"))
}

/// Does it store, and is that a release? On x86-64 every store is one that goes through the buffer.
pub fn releases(on: Architecture, assembly: &Assembly) -> bool {
    let writes = |line: &Line| line_writes(on, line);
    if on == X86_64 {
        let is_fence = |line: &Line| {
            line.starts_with(&["sfence", "mfence"])
                || line.starts_with(&["lock ", "xchg"]) && line.is_memory()
        };
        return assembly.has(|line| writes(line) && !is_non_temporal(line))
            || assembly.comes_after(is_fence, writes);
    }
    let is_release = |line: &Line| {
        let with_l = LSE.iter().any(|name| {
            let suffix = line.mnemonic.strip_prefix(name);
            suffix.is_some_and(|suffix| suffix.trim_start_matches('a').starts_with('l'))
        });
        with_l || line.starts_with(&["stlr", "stlxr"])
    };
    // A barrier for loads or for stores alone lets something pass that comes before the store.
    let is_full = |line: &Line| is_barrier(line) && !line.operands.ends_with(['d', 't']);
    assembly.has(is_release) || assembly.comes_after(is_full, writes)
}

/// A store that does not go through the buffer, and may be seen before those that came earlier.
pub fn is_non_temporal(line: &Line) -> bool {
    line.starts_with(&["movnt", "maskmov", "vmovnt", "vmaskmov"])
}

fn is_load(line: &Line) -> bool {
    line.starts_with(&["ld", "swp", "cas"])
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

/// The registers that an instruction writes.
fn written(on: Architecture, line: &Line) -> Vec<&str> {
    let all = line.registers();
    let (skip, take) = match on {
        X86_64 if line.starts_with(&["xchg", "lock xchg", "lock xadd", "xadd"]) => (0, 2),
        // Those of AT&T write the last one; which is not looked at, for the syntax knows it by an option.
        X86_64 if line.operands.contains(['(', '%', '$']) => (0, 0),
        X86_64
            if line.starts_with(&[
                "set", "mov", "pop", "xor", "add", "sub", "or", "and", "inc", "dec", "lea", "neg",
                "not", "sh", "cmov",
            ]) =>
        {
            (0, usize::from(line.first_register().is_some()))
        }
        Aarch64
            if line.starts_with(&[
                "cas", "ld", "stxr", "stlxr", "mov", "cset", "add", "sub", "and", "or", "eor",
            ]) && !line.starts_with(LSE) =>
        {
            (0, 1)
        }
        Aarch64 if line.starts_with(&["cas"]) => (0, 1),
        Aarch64 if line.starts_with(LSE) => (1, 1),
        _ => (0, 0),
    };
    all.into_iter().skip(skip).take(take).collect()
}

/// The name of a register operand that an instruction writes though the compiler was told that it is only read.
pub fn changed_input(on: Architecture, assembly: &Assembly) -> Option<String> {
    let changed = assembly.lines.iter().flat_map(|line| written(on, line));
    changed.filter_map(text::name).find(|name| assembly.is_only_input(name)).map(str::to_owned)
}

/// A register that an instruction writes, and that the compiler was not told of at all: named in the text, and not as an operand.
pub fn hidden_register(on: Architecture, assembly: &Assembly) -> Option<&str> {
    let is_saved = |register: Register| {
        let saves = |line: &Line| {
            line.starts_with(&["push"])
                && line.first_register().and_then(Register::of) == Some(register)
        };
        assembly.has(saves)
    };
    let all = assembly.lines.iter().flat_map(|line| written(on, line));
    let mut named = all.filter_map(|text| Some((text, Register::of(text)?)));
    let is_told = |register: Register| {
        assembly.clobbers_as_a_call()
            || assembly.gives_back(&registers::names(register))
            || is_saved(register)
    };
    named.find(|(_, register)| !is_told(*register)).map(|(text, _)| text)
}

/// An instruction that uses the stack.
pub fn uses_stack(on: Architecture, assembly: &Assembly) -> Option<&str> {
    let uses = |line: &&Line| match on {
        X86_64 => line.starts_with(&["push", "pop", "call", "enter"]),
        Aarch64 => line.operands.contains("[sp") || line.starts_with(&["bl ", "blr"]),
    };
    assembly.lines.iter().find(uses).map(|line| line.mnemonic.as_str())
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
