//! What the names in a file stand for.

use std::collections::HashMap;
use syn::{GenericParam, Generics, Item, Type, UseTree};

/// Names of one file that say the same as other names.
#[derive(Default)]
pub struct Names {
    /// `use … X as Y`: `Y` stands for `X`.
    renamed: HashMap<String, String>,
    /// `type X<P> = …`: its parameters, and what it stands for.
    pub aliases: HashMap<String, (Vec<String>, Type)>,
    /// How many lifetimes each type of the file has: they may be left out where it is used.
    pub lifetimes: HashMap<String, usize>,
}

impl Names {
    /// Those of a file.
    pub fn of(items: &[Item]) -> Self {
        let mut names = Self::default();
        names.read(items);
        names
    }

    /// `X`, for a `Y` that stands for it.
    pub fn original(&self, name: &str) -> Option<&str> {
        self.renamed.get(name).map(String::as_str)
    }

    fn read(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Use(item) => self.rename(&item.tree),
                Item::Type(item) => {
                    let parameters = parameters(&item.generics);
                    self.aliases.insert(item.ident.to_string(), (parameters, (*item.ty).clone()));
                }
                Item::Struct(item) => self.count(&item.ident, &item.generics),
                Item::Enum(item) => self.count(&item.ident, &item.generics),
                Item::Mod(item) => {
                    let inside = item.content.as_ref().map_or(&[][..], |(_, items)| items);
                    self.read(inside);
                }
                _ => {}
            }
        }
    }

    fn count(&mut self, name: &syn::Ident, generics: &Generics) {
        self.lifetimes.insert(name.to_string(), generics.lifetimes().count());
    }

    fn rename(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => self.rename(&path.tree),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.rename(tree)),
            UseTree::Rename(both) => {
                self.renamed.insert(both.rename.to_string(), both.ident.to_string());
            }
            _ => {}
        }
    }
}

/// The names of type and const parameters, and of lifetimes with the tick.
pub fn parameters(generics: &Generics) -> Vec<String> {
    let name = |parameter: &GenericParam| match parameter {
        GenericParam::Lifetime(lifetime) => lifetime.lifetime.to_string(),
        GenericParam::Type(parameter) => parameter.ident.to_string(),
        GenericParam::Const(parameter) => parameter.ident.to_string(),
    };
    generics.params.iter().map(name).collect()
}
