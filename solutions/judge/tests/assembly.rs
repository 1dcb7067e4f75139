//! What the checks of `ch07_processor/asm_spin_lock` read out of assembly: for both architectures, whichever this machine is.

#[path = "../../checks/ch07_processor/assembly/changes.rs"]
#[allow(dead_code, reason = "what only a running program is asked is not asked for")]
mod changes;
#[path = "../../checks/ch07_processor/assembly/line.rs"]
#[allow(dead_code, reason = "what only a running program is asked is not asked for")]
mod line;
#[path = "../../checks/ch07_processor/assembly/machine.rs"]
#[allow(dead_code, reason = "what only a running program is asked is not asked for")]
mod machine;
#[path = "../../checks/ch07_processor/assembly/operands.rs"]
#[allow(dead_code, reason = "what only a running program is asked is not asked for")]
mod operands;
#[path = "../../checks/ch07_processor/assembly/registers.rs"]
#[allow(dead_code, reason = "what only a running program is asked is not asked for")]
mod registers;
#[path = "../../checks/ch07_processor/assembly/text.rs"]
#[allow(dead_code, reason = "what only a running program is asked is not asked for")]
mod text;

use changes::{changed_input, changes_flags, hidden_register, hides_eax, uses_stack};
use machine::Architecture::{self, Aarch64, X86_64};
use machine::{acquires, exchanges, releases, writes};
use text::Assembly;

fn code(templates: &[&str]) -> Assembly {
    let quoted: Vec<_> = templates.iter().map(|line| format!("{line:?}")).collect();
    Assembly::parse(&format!("{}, options(nostack)", quoted.join(", ")))
}

/// Exchanges, acquires, releases.
fn judged(on: Architecture, templates: &[&str]) -> [bool; 3] {
    let code = code(templates);
    [exchanges(on, &code), acquires(on, &code), releases(on, &code)]
}

#[test]
fn exchange_is_one_step_only_with_memory() {
    assert!(exchanges(X86_64, &code(&["xchg dword ptr [{s}], {v:e}"])));
    assert!(exchanges(X86_64, &code(&["lock cmpxchg dword ptr [{s}], {v:e}"])));
    assert!(exchanges(X86_64, &code(&["2: lock; bts dword ptr [{s}], 0"])));
    assert!(exchanges(X86_64, &code(&["xchgl {v:e}, ({s})"])));
    assert!(!exchanges(X86_64, &code(&["xchg {v:e}, {w:e}"])));
    assert!(!exchanges(X86_64, &code(&["cmpxchg dword ptr [{s}], {v:e}"])));
    assert!(!exchanges(X86_64, &code(&["// lock xchg [{s}]", "mov dword ptr [{s}], 1"])));
}

#[test]
fn pair_of_exclusive_instructions_is_one_step_and_half_of_it_is_none() {
    let pair = ["2: ldaxr {o:w}, [{s}]", "stxr {f:w}, {n:w}, [{s}]", "cbnz {f:w}, 2b"];
    assert_eq!(judged(Aarch64, &pair), [true, true, false]);
    assert_eq!(judged(Aarch64, &pair[..1]), [false, true, false]);
    let relaxed = ["2: ldxrb {o:w}, [{s}]", "stlxrb {f:w}, {n:w}, [{s}]", "cbnz {f:w}, 2b"];
    assert_eq!(judged(Aarch64, &relaxed), [true, false, true]);
}

#[test]
fn instructions_of_armv8_1_say_their_ordering_in_their_names() {
    assert_eq!(judged(Aarch64, &["swp {n:w}, {o:w}, [{s}]"]), [true, false, false]);
    assert_eq!(judged(Aarch64, &["swpa {n:w}, {o:w}, [{s}]"]), [true, true, false]);
    assert_eq!(judged(Aarch64, &["swplb {n:w}, {o:w}, [{s}]"]), [true, false, true]);
    assert_eq!(judged(Aarch64, &["casal {o:w}, {n:w}, [{s}]"]), [true, true, true]);
    assert_eq!(judged(Aarch64, &["ldsetal {n:w}, {o:w}, [{s}]"]), [true, true, true]);
}

#[test]
fn store_is_a_release_by_its_name_or_by_a_barrier() {
    assert_eq!(judged(Aarch64, &["stlr wzr, [{s}]"]), [false, false, true]);
    assert_eq!(judged(Aarch64, &["str wzr, [{s}]"]), [false, false, false]);
    assert_eq!(judged(Aarch64, &["dmb ish\nstr wzr, [{s}]"]), [false, false, true]);
    assert_eq!(judged(Aarch64, &["str wzr, [{s}]", "dmb ish"]), [false, false, false], "too late");
    for half in ["dmb ishst", "dmb ishld"] {
        assert!(!releases(Aarch64, &code(&[half, "str wzr, [{s}]"])), "{half} lets something pass");
    }
    assert!(!releases(Aarch64, &code(&["dmb ish"])), "it stores nothing");
    assert!(releases(X86_64, &code(&["mov dword ptr [{s}], 0"])));
    assert!(!releases(X86_64, &code(&["mov {v:e}, dword ptr [{s}]"])));
    assert!(!releases(X86_64, &code(&[""])));
}

#[test]
fn barrier_behind_the_exchange_is_an_acquire_if_it_keeps_loads_back() {
    let pair = ["2: ldxr {o:w}, [{s}]", "stxr {f:w}, {n:w}, [{s}]", "cbnz {f:w}, 2b"];
    let with = |barrier| acquires(Aarch64, &code(&[&pair[..], &[barrier]].concat()));
    assert!(with("dmb ish") && with("dmb ishld"));
    assert!(!with("dmb ishst"));
    assert!(!acquires(Aarch64, &code(&[&["dmb ish"], &pair[..]].concat())), "too early");
}

#[test]
fn store_past_the_buffer_is_a_release_only_behind_a_fence() {
    assert!(!releases(X86_64, &code(&["movnti dword ptr [{s}], {v:e}"])));
    assert!(!releases(X86_64, &code(&["movnti dword ptr [{s}], {v:e}", "sfence"])), "too late");
    assert!(releases(X86_64, &code(&["sfence", "movnti dword ptr [{s}], {v:e}"])));
}

#[test]
fn several_calls_are_read_as_one_after_the_other() {
    let calls = [r#""dmb ish""#, r#""str wzr, [{s}]", s = in(reg) s"#].map(Assembly::parse);
    assert!(releases(Aarch64, &Assembly::joined(calls.into())));
}

#[test]
fn register_that_is_named_in_the_text_alone_is_hidden_unless_it_is_saved() {
    let hidden = |on, text: &str| hidden_register(on, &Assembly::parse(text)).map(str::to_owned);
    let wrong = r#""mov r11d, {v:e}", "xchg dword ptr [{s}], r11d", s = in(reg) s, v = in(reg) 1"#;
    assert_eq!(hidden(X86_64, wrong).as_deref(), Some("r11d"));
    for told in [r#"out("r11") _"#, r#"lateout("r11d") _"#, r#"clobber_abi("C")"#] {
        assert_eq!(hidden(X86_64, &format!("{wrong}, {told}")), None, "{told}");
    }
    assert_eq!(hidden(X86_64, &format!(r#"{wrong}, in("r11") 1"#)).as_deref(), Some("r11d"));
    let saved =
        r#""push rbx", "mov ebx, 1", "xchg dword ptr [{s}], ebx", "pop rbx", s = in(reg) s"#;
    assert_eq!(hidden(X86_64, saved), None);
    let read =
        r#""mov dword ptr [rdi], esi", "cmp eax, 1", "test ecx, ecx", in("rdi") s, in("esi") 1"#;
    assert_eq!(hidden(X86_64, read), None);
    let pair =
        r#""2: ldaxr w9, [{s}]", "stxr {f:w}, {n:w}, [{s}]", "cbnz {f:w}, 2b", f = out(reg) _"#;
    assert_eq!(hidden(Aarch64, pair).as_deref(), Some("w9"));
    assert_eq!(hidden(Aarch64, &format!(r#"{pair}, out("x9") _"#)), None);
    assert_eq!(hidden(Aarch64, r#""stlr wzr, [{s}]", "str w1, [x0]""#), None);
    assert_eq!(hidden(Aarch64, r#""swpa w1, w9, [x0]""#).as_deref(), Some("w9"));
}

#[test]
fn stack_is_used_by_what_names_it() {
    assert_eq!(uses_stack(X86_64, &code(&["push rbx", "nop", "pop rbx"])), Some("push"));
    assert_eq!(uses_stack(X86_64, &code(&["xchg dword ptr [{s}], {v:e}", "pause"])), None);
    assert_eq!(uses_stack(Aarch64, &code(&["str x9, [sp, #-16]!"])), Some("str"));
    assert_eq!(uses_stack(Aarch64, &code(&["stlr wzr, [{s}]"])), None);
}

#[test]
fn what_only_reads_is_told_from_what_writes() {
    assert!(!writes(X86_64, &code(&["mov {v:e}, dword ptr [{s}]"])));
    assert!(!writes(X86_64, &code(&["cmp dword ptr [{s}], 0", "pause"])));
    assert!(writes(X86_64, &code(&["xchg {v:e}, dword ptr [{s}]"])));
    assert!(!writes(Aarch64, &code(&["ldar {v:w}, [{s}]"])));
    assert!(writes(Aarch64, &code(&["stlrb wzr, [{s}]"])));
}

#[test]
fn input_that_changes_is_found_and_output_is_not() {
    let parse = |text: &str| changed_input(X86_64, &Assembly::parse(text));
    let arm = |text: &str| changed_input(Aarch64, &Assembly::parse(text));
    let wrong = r#""xchg dword ptr [{s}], {v:e}", s = in(reg) s, v = in(reg) 1"#;
    assert_eq!(parse(wrong).as_deref(), Some("v"));
    assert_eq!(parse(&wrong.replace("v = in", "v = inout")), None);
    assert_eq!(parse(&wrong.replace("{v:e}", "{w:e}")), None);
    let cas = r#""casa {o:w}, {n:w}, [{s}]", o = in(reg) 0, n = in(reg) 1, s = in(reg) s"#;
    assert_eq!(arm(cas).as_deref(), Some("o"));
    assert_eq!(arm(&cas.replace("o = in", "o = inlateout")), None);
    let pair = r#""ldaxr {o:w}, [{s}]", "stxr {f:w}, {n:w}, [{s}]", o = out(reg) o, f = in(reg) 0, n = in(reg) 1"#;
    assert_eq!(arm(pair).as_deref(), Some("f"));
    let moved = r#""mov {v:e}, 1", "xchg dword ptr [{s}], {w:e}", s = in(reg) s, v = in(reg) 1"#;
    assert_eq!(parse(moved).as_deref(), Some("v"));
}

#[test]
fn cmpxchg_must_give_eax_back() {
    let text =
        r#""lock cmpxchg dword ptr [{s}], {n:e}", s = in(reg) s, n = in(reg) 1, in("eax") 0"#;
    assert!(hides_eax(&Assembly::parse(text)));
    for given in
        [r#"inlateout("eax") 0 => old"#, r#"inout("rax") 0 => old"#, r#"inout("al") 0_u8 => _"#]
    {
        let text = text.replace(r#"in("eax") 0"#, given);
        assert!(!hides_eax(&Assembly::parse(&text)), "{given}");
    }
}

#[test]
fn flags_are_changed_by_arithmetic_and_not_by_moves() {
    assert_eq!(changes_flags(X86_64, &code(&["lock cmpxchg [{s}], {v:e}"])), Some("lock cmpxchg"));
    assert_eq!(changes_flags(X86_64, &code(&["xchg [{s}], {v:e}", "mov {v:e}, 1", "pause"])), None);
    assert_eq!(changes_flags(Aarch64, &code(&["cmp {f:w}, #0"])), Some("cmp"));
    assert_eq!(changes_flags(Aarch64, &code(&["ldaxr {o:w}, [{s}]", "cbnz {f:w}, 2b"])), None);
}

#[test]
fn options_and_templates_are_read_as_they_are_spelt() {
    let text = r#"concat!("lock ", "xadd [{s}], {v:e}"), "nop", v = inout("eax") 1 => _, options(nostack, nomem)"#;
    let code = Assembly::parse(text);
    let lines: Vec<_> = code.lines.iter().map(|line| line.mnemonic.as_str()).collect();
    assert_eq!(lines, ["lock xadd", "nop"]);
    assert_eq!(code.option(&["readonly", "nomem"]), Some("nomem"));
    assert_eq!(code.option(&["pure"]), None);
}
