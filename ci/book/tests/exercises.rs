//! What the page of an exercise gets from the list of exercises.

mod common;

use common::{Book, stderr, stdout};

/// Two exercises of one chapter, and one of the next.
fn book() -> Book {
    let book = Book::new();
    let mut catalog = String::new();
    for chapter in ["chapter", "later"] {
        catalog += &format!("[[chapter]]\nstem = \"{chapter}\"\ntitle = \"The {chapter}\"\n\n");
    }
    for (chapter, file, minutes) in
        [("chapter", "second", 20), ("chapter", "third", 25), ("later", "fourth", 30)]
    {
        catalog += &format!(
            "[[exercise]]\nid = \"{file}\"\ntitle = \"The {file}\"\nchapter = \"{chapter}\"\nfile = \"{file}\"\n\
             minutes = {minutes}\nbuilds = \"\"\nterms = []\nhints = []\nchecked = []\nunseen = []\n\n"
        );
    }
    book.write("exercises/catalog.toml", &catalog);
    book.write("src/chapter/third.md", "# Third\n\nText.\n");
    book.write("src/later/README.md", "# Later\n");
    book.write("src/later/fourth.md", "# Fourth\n\nText.\n");
    book.append(
        "src/SUMMARY.md",
        "- [Third](chapter/third.md)\n- [Later](later/README.md)\n- [Fourth](later/fourth.md)\n",
    );
    book
}

#[test]
fn page_says_how_long_the_exercise_takes_and_leads_to_the_next() {
    let book = book();
    let output = book.run(&["check"]);
    assert!(output.status.success(), "{}", stdout(&output));
    let output = book.run(&["build"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let page = |path: &str| book.read(&format!("book/{path}.html"));
    let second = page("chapter/second");
    let (minutes, table) = (second.find("About 20 minutes."), second.find("<table>"));
    assert!(minutes.expect("the minutes") < table.expect("the text of the page"));
    assert!(
        second.contains("Next exercise: <a href=\"third.html\">The third</a>, about 25 minutes.")
    );
    assert!(
        page("chapter/third")
            .contains("Next chapter: <a href=\"../later/index.html\">The later</a>.")
    );
    assert!(!page("later/fourth").contains("Next "), "the last one leads nowhere");
    assert!(!page("later/index").contains("minutes"), "a chapter is no exercise");
}

#[test]
fn fault_of_such_a_page_is_found_in_its_own_line() {
    let book = book();
    book.append("src/chapter/third.md", "\nSee [this](gone.md).\n");
    let findings = book.findings();
    assert!(findings[0].starts_with("src/chapter/third.md:5: dead link"), "{findings:#?}");
}
