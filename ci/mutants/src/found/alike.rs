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
