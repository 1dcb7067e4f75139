//! `cargo book`: builds the book in this process, checks it, serves it to this machine.
//!
//! The book is an ordinary mdBook. mdBook and its KaTeX preprocessor are linked in as libraries, so that a clone and a
//! Rust toolchain are all that a reader needs; `mdbook serve` gives the same book where both programs are installed.
//!
//! One build feeds every command: [`build`] runs mdBook and keeps what it saw on the way, [`check`] finds in that what
//! mdBook lets pass, and [`serve`] holds the files in memory and hands them out.

mod build;
mod check;
mod finding;
mod log;
mod picture;
mod serve;
mod site;
mod text;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Build, check and read the book. Without a command: serve.
#[derive(Parser)]
#[command(name = "book", bin_name = "cargo book", args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
    /// The folder that holds book.toml [default: this repository]
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the book on this machine; pages reload when a file is saved
    Serve(ServeArgs),
    /// Build the book into the folder that book.toml names
    Build,
    /// Judge as `cargo grade` does: what `serve` starts for each file that was saved
    #[command(hide = true)]
    Judge {
        /// Those of `cargo grade`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Build the book into a temporary folder and list every fault in it
    Check,
}

/// What `serve` is told on the command line.
#[derive(Args)]
struct ServeArgs {
    /// Open the book in a browser
    #[arg(long)]
    open: bool,
    /// Leave your exercises alone: no verdict in the pages
    #[arg(long)]
    no_grade: bool,
    /// The port on 127.0.0.1; 0 picks a free one
    #[arg(long, default_value_t = 3000)]
    port: u16,
}

fn main() -> ExitCode {
    judge::serve_if_asked();
    let cli = Cli::parse();
    if let Some(Command::Judge { arguments }) = cli.command {
        return judge::run_behind(arguments);
    }
    log::install();
    let done = find_root(cli.root.as_deref()).and_then(|root| {
        match cli.command.unwrap_or(Command::Serve(cli.serve)) {
            Command::Serve(args) => serve::run(&root, &args),
            Command::Judge { .. } => unreachable!("it has its own way out"),
            Command::Build => build_to_folder(&root),
            Command::Check => check_all(&root),
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", finding::one_line(&error));
            ExitCode::FAILURE
        }
    }
}

/// The folder of book.toml: the one asked for, or the nearest above this package, or above the current folder.
///
/// Cargo sets `CARGO_MANIFEST_DIR` for what it runs. It is read at run time, so that a moved clone stays whole.
fn find_root(asked: Option<&Path>) -> Result<PathBuf> {
    if let Some(root) = asked {
        // Not `canonicalize`: on Windows that gives a form of path in which `..`, as includes have it, is no parent.
        let root = std::path::absolute(root)?;
        ensure!(root.join("book.toml").is_file(), "no book.toml in {}", root.display());
        return Ok(root);
    }
    let starts =
        [std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from), std::env::current_dir().ok()];
    starts
        .iter()
        .flatten()
        .flat_map(|start| start.ancestors())
        .find(|folder| folder.join("book.toml").is_file())
        .map(Path::to_path_buf)
        .context("no book.toml here or in a folder above: run `cargo book` in the repository")
}

/// `cargo book build`: the faults that mend themselves are warnings, a page that is not what its author wrote is an error.
fn build_to_folder(root: &Path) -> Result<()> {
    let built = build::build(root, None)?;
    let findings = check::all(&built);
    for finding in &findings {
        eprintln!("{finding}");
    }
    let broken = findings.iter().filter(|finding| finding.breaks_page).count();
    if broken > 0 {
        bail!("{broken} {} in the book: see above", finding::plural(broken, "broken place"));
    }
    println!("{}", built.folder.display());
    Ok(())
}

/// `cargo book check`: nothing may be found.
fn check_all(root: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let built = build::build(root, Some(folder.path()))?;
    let findings = check::all(&built);
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            let pages = built.pages.len();
            println!("{pages} {}, nothing found", finding::plural(pages, "page"));
            Ok(())
        }
        n => bail!("{n} {} in the book", finding::plural(n, "fault")),
    }
}
