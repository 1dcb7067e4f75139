//! Through which types can data be put where somebody else finds it?

use std::collections::BTreeSet;
use syn::{FnArg, ImplItem, Item, ReturnType, Type};

/// Does something happen when a value of this type is dropped?
pub fn has_drop(items: &[Item], name: &str) -> bool {
    impls_of(items).any(|(this, of, _)| this == name && of.as_deref() == Some("Drop"))
}

/// `impl` blocks: the type, the trait, what is in it.
fn impls_of(items: &[Item]) -> impl Iterator<Item = (String, Option<String>, &syn::ItemImpl)> {
    let last = |path: &syn::Path| path.segments.last().map(|segment| segment.ident.to_string());
    items.iter().filter_map(move |item| {
        let Item::Impl(block) = item else { return None };
        let Type::Path(this) = &*block.self_ty else { return None };
        let of = block.trait_.as_ref().and_then(|(path, _)| last(path));
        Some((last(&this.path)?, of, block))
    })
}

/// Types through which data can be put where somebody else finds it: by a method that takes it or gives `&mut`, or through
/// another of these types.
pub fn writers(items: &[Item]) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    loop {
        let before = found.len();
        for (this, of, block) in impls_of(items) {
            let data: Vec<String> =
                block.generics.type_params().map(|parameter| parameter.ident.to_string()).collect();
            let writes = |signature: &syn::Signature| {
                let takes = signature.inputs.iter().any(|input| match input {
                    FnArg::Typed(input) => names(&*input.ty, &data),
                    FnArg::Receiver(_) => false,
                });
                let gives = match &signature.output {
                    ReturnType::Type(_, ty) => {
                        let known: Vec<String> = found.iter().cloned().collect();
                        gives_mut(&**ty, &data) || names(&**ty, &known)
                    }
                    ReturnType::Default => false,
                };
                let is_method =
                    signature.inputs.iter().any(|input| matches!(input, FnArg::Receiver(_)));
                is_method && (takes || gives)
            };
            let is_writer = of.as_deref() == Some("DerefMut")
                || of.is_none()
                    && block
                        .items
                        .iter()
                        .any(|item| matches!(item, ImplItem::Fn(item) if writes(&item.sig)));
            if is_writer {
                found.insert(this);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// Is one of these names in it?
fn names(tokens: &impl quote::ToTokens, wanted: &[String]) -> bool {
    let text = tokens.to_token_stream().to_string();
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|word| wanted.iter().any(|w| w == word))
}

fn gives_mut(tokens: &impl quote::ToTokens, data: &[String]) -> bool {
    let text = tokens.to_token_stream().to_string();
    text.split("mut ").skip(1).any(|rest| {
        let word: String = rest.trim_start().chars().take_while(|c| c.is_alphanumeric()).collect();
        data.contains(&word)
    })
}
