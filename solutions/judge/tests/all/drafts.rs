//! Files with a `todo!()` left: their checks wait, the compiler does not.

use crate::scratch::{Scratch, states};

const GUARD: &str = "exercises/src/ch04_spin_lock/guard.rs";
const MINIMAL: &str = "exercises/src/ch04_spin_lock/minimal.rs";

/// The stub with its first body filled in.
fn half_filled(scratch: &Scratch, body: &str) -> String {
    let stub = scratch.read(GUARD);
    let half = stub.replacen("todo!()", body, 1);
    assert!(half.contains("todo!()") && half != stub, "the stub has several bodies to fill in");
    half
}

fn state(scratch: &Scratch) -> (String, String) {
    let (said, report) = scratch.report(&["guard"]);
    let entry = &report["exercises"][0];
    assert!(entry["todos"].as_u64() > Some(0), "{said:?}");
    (states(&report)[0].1.clone(), said.text())
}

#[test]
fn half_filled_file_that_does_not_compile_says_so_and_why() {
    let scratch = Scratch::new();
    assert_eq!(state(&scratch).0, "to do", "nobody has touched it");
    scratch.put(GUARD, &half_filled(&scratch, "self.locked.swop(true)"));
    // Said again, it is what the compiler has said before.
    for _ in 0..2 {
        let (found, text) = state(&scratch);
        assert_eq!(found, "does not compile");
        assert!(text.contains("no method named `swop`"), "{text}");
        assert!(text.contains("exercises/src/ch04_spin_lock/guard.rs:"), "{text}");
    }
    assert_eq!(scratch.judge(&["guard"]).code(), Some(101));
    let known = scratch.judge(&["--events", "--remembered", "--exact", "spin-lock-guard"]);
    assert!(known.text().contains("does not compile"), "{known:?}");
}

#[test]
fn half_filled_file_that_compiles_is_to_do() {
    let scratch = Scratch::new();
    let stub = scratch.read(GUARD);
    let lock = "while self.locked.swap(true, Ordering::Acquire) { hint::spin_loop(); }\n        Guard { lock: self }";
    scratch.put(GUARD, &stub.replacen("todo!()", lock, 1));
    assert_eq!(state(&scratch).0, "to do");
    assert_eq!(scratch.judge(&["guard"]).code(), Some(0));
}

#[test]
fn module_of_a_half_filled_file_is_compiled_with_it_also_when_it_comes_later() {
    let scratch = Scratch::new();
    scratch.put(GUARD, &format!("{}\nmod inner;\n", scratch.read(GUARD)));
    assert_eq!(state(&scratch).0, "does not compile");
    let inner = "exercises/src/ch04_spin_lock/guard/inner.rs";
    for (text, expected) in [
        ("pub fn inner() {}\n", "to do"),
        ("pub fn inner() -> u8 { \"no\" }\n", "does not compile"),
        ("pub fn inner() {}\n", "to do"),
    ] {
        scratch.put(inner, text);
        assert_eq!(state(&scratch).0, expected, "{text}");
    }
}

#[test]
fn of_many_files_those_that_do_not_compile_are_named_and_the_others_are_to_do() {
    let scratch = Scratch::new();
    scratch.put(GUARD, &half_filled(&scratch, "self.locked.swop(true)"));
    let minimal = scratch.read(MINIMAL);
    // What is no type hides what is no method, and comes to light when it has been set aside.
    scratch.put(MINIMAL, &format!("{minimal}\npub fn more() -> Nothing {{ todo!() }}\n"));
    let (said, report) = scratch.report(&["4"]);
    let all = states(&report);
    let broken: Vec<&str> =
        all.iter().filter(|(_, s)| s == "does not compile").map(|(f, _)| f.as_str()).collect();
    assert_eq!(broken, ["minimal", "guard"], "{said:?}");
    let to_do = all.iter().filter(|(_, state)| state == "to do").count();
    assert_eq!(to_do, all.len() - 2, "{said:?}");
    assert!(said.text().contains("cannot find type `Nothing`"), "{said:?}");
    assert!(said.text().contains("no method named `swop`"), "{said:?}");
}
