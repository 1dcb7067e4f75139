//! What is asked before something is done.

use super::Found;
use syn::{BinOp, Expr, ExprBinary, ExprIf, ExprMatch, ExprUnary, Pat, PatGuard, UnOp};

pub fn of_binary(found: &mut Found<'_>, binary: &ExprBinary) {
    let (left, right) =
        (found.said(&*binary.left).to_owned(), found.said(&*binary.right).to_owned());
    let other: &[(&'static str, &str)] = match &binary.op {
        BinOp::Lt(_) => &[("bound_moved", "<=")],
        BinOp::Le(_) => &[("bound_moved", "<")],
        BinOp::Gt(_) => &[("bound_moved", ">=")],
        BinOp::Ge(_) => &[("bound_moved", ">")],
        BinOp::Eq(_) => &[("equality_reversed", "!=")],
        BinOp::Ne(_) => &[("equality_reversed", "==")],
        BinOp::And(_) => &[("and_or", "||")],
        BinOp::Or(_) => &[("and_or", "&&")],
        BinOp::Add(_) => &[("other_arithmetic", "-")],
        BinOp::Sub(_) => &[("other_arithmetic", "+")],
        BinOp::Mul(_) => &[("other_arithmetic", "+")],
        BinOp::Div(_) => &[("other_arithmetic", "*")],
        BinOp::Rem(_) => &[("other_arithmetic", "/")],
        BinOp::BitAnd(_) => &[("other_bits", "|")],
        BinOp::BitOr(_) => &[("other_bits", "&"), ("other_bits", "^")],
        BinOp::BitXor(_) => &[("other_bits", "|")],
        BinOp::Shl(_) => &[("other_bits", ">>")],
        BinOp::Shr(_) => &[("other_bits", "<<")],
        BinOp::AddAssign(_) => &[("other_arithmetic", "-=")],
        BinOp::SubAssign(_) => &[("other_arithmetic", "+=")],
        _ => &[],
    };
    for (operator, other) in other {
        found.says(operator, &binary.op, *other);
    }
    if matches!(binary.op, BinOp::And(_) | BinOp::Or(_)) {
        // `let` in a chain is no value of its own.
        found.says("part_of_condition_dropped", binary, left);
        found.says("part_of_condition_dropped", binary, right);
    }
}

pub fn of_unary(found: &mut Found<'_>, unary: &ExprUnary) {
    if matches!(unary.op, UnOp::Not(_)) {
        let inner = found.said(&*unary.expr).to_owned();
        found.says("not_dropped", unary, inner);
    }
}

/// Is it a condition that can be turned into another by putting something before it?
pub fn is_plain(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => false,
        Expr::Binary(binary) => is_plain(&binary.left) && is_plain(&binary.right),
        _ => true,
    }
}

pub fn of_if(found: &mut Found<'_>, branch: &ExprIf) {
    if is_plain(&branch.cond) {
        let condition = found.said(&*branch.cond).to_owned();
        found.says("condition_negated", &*branch.cond, format!("!({condition})"));
        // What the condition does is done all the same.
        found.says("condition_always", &*branch.cond, format!("({condition}) || true"));
        found.says("condition_never", &*branch.cond, format!("({condition}) && false"));
    }
    if let Some((word, otherwise)) = &branch.else_branch {
        let range = found.range(word).start..found.range(&**otherwise).end;
        found.edit("else_deleted", vec![(range, String::new())]);
    }
}

pub fn of_match(found: &mut Found<'_>, branch: &ExprMatch) {
    for (at, arm) in branch.arms.iter().enumerate() {
        if let Pat::Guard(PatGuard { if_token, guard, .. }) = &arm.pat {
            let range = found.range(if_token).start..found.range(&**guard).end;
            found.edit("arm_guard_dropped", vec![(range, String::new())]);
            if is_plain(guard) {
                let asked = found.said(&**guard).to_owned();
                found.says("condition_negated", &**guard, format!("!({asked})"));
            }
        }
        // Where a later arm takes what this one took, the compiler accepts it.
        if at + 1 < branch.arms.len() {
            found.says("arm_deleted", arm, "");
        }
    }
    for pair in branch.arms.windows(2) {
        found.swapped("arms_swapped", &*pair[0].body, &*pair[1].body);
    }
}
