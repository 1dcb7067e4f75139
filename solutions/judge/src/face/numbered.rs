//! Gives parameters numbers, so that their names make no difference.

use super::names::parameters;
use super::plain::shown;
use super::written::WrittenOut;
use std::collections::{BTreeSet, HashMap};
use syn::visit_mut::{self, VisitMut};
use syn::{Generics, Lifetime, Type, TypeParamBound};

/// Gives each `impl Trait` of an argument a name: it is a parameter.
pub struct Arguments {
    pub found: Vec<(String, Vec<TypeParamBound>)>,
    pub first: usize,
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
pub struct Numbered {
    pub parameters: BTreeSet<String>,
    numbers: HashMap<String, String>,
    pub called: HashMap<String, String>,
    lifetimes: usize,
    /// What a lifetime that is left out stands for; a new one where there is nothing.
    pub left_out: Option<String>,
}

impl Numbered {
    pub fn of(generics: &[Generics]) -> Self {
        let types = generics.iter().flat_map(parameters);
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

    /// The bounds, in a form that can be compared.
    pub fn bounds(
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
