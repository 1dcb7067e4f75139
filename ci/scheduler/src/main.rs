//! `cargo scheduler`: writes the levels into the book.

use scheduler::page;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--check"] => true,
        _ => {
            eprintln!(
                "cargo scheduler            writes the levels into the book\ncargo scheduler --check    says what is not as it would be written"
            );
            return ExitCode::from(2);
        }
    };
    let mut is_good = true;
    for file in page::files() {
        if check {
            if !file.is_written() {
                eprintln!("{}: not what the levels make of it", file.path.display());
                is_good = false;
            }
        } else if let Err(error) = file.write() {
            eprintln!("{}: {error}", file.path.display());
            is_good = false;
        }
        println!("{}", file.note);
    }
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
