//! A look at a text, in a process of its own: a text can be so deep that whoever reads it has no stack left.

use crate::digest::Digest;
use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::process::{Command, Stdio, exit};

/// The first argument of a process that looks.
const OPTION: &str = "--look";

/// The stack that is enough here. The judge's threads have four times as much for the same text.
const STACK: usize = 512 << 10;

/// Names with which a text could change what others are that are compiled with it, or find them.
const REACHING: &[&str] = &[
    "asm",
    "crate",
    "export_name",
    "extern",
    "feature",
    "global_allocator",
    "global_asm",
    "include",
    "include_bytes",
    "include_str",
    "link",
    "link_args",
    "link_name",
    "link_section",
    "macro_export",
    "naked",
    "naked_asm",
    "no_main",
    "no_mangle",
    "panic_handler",
    "path",
    "unstable",
    "used",
];

/// What is seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// `todo!()`s that are left.
    pub todos: usize,
    /// It must not be compiled with others.
    pub is_alone: bool,
    /// The hash of what it says to the compiler. Texts that have the same differ in comments and in layout. None, if that could make a
    /// difference.
    pub shape: Option<String>,
    /// The hash of what it says in which line, but for comments above all code and below: of names of authors, mostly.
    pub body: Option<String>,
}

/// Looks at a text.
pub fn at(text: &str) -> Result<Look, String> {
    let look = || {
        let mut command = Command::new(crate::tools::this_program()?);
        command.arg(OPTION).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn()?;
        // If it ends before it has read all, that is seen below.
        let _ = process.stdin.take().expect("a pipe").write_all(text.as_bytes());
        process.wait_with_output()
    };
    let said = look().map_err(|error| format!("it could not be looked at: os error: {error}"))?;
    serde_json::from_slice(&said.stdout)
        .map_err(|_| "it is nested so deeply that nobody can read it".to_owned())
}

/// Is this process to look? Then this is all that it does.
pub fn serve_if_asked() {
    if std::env::args_os().nth(1).is_none_or(|first| first != OPTION) {
        return;
    }
    let mut text = String::new();
    let done = std::io::stdin().read_to_string(&mut text).ok().and_then(|_| {
        let look = move || {
            // All that the judge reads of a text.
            drop(syn::parse_file(&text));
            serde_json::to_string(&seen(&text)).ok()
        };
        let thread = std::thread::Builder::new().stack_size(STACK).spawn(look).ok()?;
        thread.join().ok().flatten()
    });
    match done {
        Some(look) => {
            print!("{look}");
            exit(0)
        }
        None => exit(1),
    }
}

fn seen(text: &str) -> Look {
    // What is no Rust the compiler tells more about.
    let tokens: Option<TokenStream> = text.parse().ok();
    let is_alone = tokens.clone().is_none_or(|tokens| has_name(tokens, &reaches));
    let shape = tokens.filter(|tokens| !is_alone && !has_name(tokens.clone(), &knows_its_place));
    let shape = shape.map(|tokens| Digest::new().part("tokens", written(tokens)).finish());
    let body = shape.as_ref().map(|shape| {
        let lines = format!("{:?}", lines(text));
        Digest::new().part("shape", shape).part("lines", lines).finish()
    });
    Look { todos: catalog::todo::count_in(text), is_alone, shape, body }
}

/// The first line of code, from 0, and the lines from it to the last one.
fn lines(text: &str) -> (usize, Vec<&str>) {
    let is_comment = |line: &&str| line.trim().is_empty() || line.trim_start().starts_with("//");
    let all: Vec<&str> = text.lines().collect();
    let first = all.iter().take_while(|line| is_comment(line)).count();
    let last = all.len() - all.iter().rev().take_while(|line| is_comment(line)).count();
    (first, all.get(first..last).unwrap_or_default().to_vec())
}

/// The tokens, one after the other. Doc comments are for readers.
fn written(tokens: TokenStream) -> String {
    let mut out = String::new();
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut left = &tokens[..];
    while let [token, rest @ ..] = left {
        if let Some(after) = after_doc(left) {
            left = after;
            continue;
        }
        left = rest;
        match token {
            // Two that are written together may be one: `&&`.
            TokenTree::Punct(sign) => {
                out.push(sign.as_char());
                out += if sign.spacing() == Spacing::Joint { "" } else { " " };
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                out += open;
                out += &written(group.stream());
                out += close;
            }
            other => {
                let text = other.to_string();
                out += &format!("{}:{text} ", text.len());
            }
        }
    }
    out
}

/// What comes after a doc comment, `#[doc = "…"]` or, of the whole file, `#![doc = "…"]`, if there is one.
fn after_doc(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    let is =
        |token: &TokenTree, sign| matches!(token, TokenTree::Punct(it) if it.as_char() == sign);
    match tokens {
        [hash, TokenTree::Group(group), rest @ ..] if is(hash, '#') && is_doc(group) => Some(rest),
        [hash, bang, TokenTree::Group(group), rest @ ..]
            if is(hash, '#') && is(bang, '!') && is_doc(group) =>
        {
            Some(rest)
        }
        _ => None,
    }
}

/// `[doc = "…"]`, as a comment is read.
fn is_doc(group: &Group) -> bool {
    let mut tokens = group.stream().into_iter();
    let is_named = matches!(tokens.next(), Some(TokenTree::Ident(name)) if name == "doc");
    is_named && matches!(tokens.next(), Some(TokenTree::Punct(sign)) if sign.as_char() == '=')
}

/// Is there such a name in it?
fn has_name(tokens: TokenStream, is_such: &impl Fn(&str) -> bool) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => {
            let name = name.to_string();
            is_such(name.strip_prefix("r#").unwrap_or(&name))
        }
        TokenTree::Group(group) => has_name(group.stream(), is_such),
        _ => false,
    })
}

/// Could it reach others by that name? A name that is not plain is not read at all.
fn reaches(name: &str) -> bool {
    !name.is_ascii() || REACHING.contains(&name) || name.starts_with("judged_")
}

/// Could it find out by that name in which line it is?
fn knows_its_place(name: &str) -> bool {
    ["line", "column", "Location", "Backtrace"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::seen;

    #[test]
    fn text_that_could_reach_its_neighbours_stands_alone() {
        for alone in [
            "#[unsafe(no_mangle)] fn write() {}",
            "#[unsafe(r#no_mangle)] fn write() {}",
            "#[cfg_attr(all(), unsafe(link_section = \".init_array\"))] static A: fn() = f;",
            "macro_rules! m { () => { core::arch::global_asm!(\"\") } }",
            "pub use super::super::judged_1::subject::*;",
            "mod x { pub use crate::*; }",
            "fn a() { let s = include_str!(\"/etc/passwd\"); }",
            "fn ﬁ() {}",
            "fn (",
        ] {
            assert!(seen(alone).is_alone, "{alone}");
        }
        for together in [
            "/// No `crate` here, and no #[no_mangle].\nfn a() { \"extern\"; }",
            "#[cfg(test)] mod tests { use super::*; }",
        ] {
            assert!(!seen(together).is_alone, "{together}");
        }
    }
    #[test]
    fn shape_is_what_the_compiler_reads() {
        let of = |text: &str| seen(text).shape;
        let here = of("//! Ada's.\n/// Says.\nfn a() { b(1, \"x\") }");
        assert!(here.is_some());
        assert_eq!(here, of("fn a()\n{\n    b(1, \"x\") // so\n}\n// Bob's."));
        for other in [
            "fn a() { b(1, \"x \") }",
            "fn a() { b(1.0, \"x\") }",
            "#[inline] fn a() { b(1, \"x\") }",
        ] {
            assert_ne!(here, of(other), "{other}");
        }
        assert_ne!(of("fn a() { b && c }"), of("fn a() { b & &c }"));
        assert_ne!(of("fn a() { ab(c) }"), of("fn a() { a(b, c) }"));
        assert_eq!(of("fn a() { line!() }"), None);
    }

    #[test]
    fn body_is_the_same_where_each_line_of_code_is_in_its_place() {
        let of = |text: &str| seen(text).body;
        let here = of("// Ada\n\nfn a() {\n    b()\n}\n// Ada");
        assert!(here.is_some());
        assert_eq!(here, of("//! Bob\n\nfn a() {\n    b()\n}\n\n"));
        for other in [
            "fn a() {\n    b()\n}",
            "// Ada\n\nfn a() {\n    b() // so\n}",
            "// A\n\nfn a() {\n    c()\n}",
        ] {
            assert_ne!(here, of(other), "{other}");
        }
    }
}
