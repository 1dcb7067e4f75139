//! Numbers, constants and ranges.

use super::Found;
use syn::{ExprLit, ExprPath, ExprRange, Lit, PatIdent, RangeLimits};

pub fn of_literal(found: &mut Found<'_>, literal: &ExprLit) {
    match &literal.lit {
        Lit::Int(number) => {
            let Ok(value) = number.base10_parse::<u128>() else { return };
            let suffix = number.suffix();
            found.says("number_plus_one", literal, format!("{}{suffix}", value.wrapping_add(1)));
            if let Some(less) = value.checked_sub(1) {
                found.says("number_minus_one", literal, format!("{less}{suffix}"));
            }
            found.says("number_zero", literal, format!("0{suffix}"));
            found.says("number_all_ones", literal, format!("(!0{suffix})"));
        }
        Lit::Bool(is) => found.says("bool_flipped", literal, (!is.value).to_string()),
        _ => {}
    }
}

pub fn of_path(found: &mut Found<'_>, path: &ExprPath) {
    if let Some(name) = path.path.get_ident() {
        if let Some(other) = other(found, &name.to_string()) {
            found.says("constant_swapped", path, other);
        }
    } else if path.path.segments.last().is_some_and(|segment| segment.ident == "MAX") {
        let max = found.said(path).to_owned();
        found.says("maximum_minus_one", path, format!("({max} - 1)"));
    }
}

/// In a pattern, a word in capitals is a constant.
pub fn of_pattern(found: &mut Found<'_>, pattern: &PatIdent) {
    if let Some(other) = other(found, &pattern.ident.to_string()) {
        found.says("constant_swapped", &pattern.ident, other);
    }
}

/// The constant after this one that has the same type.
fn other(found: &Found<'_>, name: &str) -> Option<String> {
    // The definition of a constant may not name itself, nor each other in a ring: the compiler says so.
    found.consts.after(name)
}

pub fn of_range(found: &mut Found<'_>, range: &ExprRange) {
    if range.end.is_some() {
        let other = match range.limits {
            RangeLimits::HalfOpen(_) => "..=",
            RangeLimits::Closed(_) => "..",
        };
        found.says("range_end_moved", &range.limits, other);
    }
}
