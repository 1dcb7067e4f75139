//! What instructions change besides memory, and the compiler has to be told.

use super::machine::Architecture::{self, Aarch64, X86_64};
use super::machine::LSE;
use super::operands;
use super::registers::{self, Register};
use super::text::{Assembly, Line};

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
    let mut names = changed.flat_map(operands::names);
    names.find(|name| assembly.is_only_input(name)).map(str::to_owned)
}

/// An output that is written while an input is still to be read, and that input. Of a `lateout` the compiler believes that the inputs
/// are no longer needed by then: it may put both into one register.
pub fn early_output(on: Architecture, assembly: &Assembly) -> Option<(&str, &str)> {
    assembly.lines.iter().enumerate().find_map(|(at, line)| {
        let mut outputs = written(on, line).into_iter().flat_map(operands::names);
        let late = outputs.find(|name| assembly.is_declared(name, "lateout"))?;
        let mut read = assembly.after(at).iter().flat_map(|line| operands::names(&line.operands));
        let input = read.find(|name| assembly.is_only_input(name))?;
        Some((late, input))
    })
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
