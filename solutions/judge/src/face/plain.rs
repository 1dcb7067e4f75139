//! Types as they are compared: written in one way, whatever the way in which a file writes them.
//!
//! `Self` is written out, paths are cut to their last name, type aliases are replaced, and every lifetime that is left out gets
//! a name. Then parameters are numbered in the order in which they appear, so that their names make no difference.

use super::names::Names;
use quote::ToTokens;
use std::collections::{BTreeSet, HashMap};
use syn::visit_mut::{self, VisitMut};
use syn::{
    GenericArgument, GenericParam, Generics, Lifetime, NamedArg, PathArguments, ReturnType, Type,
    TypeParamBound, WherePredicate, parse_quote,
};

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

/// Names the lifetimes that are left out.
struct NamedBlanks(usize);

impl VisitMut for NamedBlanks {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            self.0 += 1;
            lifetime.ident = syn::Ident::new(&format!("this{}", self.0), lifetime.ident.span());
        }
    }
}

/// Writes out what may be left out.
struct WrittenOut<'a> {
    names: &'a Names,
    /// What `Self` is.
    this: Option<Type>,
    /// Parameters, which paths may begin with.
    parameters: BTreeSet<String>,
}

impl VisitMut for WrittenOut<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        loop {
            let inner = match ty {
                Type::Paren(inner) => (*inner.elem).clone(),
                Type::Group(inner) => (*inner.elem).clone(),
                Type::Path(path) if path.qself.is_none() => {
                    if path.path.is_ident("Self")
                        && let Some(this) = &self.this
                    {
                        *ty = this.clone();
                        return;
                    }
                    match self.replaced(&path.path) {
                        Some(inner) => inner,
                        None => break,
                    }
                }
                _ => break,
            };
            *ty = inner;
        }
        if let Type::Reference(reference) = ty {
            let is_blank = reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident == "_");
            if is_blank {
                reference.lifetime = Some(parse_quote!('_));
            }
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        path.leading_colon = None;
        let first = path.segments.first().map(|segment| segment.ident.to_string());
        let is_own = |name: &str| name == "Self" || self.parameters.contains(name);
        if path.segments.len() > 1 && !first.is_some_and(|name| is_own(&name)) {
            let last = path.segments.pop().expect("there is one");
            path.segments.clear();
            path.segments.push(last);
        }
        if let Some(last) = path.segments.last_mut() {
            if let Some(name) = self.names.original(&last.ident.to_string()) {
                last.ident = syn::Ident::new(name, last.ident.span());
            }
            let wanted = self.names.lifetimes.get(&last.ident.to_string());
            if let Some(wanted) = wanted.filter(|wanted| **wanted > 0) {
                fill(&mut last.arguments, *wanted);
            }
        }
        visit_mut::visit_path_mut(self, path);
    }

    fn visit_trait_bound_mut(&mut self, bound: &mut syn::TraitBound) {
        bound.paren_token = None;
        let own = own_lifetimes(bound.lifetimes.take());
        visit_mut::visit_trait_bound_mut(self, bound);
        if let Some(PathArguments::Parenthesized(list)) =
            bound.path.segments.last_mut().map(|segment| &mut segment.arguments)
        {
            name_own(own, list.inputs.iter_mut(), &mut list.output);
        }
    }

    fn visit_type_fn_ptr_mut(&mut self, pointer: &mut syn::TypeFnPtr) {
        let own = own_lifetimes(pointer.lifetimes.take());
        visit_mut::visit_type_fn_ptr_mut(self, pointer);
        name_own(own, pointer.inputs.iter_mut(), &mut pointer.output);
    }
}

impl WrittenOut<'_> {
    /// What an alias of the file stands for.
    fn replaced(&self, path: &syn::Path) -> Option<Type> {
        let last = path.segments.last()?;
        let (parameters, ty) = self.names.aliases.get(&last.ident.to_string())?;
        let PathArguments::AngleBracketed(given) = &last.arguments else {
            return parameters.is_empty().then(|| ty.clone());
        };
        let given: Vec<GenericArgument> = given.args.iter().cloned().collect();
        let all = (given.len() == parameters.len()).then(|| parameters.iter().cloned().zip(given));
        let mut ty = ty.clone();
        Substituted(all?.collect()).visit_type_mut(&mut ty);
        Some(ty)
    }
}

/// Puts arguments in the place of parameters.
struct Substituted(HashMap<String, GenericArgument>);

impl VisitMut for Substituted {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(path) = &ty
            && let Some(name) = path.path.get_ident()
            && let Some(GenericArgument::Type(given)) = self.0.get(&name.to_string())
        {
            *ty = given.clone();
            return;
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if let Some(GenericArgument::Lifetime(given)) = self.0.get(&lifetime.to_string()) {
            *lifetime = given.clone();
        }
    }
}

/// Puts in the lifetimes that a path leaves out.
fn fill(arguments: &mut PathArguments, wanted: usize) {
    if matches!(arguments, PathArguments::None) {
        *arguments = PathArguments::AngleBracketed(parse_quote!(<>));
    }
    if let PathArguments::AngleBracketed(list) = arguments {
        list.colon2_token = None;
        if !list.args.iter().any(|argument| matches!(argument, GenericArgument::Lifetime(_))) {
            for _ in 0..wanted {
                list.args.insert(0, GenericArgument::Lifetime(parse_quote!('_)));
            }
        }
    }
}

fn own_lifetimes(all: Option<syn::BoundLifetimes>) -> Vec<String> {
    let name = |parameter: &GenericParam| match parameter {
        GenericParam::Lifetime(parameter) => Some(parameter.lifetime.to_string()),
        _ => None,
    };
    all.iter().flat_map(|all| &all.lifetimes).filter_map(name).collect()
}

/// Numbers the lifetimes that are a function type's own.
fn name_own<'a>(
    own: Vec<String>,
    inputs: impl Iterator<Item = &'a mut NamedArg>,
    output: &mut ReturnType,
) {
    let mut numbers = Own { own, numbers: Vec::new(), left_out: None };
    inputs.for_each(|input| numbers.visit_type_mut(&mut input.ty));
    numbers.left_out = Some("own1".into());
    numbers.visit_return_type_mut(output);
}

struct Own {
    own: Vec<String>,
    numbers: Vec<String>,
    left_out: Option<String>,
}

impl VisitMut for Own {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        let name = lifetime.to_string();
        let is_blank = lifetime.ident == "_";
        if !is_blank && !self.own.contains(&name) {
            return;
        }
        let number = match self.numbers.iter().position(|other| *other == name) {
            Some(number) if !is_blank => format!("own{}", number + 1),
            _ => self.left_out.clone().filter(|_| is_blank).unwrap_or_else(|| {
                self.numbers.push(name);
                format!("own{}", self.numbers.len())
            }),
        };
        lifetime.ident = syn::Ident::new(&number, lifetime.ident.span());
    }
}

/// Gives each `impl Trait` of an argument a name: it is a parameter.
struct Arguments {
    found: Vec<(String, Vec<TypeParamBound>)>,
    first: usize,
}

impl VisitMut for Arguments {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::ImplTrait(argument) = ty {
            let name = format!("impl{}", self.first + self.found.len());
            self.found.push((name.clone(), argument.bounds.iter().cloned().collect()));
            *ty = syn::parse_str(&name).expect("a name is a type");
        } else {
            visit_mut::visit_type_mut(self, ty);
        }
    }
}

/// Numbers parameters as they appear.
struct Numbered {
    parameters: BTreeSet<String>,
    numbers: HashMap<String, String>,
    called: HashMap<String, String>,
    lifetimes: usize,
    /// What a lifetime that is left out stands for; a new one where there is nothing.
    left_out: Option<String>,
}

impl Numbered {
    fn of(generics: &[Generics]) -> Self {
        let types = generics.iter().flat_map(super::names::parameters);
        Self {
            parameters: types.filter(|name| !name.starts_with('\'')).collect(),
            numbers: HashMap::new(),
            called: HashMap::new(),
            lifetimes: 0,
            left_out: None,
        }
    }

    fn number(&mut self, name: &str, number: String) -> String {
        if let Some(number) = self.numbers.get(name) {
            return number.clone();
        }
        self.numbers.insert(name.to_owned(), number.clone());
        let shown = if name.starts_with("impl") { "impl …" } else { name };
        self.called.insert(number.clone(), shown.to_owned());
        number
    }

    fn bounds(
        &mut self,
        all: Vec<(Type, Vec<TypeParamBound>)>,
        written: &mut WrittenOut<'_>,
    ) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut unsized_too = BTreeSet::new();
        for (mut ty, bounds) in all {
            written.visit_type_mut(&mut ty);
            self.visit_type_mut(&mut ty);
            let ty = shown(&ty);
            for mut bound in bounds {
                written.visit_type_param_bound_mut(&mut bound);
                self.visit_type_param_bound_mut(&mut bound);
                let is_kept = match &bound {
                    TypeParamBound::Trait(bound) if bound.maybe.is_some() => {
                        unsized_too.insert(ty.clone());
                        false
                    }
                    TypeParamBound::Trait(_) => true,
                    TypeParamBound::Lifetime(lifetime) => lifetime.ident == "static",
                    _ => false,
                };
                if is_kept {
                    found.insert(format!("{ty}: {}", shown(&bound)));
                }
            }
        }
        let types = self.numbers.iter().filter(|(name, _)| !name.starts_with('\''));
        for (_, number) in types {
            if !unsized_too.contains(number) {
                found.insert(format!("{number}: Sized"));
            }
        }
        found
    }
}

impl VisitMut for Numbered {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if let Some(first) = path.segments.first_mut() {
            let name = first.ident.to_string();
            if self.parameters.contains(&name) {
                let types = self.numbers.keys().filter(|name| !name.starts_with('\'')).count();
                let number = self.number(&name, format!("P{}", types + 1));
                first.ident = syn::Ident::new(&number, first.ident.span());
            }
        }
        visit_mut::visit_path_mut(self, path);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        let name = lifetime.ident.to_string();
        if name == "static" || name.starts_with("own") {
            return;
        }
        let next = format!("'l{}", self.lifetimes + 1);
        let number = match &self.left_out {
            _ if name != "_" => self.number(&format!("'{name}"), next.clone()),
            Some(known) => known.clone(),
            None => next.clone(),
        };
        self.lifetimes += usize::from(number == next);
        lifetime.ident = syn::Ident::new(&number[1..], lifetime.ident.span());
    }
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
