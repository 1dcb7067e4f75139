//! Do a stub and its reference have the same public face?
//!
//! Compared are the signatures of public items, the public methods and the headers of trait impls with what they contain.
//! Not compared are bodies, docs, attributes, private fields, the values of constants, `Debug` (derived in one and written
//! in the other is the same to the reader), and `unsafe impl Send` and `Sync`, which are the reader's task.

use std::collections::BTreeMap;
use syn::visit_mut::VisitMut;
use syn::{Field, Fields, FieldsNamed, FieldsUnnamed, ImplItem, Item, Visibility, parse_quote};

/// The face of a file: what an item is called, and how it is declared.
type Face = BTreeMap<String, String>;

/// Each difference, in words.
pub fn differences(stub: &syn::File, reference: &syn::File) -> Vec<String> {
    let (stub, reference) = (face(stub), face(reference));
    let mut found = Vec::new();
    for (name, theirs) in &reference {
        match stub.get(name) {
            None => found.push(format!("the reference has `{theirs}`, the stub has not")),
            Some(ours) if ours == theirs => {}
            Some(ours) => found
                .push(format!("`{name}` is `{ours}` in the stub and `{theirs}` in the reference")),
        }
    }
    for (_, ours) in stub.iter().filter(|(name, _)| !reference.contains_key(*name)) {
        found.push(format!("the stub has `{ours}`, the reference has not"));
    }
    found
}

fn face(file: &syn::File) -> Face {
    let mut file = file.clone();
    Bare.visit_file_mut(&mut file);
    let mut face = Face::new();
    for item in file.items {
        match item {
            Item::Impl(block) => add_impl(&mut face, block),
            item => {
                if let Some(name) = public_name(&item) {
                    face.insert(name, shown(item));
                }
            }
        }
    }
    face
}

/// Takes away what is not part of a face. (Docs are attributes.)
struct Bare;

impl VisitMut for Bare {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
        attributes.clear();
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        block.stmts.clear();
    }

    fn visit_item_const_mut(&mut self, item: &mut syn::ItemConst) {
        item.expr = parse_quote!(..);
        syn::visit_mut::visit_item_const_mut(self, item);
    }

    fn visit_pat_ident_mut(&mut self, pattern: &mut syn::PatIdent) {
        // `mut value` and `value` are the same to a caller.
        pattern.mutability = None;
    }

    fn visit_item_struct_mut(&mut self, item: &mut syn::ItemStruct) {
        let public = |field: &Field| is_public(&field.vis);
        match &mut item.fields {
            Fields::Named(FieldsNamed { named: list, .. })
            | Fields::Unnamed(FieldsUnnamed { unnamed: list, .. }) => {
                *list = std::mem::take(list).into_iter().filter(public).collect();
            }
            Fields::Unit => {}
        }
        syn::visit_mut::visit_item_struct_mut(self, item);
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn public_name(item: &Item) -> Option<String> {
    let (visibility, name) = match item {
        Item::Const(item) => (&item.vis, &item.ident),
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Fn(item) => (&item.vis, &item.sig.ident),
        Item::Static(item) => (&item.vis, &item.ident),
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Trait(item) => (&item.vis, &item.ident),
        Item::Type(item) => (&item.vis, &item.ident),
        _ => return None,
    };
    is_public(visibility).then(|| name.to_string())
}

/// A block's public methods, each in a block of its own; a trait's block as a whole as well.
fn add_impl(face: &mut Face, mut block: syn::ItemImpl) {
    let items = std::mem::take(&mut block.items);
    let header = shown(Item::Impl(block.clone()));
    if let Some((path, _)) = &block.trait_ {
        let last = path.segments.last().map(|segment| segment.ident.to_string());
        if matches!(last.as_deref(), Some("Send" | "Sync" | "Debug")) {
            return;
        }
        face.insert(header.clone(), header.clone());
    }
    for item in items {
        let name = match &item {
            ImplItem::Const(item) if is_public(&item.vis) => &item.ident,
            ImplItem::Fn(item) if is_public(&item.vis) || block.trait_.is_some() => &item.sig.ident,
            ImplItem::Type(item) => &item.ident,
            _ => continue,
        };
        let name = format!("{header}::{name}");
        let whole = syn::ItemImpl { items: vec![item], ..block.clone() };
        face.insert(name, shown(Item::Impl(whole)));
    }
}

/// An item as Rust, on one line and without its empty braces.
fn shown(item: Item) -> String {
    let file = syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: vec![item] };
    let text = prettyplease::unparse(&file).replace("{}", "").replace(" ;", ";");
    text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches([' ', ';']).to_owned()
}
