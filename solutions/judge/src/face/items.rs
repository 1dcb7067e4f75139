//! The public items of a file.

use super::names::{Names, parameters};
use super::plain::{Place, Plain, plain, shown};
use std::collections::BTreeMap;
use syn::{
    Attribute, Fields, FnArg, Generics, ImplItem, Item, ReceiverKind, ReturnType, Safety,
    Signature, Type, Visibility, parse_quote,
};

/// The public items of a file, by name: `SpinLock`, `SpinLock::lock`.
#[derive(Debug, Default)]
pub struct Face {
    /// See [`Face`].
    pub items: BTreeMap<String, Public>,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// With `self` or without.
    Function,
    /// Its public fields are compared.
    Struct,
    /// Its variants are compared.
    Enum,
    /// A constant's type, or what a type is another name of.
    Other,
}

impl Kind {
    /// With its article.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Function => "a function",
            Self::Struct => "a struct",
            Self::Enum => "an enum",
            Self::Other => "a constant or another name",
        }
    }
}

/// A public item.
#[derive(Debug)]
pub struct Public {
    pub kind: Kind,
    pub is_const: bool,
    pub is_unsafe: bool,
    pub is_async: bool,
    pub must_be_used: bool,
    pub abi: String,
    /// What the types are of: `self`, `->`, the names of fields.
    pub parts: Vec<String>,
    /// The types, to compare.
    pub plain: Plain,
    /// The types, to show.
    pub as_written: Vec<String>,
    /// The whole, to show.
    pub written: String,
}

impl Face {
    /// The face of a file. None, if it is no Rust.
    pub fn of(text: &str) -> Option<Self> {
        let file = syn::parse_file(text.trim_start_matches('\u{feff}')).ok()?;
        let names = Names::of(&file.items);
        let mut face = Self::default();
        face.read(&names, &file.items);
        Some(face)
    }

    fn read(&mut self, names: &Names, items: &[Item]) {
        for item in items {
            match item {
                Item::Fn(item) if is_public(&item.vis) => {
                    let public = function(names, None, &[], &item.sig, &item.attrs);
                    self.items.insert(item.sig.ident.to_string(), public);
                }
                Item::Struct(item) if is_public(&item.vis) => {
                    let fields = fields("", &item.fields, |field| is_public(&field.vis));
                    let head = format!("struct {}{}", item.ident, shown(&item.generics));
                    let public = made_of(names, Kind::Struct, &item.generics, fields, head);
                    self.add(
                        &item.ident,
                        Public { must_be_used: must_be_used(&item.attrs), ..public },
                    );
                }
                Item::Enum(item) if is_public(&item.vis) => {
                    let unit =
                        |variant: &syn::Variant| [(variant.ident.to_string(), parse_quote!(()))];
                    let parts = item.variants.iter().flat_map(|variant| {
                        let name = variant.ident.to_string();
                        unit(variant).into_iter().chain(fields(&name, &variant.fields, |_| true))
                    });
                    let head = format!("enum {}{}", item.ident, shown(&item.generics));
                    let public = made_of(names, Kind::Enum, &item.generics, parts.collect(), head);
                    self.add(
                        &item.ident,
                        Public { must_be_used: must_be_used(&item.attrs), ..public },
                    );
                }
                Item::Const(item) if is_public(&item.vis) => {
                    let part = (String::new(), (*item.ty).clone());
                    let head = format!("const {}", item.ident);
                    let none = Generics::default();
                    self.add(&item.ident, made_of(names, Kind::Other, &none, vec![part], head));
                }
                Item::Type(item) if is_public(&item.vis) => {
                    let part = (String::new(), (*item.ty).clone());
                    let head = format!("type {}", item.ident);
                    self.add(
                        &item.ident,
                        made_of(names, Kind::Other, &item.generics, vec![part], head),
                    );
                }
                Item::Mod(item) => {
                    self.read(names, item.content.as_ref().map_or(&[][..], |(_, items)| items));
                }
                Item::Impl(block) if block.trait_.is_none() => self.read_impl(names, block),
                _ => {}
            }
        }
    }

    fn add(&mut self, name: &syn::Ident, public: Public) {
        self.items.insert(name.to_string(), public);
    }

    fn read_impl(&mut self, names: &Names, block: &syn::ItemImpl) {
        let Type::Path(path) = &*block.self_ty else { return };
        let Some(this) = path.path.segments.last().map(|segment| segment.ident.to_string()) else {
            return;
        };
        for item in &block.items {
            if let ImplItem::Fn(item) = item
                && is_public(&item.vis)
            {
                let generics = [block.generics.clone()];
                let this_type = Some((*block.self_ty).clone());
                let public = function(names, this_type, &generics, &item.sig, &item.attrs);
                self.items.insert(format!("{this}::{}", item.sig.ident), public);
            }
        }
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn must_be_used(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("must_use"))
}

fn function(
    names: &Names,
    this: Option<Type>,
    generics: &[Generics],
    signature: &Signature,
    attributes: &[Attribute],
) -> Public {
    let (mut parts, mut types, mut as_written) = (Vec::new(), Vec::new(), Vec::new());
    for (number, input) in signature.inputs.iter().enumerate() {
        let (part, ty, written) = match input {
            FnArg::Typed(input) => (number.to_string(), (*input.ty).clone(), shown(&input.ty)),
            FnArg::Receiver(receiver) => {
                let ty = match &receiver.kind {
                    ReceiverKind::Reference(_, lifetime, Some(_)) => {
                        parse_quote!(& #lifetime mut Self)
                    }
                    ReceiverKind::Reference(_, lifetime, None) => parse_quote!(& #lifetime Self),
                    ReceiverKind::Typed(_, ty) => (**ty).clone(),
                    _ => parse_quote!(Self),
                };
                let mut receiver = receiver.clone();
                receiver.mutability = None;
                receiver.attrs.clear();
                ("self".into(), ty, shown(&receiver))
            }
        };
        parts.push(part);
        types.push(ty);
        as_written.push(written);
    }
    parts.push("->".into());
    let returned: Type = match &signature.output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, ty) => (**ty).clone(),
    };
    as_written.push(shown(&returned));
    let generics = generics.iter().cloned().chain([signature.generics.clone()]).collect();
    let place = Place { names, this, generics };
    Public {
        kind: Kind::Function,
        is_const: signature.constness.is_some(),
        is_unsafe: matches!(signature.safety, Safety::Unsafe(_)),
        is_async: signature.asyncness.is_some(),
        must_be_used: must_be_used(attributes),
        abi: signature.abi.as_ref().map(shown).unwrap_or_default(),
        parts,
        plain: plain(&place, types, Some(returned)),
        as_written,
        written: shown(signature),
    }
}

/// Names and types of those that are meant; below a variant, with its name.
fn fields(
    variant: &str,
    fields: &Fields,
    is_meant: impl Fn(&syn::Field) -> bool,
) -> Vec<(String, Type)> {
    let name = |(number, field): (usize, &syn::Field)| match &field.ident {
        Some(name) => name.to_string(),
        None => number.to_string(),
    };
    let dot = if variant.is_empty() { "" } else { "." };
    let all = fields.iter().enumerate().filter(|(_, field)| is_meant(field));
    all.map(|(number, field)| {
        (format!("{variant}{dot}{}", name((number, field))), field.ty.clone())
    })
    .collect()
}

fn made_of(
    names: &Names,
    kind: Kind,
    generics: &Generics,
    parts: Vec<(String, Type)>,
    head: String,
) -> Public {
    // The parameters count in their order, used or not.
    let parameters: Vec<syn::GenericArgument> = parameters(generics)
        .iter()
        .map(|name| syn::parse_str(name).expect("a name is an argument"))
        .collect();
    let this = Some(parse_quote!(This<#(#parameters),*>));
    let place = Place { names, this, generics: vec![generics.clone()] };
    let (mut parts, types): (Vec<String>, Vec<Type>) = parts.into_iter().unzip();
    // So that one parameter more is a difference.
    parts.extend(parameters.iter().map(|parameter| match parameter {
        syn::GenericArgument::Lifetime(_) => "<'>".into(),
        _ => "<>".to_owned(),
    }));
    let as_written: Vec<String> = types.iter().map(shown).collect();
    let plain = plain(&place, types, None);
    let pairs = parts.iter().zip(&as_written);
    let list: Vec<String> = pairs.map(|(part, ty)| format!("{part}: {ty}")).collect();
    Public {
        kind,
        is_const: false,
        is_unsafe: false,
        is_async: false,
        must_be_used: false,
        abi: String::new(),
        plain,
        as_written,
        written: if list.is_empty() { head } else { format!("{head} {{ {} }}", list.join(", ")) },
        parts,
    }
}
