//! The mutants of a text: a walk through its syntax, and at each place what the operators make of it.
//!
//! A mutant is an edit of the text, and not of the syntax, so that its layout and its comments stay. Nothing inside macros is
//! changed, but for what `assert!` asks.

mod atomics;
mod calls;
mod conditions;
mod impls;
mod loops;
mod numbers;
mod statements;
#[cfg(test)]
mod tests;
mod values;

use proc_macro2::Span;
use quote::ToTokens as _;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

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
        ..Found::default()
    };
    found.visit_file(&file);
    let mut seen = BTreeSet::from([text.to_owned()]);
    found.mutants.retain(|mutant| seen.insert(mutant.text.clone()));
    Ok(found.mutants)
}

/// Names in groups, of which one can be taken for another.
#[derive(Debug, Default)]
struct Alike(BTreeMap<String, Vec<String>>);

impl Alike {
    /// The constants of a file by their types.
    fn consts(file: &syn::File) -> Self {
        let mut found = Self::default();
        for item in &file.items {
            if let syn::Item::Const(item) = item {
                found.add(item.ty.to_token_stream().to_string(), &item.ident);
            }
        }
        found
    }

    /// The fields of its structs, by struct and type.
    fn fields(file: &syn::File) -> Self {
        let mut found = Self::default();
        for item in &file.items {
            let syn::Item::Struct(item) = item else { continue };
            for field in &item.fields {
                if let Some(name) = &field.ident {
                    found.add(format!("{} {}", item.ident, field.ty.to_token_stream()), name);
                }
            }
        }
        found
    }

    fn add(&mut self, group: String, name: &syn::Ident) {
        self.0.entry(group).or_default().push(name.to_string());
    }

    /// The one after this in its group, if it is not alone.
    fn after(&self, name: &str) -> Option<String> {
        let all = self.0.values().find(|all| all.len() > 1 && all.iter().any(|one| one == name))?;
        let at = all.iter().position(|one| one == name)?;
        Some(all[(at + 1) % all.len()].clone())
    }
}

/// What is found so far, and where the walk is.
#[derive(Default)]
struct Found<'a> {
    text: &'a str,
    consts: Alike,
    fields: Alike,
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

impl<'ast> Visit<'ast> for Found<'_> {
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.within(name_of(&item.self_ty), |found| {
            impls::of_impl(found, item);
            visit::visit_item_impl(found, item);
        });
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.within(item.ident.to_string(), |found| {
            impls::of_struct(found, item);
            visit::visit_item_struct(found, item);
        });
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.within(item.ident.to_string(), |found| {
            impls::derives(found, &item.attrs);
            visit::visit_item_enum(found, item);
        });
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.within(item.ident.to_string(), |found| visit::visit_item_const(found, item));
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.within_fn(&item.sig, &item.block, |found| visit::visit_item_fn(found, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.within_fn(&item.sig, &item.block, |found| visit::visit_impl_item_fn(found, item));
    }

    fn visit_generics(&mut self, generics: &'ast syn::Generics) {
        impls::bounds(self, generics);
        visit::visit_generics(self, generics);
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        impls::phantom(self, field);
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        statements::of_block(self, block);
        visit::visit_block(self, block);
    }

    fn visit_expr(&mut self, expression: &'ast syn::Expr) {
        match expression {
            syn::Expr::MethodCall(call) => {
                atomics::of_call(self, call);
                calls::of_method(self, call);
            }
            syn::Expr::Call(call) => calls::of_call(self, call),
            syn::Expr::Binary(binary) => conditions::of_binary(self, binary),
            syn::Expr::Unary(unary) => conditions::of_unary(self, unary),
            syn::Expr::If(branch) => conditions::of_if(self, branch),
            syn::Expr::Match(branch) => conditions::of_match(self, branch),
            syn::Expr::While(_) | syn::Expr::Loop(_) | syn::Expr::ForLoop(_) => {
                loops::of_loop(self, expression);
            }
            syn::Expr::Break(_) | syn::Expr::Continue(_) => loops::of_jump(self, expression),
            syn::Expr::Range(range) => numbers::of_range(self, range),
            syn::Expr::Lit(literal) => numbers::of_literal(self, literal),
            syn::Expr::Path(path) => numbers::of_path(self, path),
            syn::Expr::Field(field) => values::field(self, field),
            _ => {}
        }
        visit::visit_expr(self, expression);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        numbers::of_pattern(self, pattern);
    }

    /// Of macros only what `assert!` asks is looked at.
    fn visit_macro(&mut self, of: &'ast syn::Macro) {
        let parse = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        if of.path.is_ident("assert")
            && let Ok(arguments) = of.parse_body_with(parse)
            && let Some(asked) = arguments.first()
        {
            // Not `self.visit_expr`, which would have to live as long as the file.
            Visit::visit_expr(self, asked);
        }
    }

    // What is in types and attributes is no code.
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
    fn visit_item_use(&mut self, _: &'ast syn::ItemUse) {}
}
