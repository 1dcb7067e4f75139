//! `cargo rooms`: lists the rooms that are empty; `cargo rooms write`: writes what the book derives from the catalogue.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = catalog::root();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => list(&root),
        ["write"] => match rooms::book::write(&root) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{}: {error}", root.join("src/catalog").display());
                ExitCode::FAILURE
            }
        },
        _ => {
            eprintln!("cargo rooms          list what is missing or does not agree");
            eprintln!("cargo rooms write    write src/catalog from exercises/catalog.toml");
            ExitCode::from(2)
        }
    }
}

fn list(root: &Path) -> ExitCode {
    let findings = rooms::findings(root);
    let mut about = None;
    for finding in &findings {
        if about != Some(&finding.about) {
            println!("{}", finding.about);
            about = Some(&finding.about);
        }
        println!("  {}", finding.what);
    }
    if findings.is_empty() {
        println!("every room is there");
        return ExitCode::SUCCESS;
    }
    println!("\n{} findings", findings.len());
    ExitCode::FAILURE
}
