//! `cargo listings`: asks the compiler what it makes of the functions in `ci/listings/topics`, and writes it into the book.
//!
//! ```text
//! cargo listings            what this machine's own compiler can make, and the files that pages include
//! cargo listings --all      for all targets; takes Debian's compiler, which `ci/listings/all` installs
//! cargo listings --pages    the files that pages include, from the data: after an include or the glossary has changed
//! … --check                 writes nothing, and fails if something would be written
//! ```

use listings::data::{self, Data};
use listings::glossary::{self, Glossary};
use listings::machine::{self, Compiler};
use listings::{atomics, locks, pages};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

/// What was asked for.
#[derive(Default)]
struct Asked {
    all: bool,
    pages: bool,
    check: bool,
}

fn main() -> ExitCode {
    let mut asked = Asked::default();
    for argument in env::args().skip(1) {
        match argument.as_str() {
            "--all" => asked.all = true,
            "--pages" => asked.pages = true,
            "--check" => asked.check = true,
            _ => {
                eprintln!("usage: cargo listings [--all | --pages] [--check]");
                return ExitCode::from(2);
            }
        }
    }
    match run(&listings::root(), &asked) {
        Ok(done) => done,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(root: &Path, asked: &Asked) -> Result<ExitCode, String> {
    let mut data = Data::read(root).unwrap_or_default();
    let mut files = BTreeMap::new();
    if !asked.pages {
        files = compiled(root, asked, &mut data)?;
    }
    files.insert(data::FILE.into(), data.to_json());
    let glossary = Glossary::read(root).map_err(|error| format!("{}: {error}", glossary::FILE))?;
    files.extend(pages::all(root, &data, &glossary));
    let stale = pages::out_of_date(root, &files);
    for path in &stale {
        println!("{path}: {}", if asked.check { "out of date" } else { "written" });
        if !asked.check {
            let file = root.join(path);
            fs::create_dir_all(file.parent().expect("it is in a folder"))
                .map_err(|error| error.to_string())?;
            fs::write(file, &files[path]).map_err(|error| format!("{path}: {error}"))?;
        }
    }
    let functions = data.listings.len();
    let listings: usize = data.listings.values().map(BTreeMap::len).sum();
    println!("{functions} functions, {} targets, {listings} listings", data.targets.len());
    let failed = asked.check && !stale.is_empty();
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What the compilers say, into the data and into files beside it.
fn compiled(
    root: &Path,
    asked: &Asked,
    data: &mut Data,
) -> Result<BTreeMap<String, String>, String> {
    let mut plan = machine::plan(asked.all)?;
    let own = Compiler::Own.name()?;
    // Another version of the compiler is no fault of the book's: it is told, and not compared.
    let is_other = |id: &str| data.targets.get(id).is_some_and(|made| made.compiler != own);
    let mut is_comparable = true;
    if asked.check {
        plan.retain(|(target, compiler)| {
            let skipped = *compiler == Compiler::Own && is_other(target.id);
            if skipped {
                is_comparable = false;
                println!(
                    "{}: not compared, since this is {own} and the listings are older or newer",
                    target.name
                );
            }
            !skipped
        });
    }
    machine::compile_all(root, &plan, data)?;
    let mut files = BTreeMap::new();
    if is_comparable {
        let version = own.split(',').next().unwrap_or_default();
        files.insert(atomics::FILE.into(), atomics::table(version)?);
        files.extend(locks::page(root)?.map(|page| (locks::FILE.into(), page)));
    }
    Ok(files)
}
