//! Names that can be taken for each other.

use quote::ToTokens as _;
use std::collections::BTreeMap;

/// Names in groups, of which one can be taken for another.
#[derive(Debug, Default)]
pub struct Alike(BTreeMap<String, Vec<String>>);

impl Alike {
    /// The constants of a file by their types.
    pub fn consts(file: &syn::File) -> Self {
        let mut found = Self::default();
        for item in &file.items {
            if let syn::Item::Const(item) = item {
                found.add(item.ty.to_token_stream().to_string(), &item.ident);
            }
        }
        found
    }

    /// The fields of its structs, by struct and type.
    pub fn fields(file: &syn::File) -> Self {
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

    /// Its functions, by their signatures.
    pub fn functions(file: &syn::File) -> Self {
        let mut found = Self::default();
        for item in &file.items {
            match item {
                syn::Item::Fn(item) => found.add_function("", &item.sig),
                syn::Item::Impl(of) if of.trait_.is_none() => {
                    let name = of.self_ty.to_token_stream().to_string();
                    for item in &of.items {
                        if let syn::ImplItem::Fn(item) = item {
                            found.add_function(&name, &item.sig);
                        }
                    }
                }
                _ => {}
            }
        }
        found
    }

    fn add_function(&mut self, of: &str, signature: &syn::Signature) {
        let syn::Signature { ident, inputs, output, .. } = signature;
        let taken = inputs.iter().map(|input| match input {
            syn::FnArg::Receiver(own) => own.to_token_stream().to_string(),
            syn::FnArg::Typed(input) => input.ty.to_token_stream().to_string(),
        });
        let taken: Vec<String> = taken.collect();
        self.add(format!("{of} {taken:?} {}", output.to_token_stream()), ident);
    }

    fn add(&mut self, group: String, name: &syn::Ident) {
        self.0.entry(group).or_default().push(name.to_string());
    }

    /// The one after this in its group, if it is not alone.
    pub fn after(&self, name: &str) -> Option<String> {
        let all = self.0.values().find(|all| all.len() > 1 && all.iter().any(|one| one == name))?;
        let at = all.iter().position(|one| one == name)?;
        Some(all[(at + 1) % all.len()].clone())
    }
}
