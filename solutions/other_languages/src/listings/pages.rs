//! The files that pages of the book include.

use super::{Compiler, Data, Target, Trace, key};
use crate::compile::Language;
use crate::table::PROGRAMS;
use std::fs;

const MADE: &str = "<!-- Made by ci/languages --listings. Do not edit. -->\n\n";

/// A table a target: what all compilers make of each program, and where they differ.
pub fn comparison(data: &Data) -> String {
    let mut text = MADE.to_owned();
    for target in Target::ALL {
        text += &format!(
            "| Program, on {} | Instructions that order | Others that touch the shared memory |\n|---|---|---|\n",
            target.name()
        );
        for (program, _) in PROGRAMS {
            let traces: Vec<(Compiler, Trace)> = Compiler::ALL
                .into_iter()
                .filter_map(|compiler| Some((compiler, data.trace(target, compiler, program)?)))
                .collect();
            let ordered = grouped(&traces, |trace| trace.ordered.clone());
            let plain = |trace: &Trace| {
                let is_plain = |name: &&String| !trace.ordered.contains(name);
                trace.all.iter().filter(is_plain).cloned().collect()
            };
            text += &format!("| `{program}` | {ordered} | {} |\n", grouped(&traces, plain));
        }
        text.push('\n');
    }
    text
}

/// What is the same in all; or else who has what.
fn grouped(traces: &[(Compiler, Trace)], of: impl Fn(&Trace) -> Vec<String>) -> String {
    let mut groups: Vec<(Vec<String>, Vec<&str>)> = Vec::new();
    for (compiler, trace) in traces {
        let mut names = of(trace);
        // The order in which a compiler writes independent accesses is its own affair.
        names.sort();
        match groups.iter_mut().find(|(known, _)| *known == names) {
            Some((_, compilers)) => compilers.push(compiler.name()),
            None => groups.push((names, vec![compiler.name()])),
        }
    }
    let code = |names: &[String]| match names {
        [] => "none".to_owned(),
        names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    };
    match &groups[..] {
        [(names, _)] => code(names),
        groups => {
            let said =
                groups.iter().map(|(names, who)| format!("{}: {}", who.join(", "), code(names)));
            said.collect::<Vec<_>>().join("; ")
        }
    }
}

/// The listings of a function, target by target.
pub fn listings(data: &Data, targets: &[Target], function: &str) -> String {
    let mut text = MADE.to_owned();
    for &target in targets {
        if targets.len() > 1 {
            text += &format!("### On {}\n\n", target.name());
        }
        text += "<div class=\"listings\">\n";
        for (who, listing) in same(data, target, function) {
            text += &block(&who.join(", "), target, listing);
        }
        text += "\n</div>\n\n";
    }
    text
}

/// The listings of a function, each with the compilers that make it. Two that only call another function count as one.
fn same<'a>(data: &'a Data, target: Target, function: &str) -> Vec<(Vec<String>, &'a str)> {
    let mut found: Vec<(Vec<String>, &str)> = Vec::new();
    for compiler in Compiler::ALL {
        let listings = data.listings.get(function);
        let Some(listing) = listings.and_then(|all| all.get(&key(target, compiler))) else {
            continue;
        };
        let name = format!("{} by {}", compiler.language(), compiler.name());
        match found.iter_mut().find(|(_, known)| without_calls(known) == without_calls(listing)) {
            Some((who, known)) if known == listing => who.push(name),
            Some((who, _)) => {
                let called: Vec<&str> = listing.lines().filter_map(called).collect();
                who.push(format!("{name} (which calls `{}`)", called.join("`, `")));
            }
            None => found.push((vec![name], listing)),
        }
    }
    found
}

/// The function that an instruction calls.
fn called(line: &str) -> Option<&str> {
    line.strip_prefix("call ").or_else(|| line.strip_prefix("bl "))
}

fn without_calls(listing: &str) -> Vec<&str> {
    listing.lines().map(|line| if called(line).is_some() { "call" } else { line }).collect()
}

/// One listing. The code block says of which architecture it is: the check of the book looks there.
fn block(title: &str, target: Target, listing: &str) -> String {
    let indented = |line: &str| match line.ends_with(':') {
        true => line.to_owned(),
        false => format!("    {line}"),
    };
    let lines: Vec<String> = listing.lines().map(indented).collect();
    format!(
        "\n<div class=\"listing\">\n\n{title}\n\n```text,{}\n{}\n```\n\n</div>\n",
        target.architecture(),
        lines.join("\n")
    )
}

/// How many lines each program has in each language: those that are neither empty nor a comment.
pub fn lines() -> String {
    let is_code = |line: &&str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with("//")
    };
    let mut text = format!("{MADE}| Lines of code |");
    Language::ALL.iter().for_each(|language| text += &format!(" {language} |"));
    text += "\n|---|--:|--:|--:|--:|\n";
    for (program, _) in PROGRAMS {
        text += &format!("| `{program}` |");
        for language in Language::ALL {
            let program = fs::read_to_string(language.program(program)).unwrap_or_default();
            text += &format!(" {} |", program.lines().filter(is_code).count());
        }
        text.push('\n');
    }
    text
}

/// Which compiler made what.
pub fn compilers(data: &Data) -> String {
    let of = |target: Target| {
        let versions = Compiler::ALL.into_iter().filter_map(|compiler| {
            let version = data.versions.get(&key(target, compiler))?;
            Some(match version.starts_with(compiler.name()) {
                true => version.clone(),
                false => format!("{} ({version})", compiler.name()),
            })
        });
        versions.collect::<Vec<_>>().join(", ")
    };
    let [x86, arm] = Target::ALL.map(of);
    format!(
        "{MADE}*Optimised code. For x86-64 by {x86}. For AArch64, with the atomic instructions of Armv8.1, by {arm}.*\n"
    )
}
