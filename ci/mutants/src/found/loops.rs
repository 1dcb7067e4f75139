//! Loops, and the jumps out of them.

use super::conditions::is_plain;
use super::{Found, statements};
use syn::spanned::Spanned;
use syn::{Block, Expr};

pub fn of_loop(found: &mut Found<'_>, expression: &Expr) {
    match expression {
        Expr::While(repeat) => {
            found.says("while_is_if", &repeat.while_token, "if");
            let (asked, body) = (found.said(&*repeat.cond), found.said(&repeat.body));
            let twice = format!("{{ if {asked} {body} if {asked} {body} }}");
            found.says("while_is_two_ifs", repeat, twice);
            if is_plain(&repeat.cond) {
                let condition = found.said(&*repeat.cond).to_owned();
                found.says("condition_negated", &*repeat.cond, format!("!({condition})"));
                found.says("condition_never", &*repeat.cond, format!("({condition}) && false"));
            }
        }
        Expr::Loop(repeat) => ends(found, &repeat.body),
        Expr::ForLoop(repeat) => {
            let all = found.said(&*repeat.expr).to_owned();
            for (operator, part) in [
                ("for_skips_first", "skip(1)"),
                ("for_only_once", "take(1)"),
                ("for_only_twice", "take(2)"),
            ] {
                let fewer = format!("IntoIterator::into_iter({all}).{part}");
                found.says(operator, &*repeat.expr, fewer);
            }
        }
        _ => {}
    }
}

/// The loop ends after its first round.
fn ends(found: &mut Found<'_>, body: &Block) {
    let end = Found::of_span(body.brace_token.span.close()).start;
    let before = match body.stmts.last() {
        Some(last) if statements::needs_semicolon(last) => "; ",
        _ => "",
    };
    found.edit("loop_only_once", vec![(end..end, format!("{before}break "))]);
}

pub fn of_jump(found: &mut Found<'_>, expression: &Expr) {
    match expression {
        Expr::Break(jump) if jump.expr.is_none() => {
            found.says("break_continues", &jump.break_token.span(), "continue");
        }
        Expr::Continue(jump) => {
            found.says("continue_breaks", &jump.continue_token.span(), "break");
        }
        _ => {}
    }
}
