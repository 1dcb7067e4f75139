//! Questions that only the compiler can answer: which traits public types have, around which data, and whether what they
//! borrow may be taken to live less long.
//!
//! The questions are made from the reference, and asked of both: one line each, in a file that is compiled beside the code. The
//! compiler says in which lines there is an error.

use super::writers::{has_drop, writers};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use syn::{GenericParam, Generics, Item};

pub const CHECK: &str = catalog::variants::OF_EVERY_FILE[1];

/// Data of the four kinds: is it `Send`, and is it `Sync`?
const KINDS: [(&str, [bool; 2], &str); 4] = [
    ("u8", [true, true], "that is `Send` and `Sync`"),
    ("::std::cell::Cell<u8>", [true, false], "that is `Send` and not `Sync`"),
    ("::std::sync::MutexGuard<'static, u8>", [false, true], "that is `Sync` and not `Send`"),
    ("*const u8", [false, false], "that is neither `Send` nor `Sync`"),
];

/// Traits that are asked about; whether a type that has one and should not does harm. (`Debug` is for people: it is nobody's promise.)
const TRAITS: [(&str, Harm); 12] = [
    ("::std::marker::Send", Harm::Always),
    ("::std::marker::Sync", Harm::Always),
    ("::std::clone::Clone", Harm::OfHandles),
    ("::std::marker::Copy", Harm::OfHandles),
    ("::std::ops::Deref", Harm::OfHandles),
    ("::std::ops::DerefMut", Harm::OfHandles),
    ("::std::default::Default", Harm::Never),
    ("::std::fmt::Display", Harm::Never),
    ("::std::error::Error", Harm::Never),
    ("::std::cmp::PartialEq", Harm::Never),
    ("::std::cmp::Eq", Harm::Never),
    ("::std::hash::Hash", Harm::Never),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Harm {
    Always,
    /// Of a type that borrows or that does something when it is dropped: there may be no second one.
    OfHandles,
    Never,
}

/// A question, on a line of its own.
#[derive(Debug)]
pub struct Probe {
    /// The public type.
    name: String,
    /// With arguments, as a reader knows it.
    shown: String,
    /// The kind of its data, if it has any.
    data: Option<usize>,
    asked: Asked,
    line: String,
}

#[derive(Debug)]
enum Asked {
    /// Does it have the trait? Whether to have it for no reason does harm.
    Trait(&'static str, bool),
    /// May a borrow in it be taken for a shorter one?
    Shorter,
}

/// The two files of questions: about traits, and about borrows. Where there is an error in the first, the compiler does not
/// come to the second.
#[derive(Debug, Default)]
pub struct Probes {
    pub traits: Vec<Probe>,
    pub borrows: Vec<Probe>,
}

/// Lines of questions that the compiler says no to.
pub type Answers = BTreeSet<usize>;

impl Probes {
    /// The questions about the public types of a reference.
    pub fn of(text: &str) -> Self {
        let Ok(file) = syn::parse_file(text) else { return Self::default() };
        let mut probes = Self::default();
        let writers = writers(&file.items);
        for item in &file.items {
            let (visibility, name, generics) = match item {
                Item::Struct(item) => (&item.vis, &item.ident, &item.generics),
                Item::Enum(item) => (&item.vis, &item.ident, &item.generics),
                _ => continue,
            };
            if matches!(visibility, syn::Visibility::Public(_)) {
                let name = name.to_string();
                let is_handle =
                    generics.lifetimes().next().is_some() || has_drop(&file.items, &name);
                probes.add(&name, generics, is_handle);
                if writers.contains(&name) {
                    probes.add_borrow(&name, generics);
                }
            }
        }
        probes
    }

    fn add(&mut self, name: &str, generics: &Generics, is_handle: bool) {
        let has_data = generics.type_params().next().is_some();
        let is_unsized = generics.type_params().any(|parameter| {
            let mut bounds = parameter.bounds.iter();
            bounds.any(|bound| matches!(bound, syn::TypeParamBound::Trait(b) if b.maybe.is_some()))
        });
        let mut kinds: Vec<(String, Option<usize>)> = Vec::new();
        for (number, (kind, ..)) in KINDS.iter().enumerate() {
            kinds.push(((*kind).into(), Some(number)));
            if is_unsized {
                kinds.push((format!("[{kind}]"), Some(number)));
            }
        }
        if !has_data {
            kinds = vec![(String::new(), None)];
        }
        for (kind, data) in kinds {
            let ty = with_arguments(name, generics, &kind);
            for (path, harm) in TRAITS {
                let harm = harm == Harm::Always || harm == Harm::OfHandles && is_handle;
                self.traits.push(Probe {
                    name: name.into(),
                    shown: shown(&ty),
                    data,
                    asked: Asked::Trait(path.rsplit("::").next().unwrap_or(path), harm),
                    line: format!(
                        "fn probe() {{ fn is<X: ?Sized + {path}>() {{}} is::<subject::{ty}>() }}"
                    ),
                });
            }
        }
    }

    fn add_borrow(&mut self, name: &str, generics: &Generics) {
        let is_free = |parameter: &syn::TypeParam| {
            let mut bounds = parameter.bounds.iter();
            !bounds.any(|bound| matches!(bound, syn::TypeParamBound::Lifetime(_)))
        };
        if generics.type_params().next().is_some() && generics.type_params().all(is_free) {
            let [long, short] = ["&'long u8", "&'short u8"]
                .map(|data| with_arguments(name, generics, data).replace("'static", "'lent"));
            self.borrows.push(Probe {
                name: name.into(),
                shown: shown(&long),
                data: None,
                asked: Asked::Shorter,
                line: format!("fn probe<'lent, 'short: 'lent, 'long: 'short>(x: subject::{long}) -> subject::{short} {{ x }}"),
            });
        }
    }
}

/// The lines, each in a module of its own.
pub fn source(probes: &[Probe]) -> String {
    let mut out = String::new();
    for (number, probe) in probes.iter().enumerate() {
        let _ = writeln!(out, "mod probe_{number} {{ use super::*; {} }}", probe.line);
    }
    out
}

/// What is wrong: questions to which `ours` is another answer than the reference's, the first of each type and trait.
pub fn differences(
    probes: &[Probe],
    ours: &Answers,
    reference: &Answers,
    open: &[String],
) -> Vec<String> {
    let mut told = BTreeSet::new();
    let different = probes.iter().enumerate().filter_map(|(number, probe)| {
        let we = !ours.contains(&number);
        let is_other = we == reference.contains(&number) && !probe.is_open(we, open);
        let words = probe.complaint(we).filter(|_| is_other)?;
        told.insert((&probe.name, format!("{:?}", probe.asked), we)).then_some(words)
    });
    different.collect()
}

impl Probe {
    /// Is the answer left to the reader? `Guard: Send where Send`: no guard need be, and of data that is `Send` each may be.
    fn is_open(&self, we: bool, open: &[String]) -> bool {
        let Asked::Trait(asked, _) = self.asked else { return false };
        let mine = format!("{}: {asked}", self.name);
        let mut those = open.iter().filter_map(|open| match open.split_once(" where ") {
            Some((of, data)) => (of == mine).then_some(data),
            None => (*open == mine).then_some(""),
        });
        let kind = self.data.map_or([true, true], |kind| KINDS[kind].1);
        those.any(|data| match data {
            _ if !we => true,
            "any" => true,
            "Send" => kind[0],
            "Sync" => kind[1],
            _ => false,
        })
    }

    fn complaint(&self, we: bool) -> Option<String> {
        let Self { name, shown, data, asked, .. } = self;
        let of = match data {
            Some(kind) => format!("`{name}` of data {} (`{shown}`)", KINDS[*kind].2),
            None => format!("`{name}`"),
        };
        match *asked {
            Asked::Trait("Send" | "Sync", _) if !we && data.is_some() => {
                Some(format!("{of} is not `{asked}`, but should be"))
            }
            Asked::Trait(_, _) if !we => Some(format!("`{shown}` is not `{asked}`; the stub's is")),
            Asked::Trait("Send" | "Sync", _) => Some(format!("{of} is `{asked}`, but must not be")),
            Asked::Trait(_, true) => {
                Some(format!("`{name}` is `{asked}`, but must not be: the stub's is not"))
            }
            Asked::Shorter if we => Some(format!(
                "a `{shown}` can be used as one of `&'short u8`: then what is put in through it is read for longer than it lives. \
                 `*const T` and `NonNull<T>` allow that; a `PhantomData<Cell<T>>` beside them forbids it"
            )),
            Asked::Trait(_, false) | Asked::Shorter => None,
        }
    }
}

impl std::fmt::Display for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if let Self::Trait(name, _) = self { name } else { "shorter" })
    }
}

/// `Guard<'static, u8>`.
fn with_arguments(name: &str, generics: &Generics, data: &str) -> String {
    let argument = |parameter: &GenericParam| match parameter {
        GenericParam::Lifetime(_) => "'static".to_owned(),
        GenericParam::Type(_) => data.to_owned(),
        GenericParam::Const(_) => "2".to_owned(),
    };
    let arguments: Vec<String> = generics.params.iter().map(argument).collect();
    if arguments.is_empty() { name.to_owned() } else { format!("{name}<{}>", arguments.join(", ")) }
}

fn shown(ty: &str) -> String {
    ty.replace("'static", "'_")
        .replace("'lent", "'_")
        .replace("::std::cell::", "")
        .replace("::std::sync::", "")
}
