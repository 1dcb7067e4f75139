//! Plants one fault at a time in a small project, and requires its finding.

mod api;
mod museum;
mod tree;
mod variants;

use tree::Tree;

const CATALOG: &str = "exercises/catalog.toml";
const STUB: &str = "exercises/src/ch01_doors/door.rs";
const REFERENCE: &str = "solutions/src/ch01_doors/door.rs";
const CHECKS: &str = "solutions/checks/ch01_doors/door.rs";
const JAMS: &str = "solutions/variants/ch01_doors/door/wrong/jams.rs";

/// A whole project with one text replaced in it.
fn with(path: &str, old: &str, new: &str) -> Tree {
    let tree = Tree::whole();
    tree.replace(path, old, new);
    tree
}

/// As [`with`], for a list of the catalogue: the book's files follow it.
fn with_catalog(old: &str, new: &str) -> Tree {
    let tree = with(CATALOG, old, new);
    rooms::book::write(tree.root()).expect("the derived files can be written");
    tree
}

#[test]
fn whole_project_has_no_findings() {
    Tree::whole().must_find_nothing();
}

#[test]
fn empty_lists_of_the_catalogue_are_found() {
    with_catalog(r#"hints = ["Push."]"#, "hints = []").must_find("`hints` is empty");
    with_catalog(r#"checked = ["It opens."]"#, "checked = []").must_find("`checked` is empty");
    with_catalog(r#"unseen = ["Its colour."]"#, "unseen = []").must_find("`unseen` is empty");
    with_catalog("A door that opens.", "").must_find("`builds` is empty");
    with_catalog("minutes = 5\n", "").must_find("`minutes` is missing");
}

#[test]
fn exercise_of_no_chapter_is_found() {
    let tree = with_catalog("stem = \"ch01_doors\"", "stem = \"ch02_windows\"");
    tree.must_find("door is in ch01_doors, which is no chapter");
}

#[test]
fn exercise_that_is_listed_twice_is_found() {
    let tree = Tree::whole();
    let text = tree.read(CATALOG);
    let (_, entry) = text.split_once("[[exercise]]").expect("an exercise");
    let text = format!("{text}\n[[exercise]]{}", entry.replace("id = \"door\"", "id = \"gate\""));
    tree.write(CATALOG, &text);
    rooms::book::write(tree.root()).expect("the derived files can be written");
    tree.must_find("two exercises have the file ch01_doors/door");
    tree.write(CATALOG, &text.replace("id = \"gate\"", "id = \"door\""));
    assert!(tree.findings().contains(&"catalog: two exercises have the id door".to_owned()));
}

#[test]
fn chapter_that_the_judge_would_compile_is_found() {
    with("exercises/src/lib.rs", "not(test)", "test")
        .must_find("needs `#[cfg(any(not(test), rust_analyzer))]` above it");
}

#[test]
fn page_that_is_missing_or_not_in_the_summary_is_found() {
    let tree = Tree::whole();
    tree.remove("src/ch01_doors/door.md");
    tree.must_find("no page src/ch01_doors/door.md");
    let tree = with("src/SUMMARY.md", "(ch01_doors/door.md)", "()");
    tree.must_find("SUMMARY.md has no link to its page");
}

#[test]
fn timeline_of_no_variant_or_on_no_page_is_found() {
    let page = "src/ch01_doors/door.md";
    let tree = Tree::whole();
    tree.write("src/timelines/ch01_doors/door-jams.txt", "it_opens\n");
    tree.must_find("door-jams.txt is on no page");
    let shown = tree.read(page) + "{{#include ../timelines/ch01_doors/door-jams.txt}}\n";
    tree.write(page, &shown);
    tree.must_find_nothing();
    tree.remove(JAMS);
    let found = tree.findings();
    let stale = "book: src/timelines/ch01_doors/door-jams.txt is the report of no wrong variant";
    assert!(found.contains(&stale.to_owned()), "{found:?}");
}

#[test]
fn missing_stub_reference_or_checks_are_found() {
    for path in [STUB, REFERENCE, CHECKS] {
        let tree = Tree::whole();
        tree.remove(path);
        tree.must_find(&format!("no file {path}"));
        tree.write(path, "//! Nothing but docs.\n");
        tree.must_find(&format!("{path} is empty"));
        tree.write(path, "fn (");
        tree.must_find(path);
    }
}

#[test]
fn module_that_is_not_declared_is_found() {
    for folder in ["exercises/src", "solutions/src"] {
        with(&format!("{folder}/lib.rs"), "pub mod ch01_doors;", "")
            .must_find(&format!("no `pub mod ch01_doors;` in {folder}/lib.rs"));
        with(&format!("{folder}/ch01_doors/mod.rs"), "pub mod door;", "mod door;")
            .must_find(&format!("no `pub mod door;` in {folder}/ch01_doors/mod.rs"));
    }
}

#[test]
fn stub_with_nothing_to_do_is_found() {
    with(STUB, "todo!()", "loop {} // todo!()").must_find("nothing to do");
}

#[test]
fn stub_without_the_line_for_editors_is_found() {
    let words = "does not end with `#[test] fn grade() {}`";
    with(STUB, "#[test] // For editors.", "").must_find(words);
    with(STUB, "fn grade() {}", "fn grade() { grade() }").must_find(words);
    with(STUB, "fn grade() {}", "fn grade() {}\nfn last() {}").must_find(words);
}

#[test]
fn todo_outside_the_exercises_is_found() {
    with(REFERENCE, "fn drop(&mut self) {}", "fn drop(&mut self) { todo!() }")
        .must_find("1 `todo!()` left in solutions/src/ch01_doors/door.rs");
    with(CHECKS, "|| {}),\n]", "|| todo!()),\n]").must_find("1 `todo!()` left in solutions/checks");
    let tree = Tree::whole();
    tree.write(JAMS, &(tree.read(JAMS) + "fn f() { todo!() }\n"));
    tree.must_find("a `todo!()` is left in wrong/jams.rs");
}

#[test]
fn file_of_checks_without_a_check_is_found() {
    let tree = with(CHECKS, "Check::", "Other::");
    assert!(tree.findings()[0].contains("no check in solutions/checks/ch01_doors/door.rs"));
}

#[test]
fn too_few_variants_are_found() {
    let tree = Tree::whole();
    tree.remove(JAMS);
    tree.must_find("2 variants in solutions/variants/ch01_doors/door/wrong, 3 are needed");
    let tree = Tree::whole();
    tree.remove("solutions/variants/ch01_doors/door/right/folds.rs");
    tree.must_find("1 variants in solutions/variants/ch01_doors/door/right, 2 are needed");
}

#[test]
fn variant_that_does_not_say_why_it_is_rejected_is_found() {
    with(JAMS, "//! It jams.", "").must_find("does not say in its first line");
    with(JAMS, "//! Rejected by: a_door_opens\n", "").must_find("needs `//! Rejected by:` and");
    with(JAMS, "//! Because: no\n", "").must_find("needs `//! Rejected by:` and");
    with(JAMS, "//! Because: no\n", "//! Because: \n").must_find("needs `//! Rejected by:` and");
    with(JAMS, "a_door_opens", "a_door_sings")
        .must_find("wrong/jams.rs is to be rejected by a_door_sings, which is no check");
}

#[test]
fn check_that_rejects_no_variant_is_found() {
    let path = "solutions/variants/ch01_doors/door/wrong/is_a_wall.rs";
    with(path, "a_door_is_a_door", "a_door_opens")
        .must_find("no wrong variant is rejected by a_door_is_a_door");
}

#[test]
fn derived_file_that_is_stale_missing_or_left_over_is_found() {
    let hints = "src/catalog/ch01_doors/door.hints.md";
    with(hints, "Push.", "Pull.").must_find(&format!("{hints} is not what the catalogue says"));
    let tree = Tree::whole();
    tree.remove("src/catalog/ch01_doors.md");
    tree.must_find("src/catalog/ch01_doors.md is not what the catalogue says");
    let tree = Tree::whole();
    tree.write("src/catalog/ch01_doors/gate.hints.md", "");
    tree.must_find("src/catalog/ch01_doors/gate.hints.md belongs to no exercise");
    rooms::book::write(tree.root()).expect("the derived files can be written");
    tree.must_find_nothing();
}

#[test]
fn derived_files_say_what_the_catalogue_does() {
    let tree = Tree::whole();
    assert!(
        tree.read("src/catalog/ch01_doors.md")
            .ends_with("| [A door](door.md) | A door that opens. | 5 | `cargo test door` |\n")
    );
    let hints = tree.read("src/catalog/ch01_doors/door.hints.md");
    assert!(hints.contains("<summary>Hint 1</summary>\n\nPush.\n\n</details>"), "{hints}");
    let checked = tree.read("src/catalog/ch01_doors/door.checked.md");
    assert!(checked.contains("- It opens.\n") && checked.ends_with("- Its colour.\n"), "{checked}");
}
