//! Orderings, and read-modify-writes.

use super::{Found, last};
use syn::{Expr, ExprMethodCall};

/// The strongest: what is lost is that it was one step.
const SEQ_CST: &str = "sync::atomic::Ordering::SeqCst";

/// What is asked of an atomic.
pub fn of_call(found: &mut Found<'_>, call: &ExprMethodCall) {
    let method = call.method.to_string();
    let arguments: Vec<&Expr> = call.args.iter().collect();
    orderings(found, &method, &arguments);
    let is_ordered = arguments.last().is_some_and(|argument| ordering(argument).is_some());
    if !is_ordered {
        return;
    }
    let atomic = found.said(&call.receiver).to_owned();
    let said: Vec<String> = arguments.iter().map(|a| found.said(*a).to_owned()).collect();
    match (method.as_str(), &said[..]) {
        ("compare_exchange", [old, new, success, _]) => {
            found.says("compare_exchange_weakened", &call.method, "compare_exchange_weak");
            exchange(found, call, &atomic, [old, new, success]);
        }
        ("compare_exchange_weak", [old, new, success, _]) => {
            found.says("compare_exchange_strengthened", &call.method, "compare_exchange");
            exchange(found, call, &atomic, [old, new, success]);
        }
        ("swap", [new, ordering]) => {
            split(found, call, &atomic, new);
            found.says("write_lost", call, format!("{atomic}.load({})", of_load(ordering)));
        }
        (_, [by, ordering]) if method.starts_with("fetch_") => {
            let Some((new, other)) = fetched(&method, by) else { return };
            split(found, call, &atomic, &new);
            found.says("write_lost", call, format!("{atomic}.load({})", of_load(ordering)));
            found.says("other_arithmetic", &call.method, other);
        }
        _ => {}
    }
}

/// What `fetch_…` writes, given `old`; and the operation that is taken for it.
fn fetched(method: &str, by: &str) -> Option<(String, &'static str)> {
    Some(match method {
        "fetch_add" => (format!("old.wrapping_add({by})"), "fetch_sub"),
        "fetch_sub" => (format!("old.wrapping_sub({by})"), "fetch_add"),
        "fetch_or" => (format!("old | ({by})"), "fetch_xor"),
        "fetch_xor" => (format!("old ^ ({by})"), "fetch_or"),
        "fetch_and" => (format!("old & ({by})"), "fetch_or"),
        "fetch_max" => (format!("old.max({by})"), "fetch_min"),
        "fetch_min" => (format!("old.min({by})"), "fetch_max"),
        _ => return None,
    })
}

/// A load and a store.
fn split(found: &mut Found<'_>, call: &ExprMethodCall, atomic: &str, new: &str) {
    let split =
        format!("{{ let old = {atomic}.load({SEQ_CST}); {atomic}.store({new}, {SEQ_CST}); old }}");
    // In parentheses: at the begin of a statement a block would end it.
    found.says("read_modify_write_split", call, format!("({split})"));
}

fn exchange(
    found: &mut Found<'_>,
    call: &ExprMethodCall,
    atomic: &str,
    [old, new, success]: [&str; 3],
) {
    found.swapped("exchanged_values_swapped", &call.args[0], &call.args[1]);
    found.says("exchange_unconditional", call, format!("Ok({atomic}.swap({new}, {success}))"));
    let split = format!(
        "{{ let old = {atomic}.load({SEQ_CST}); if old == {old} {{ {atomic}.store({new}, {SEQ_CST}); Ok(old) }} else {{ Err(old) }} }}"
    );
    found.says("read_modify_write_split", call, format!("({split})"));
}

/// The ordering that a load may have, of that of a read-modify-write.
fn of_load(ordering: &str) -> &str {
    match ordering.rsplit("::").next() {
        Some("Release") => "sync::atomic::Ordering::Relaxed",
        Some("AcqRel") => "sync::atomic::Ordering::Acquire",
        _ => ordering,
    }
}

/// The ordering that an argument is.
pub fn ordering(argument: &Expr) -> Option<String> {
    let Expr::Path(path) = argument else { return None };
    let name = last(&path.path);
    matches!(&*name, "Relaxed" | "Acquire" | "Release" | "AcqRel" | "SeqCst").then_some(name)
}

/// Each ordering is each weaker one.
pub fn orderings(found: &mut Found<'_>, method: &str, arguments: &[&Expr]) {
    for (at, argument) in arguments.iter().enumerate() {
        let Some(ordering) = ordering(argument) else { continue };
        let is_failure = method.starts_with("compare_exchange") && at == 3
            || method == "fetch_update" && at == 1;
        let steps: &[(&str, &str)] = match (&*ordering, method) {
            ("SeqCst", "load") => {
                &[("seq_cst_load_acquires", "Acquire"), ("seq_cst_relaxed", "Relaxed")]
            }
            ("SeqCst", "store") => {
                &[("seq_cst_store_releases", "Release"), ("seq_cst_relaxed", "Relaxed")]
            }
            ("SeqCst", _) if is_failure => {
                &[("seq_cst_load_acquires", "Acquire"), ("seq_cst_relaxed", "Relaxed")]
            }
            // A fence is never `Relaxed`.
            ("SeqCst", "fence") => &[
                ("seq_cst_to_acq_rel", "AcqRel"),
                ("seq_cst_only_acquires", "Acquire"),
                ("seq_cst_only_releases", "Release"),
            ],
            ("SeqCst", _) => &[
                ("seq_cst_to_acq_rel", "AcqRel"),
                ("seq_cst_only_acquires", "Acquire"),
                ("seq_cst_only_releases", "Release"),
                ("seq_cst_relaxed", "Relaxed"),
            ],
            ("AcqRel", "fence") => {
                &[("acq_rel_only_acquires", "Acquire"), ("acq_rel_only_releases", "Release")]
            }
            ("AcqRel", _) => &[
                ("acq_rel_only_acquires", "Acquire"),
                ("acq_rel_only_releases", "Release"),
                ("acq_rel_relaxed", "Relaxed"),
            ],
            // As good as none: see `fence_deleted`.
            ("Acquire" | "Release", "fence") => &[],
            ("Acquire", _) => &[("acquire_relaxed", "Relaxed")],
            ("Release", _) => &[("release_relaxed", "Relaxed")],
            _ => &[],
        };
        for (operator, weaker) in steps {
            // By its whole path: the file need not have imported it.
            found.says(operator, *argument, format!("sync::atomic::Ordering::{weaker}"));
        }
    }
}
