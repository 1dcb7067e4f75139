//! What the commands write, and how they end.

mod common;

use common::{Book, stderr, stdout};
use std::net::TcpListener;
use std::process::Command;

/// Requires that the run failed with this one line on stderr.
#[track_caller]
fn one_error(book: &Book, arguments: &[&str], line: &str) {
    let output = book.run(arguments);
    assert!(!output.status.success());
    let said = stderr(&output);
    assert_eq!(said.lines().collect::<Vec<_>>(), [line]);
}

#[test]
fn build_writes_the_book_with_its_formulas_rendered() {
    let book = Book::new();
    let output = book.run(&["build"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let html = book.read("book/introduction.html");
    assert!(html.contains("class=\"katex\"") && html.contains("<math"), "no formula");
    assert!(html.contains("pub fn lock() {}"), "no code");
    assert!(!html.contains("/.book/"), "live reload is the server's");
}

#[test]
fn build_fails_where_a_page_lacks_its_code_and_says_where() {
    let book = Book::new();
    book.replace("src/introduction.md", "lib.rs:lock", "gone.rs:lock");
    let output = book.run(&["build"]);
    assert!(!output.status.success());
    let wanted = "src/introduction.md:6: includes exercises/src/gone.rs, which cannot be read";
    assert_eq!(stderr(&output).lines().next(), Some(wanted));
}

#[test]
fn check_leaves_no_file_behind() {
    let book = Book::new();
    book.run(&["check"]);
    assert!(!book.path("book").exists());
}

#[test]
fn a_mistake_in_book_toml_is_one_line_with_its_place() {
    for (from, to, line) in [
        (
            "language =",
            "langauge =",
            "error: book.toml:3: unknown field `langauge`, expected one of",
        ),
        ("src = \"src\"", "src = ", "error: book.toml:4: "),
        ("runnable =", "runable =", "error: book.toml:15: output.html: unknown field `runable`"),
        ("no-css", "no-ccs", "error: book.toml:12: preprocessor.katex: unknown field `no-ccs`"),
        ("no-css = true", "no-css = 1", "error: book.toml:"),
    ] {
        for command in ["build", "check", "serve"] {
            let book = Book::new();
            book.replace("book.toml", from, to);
            let output = book.run(&[command]);
            let said = stderr(&output);
            assert!(!output.status.success());
            assert!(
                said.starts_with(line) && said.lines().count() == 1,
                "{command}: wanted {line}, got {said}"
            );
        }
    }
}

#[test]
fn a_page_without_its_file_is_one_line_with_its_place() {
    let book = Book::new();
    book.append("src/SUMMARY.md", "- [Gone](gone.md)\n");
    let output = book.run(&["build"]);
    let said = stderr(&output);
    assert!(!output.status.success());
    assert!(said.starts_with("error: src/SUMMARY.md:6: ") && said.lines().count() == 1, "{said}");
    assert!(!book.path("src/gone.md").exists(), "it must not be made up");
}

#[test]
fn a_port_in_use_is_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let line = format!("error: port {port} is in use: `cargo book --port 0` picks a free one");
    one_error(&Book::new(), &["--port", &port], &line);
}

#[test]
fn a_page_that_is_broken_from_the_start_is_not_served() {
    let book = Book::new();
    book.append("src/introduction.md", "\nLet $x = \\frac{1}$ be.\n");
    let output = book.run(&["serve", "--port", "0"]);
    assert!(!output.status.success());
    assert!(stderr(&output).starts_with("src/introduction.md:25: TeX: "), "{}", stderr(&output));
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_out_of_the_book_is_refused() {
    let (book, other) = (Book::new(), tempfile::tempdir().unwrap());
    std::fs::write(other.path().join("secret.txt"), "secret").unwrap();
    std::os::unix::fs::symlink(other.path().join("secret.txt"), book.path("src/secret.txt"))
        .unwrap();
    one_error(
        &book,
        &["build"],
        "error: src/secret.txt: a symbolic link that leads out of the book",
    );
}

#[test]
fn the_root_is_found_from_a_folder_below_it() {
    let book = Book::new();
    let output = Command::new(env!("CARGO_BIN_EXE_book"))
        .arg("check")
        .current_dir(book.path("exercises/src"))
        .env_remove("CARGO_MANIFEST_DIR")
        .output()
        .unwrap();
    assert_eq!(stdout(&output), "2 pages, nothing found\n", "{}", stderr(&output));
}
