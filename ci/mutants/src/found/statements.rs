//! Statements: deleted, swapped, done twice.

use super::{Found, again, word};
use syn::{Block, Expr, Local, Pat, Stmt};

pub fn of_block(found: &mut Found<'_>, block: &Block) {
    for (at, statement) in block.stmts.iter().enumerate() {
        let is_end = at + 1 == block.stmts.len();
        // What a block gives is no statement, unless it gives nothing.
        if is_end && is_value(statement) && !found.gives_nothing {
            continue;
        }
        if let Some(operator) = deletion(statement) {
            found.says(operator, statement, "");
        }
        if let Stmt::Local(local) = statement {
            unbound(found, local);
        }
        if let Stmt::Expr(Expr::MethodCall(call), _) = statement
            && !is_wait_or_wake(&call.method.to_string())
        {
            let said = found.said(statement).trim_end_matches(';').to_owned();
            found.says("done_twice", statement, format!("{said}; {said};"));
        }
    }
    for pair in block.stmts.windows(2) {
        swap(found, &pair[0], &pair[1]);
    }
    let is_gone = |statement: &Stmt| {
        deletion(statement).is_some() && (found.gives_nothing || !is_value(statement))
    };
    let pairs = block.stmts.windows(2).filter(|pair| pair.iter().all(is_gone));
    let pairs: Vec<_> = pairs.map(|pair| (found.range(&pair[0]), found.range(&pair[1]))).collect();
    for (first, second) in pairs {
        found.edit("two_deleted", vec![(first, String::new()), (second, String::new())]);
    }
    unlock_early(found, block);
    again::of_block(found, block);
}

/// Does it need a `;` before something else can follow?
pub fn needs_semicolon(statement: &Stmt) -> bool {
    is_value(statement)
}

/// Is it an expression without `;`, and no block?
fn is_value(statement: &Stmt) -> bool {
    match statement {
        Stmt::Expr(expression, None) => !is_block(expression),
        Stmt::Macro(statement) => statement.semi_token.is_none(),
        _ => false,
    }
}

fn is_block(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::If(_)
            | Expr::While(_)
            | Expr::Loop(_)
            | Expr::ForLoop(_)
            | Expr::Match(_)
            | Expr::Unsafe(_)
            | Expr::Block(_)
    )
}

/// `let _guard = lock.lock();` drops at the end of the block; `let _ = lock.lock();` at once.
fn unbound(found: &mut Found<'_>, local: &Local) {
    if let Pat::Ident(name) = &local.pat
        && name.ident.to_string().starts_with('_')
    {
        found.says("dropped_at_once", &local.pat, "_");
    }
}

/// The guard of a lock is dropped before the last statement. If that uses it, the compiler says so.
fn unlock_early(found: &mut Found<'_>, block: &Block) {
    let [all @ .., last] = &block.stmts[..] else { return };
    let guards = all.iter().filter_map(|statement| match statement {
        Stmt::Local(Local { pat: Pat::Ident(name), init: Some(init), .. }) => {
            let takes = found.said(&*init.expr);
            let is_guard = ["lock()", "read()", "write()"].iter().any(|call| takes.contains(call));
            is_guard.then(|| name.ident.to_string())
        }
        _ => None,
    });
    let at = found.range(last).start;
    for name in guards.collect::<Vec<_>>() {
        found.edit("unlocked_early", vec![(at..at, format!("drop({name}); "))]);
    }
}

/// The operator that deletes this statement.
fn deletion(statement: &Stmt) -> Option<&'static str> {
    match statement {
        Stmt::Expr(expression, _) => of_expression(expression),
        Stmt::Macro(statement) => {
            let name = statement.mac.path.segments.last()?.ident.to_string();
            // A `debug_assert!` is no part of what the code does; a `panic!` that is gone is another value.
            (name == "assert" || name == "assert_eq" || name == "assert_ne" || name == "panic")
                .then_some("assertion_deleted")
        }
        Stmt::Local(local) => match &local.pat {
            Pat::Ident(name) if name.ident.to_string().starts_with('_') => {
                Some("kept_value_deleted")
            }
            Pat::Wild(_) => Some("statement_deleted"),
            _ => None,
        },
        Stmt::Item(_) => None,
    }
}

fn of_expression(expression: &Expr) -> Option<&'static str> {
    let of_name = |name: &str, otherwise| match name {
        "spin_loop" | "spin_for" => "spin_hint_deleted",
        "fence" => "fence_deleted",
        "drop" => "drop_deleted",
        "forget" => "forget_deleted",
        "store" => "store_deleted",
        name if is_wake(name) => "wake_deleted",
        name if is_wait_or_wake(name) => "wait_deleted",
        _ => otherwise,
    };
    Some(match expression {
        Expr::MethodCall(call) => of_name(&call.method.to_string(), "statement_deleted"),
        Expr::Call(call) => of_name(&word(&call.func).unwrap_or_default(), "statement_deleted"),
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => "jump_deleted",
        Expr::Assign(_) => "assignment_deleted",
        Expr::Binary(_) => "assignment_deleted",
        Expr::While(_) | Expr::Loop(_) | Expr::ForLoop(_) | Expr::Match(_) => "block_deleted",
        Expr::Unsafe(_) | Expr::Block(_) => "statement_deleted",
        _ => return None,
    })
}

fn is_wake(name: &str) -> bool {
    name.starts_with("wake") || name.starts_with("notify") || name == "unpark"
}

fn is_wait_or_wake(name: &str) -> bool {
    is_wake(name) || name.starts_with("wait") || name.starts_with("park") || name == "yield_now"
}

fn swap(found: &mut Found<'_>, first: &Stmt, second: &Stmt) {
    let is_let = |statement: &Stmt| matches!(statement, Stmt::Local(_) | Stmt::Item(_));
    if is_let(first) && is_let(second) || names_what_is_bound(found, first, second) {
        return;
    }
    let is_fence = |statement: &Stmt| matches!(statement, Stmt::Expr(Expr::Call(call), _) if word(&call.func).is_some_and(|name| name == "fence"));
    let operator =
        if is_fence(first) || is_fence(second) { "fence_moved" } else { "statements_swapped" };
    if is_value(second) && !found.gives_nothing {
        return;
    }
    let semicolon = if needs_semicolon(second) { ";" } else { "" };
    let edits = vec![
        (found.range(first), format!("{}{semicolon}", found.said(second))),
        (found.range(second), found.said(first).to_owned()),
    ];
    found.edit(operator, edits);
}

/// Does the second use what the first binds? Then they cannot be swapped.
fn names_what_is_bound(found: &Found<'_>, first: &Stmt, second: &Stmt) -> bool {
    let Stmt::Local(local) = first else { return false };
    let bound = found.said(&local.pat);
    let bound: Vec<&str> = bound.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let second = found.said(second);
    let mut words = second.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| !word.is_empty() && bound.contains(&word))
}
