//! What the text of the assembly must say: an atomic step, an order, and to the compiler what changes.

use super::machine::{self, Architecture};
use super::subject::SpinLock;
use super::sync::arch;
use super::text::Assembly;

/// The assembly that takes a lock, in two ways, and that frees it.
fn assembly() -> [(&'static str, Vec<Assembly>); 3] {
    let lock = SpinLock::new();
    let parse = |texts: Vec<&str>| texts.into_iter().map(Assembly::parse).collect::<Vec<_>>();
    let try_lock = parse(arch::noted(|| {
        lock.try_lock();
    }));
    let unlock = parse(arch::noted(|| lock.unlock()));
    let by_lock = parse(arch::noted(|| lock.lock()));
    [("try_lock", try_lock), ("lock", by_lock), ("unlock", unlock)]
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
            "`unlock` stores with `{}`, and that is no release: a non-temporal store goes past the buffer, and others may see it before what \
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
        // What only reads may say so: a look before the attempt, for example.
        for call in calls.iter().filter(|call| machine::writes(here, call)) {
            let hidden = call.option(&["nomem", "readonly", "pure"]);
            assert!(
                hidden.is_none(),
                "`{function}` promises the compiler `{}`.\n  It does write memory; and for all that the compiler knows, what stands before and \
                 behind the lock may be moved across it",
                hidden.unwrap_or_default()
            );
        }
    }
}

pub fn registers_are_named() {
    let Some(here) = Architecture::HERE else { return };
    for (function, calls) in assembly() {
        for call in calls {
            if let Some(name) = machine::changed_input(here, &call) {
                panic!(
                    "`{function}`: an instruction writes to `{{{name}}}`, which is declared `in`: the compiler believes that it still has the \
                     old value"
                );
            }
            if let Some(register) = machine::hidden_register(here, &call) {
                panic!(
                    "`{function}`: an instruction writes to `{register}`, and no operand says so: the compiler may have something of its own there. \
                     `out(\"{register}\") _` says it, or let the compiler choose the register"
                );
            }
            let stack =
                machine::uses_stack(here, &call).filter(|_| call.option(&["nostack"]).is_some());
            if let Some(mnemonic) = stack {
                panic!(
                    "`{function}` promises `nostack`, and `{mnemonic}` uses the stack: below the stack pointer the compiler may have data of its own"
                );
            }
            assert!(
                !machine::hides_eax(&call),
                "`{function}`: `cmpxchg` writes to `eax` when it fails, and the compiler is not told: `inout(\"eax\")`, or an `out`"
            );
            let flags = machine::changes_flags(here, &call)
                .filter(|_| call.option(&["preserves_flags"]).is_some());
            if let Some(mnemonic) = flags {
                panic!("`{function}` promises `preserves_flags`, and `{mnemonic}` changes them");
            }
        }
    }
}
