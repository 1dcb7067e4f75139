//! Types as they are compared: written in one way, whatever the way in which a file writes them.
//!
//! `Self` is written out, paths are cut to their last name, type aliases are replaced, and every lifetime that is left out gets
//! a name. Then parameters are numbered in the order in which they appear, so that their names make no difference.

use super::names::Names;
use super::numbered::{Arguments, Numbered};
use super::written::{NamedBlanks, WrittenOut};
use quote::ToTokens;
use std::collections::{BTreeSet, HashMap};
use syn::visit_mut::VisitMut;
use syn::{GenericParam, Generics, Type, TypeParamBound, WherePredicate, parse_quote};

/// Where types stand: what they may name.
pub struct Place<'a> {
    /// The file's names.
    pub names: &'a Names,
    /// `Self`, if there is one.
    pub this: Option<Type>,
    /// Of the item, and of what it is in.
    pub generics: Vec<Generics>,
}

/// A list of types with what is asked of their parameters.
#[derive(Debug, PartialEq, Eq)]
pub struct Plain {
    /// The types.
    pub types: Vec<String>,
    /// `A: Send`, one bound each.
    pub bounds: BTreeSet<String>,
    /// The number of a parameter, and the name that the file has for it.
    pub called: HashMap<String, String>,
}

impl Plain {
    /// With the file's names of parameters, and not the numbers.
    pub fn named(&self, text: &str) -> String {
        let name = |word: &str| self.called.get(word).cloned();
        let mut out = String::new();
        let mut word = String::new();
        for c in text.chars().chain(['\n']) {
            if c.is_alphanumeric() || c == '_' || c == '\'' {
                word.push(c);
                continue;
            }
            out += &name(&word).unwrap_or_else(|| std::mem::take(&mut word));
            word.clear();
            out.push(c);
        }
        out.trim_end().to_owned()
    }
}

/// Makes types plain. `returned` comes last; a lifetime that is left out there is one of the others'.
pub fn plain(place: &Place<'_>, types: Vec<Type>, returned: Option<Type>) -> Plain {
    let mut numbered = Numbered::of(&place.generics);
    let mut written =
        WrittenOut { names: place.names, this: None, parameters: numbered.parameters.clone() };
    if let Some(mut this) = place.this.clone() {
        written.visit_type_mut(&mut this);
        // The same ones wherever it says `Self`.
        NamedBlanks(0).visit_type_mut(&mut this);
        numbered.visit_type_mut(&mut this.clone());
        written.this = Some(this);
    }
    let (mut out, mut bounds) = (Vec::new(), Vec::new());
    for mut ty in types {
        written.visit_type_mut(&mut ty);
        let mut named = Arguments { found: Vec::new(), first: numbered.parameters.len() };
        named.visit_type_mut(&mut ty);
        for (name, all) in named.found {
            bounds.push((syn::parse_str(&name).expect("a name is a type"), all));
            numbered.parameters.insert(name);
        }
        numbered.visit_type_mut(&mut ty);
        out.push(ty);
    }
    if let Some(mut ty) = returned {
        written.visit_type_mut(&mut ty);
        let of_receiver = match out.first() {
            Some(Type::Reference(reference)) if place.this.is_some() => reference.lifetime.clone(),
            _ => None,
        };
        numbered.left_out = Some(of_receiver.map_or("'l1".into(), |found| found.to_string()));
        numbered.visit_type_mut(&mut ty);
        out.push(ty);
    }
    bounds.extend(place.generics.iter().flat_map(declared));
    let bounds = numbered.bounds(bounds, &mut written);
    Plain { types: out.iter().map(shown).collect(), bounds, called: numbered.called }
}

/// What generics ask of their parameters.
fn declared(generics: &Generics) -> Vec<(Type, Vec<TypeParamBound>)> {
    let mut found = Vec::new();
    for parameter in &generics.params {
        match parameter {
            GenericParam::Type(parameter) => {
                let name = &parameter.ident;
                found.push((parse_quote!(#name), parameter.bounds.iter().cloned().collect()));
            }
            GenericParam::Lifetime(_) | GenericParam::Const(_) => {}
        }
    }
    for predicate in generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
        if let WherePredicate::Type(predicate) = predicate {
            let mut bounds: Vec<TypeParamBound> = predicate.bounds.iter().cloned().collect();
            for bound in &mut bounds {
                if let (TypeParamBound::Trait(bound), Some(all)) = (bound, &predicate.lifetimes) {
                    bound.lifetimes.get_or_insert_with(|| all.clone());
                }
            }
            found.push((predicate.bounded_ty.clone(), bounds));
        }
    }
    found
}
/// Rust as one writes it.
pub fn shown(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (from, to) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" >", ">"),
        ("& ", "&"),
        (" ,", ","),
        ("( ", "("),
        (" (", "("),
        (" )", ")"),
        (" ;", ";"),
        (" :", ":"),
        ("[ ", "["),
        (" ]", "]"),
        (",)", ")"),
        (",>", ">"),
        ("* ", "*"),
    ] {
        text = text.replace(from, to);
    }
    text
}
