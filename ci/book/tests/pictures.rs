//! Failures that a page shows: as text, and drawn where the execution lies beside it as data.

mod common;

use common::{Book, stderr};

const EXECUTION: &str = r#"{"threads":2,"steps":[{"thread":0,"place":"a.rs:1","text":"go($x) & <stop>"},{"thread":1,"place":"a.rs:2","text":"stop"}]}"#;

fn book() -> Book {
    let book = Book::new();
    book.write("src/timelines/chapter/second-wrong.txt", "It fails like this.\n");
    book.append(
        "src/chapter/second.md",
        "\n```text\n{{#include ../timelines/chapter/second-wrong.txt}}\n```\n",
    );
    book
}

#[test]
fn failure_is_drawn_above_its_text_and_not_on_the_page_for_paper() {
    let book = book();
    book.write("src/timelines/chapter/second-wrong.json", EXECUTION);
    assert_eq!(book.findings(), Vec::<String>::new());
    let output = book.run(&["build"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let html = book.read("book/chapter/second.html");
    let (picture, text) =
        (html.find("<figure class=\"execution\""), html.find("It fails like this."));
    assert!(picture.expect("a picture") < text.expect("the text"));
    assert!(html.contains("go($x) &amp; &lt;stop&gt;"), "{html}");
    assert!(!book.read("book/print.html").contains("<figure class=\"execution\""));
}

#[test]
fn failure_without_data_stays_text() {
    let book = book();
    let output = book.run(&["build"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let html = book.read("book/chapter/second.html");
    assert!(html.contains("It fails like this.") && !html.contains("class=\"execution\""));
}

#[test]
fn data_that_is_no_execution_is_an_error() {
    let book = book();
    book.write("src/timelines/chapter/second-wrong.json", "{}");
    let output = book.run(&["build"]);
    assert!(!output.status.success());
    assert!(stderr(&output).contains("second-wrong.json: no execution"), "{}", stderr(&output));
}
