//! What a function gives without doing anything.

use super::{Found, name_of};
use quote::ToTokens as _;
use syn::{Block, ExprField, Member, ReturnType, Signature};

pub fn body(found: &mut Found<'_>, signature: &Signature, block: &Block) {
    let bodies: &[(&'static str, &str)] = match &signature.output {
        ReturnType::Default if !block.stmts.is_empty() => &[("body_emptied", "{}")],
        ReturnType::Type(_, gives) => match &*name_of(gives) {
            "bool" => &[("always_true", "{ true }"), ("always_false", "{ false }")],
            "Option" => &[("always_none", "{ None }")],
            _ => &[],
        },
        ReturnType::Default => &[],
    };
    // Without comments; what says so already is no mutant.
    let said = block.to_token_stream().to_string();
    for (operator, body) in bodies.iter().filter(|(_, body)| *body != said) {
        found.says(operator, block, *body);
    }
    if matches!(signature.output, ReturnType::Default) {
        for statement in block.stmts.iter().skip(1) {
            let at = found.range(statement).start;
            found.edit("rest_skipped", vec![(at..at, "return; ".into())]);
        }
    }
}

/// `self.head` is `self.tail`.
pub fn field(found: &mut Found<'_>, field: &ExprField) {
    if let Member::Named(name) = &field.member
        && let Some(other) = found.fields.after(&name.to_string())
    {
        found.says("field_swapped", name, other);
    }
}
