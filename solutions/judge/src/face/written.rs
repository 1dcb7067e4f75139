//! Writes out what a file may leave out, and cuts off what it may add.

use super::names::Names;
use std::collections::{BTreeSet, HashMap};
use syn::visit_mut::{self, VisitMut};
use syn::{
    GenericArgument, GenericParam, Lifetime, NamedArg, PathArguments, ReturnType, Type, parse_quote,
};

/// Names the lifetimes that are left out.
pub struct NamedBlanks(pub usize);

impl VisitMut for NamedBlanks {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            self.0 += 1;
            lifetime.ident = syn::Ident::new(&format!("this{}", self.0), lifetime.ident.span());
        }
    }
}

/// Writes out what may be left out.
pub struct WrittenOut<'a> {
    pub names: &'a Names,
    /// What `Self` is.
    pub this: Option<Type>,
    /// Parameters, which paths may begin with.
    pub parameters: BTreeSet<String>,
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
