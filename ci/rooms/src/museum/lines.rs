//! The lines of a variant in which the mistake is, without their comments: those give it away.

use diffy::{DiffOptions, Line};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, File, ImplItem, Item};

/// How many lines stand around a change.
const CONTEXT: usize = 2;

/// The lines of `variant` that matter, and the edit that makes those of `right` of them. With nothing in `show` these are the
/// functions and items in which the two differ.
pub fn of(right: &str, variant: &str, show: &[String]) -> Result<(String, String), String> {
    let [right, wrong] = [right, variant].map(|text| {
        let mut file = syn::parse_file(text).map_err(|error| error.to_string())?;
        Bare.visit_file_mut(&mut file);
        Ok::<_, String>(file)
    });
    let (right, wrong) = (right?, wrong?);
    let [in_right, in_wrong] = [&right, &wrong].map(parts);
    let is_shown = |(name, code): &(String, String), other: &[(String, String)]| {
        if show.is_empty() {
            !other.iter().any(|(its_name, its_code)| its_name == name && its_code == code)
        } else {
            show.contains(name)
        }
    };
    for name in show {
        if !in_right.iter().chain(&in_wrong).any(|(known, _)| known == name) {
            return Err(format!("there is no `{name}` to show"));
        }
    }
    let changed: Vec<&String> = in_right
        .iter()
        .filter(|part| is_shown(part, &in_wrong))
        .chain(in_wrong.iter().filter(|part| is_shown(part, &in_right)))
        .map(|(name, _)| name)
        .collect();
    let [right, wrong] = [right, wrong].map(|file| only(file, &changed));
    let repair = diff(&wrong, &right);
    Ok((wrong, repair))
}

/// Takes off what says nothing of how the code works.
struct Bare;

impl VisitMut for Bare {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain(|attribute| attribute.path().is_ident("cfg"));
    }

    fn visit_file_mut(&mut self, file: &mut File) {
        file.attrs.clear();
        file.items.retain(|item| !matches!(item, Item::Use(_)));
        visit_mut::visit_file_mut(self, file);
    }
}

/// All functions of impls and all other items, each with its name and its code.
fn parts(file: &File) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for item in &file.items {
        match item {
            Item::Impl(block) if !block.items.is_empty() => {
                let owner = owner(block);
                let code = |item: &ImplItem| {
                    let mut block = block.clone();
                    block.items = vec![item.clone()];
                    code(&[Item::Impl(block)])
                };
                all.extend(
                    block.items.iter().filter_map(|item| Some((named(&owner, item)?, code(item)))),
                );
            }
            item => all.extend(name(item).map(|name| (name, code(std::slice::from_ref(item))))),
        }
    }
    all
}

/// What is left of a file if only the parts of these names stay.
fn only(mut file: File, names: &[&String]) -> String {
    let is_named = |name: Option<String>| name.is_some_and(|name| names.contains(&&name));
    file.items.retain_mut(|item| match item {
        Item::Impl(block) if !block.items.is_empty() => {
            let owner = owner(block);
            block.items.retain(|item| is_named(named(&owner, item)));
            !block.items.is_empty()
        }
        item => is_named(name(item)),
    });
    // An item after another has a line of its own between them.
    file.items.iter().map(|item| code(std::slice::from_ref(item))).collect::<Vec<_>>().join("\n")
}

fn code(items: &[Item]) -> String {
    let mut file = syn::parse_file("").expect("nothing is a file");
    file.items = items.to_vec();
    let text = prettyplease::unparse(&file).replace("!* ", "!*");
    match items {
        // An empty line between functions.
        [Item::Impl(_)] => text.replace("\n    }\n    ", "\n    }\n\n    "),
        _ => text,
    }
}

/// The type that an impl is for.
fn owner(block: &syn::ItemImpl) -> String {
    match &*block.self_ty {
        syn::Type::Path(path) => {
            path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
        }
        _ => String::new(),
    }
}

fn named(owner: &str, item: &ImplItem) -> Option<String> {
    match item {
        ImplItem::Fn(function) => Some(format!("{owner}::{}", function.sig.ident)),
        ImplItem::Const(constant) => Some(format!("{owner}::{}", constant.ident)),
        _ => None,
    }
}

fn name(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        // Without members: `unsafe impl Sync for Lock`.
        Item::Impl(block) => {
            let (path, _) = block.trait_.as_ref()?;
            format!("{} for {}", path.segments.last()?.ident, owner(block))
        }
        _ => return None,
    })
}

/// What changes, with a few lines around.
fn diff(old: &str, new: &str) -> String {
    let patch = DiffOptions::new().set_context_len(CONTEXT).create_patch(old, new);
    let mut out = String::new();
    for hunk in patch.hunks() {
        out += if hunk.old_range().start() > 1 { " …\n" } else { "" };
        for line in hunk.lines() {
            let (sign, line) = match line {
                // No space at the end of a line.
                Line::Context("\n") => ("", "\n"),
                Line::Context(line) => (" ", *line),
                Line::Delete(line) => ("-", *line),
                Line::Insert(line) => ("+", *line),
            };
            out = out + sign + line;
        }
    }
    out
}
