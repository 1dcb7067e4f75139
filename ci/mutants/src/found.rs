//! The mutants of a text: a walk through its syntax, and at each place what the operators make of it.
//!
//! A mutant is an edit of the text, and not of the syntax, so that its layout and its comments stay. Nothing inside macros is
//! changed, but for what `assert!` asks.

mod again;
mod alike;
mod atomics;
mod calls;
mod conditions;
mod given;
mod impls;
mod loops;
mod numbers;
mod statements;
#[cfg(test)]
mod tests;
mod values;
mod walk;

use alike::Alike;
pub use given::Given;
use proc_macro2::Span;
use std::collections::BTreeSet;
use std::ops::Range;
use syn::spanned::Spanned;
use syn::visit::Visit as _;

/// A text with one mistake in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The operator that makes it: one of [`OPERATORS`](crate::operators::OPERATORS).
    pub operator: &'static str,
    /// Where: `Guard::drop`, or the name of an item.
    pub place: String,
    /// The whole text.
    pub text: String,
}

/// Part of a text, and what comes in its place.
type Edit = (Range<usize>, String);

/// All mutants of a text, in the order of their places, each text once.
///
/// # Errors
///
/// If the text is no Rust.
pub fn mutants(text: &str) -> syn::Result<Vec<Mutant>> {
    let file = syn::parse_file(text)?;
    let mut found = Found {
        text,
        consts: Alike::consts(&file),
        fields: Alike::fields(&file),
        functions: Alike::functions(&file),
        ..Found::default()
    };
    found.visit_file(&file);
    let mut seen = BTreeSet::from([text.to_owned()]);
    found.mutants.retain(|mutant| seen.insert(mutant.text.clone()));
    Ok(found.mutants)
}

/// What is found so far, and where the walk is.
#[derive(Default)]
struct Found<'a> {
    text: &'a str,
    consts: Alike,
    fields: Alike,
    functions: Alike,
    /// The names of what the walk is in.
    inside: Vec<String>,
    /// The function that the walk is in returns nothing.
    gives_nothing: bool,
    mutants: Vec<Mutant>,
}

impl Found<'_> {
    /// The text of a node, or a part of it.
    fn range(&self, node: &impl Spanned) -> Range<usize> {
        Self::of_span(node.span())
    }

    fn of_span(span: Span) -> Range<usize> {
        span.byte_range()
    }

    fn said(&self, node: &impl Spanned) -> &str {
        &self.text[self.range(node)]
    }

    /// A node says something else.
    fn says(&mut self, operator: &'static str, node: &impl Spanned, instead: impl Into<String>) {
        let range = self.range(node);
        self.edit(operator, vec![(range, instead.into())]);
    }

    /// Two nodes change places.
    fn swapped(&mut self, operator: &'static str, left: &impl Spanned, right: &impl Spanned) {
        let edits = vec![
            (self.range(left), self.said(right).into()),
            (self.range(right), self.said(left).into()),
        ];
        self.edit(operator, edits);
    }

    fn edit(&mut self, operator: &'static str, mut edits: Vec<Edit>) {
        debug_assert!(crate::operators::find(operator).is_some(), "{operator} is not listed");
        edits.sort_by_key(|(range, _)| range.start);
        let (mut text, mut at) = (String::new(), 0);
        for (range, instead) in edits {
            text += &self.text[at..range.start];
            text += &instead;
            at = range.end;
        }
        text += &self.text[at..];
        self.mutants.push(Mutant { operator, place: self.inside.join("::"), text });
    }

    /// Walks on inside something that has a name.
    fn within(&mut self, name: String, walk: impl FnOnce(&mut Self)) {
        self.inside.push(name);
        walk(self);
        self.inside.pop();
    }

    /// Walks on inside a function.
    fn within_fn(
        &mut self,
        signature: &syn::Signature,
        block: &syn::Block,
        walk: impl FnOnce(&mut Self),
    ) {
        let before = self.gives_nothing;
        self.gives_nothing = matches!(signature.output, syn::ReturnType::Default);
        self.within(signature.ident.to_string(), |found| {
            values::body(found, signature, block);
            walk(found);
        });
        self.gives_nothing = before;
    }
}

/// What a type is called: `Guard` of `Guard<'_, T>`.
fn name_of(of: &syn::Type) -> String {
    match of {
        syn::Type::Path(path) => last(&path.path),
        _ => "_".into(),
    }
}

/// The last word of a path.
fn last(path: &syn::Path) -> String {
    path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}

/// The last word of an expression that is a path.
fn word(expression: &syn::Expr) -> Option<String> {
    match expression {
        syn::Expr::Path(path) => Some(last(&path.path)),
        _ => None,
    }
}
