//! What the text of the assembly must say: an atomic step, an order, and to the compiler what changes.

use super::machine::{self, Architecture};
use super::subject::SpinLock;
use super::sync::arch;
use super::text::Assembly;
use super::{changes, threads};

/// The assembly that takes a lock, in two ways, and that frees it. That of `lock` includes what it does while it waits.
fn assembly() -> [(&'static str, Vec<Assembly>); 3] {
    looked_at([|_| {}; 3])
}

/// The same, and each text is shown to a function before it is run: that of `try_lock`, of `lock` and of `unlock`.
fn looked_at(looks: [fn(&'static str); 3]) -> [(&'static str, Vec<Assembly>); 3] {
    let lock = SpinLock::new();
    let try_lock = parse(arch::looked_at(looks[0], || {
        lock.try_lock();
    }));
    let by_lock = parse(threads::noted_while_it_waits(looks[1]));
    let unlock = parse(arch::looked_at(looks[2], || lock.unlock()));
    [("try_lock", try_lock), ("lock", by_lock), ("unlock", unlock)]
}

/// Each text once: a waiter makes the same attempt again and again.
fn parse(texts: Vec<&'static str>) -> Vec<Assembly> {
    let mut seen = Vec::new();
    for text in texts {
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen.into_iter().map(Assembly::parse).collect()
}

pub fn is_assembly() {
    for (function, calls) in assembly() {
        assert!(
            !calls.is_empty() || Architecture::HERE.is_none(),
            "`{function}` runs no `asm!` that the grader has seen. Does the file use `std::arch::asm` where it should say \
             `sync::arch::asm`?"
        );
    }
}

pub fn is_atomic() {
    let Some(here) = Architecture::HERE else { return };
    let [try_lock, lock, _] = assembly();
    for (function, calls) in [try_lock, lock] {
        assert!(
            calls.iter().any(|call| machine::exchanges(here, call)),
            "`{function}` has no instruction that reads memory and writes it in one step.\n  \
             Between a load and a store another core may do the same"
        );
        let plain = calls.iter().find_map(|call| machine::plain_store(here, call));
        assert!(
            plain.is_none(),
            "`{function}` writes memory with `{}`, too, which is not a part of the atomic step.\n  \
             What another core has stored since is lost. The atomic instruction is all that a lock is taken with",
            plain.unwrap_or_default()
        );
    }
    let held = SpinLock::new();
    held.lock();
    let attempt = arch::noted(|| {
        held.try_lock();
    });
    let attempt = Assembly::joined(attempt.into_iter().map(Assembly::parse).collect());
    assert!(
        machine::times_written(here, &attempt) <= 1,
        "an attempt of `try_lock` that fails writes memory in two steps.\n  In between, the lock is not as it was: when the holder unlocks just \
         then, others find a lock that is free and cannot take it"
    );
}

pub fn is_ordered() {
    let Some(here) = Architecture::HERE else { return };
    // A barrier may be a call of its own.
    let [try_lock, lock, (_, unlock)] =
        assembly().map(|(name, calls)| (name, Assembly::joined(calls)));
    for (function, taking) in [try_lock, lock] {
        assert!(
            machine::acquires(here, &taking),
            "`{function}` has no acquire: what comes after it may be done before the lock is taken"
        );
    }
    if machine::releases(here, &unlock) {
        return;
    }
    if let Some(line) = unlock.lines.iter().find(|line| machine::is_non_temporal(line)) {
        panic!(
            "`unlock` stores with `{}`, which is no release: a non-temporal store goes past the buffer, and others may see it before what \
             was stored earlier",
            line.mnemonic
        );
    }
    panic!(
        "`unlock` has no instruction that stores and is a release: what comes before it may be done after the lock is free"
    );
}

pub fn memory_is_named() {
    let Some(here) = Architecture::HERE else { return };
    for (function, calls) in assembly() {
        for call in calls {
            // What only reads may say so: a look before the attempt, for example.
            if machine::writes(here, &call) {
                let hidden = call.option(&["nomem", "readonly", "pure"]);
                assert!(
                    hidden.is_none(),
                    "`{function}` promises the compiler `{}`.\n  It does write memory; and for all that the compiler knows, what stands before and \
                     behind the lock may be moved across it",
                    hidden.unwrap_or_default()
                );
            } else if machine::touches_memory(here, &call) {
                let hidden = call.option(&["nomem", "pure"]);
                assert!(
                    hidden.is_none(),
                    "`{function}` reads memory, and promises the compiler `{}`.\n  The compiler may read once and use the answer again: a loop that \
                     waits need never see that another thread has stored",
                    hidden.unwrap_or_default()
                );
            }
        }
    }
}

pub fn registers_are_named() {
    // Before it is run: whoever hides a register may crash.
    looked_at([
        |text| names_registers("try_lock", text),
        |text| names_registers("lock", text),
        |text| names_registers("unlock", text),
    ]);
}

fn names_registers(function: &str, text: &'static str) {
    let (Some(here), call) = (Architecture::HERE, Assembly::parse(text)) else { return };
    if let Some(name) = changes::changed_input(here, &call) {
        panic!(
            "`{function}`: an instruction writes to `{{{name}}}`, which is declared `in`: the compiler believes that it still has the old value"
        );
    }
    if let Some((output, input)) = changes::early_output(here, &call) {
        panic!(
            "`{function}`: `{{{output}}}` is written before `{{{input}}}` is read for the last time, and it is declared `lateout`: the compiler may \
             put both into one register. `out` keeps them apart"
        );
    }
    if let Some(register) = changes::hidden_register(here, &call) {
        panic!(
            "`{function}`: an instruction writes to `{register}`, but no operand says so: the compiler may have something of its own there. \
             `out(\"{register}\") _` says it, or let the compiler choose the register"
        );
    }
    let stack = changes::uses_stack(here, &call).filter(|_| call.option(&["nostack"]).is_some());
    if let Some(mnemonic) = stack {
        panic!(
            "`{function}` promises `nostack`, but `{mnemonic}` uses the stack: below the stack pointer the compiler may have data of its own"
        );
    }
    assert!(
        !changes::hides_eax(&call),
        "`{function}`: `cmpxchg` writes to `eax` when it fails, but the compiler is not told: `inout(\"eax\")`, or an `out`"
    );
    let flags =
        changes::changes_flags(here, &call).filter(|_| call.option(&["preserves_flags"]).is_some());
    if let Some(mnemonic) = flags {
        panic!("`{function}` promises `preserves_flags`, but `{mnemonic}` changes them");
    }
}
