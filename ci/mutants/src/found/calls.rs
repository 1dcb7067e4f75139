//! Calls: who is woken, what is dropped, which arguments.

use super::{Found, atomics, word};
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall};

pub fn of_method(found: &mut Found<'_>, call: &ExprMethodCall) {
    let method = call.method.to_string();
    if let Some(other) = other_wake(&method) {
        found.says(other.0, &call.method, other.1);
        if other.0 == "all_woken_one" {
            let one = format!("{}.{}()", found.said(&call.receiver), other.1);
            twice(found, call, &one);
        }
    }
    if let Some(opposite) = opposite(&method) {
        found.says("question_reversed", &call.method, opposite);
    }
    if let Some(other) = neighbour(&method) {
        found.says("other_method", &call.method, other);
    }
    if let Some(other) = found.functions.after(&method) {
        found.says("function_swapped", &call.method, other);
    }
    match (&*method, call.args.len()) {
        ("wait_while", 2) => {
            let (guard, receiver) = (found.said(&call.args[0]), found.said(&call.receiver));
            let waits_once = format!("{receiver}.wait({guard})");
            found.says("waits_only_once", call, waits_once);
        }
        ("iter" | "iter_mut" | "into_iter", 0) => {
            let two = format!("{}.take(2)", found.said(call));
            found.says("iterator_only_twice", call, two);
        }
        ("saturating_sub" | "saturating_add", 1) => {
            found.says("saturation_lost", &call.method, method.replace("saturating", "wrapping"));
        }
        _ => {}
    }
    if method.ends_with("_while")
        && let Some(Expr::Closure(closure)) = call.args.last()
    {
        let asked = found.said(&*closure.body).to_owned();
        found.says("condition_negated", &*closure.body, format!("!({asked})"));
    }
    if !method.starts_with("compare_exchange") {
        arguments(found, &call.args.iter().collect::<Vec<_>>());
    }
}

pub fn of_call(found: &mut Found<'_>, call: &ExprCall) {
    let name = word(&call.func).unwrap_or_default();
    atomics::orderings(found, &name, &call.args.iter().collect::<Vec<_>>());
    if let Some((operator, other)) = other_wake(&name)
        && let Expr::Path(path) = &*call.func
        && let Some(segment) = path.path.segments.last()
    {
        found.says(operator, &segment.ident, other);
        if operator == "all_woken_one" {
            let one = found.said(call).replacen(&name, other, 1);
            twice(found, call, &one);
        }
    }
    if let Some(other) = found.functions.after(&name)
        && let Expr::Path(path) = &*call.func
        && let Some(segment) = path.path.segments.last()
    {
        found.says("function_swapped", &segment.ident, other);
    }
    match (&*name, call.args.len()) {
        ("drop", 1) => found.says("drop_forgotten", &call.func, "std::mem::forget"),
        ("forget", 1) => found.says("forgotten_dropped", &call.func, "drop"),
        ("Some", 1) => found.says("some_is_none", call, "None"),
        _ => arguments(found, &call.args.iter().collect::<Vec<_>>()),
    }
}

/// Two are woken: with two threads that sleep, nobody sees that it is not all.
fn twice(found: &mut Found<'_>, call: &impl Spanned, one: &str) {
    // In parentheses: at the begin of a statement a block would end it.
    found.says("all_woken_two", call, format!("({{ {one}; {one} }})"));
}

fn other_wake(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "notify_one" => ("one_woken_all", "notify_all"),
        "wake_one" => ("one_woken_all", "wake_all"),
        "notify_all" => ("all_woken_one", "notify_one"),
        "wake_all" => ("all_woken_one", "wake_one"),
        _ => return None,
    })
}

fn opposite(name: &str) -> Option<&'static str> {
    Some(match name {
        "is_some" => "is_none",
        "is_none" => "is_some",
        "is_ok" => "is_err",
        "is_err" => "is_ok",
        "any" => "all",
        "all" => "any",
        "max" => "min",
        "min" => "max",
        _ => return None,
    })
}

/// What std has beside it, with the same signature.
fn neighbour(name: &str) -> Option<&'static str> {
    Some(match name {
        "push_back" => "push_front",
        "push_front" => "push_back",
        "pop_front" => "pop_back",
        "pop_back" => "pop_front",
        "wrapping_add" => "wrapping_sub",
        "wrapping_sub" => "wrapping_add",
        "checked_add" => "checked_sub",
        "checked_sub" => "checked_add",
        "read" => "write",
        "write" => "read",
        "first" => "last",
        "last" => "first",
        "leading_zeros" => "trailing_zeros",
        "trailing_zeros" => "leading_zeros",
        "leading_ones" => "trailing_ones",
        "trailing_ones" => "leading_ones",
        "rotate_left" => "rotate_right",
        "rotate_right" => "rotate_left",
        _ => return None,
    })
}

/// Neighbours change places. Where they are not of one type, the compiler says so; that an ordering is no value is known before.
fn arguments(found: &mut Found<'_>, arguments: &[&Expr]) {
    let is_plain = |argument: &Expr| {
        matches!(argument, Expr::Path(_) | Expr::Lit(_) | Expr::Field(_) | Expr::Reference(_))
    };
    let is_ordering = |argument: &Expr| atomics::ordering(argument).is_some();
    for pair in arguments.windows(2) {
        let is_mixed = is_ordering(pair[0]) != is_ordering(pair[1]);
        if is_plain(pair[0]) && is_plain(pair[1]) && !is_mixed {
            found.swapped("arguments_swapped", pair[0], pair[1]);
        }
    }
}
