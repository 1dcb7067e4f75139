//! Which types may be sent, shared, cloned, and what is dropped with them.

use super::{Found, last};
use syn::punctuated::Punctuated;
use syn::{Attribute, Field, Generics, ItemImpl, ItemStruct, Path, TypeParamBound, Visibility};

pub fn of_impl(found: &mut Found<'_>, item: &ItemImpl) {
    let Some((of, _)) = &item.trait_ else { return };
    match &*last(of) {
        "Send" | "Sync" => found.says("send_or_sync_deleted", item, ""),
        "Drop" => found.says("drop_impl_deleted", item, ""),
        _ => found.says("impl_deleted", item, ""),
    }
}

pub fn of_struct(found: &mut Found<'_>, item: &ItemStruct) {
    derives(found, &item.attrs);
    if !matches!(item.vis, Visibility::Public(_)) {
        return;
    }
    let (taken, given, _) = item.generics.split_for_impl();
    // As written, without defaults; bounds of the struct are the impl's too.
    let (taken, given) = (tokens(&taken), tokens(&given));
    let end = found.range(item).end;
    for of in ["Send", "Sync"] {
        let added = format!("\nunsafe impl{taken} {of} for {}{given} {{}}", item.ident);
        found.edit("send_or_sync_added", vec![(end..end, added)]);
    }
}

fn tokens(of: &impl quote::ToTokens) -> String {
    of.to_token_stream().to_string()
}

/// One derived trait less.
pub fn derives(found: &mut Found<'_>, attributes: &[Attribute]) {
    let parse = Punctuated::<Path, syn::Token![,]>::parse_terminated;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        let Ok(derived) = attribute.parse_args_with(parse) else { continue };
        for left_out in 0..derived.len() {
            let rest = derived.iter().enumerate().filter(|(at, _)| *at != left_out);
            let rest: Vec<&str> = rest.map(|(_, path)| found.said(path)).collect();
            let rest = format!("#[derive({})]", rest.join(", "));
            found.says("derive_dropped", attribute, rest);
        }
    }
}

/// One bound less, or the other one.
pub fn bounds(found: &mut Found<'_>, generics: &Generics) {
    let of_types = generics.type_params().map(|parameter| &parameter.bounds);
    let of_where = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let of_where = of_where.filter_map(|predicate| match predicate {
        syn::WherePredicate::Type(of) => Some(&of.bounds),
        _ => None,
    });
    for bounds in of_types.chain(of_where) {
        for (at, bound) in bounds.iter().enumerate() {
            let name = found.said(bound).to_owned();
            if !matches!(&*name, "Send" | "Sync" | "'static" | "?Sized") {
                continue;
            }
            let rest: Vec<&str> = bounds
                .iter()
                .enumerate()
                .filter(|(i, _)| *i != at)
                .map(|(_, b)| found.said(b))
                .collect();
            let rest = if rest.is_empty() { "Sized".into() } else { rest.join(" + ") };
            // `T: Sized` asks for nothing, and is right wherever a bound may stand.
            found.says("bound_dropped", bounds, rest);
            if let (TypeParamBound::Trait(_), Some(other)) = (bound, other(&name)) {
                found.says("send_for_sync", bound, other);
            }
        }
    }
}

fn other(name: &str) -> Option<&'static str> {
    match name {
        "Send" => Some("Sync"),
        "Sync" => Some("Send"),
        _ => None,
    }
}

/// `PhantomData<*const ()>` keeps a type on its thread, or owns what it names.
pub fn phantom(found: &mut Found<'_>, field: &Field) {
    if found.said(&field.ty).starts_with("PhantomData<") {
        found.says("phantom_owns_nothing", &field.ty, "PhantomData<()>");
    }
}
