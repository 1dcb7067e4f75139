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
pub const LSE: &[&str] = &["swp", "cas", "ldadd", "ldset", "ldclr", "ldeor", "ldumax", "ldsmax"];

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

/// Those of x86-64 whose operand in memory, where a destination would stand, is only read, or not even that.
const READERS: &[&str] = &[
    "test", "lea", "push", "call", "jmp", "prefetch", "nop", "clflush", "clwb", "cldemote",
    "umonitor",
];

/// The same, with or without the ending that AT&T give them. `cmpxchg` is none of them.
const COMPARISONS: &[&str] = &["cmp", "cmpb", "cmpw", "cmpl", "cmpq", "bt", "btw", "btl", "btq"];

fn line_writes(on: Architecture, line: &Line) -> bool {
    if on == Aarch64 {
        return line.starts_with(&["st"]) || line.starts_with(LSE);
    }
    if line.starts_with(READERS) || COMPARISONS.contains(&&*line.mnemonic) {
        return false;
    }
    // The destination comes first, and in the syntax of AT&T last. `xchg` and what is locked write to memory wherever it stands.
    let destination = line.operands.split(',').next().unwrap_or_default();
    line.starts_with(&["lock ", "xchg"]) && line.is_memory()
        || destination.contains('[')
        || line.operands.ends_with(')')
}

/// How often memory is written, each instruction counted once.
pub fn times_written(on: Architecture, assembly: &Assembly) -> usize {
    assembly.lines.iter().filter(|line| line_writes(on, line)).count()
}

/// Does it touch memory at all?
pub fn touches_memory(on: Architecture, assembly: &Assembly) -> bool {
    let not_even_read = ["lea", "nop", "prefetch", "prfm"];
    assembly.has(|line| match on {
        X86_64 => line.is_memory() && !line.starts_with(&not_even_read),
        Aarch64 => line.operands.contains('[') && !line.starts_with(&not_even_read),
    })
}

fn is_barrier(line: &Line) -> bool {
    line.starts_with(&["dmb", "dsb"])
}
