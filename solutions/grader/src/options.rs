//! Options of our own beside libtest's.

use libtest_mimic::Arguments;
use std::path::PathBuf;

const HELP: &str = "\
Locksmith's own options, after `cargo grade`:
      --report FILE    write every verdict to FILE as JSON
      --to-do-fails    an exercise that is still to do is a failure
      --audit          for each ordering: the weakest that still passes here
      --hint N         show the N-th hint of the exercises that match FILTER
";

#[derive(Debug)]
pub struct Options {
    pub report: Option<PathBuf>,
    pub to_do_fails: bool,
    pub audit: bool,
    pub hint: Option<usize>,
    pub test: Arguments,
}

impl Options {
    /// Reads the arguments of this process; ends it where they are wrong, or ask for help.
    pub fn read() -> Self {
        let mut options = Self {
            report: None,
            to_do_fails: false,
            audit: false,
            hint: None,
            test: Arguments::default(),
        };
        let mut rest = Vec::new();
        let mut arguments = std::env::args();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--report" => options.report = Some(value(&argument, arguments.next()).into()),
                "--to-do-fails" => options.to_do_fails = true,
                "--audit" => options.audit = true,
                "--hint" => {
                    let number = value(&argument, arguments.next());
                    options.hint = Some(number.parse().unwrap_or_else(|_| wrong(&argument)));
                }
                "--help" | "-h" => {
                    println!("{HELP}");
                    rest.push(argument);
                }
                _ => rest.push(argument),
            }
        }
        options.test = Arguments::from_iter(rest);
        options
    }

    /// Does the filter let this name through?
    pub fn matches(&self, name: &str) -> bool {
        match &self.test.filter {
            Some(filter) if self.test.exact => name == filter,
            Some(filter) => name.contains(filter.as_str()),
            None => true,
        }
    }
}

fn value(option: &str, value: Option<String>) -> String {
    value.unwrap_or_else(|| wrong(option))
}

fn wrong(option: &str) -> ! {
    eprintln!("{option} needs a value\n\n{HELP}");
    std::process::exit(2)
}
