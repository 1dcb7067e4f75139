//! What each compiler makes of the programs, side by side: the instructions in the book, and where they differ.

mod compilers;
mod pages;
mod trace;

pub use compilers::{Compiler, Target};
pub use trace::Trace;

use crate::compile::{Language, root};
use listings::assembly;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{fs, io, thread};

/// The data and the files that pages include lie here.
fn folder() -> PathBuf {
    root().join("../../src/other_languages/listings")
}

/// What the functions of a program are called that are compared.
pub fn functions(program: &str) -> &'static [&'static str] {
    match program {
        "message_passing" => &["publish", "receive"],
        _ => &["increment"],
    }
}

/// Every function of a program that is listed: of the race in C, the loop around it too.
fn listed(program: &str, language: Language) -> Vec<&'static str> {
    let mut listed = functions(program).to_vec();
    listed.extend((program == "race" && language == Language::C).then_some("increment_often"));
    listed
}

/// All listings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// What each compiler says that it is, by target and command: `x86-64, gcc`.
    pub versions: BTreeMap<String, String>,
    /// The instructions, one a line, of each function (`program.function`), by target and command.
    pub listings: BTreeMap<String, BTreeMap<String, String>>,
}

/// What the data calls a compiler for a target.
fn key(target: Target, compiler: Compiler) -> String {
    format!("{}, {}", target.name(), compiler.name())
}

impl Data {
    /// Reads the data of the book.
    ///
    /// # Errors
    ///
    /// If there is none, or it is something else.
    pub fn read() -> io::Result<Self> {
        Ok(serde_json::from_str(&fs::read_to_string(folder().join("listings.json"))?)?)
    }

    /// What a compiler has made of a program, all of its functions.
    pub fn trace(&self, target: Target, compiler: Compiler, program: &str) -> Option<Trace> {
        let of = |function: &&str| {
            self.listings.get(&format!("{program}.{function}"))?.get(&key(target, compiler))
        };
        let listings: Option<Vec<&str>> =
            functions(program).iter().map(|function| of(function).map(String::as_str)).collect();
        Some(Trace::of(target, &listings?.join("\n")))
    }

    /// Asks every compiler that is here, and puts what it makes in the place of what was there. Tells on stderr how far it is.
    ///
    /// # Errors
    ///
    /// If one does not compile, or a function cannot be found in what it writes.
    pub fn compile(
        &mut self,
        is_wanted: impl Fn(&Self, Target, Compiler) -> bool,
    ) -> Result<(), String> {
        for target in Target::ALL {
            for compiler in Compiler::ALL {
                let name = key(target, compiler);
                let Some(version) = compiler.version(target) else {
                    eprintln!("{name}: is not here");
                    continue;
                };
                if is_wanted(self, target, compiler) {
                    self.ask(target, compiler)?;
                    eprintln!("{name}: {version}");
                    self.versions.insert(name, version);
                }
            }
        }
        Ok(())
    }

    fn ask(&mut self, target: Target, compiler: Compiler) -> Result<(), String> {
        // The compilers run side by side.
        let texts = thread::scope(|scope| {
            let ask = |(program, _)| {
                let ask = move || compiler.assembly(target, program).map_err(|e| e.to_string());
                (program, scope.spawn(ask))
            };
            let asked = crate::table::PROGRAMS.map(ask);
            asked.map(|(program, asked)| (program, asked.join().expect("it does not panic")))
        });
        for (program, text) in texts {
            let text = text?;
            for function in listed(program, compiler.language()) {
                let listing = assembly::function(&text, function, target.comment());
                let name = format!("{program}.{function}");
                let listing =
                    listing.ok_or_else(|| format!("no {name} by {}", key(target, compiler)))?;
                self.listings.entry(name).or_default().insert(key(target, compiler), listing);
            }
        }
        Ok(())
    }

    /// Has the book what this compiler is here with, in the same version?
    pub fn is_known(&self, target: Target, compiler: Compiler) -> bool {
        let known = self.versions.get(&key(target, compiler));
        known.is_some() && known == compiler.version(target).as_ref()
    }

    /// The files of the book: the name, and what is in it.
    pub fn files(&self) -> Vec<(&'static str, String)> {
        let json = serde_json::to_string_pretty(self).expect("text is JSON");
        vec![
            ("listings.json", json + "\n"),
            ("comparison.md", pages::comparison(self)),
            ("spin_lock.md", pages::listings(self, &Target::ALL, "spin_lock.increment")),
            ("race.md", pages::listings(self, &[Target::X86], "race.increment_often")),
            ("compilers.md", pages::compilers(self)),
            ("lines.md", pages::lines()),
        ]
    }

    /// Those files of the book that say something else.
    pub fn out_of_date(&self) -> Vec<&'static str> {
        let files = self.files().into_iter();
        let is_new = |(name, text): &(&str, String)| {
            fs::read_to_string(folder().join(name)).ok().as_ref() != Some(text)
        };
        files.filter(is_new).map(|(name, _)| name).collect()
    }

    /// Writes the files.
    ///
    /// # Errors
    ///
    /// If that is not possible.
    pub fn write(&self) -> io::Result<()> {
        fs::create_dir_all(folder())?;
        self.files().into_iter().try_for_each(|(name, text)| fs::write(folder().join(name), text))
    }
}
