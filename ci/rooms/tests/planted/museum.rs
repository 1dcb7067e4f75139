//! The museum: a list, its pages, and what they show.

use crate::tree::Tree;
use catalog::variants::Variant;

const LIST: &str = "src/museum/entries.toml";
const PAGE: &str = "src/museum/stuck.md";
const GAME: &str = "src/museum/trial.md";
const COPY: &str = "ch01_doors/door/wrong/jams";

/// The small project with one exhibit and one case.
fn museum() -> Tree {
    let tree = Tree::whole();
    let door =
        tree.read(super::REFERENCE).replace("force += 1;", "// Too much.\n        force += 2;");
    let words = "//! It jams.\n//!\n//! Rejected by: a_door_opens\n//! Because: no\n\n";
    let copy = Variant::find(tree.root(), COPY).expect("a variant");
    copy.save(&door.replace("//! A door.\n\n", words)).expect("it can be written");
    tree.write(
        LIST,
        r#"
[[exhibit]]
page = "stuck"
title = "Stuck"
owner = "a house"
kinds = ["panic"]
life = "until 2020"
found = "by a guest"
sources = ["https://doors.example/1"]
copy = "ch01_doors/door/wrong/jams"

[[case]]
variant = "ch01_doors/door/wrong/jams"
"#,
    );
    tree.write(
        "ci/sources.toml",
        "[[source]]\npage = \"museum/entries.toml\"\nsource = \"https://doors.example/1\"\n",
    );
    tree.write(
        PAGE,
        "# Stuck\n\n{{#include made/stuck.plate.md}}\n{{#include made/stuck.lines.md}}\n\
         <details class=\"question\" data-answer=\"1\">\n\
         {{#include ../timelines/ch01_doors/door-jams.txt}}\n{{#include made/stuck.repair.md}}\n",
    );
    tree.write(
        GAME,
        "{{#include made/trial/1.md}}\n<details class=\"question\" data-answer=\"1\">\n\
         {{#include ../timelines/ch01_doors/door-jams.txt}}\n",
    );
    tree.replace(
        "src/ch01_doors/door.md",
        "# A door\n",
        "# A door\n\n[Stuck](../museum/stuck.md)\n",
    );
    tree.replace("src/SUMMARY.md", "- [A door]", "- [Stuck](museum/stuck.md)\n- [A door]");
    rooms::museum::write(tree.root()).expect("the derived files can be written");
    tree
}

#[test]
fn whole_museum_has_no_findings() {
    museum().must_find_nothing();
}

#[test]
fn lines_are_those_that_differ_and_have_no_comments() {
    let tree = museum();
    let lines = tree.read("src/museum/made/stuck.lines.md");
    assert!(lines.contains("pub fn open") && lines.contains("force += 2;"), "{lines}");
    assert!(!lines.contains("Too much") && !lines.contains("pub const fn new"), "{lines}");
    let repair = tree.read("src/museum/made/stuck.repair.md");
    assert!(repair.contains("-        force += 2;\n+        force += 1;\n"), "{repair}");
}

#[test]
fn exhibit_without_its_copy_is_found() {
    let tree = museum();
    tree.replace(
        LIST,
        "copy = \"ch01_doors/door/wrong/jams\"",
        "copy = \"ch01_doors/door/wrong/sticks\"",
    );
    let found = tree.findings().join("\n");
    assert!(found.contains("there is no variant ch01_doors/door/wrong/sticks"), "{found}");
}

#[test]
fn exhibit_that_is_right_must_be_acquitted() {
    let tree = museum();
    tree.replace(
        LIST,
        "copy = \"ch01_doors/door/wrong/jams\"",
        "copy = \"ch01_doors/door/right/slides\"",
    );
    let found = tree.findings().join("\n");
    assert!(found.contains("ch01_doors/door/right/slides is in the other folder"), "{found}");
}

#[test]
fn source_that_nobody_has_read_is_found() {
    let tree = museum();
    tree.write("ci/sources.toml", "");
    tree.must_find("ci/sources.toml has no https://doors.example/1");
}

#[test]
fn kind_that_nobody_knows_is_found() {
    let tree = museum();
    tree.replace(LIST, "kinds = [\"panic\"]", "kinds = [\"wood\"]");
    rooms::museum::write(tree.root()).expect("the derived files can be written");
    tree.must_find("`wood` is no kind of bug");
}

#[test]
fn page_that_lacks_something_is_found() {
    for (path, old, words) in [
        (PAGE, "# Stuck\n", "it has not the title \"Stuck\""),
        (PAGE, "<details class=\"question\"", "it asks nothing"),
        (
            PAGE,
            "{{#include made/stuck.repair.md}}",
            "it does not show {{#include made/stuck.repair.md}}",
        ),
        (
            PAGE,
            "../timelines/",
            "it does not show {{#include ../timelines/ch01_doors/door-jams.txt}}",
        ),
        ("src/SUMMARY.md", "(museum/stuck.md)", "src/SUMMARY.md has no link to it"),
        (
            "src/ch01_doors/door.md",
            "(../museum/stuck.md)",
            "src/ch01_doors/door.md has no link to it",
        ),
    ] {
        let tree = museum();
        tree.replace(path, old, "");
        tree.must_find(words);
    }
}

#[test]
fn page_of_no_exhibit_is_found() {
    let tree = museum();
    tree.write("src/museum/attic.md", "# An attic\n");
    tree.must_find("src/museum/attic.md is of no exhibit");
}

#[test]
fn derived_file_that_is_out_of_date_is_found() {
    let tree = museum();
    tree.replace(LIST, "until 2020", "until 2021");
    let found = tree.findings();
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found.iter().all(|found| found.contains("is out of date")), "{found:#?}");
}

#[test]
fn game_that_answers_otherwise_than_the_grader_is_found() {
    let tree = museum();
    tree.replace(GAME, "data-answer=\"1\"", "data-answer=\"2\"");
    tree.must_find("the answer to case 1, ch01_doors/door/wrong/jams, is 1");
}

#[test]
fn game_that_does_not_show_what_breaks_a_case_is_found() {
    let tree = museum();
    tree.replace(GAME, "{{#include ../timelines/", "{{");
    tree.must_find("case 1 does not show what breaks it");
}
