use super::mutants;
use crate::operators::OPERATORS;
use std::collections::BTreeSet;

/// For each operator: a text, and one that it makes of it. `$` stands for `sync::atomic::Ordering::`.
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("acquire_relaxed", "fn f() { a.load(Acquire); }", "fn f() { a.load($Relaxed); }"),
    ("release_relaxed", "fn f() { a.store(1, Release); }", "fn f() { a.store(1, $Relaxed); }"),
    ("acq_rel_only_acquires", "fn f() { a.swap(n, AcqRel); }", "fn f() { a.swap(n, $Acquire); }"),
    ("acq_rel_only_releases", "fn f() { a.swap(n, AcqRel); }", "fn f() { a.swap(n, $Release); }"),
    ("seq_cst_load_acquires", "fn f() { a.load(SeqCst); }", "fn f() { a.load($Acquire); }"),
    (
        "seq_cst_store_releases",
        "fn f() { a.store(n, SeqCst); }",
        "fn f() { a.store(n, $Release); }",
    ),
    ("seq_cst_to_acq_rel", "fn f() { fence(SeqCst); }", "fn f() { fence($AcqRel); }"),
    ("acq_rel_relaxed", "fn f() { a.swap(n, AcqRel); }", "fn f() { a.swap(n, $Relaxed); }"),
    ("seq_cst_only_acquires", "fn f() { a.swap(n, SeqCst); }", "fn f() { a.swap(n, $Acquire); }"),
    ("seq_cst_only_releases", "fn f() { fence(SeqCst); }", "fn f() { fence($Release); }"),
    ("seq_cst_relaxed", "fn f() { a.load(SeqCst); }", "fn f() { a.load($Relaxed); }"),
    (
        "loaded_again",
        "fn f() { let old = a.load(Acquire); g(); h(old + 1) }",
        "fn f() { let old = a.load(Acquire); g(); h(a.load(Acquire) + 1) }",
    ),
    ("two_deleted", "fn f() { g(); h(); }", "fn f() {   }"),
    ("number_zero", "fn f() { g(4u8) }", "fn f() { g(0u8) }"),
    ("number_all_ones", "fn f() { g(4u8) }", "fn f() { g((!0u8)) }"),
    ("other_method", "fn f() { g.pop_front() }", "fn f() { g.pop_back() }"),
    (
        "function_swapped",
        "fn f() { g(1) } fn g(n: u8) {} fn h(n: u8) {}",
        "fn f() { h(1) } fn g(n: u8) {} fn h(n: u8) {}",
    ),
    (
        "unlocked_early",
        "fn f() { let guard = g.lock(); h(); i(); }",
        "fn f() { let guard = g.lock(); h(); drop(guard); i(); }",
    ),
    ("fence_deleted", "fn f() { fence(Acquire); }", "fn f() {  }"),
    ("fence_moved", "fn f() { fence(Acquire); g(); }", "fn f() { g(); fence(Acquire); }"),
    (
        "read_modify_write_split",
        "fn f() { a.swap(n, Acquire); }",
        "fn f() { ({ let old = a.load($SeqCst); a.store(n, $SeqCst); old }); }",
    ),
    (
        "read_modify_write_split",
        "fn f() { a.fetch_sub(n, Acquire); }",
        "fn f() { ({ let old = a.load($SeqCst); a.store(old.wrapping_sub(n), $SeqCst); old }); }",
    ),
    (
        "read_modify_write_split",
        "fn f() { a.compare_exchange(o, n, Acquire, Relaxed); }",
        "fn f() { ({ let old = a.load($SeqCst); if old == o { a.store(n, $SeqCst); Ok(old) } else { Err(old) } }); }",
    ),
    ("write_lost", "fn f() { a.fetch_add(n, Release); }", "fn f() { a.load($Relaxed); }"),
    (
        "exchange_unconditional",
        "fn f() { a.compare_exchange(o, n, Acquire, Relaxed); }",
        "fn f() { Ok(a.swap(n, Acquire)); }",
    ),
    (
        "exchanged_values_swapped",
        "fn f() { a.compare_exchange(o, n, Acquire, Relaxed); }",
        "fn f() { a.compare_exchange(n, o, Acquire, Relaxed); }",
    ),
    (
        "compare_exchange_weakened",
        "fn f() { a.compare_exchange(o, n, Acquire, Relaxed); }",
        "fn f() { a.compare_exchange_weak(o, n, Acquire, Relaxed); }",
    ),
    (
        "compare_exchange_strengthened",
        "fn f() { a.compare_exchange_weak(o, n, Acquire, Relaxed); }",
        "fn f() { a.compare_exchange(o, n, Acquire, Relaxed); }",
    ),
    ("statement_deleted", "fn f() { g(); h() }", "fn f() {  h() }"),
    ("statement_deleted", "fn f() { g(); h() }", "fn f() { g();  }"),
    ("store_deleted", "fn f() { a.store(n, Relaxed); }", "fn f() {  }"),
    ("assignment_deleted", "fn f() { a = n; }", "fn f() {  }"),
    ("assignment_deleted", "fn f() { a += n; }", "fn f() {  }"),
    ("assertion_deleted", "fn f() { assert!(a, \"b\"); }", "fn f() {  }"),
    ("jump_deleted", "fn f() { return; }", "fn f() {  }"),
    ("block_deleted", "fn f() { while a {} g() }", "fn f() {  g() }"),
    ("statements_swapped", "fn f() { g(); h() }", "fn f() { h(); g(); }"),
    ("done_twice", "fn f() { a.g(); }", "fn f() { a.g(); a.g(); }"),
    ("spin_hint_deleted", "fn f() { hint::spin_loop(); }", "fn f() {  }"),
    ("wait_deleted", "fn f() { thread::park(); }", "fn f() {  }"),
    ("wake_deleted", "fn f() { a.unpark(); }", "fn f() {  }"),
    ("one_woken_all", "fn f() { a.notify_one(); }", "fn f() { a.notify_all(); }"),
    ("all_woken_one", "fn f() { futex::wake_all(a); }", "fn f() { futex::wake_one(a); }"),
    (
        "all_woken_two",
        "fn f() { futex::wake_all(a); }",
        "fn f() { ({ futex::wake_one(a); futex::wake_one(a) }); }",
    ),
    (
        "all_woken_two",
        "fn f() { a.notify_all(); }",
        "fn f() { ({ a.notify_one(); a.notify_one() }); }",
    ),
    ("waits_only_once", "fn f() { c.wait_while(g, |a| a.b); }", "fn f() { c.wait(g); }"),
    ("drop_deleted", "fn f() { drop(a); }", "fn f() {  }"),
    ("drop_forgotten", "fn f() { drop(a); }", "fn f() { std::mem::forget(a); }"),
    ("forget_deleted", "fn f() { mem::forget(a); }", "fn f() {  }"),
    ("forgotten_dropped", "fn f() { mem::forget(a); }", "fn f() { drop(a); }"),
    ("kept_value_deleted", "fn f() { let _a = b; }", "fn f() {  }"),
    ("dropped_at_once", "fn f() { let _a = b; }", "fn f() { let _ = b; }"),
    ("drop_impl_deleted", "impl Drop for A { }", ""),
    ("condition_negated", "fn f() { if a {} }", "fn f() { if !(a) {} }"),
    (
        "condition_negated",
        "fn f() { c.wait_while(g, |a| a.b); }",
        "fn f() { c.wait_while(g, |a| !(a.b)); }",
    ),
    (
        "condition_negated",
        "fn f() { match a { A if b => 1, _ => 2 } }",
        "fn f() { match a { A if !(b) => 1, _ => 2 } }",
    ),
    ("condition_always", "fn f() { if a {} }", "fn f() { if (a) || true {} }"),
    ("condition_never", "fn f() { if a {} }", "fn f() { if (a) && false {} }"),
    ("part_of_condition_dropped", "fn f() { g(a && b) }", "fn f() { g(b) }"),
    ("and_or", "fn f() { g(a && b) }", "fn f() { g(a || b) }"),
    ("not_dropped", "fn f() { g(!a) }", "fn f() { g(a) }"),
    ("equality_reversed", "fn f() { g(a == b) }", "fn f() { g(a != b) }"),
    ("bound_moved", "fn f() { g(a < b) }", "fn f() { g(a <= b) }"),
    ("bound_moved", "fn f() { assert!(a > b); }", "fn f() { assert!(a >= b); }"),
    ("question_reversed", "fn f() { g(a.is_some()) }", "fn f() { g(a.is_none()) }"),
    ("else_deleted", "fn f() { if a { g() } else { h() } }", "fn f() { if a { g() }  }"),
    (
        "arm_deleted",
        "fn f() { match a { A => g(), _ => h() } }",
        "fn f() { match a {  _ => h() } }",
    ),
    (
        "arm_guard_dropped",
        "fn f() { match a { A if b => 1, _ => 2 } }",
        "fn f() { match a { A  => 1, _ => 2 } }",
    ),
    (
        "arms_swapped",
        "fn f() { match a { A => g(), _ => h() } }",
        "fn f() { match a { A => h(), _ => g() } }",
    ),
    ("while_is_if", "fn f() { while a {} }", "fn f() { if a {} }"),
    ("loop_only_once", "fn f() { loop { a } }", "fn f() { loop { a ; break } }"),
    ("loop_only_once", "fn f() { loop { a; } }", "fn f() { loop { a; break } }"),
    (
        "while_is_two_ifs",
        "fn f() { while a { g(); } }",
        "fn f() { { if a { g(); } if a { g(); } } }",
    ),
    (
        "for_only_once",
        "fn f() { for a in b {} }",
        "fn f() { for a in IntoIterator::into_iter(b).take(1) {} }",
    ),
    ("iterator_only_twice", "fn f() { g(a.iter().max()) }", "fn f() { g(a.iter().take(2).max()) }"),
    (
        "for_only_twice",
        "fn f() { for a in b {} }",
        "fn f() { for a in IntoIterator::into_iter(b).take(2) {} }",
    ),
    (
        "for_skips_first",
        "fn f() { for a in b {} }",
        "fn f() { for a in IntoIterator::into_iter(b).skip(1) {} }",
    ),
    ("break_continues", "fn f() { loop { break; } }", "fn f() { loop { continue; } }"),
    ("continue_breaks", "fn f() { loop { continue; } }", "fn f() { loop { break; } }"),
    ("range_end_moved", "fn f() { g(a..b) }", "fn f() { g(a..=b) }"),
    ("number_plus_one", "const A: u8 = 1;", "const A: u8 = 2;"),
    ("number_minus_one", "const A: u8 = 1u8;", "const A: u8 = 0u8;"),
    ("maximum_minus_one", "const A: u8 = u8::MAX;", "const A: u8 = (u8::MAX - 1);"),
    ("bool_flipped", "const A: bool = true;", "const A: bool = false;"),
    (
        "constant_swapped",
        "const A: u8 = B; const C: u8 = A; fn f() { g(A) }",
        "const A: u8 = B; const C: u8 = A; fn f() { g(C) }",
    ),
    (
        "constant_swapped",
        "const A: u8 = B; const C: u8 = B; fn f() { match a { C => {} _ => {} } }",
        "const A: u8 = B; const C: u8 = B; fn f() { match a { A => {} _ => {} } }",
    ),
    ("other_arithmetic", "fn f() { g(a + b) }", "fn f() { g(a - b) }"),
    (
        "other_arithmetic",
        "fn f() { a.fetch_add(n, Relaxed); }",
        "fn f() { a.fetch_sub(n, Relaxed); }",
    ),
    ("other_bits", "fn f() { g(a | b) }", "fn f() { g(a & b) }"),
    ("saturation_lost", "fn f() { g(a.saturating_sub(b)) }", "fn f() { g(a.wrapping_sub(b)) }"),
    ("arguments_swapped", "fn f() { g(a, b) }", "fn f() { g(b, a) }"),
    ("some_is_none", "fn f() { g(Some(a)) }", "fn f() { g(None) }"),
    ("always_none", "fn f() -> Option<u8> { g() }", "fn f() -> Option<u8> { None }"),
    ("always_true", "fn f() -> bool { g() }", "fn f() -> bool { true }"),
    ("always_false", "fn f() -> bool { g() }", "fn f() -> bool { false }"),
    ("body_emptied", "fn f() { a.b }", "fn f() {}"),
    ("rest_skipped", "fn f() { g(); h() }", "fn f() { g(); return; h() }"),
    (
        "field_swapped",
        "struct A { b: u8, c: u8 } fn f() { a.b }",
        "struct A { b: u8, c: u8 } fn f() { a.c }",
    ),
    ("send_or_sync_deleted", "unsafe impl Send for A {}", ""),
    (
        "send_or_sync_added",
        "pub struct A<'a, T: B>(&'a T);",
        "pub struct A<'a, T: B>(&'a T);\nunsafe impl< 'a , T : B > Send for A< 'a , T > {}",
    ),
    (
        "send_for_sync",
        "unsafe impl<T: Send> Sync for A<T> {}",
        "unsafe impl<T: Sync> Sync for A<T> {}",
    ),
    (
        "bound_dropped",
        "unsafe impl<T: Send> Sync for A<T> {}",
        "unsafe impl<T: Sized> Sync for A<T> {}",
    ),
    ("bound_dropped", "fn f<T>() where T: Send + 'static {}", "fn f<T>() where T: Send {}"),
    (
        "phantom_owns_nothing",
        "struct A { a: PhantomData<*const ()> }",
        "struct A { a: PhantomData<()> }",
    ),
    ("impl_deleted", "impl Clone for A {}", ""),
    ("derive_dropped", "#[derive(Clone, Debug)] pub struct A;", "#[derive(Debug)] pub struct A;"),
];

#[test]
fn each_operator_makes_its_mistake() {
    for (operator, text, wanted) in EXAMPLES {
        let wanted = wanted.replace('$', "sync::atomic::Ordering::");
        let found = mutants(text).unwrap();
        let made: Vec<&str> =
            found.iter().filter(|m| m.operator == *operator).map(|m| m.text.as_str()).collect();
        assert!(made.contains(&wanted.as_str()), "{operator} makes {made:#?} of {text}");
    }
}

#[test]
fn each_operator_has_an_example() {
    let shown: BTreeSet<&str> = EXAMPLES.iter().map(|(operator, ..)| *operator).collect();
    let all: BTreeSet<&str> = OPERATORS.iter().map(|operator| operator.name).collect();
    assert_eq!(shown, all);
}

#[test]
fn what_is_right_or_no_code_is_left_alone() {
    for text in [
        // Stronger, or nothing that could be weaker.
        "use a::{b, c};",
        "fn f() { debug_assert!(a); }",
        "fn f() { format!(\"{}\", a == b); }",
        "static A: [u8; 4] = B;",
        "fn f() -> u8 { g() }",
    ] {
        let made = mutants(text).unwrap();
        let is_emptied = |m: &&super::Mutant| m.operator != "body_emptied";
        assert_eq!(
            made.iter().filter(is_emptied).collect::<Vec<_>>(),
            Vec::<&super::Mutant>::new()
        );
    }
}

#[test]
fn comments_and_layout_stay_and_places_are_named() {
    let text = "impl A {\n    fn b(&self) {\n        // Why.\n        self.c.store(D,   Release); // é\n    }\n}\n";
    let made = mutants(text).unwrap();
    let weaker = made.iter().find(|mutant| mutant.operator == "release_relaxed").unwrap();
    assert_eq!(weaker.text, text.replace("Release", "sync::atomic::Ordering::Relaxed"));
    assert_eq!(weaker.place, "A::b");
}

#[test]
fn each_text_is_made_once() {
    let made = mutants("fn f() -> bool { if a { return true; } false }").unwrap();
    let texts: BTreeSet<&str> = made.iter().map(|mutant| mutant.text.as_str()).collect();
    assert_eq!(texts.len(), made.len());
}

#[test]
fn function_that_gives_it_already_is_no_mutant() {
    let all = mutants("fn f() -> bool {\n    // Why.\n    true\n}").unwrap();
    assert!(all.iter().all(|mutant| mutant.operator != "always_true"), "{all:?}");
    assert!(all.iter().any(|mutant| mutant.operator == "always_false"), "{all:?}");
}
