//! Compiles the examples with optimisation, to assembly, and compares the function that they export.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// The instructions of `add` in an example, one a line.
///
/// Where nothing has changed, Cargo does not compile again and the assembly of the last time stands.
fn instructions(example: &str) -> Vec<String> {
    let assembly = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{example}.s"));
    let cargo = Command::new(env!("CARGO"))
        .args(["rustc", "--quiet", "--release", "--package", "zero_cost", "--example", example])
        .args(["--", "-C", "codegen-units=1"])
        .arg(format!("--emit=asm={}", assembly.display()))
        .output()
        .expect("cargo runs");
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    body(&fs::read_to_string(&assembly).expect("the compiler wrote its assembly"))
}

/// What lies between the label `add:` and the end of the function, without directives and with the labels numbered in order
/// of appearance.
fn body(assembly: &str) -> Vec<String> {
    let is_start = |line: &&str| matches!(line.trim_end(), "add:" | "_add:");
    let is_end = |line: &&str| line.contains(".cfi_endproc") || line.contains(".Lfunc_end");
    let lines = assembly.lines().skip_while(|line| !is_start(line)).skip(1);
    let mut labels = Vec::new();
    let mut found = Vec::new();
    for line in lines.take_while(|line| !is_end(line)) {
        let line = line.trim();
        let is_label = line.ends_with(':');
        if line.is_empty() || (line.starts_with(['.', '#']) && !is_label) {
            continue;
        }
        found.push(numbered(line, &mut labels));
    }
    found
}

/// `jmp .LBB0_7` as `jmp L1`: which number the compiler gave a label means nothing.
fn numbered(line: &str, labels: &mut Vec<String>) -> String {
    let words = line.split_whitespace().map(|word| {
        let name = word.trim_end_matches([':', ',']);
        if !name.starts_with(".L") && !name.starts_with('L') {
            return word.to_owned();
        }
        let number = labels.iter().position(|label| label == name).unwrap_or_else(|| {
            labels.push(name.to_owned());
            labels.len() - 1
        });
        word.replace(name, &format!("L{number}"))
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_lock_over_the_facade_compiles_to_what_a_hand_written_one_does() {
    let (facade, by_hand) = (instructions("facade"), instructions("by_hand"));
    assert!(facade.len() > 5, "hardly a lock: {facade:#?}");
    assert_eq!(facade, by_hand);
}

#[test]
fn a_lock_that_does_one_thing_more_does_not_compile_to_the_same() {
    // On every processor of today a SeqCst store and a Release store differ, but for AArch64, where both are `stlr`.
    if cfg!(any(target_arch = "x86", target_arch = "x86_64")) {
        assert_ne!(instructions("by_hand_slower"), instructions("by_hand"));
    }
    let other = body("add:\n\tmovb $1, %al\n\tret\n.Lfunc_end0:\n");
    assert_ne!(other, instructions("by_hand"));
}
