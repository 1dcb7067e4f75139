//! Variants as edits: opened, saved, checked, and carried along when their reference changes.

use crate::REFERENCE;
use crate::tree::Tree;
use catalog::variants::Variant;
use rooms::{format, refresh, timelines, working};
use std::fs;
use std::process::Command;

const NAME: &str = "ch01_doors/door/wrong/opens_itself";
const EDIT: &str = "solutions/variants/ch01_doors/door/wrong/opens_itself.diff";

/// A project with a variant that is an edit, committed.
fn with_edit() -> Tree {
    let tree = Tree::whole();
    let variant = variant(&tree);
    let copy = working::open(tree.root(), &variant).expect("a new variant opens");
    let text = fs::read_to_string(&copy).expect("a file");
    assert!(text.starts_with("//! What is wrong with it, in a sentence.\n//!\n"), "{text}");
    let text = text
        .replace("What is wrong with it, in a sentence.", "It opens itself.")
        .replace("the_name_of_the_check", "a_door_opens")
        .replace("words that the report must contain", "the wind")
        .replace("Self { open: false, inside }", "Self {open: true,   inside}");
    fs::write(&copy, text).expect("a file");
    assert_eq!(working::back(tree.root(), &variant), Ok(true));
    assert!(!copy.exists());
    git(&tree, &["init", "--quiet"]);
    commit(&tree);
    tree
}

fn variant(tree: &Tree) -> Variant {
    Variant::find(tree.root(), NAME).expect("a name")
}

fn git(tree: &Tree, arguments: &[&str]) {
    let who = ["-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").current_dir(tree.root()).args(who).args(arguments).output();
    let output = output.expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn commit(tree: &Tree) {
    git(tree, &["add", "--all"]);
    git(tree, &["commit", "--quiet", "--message", "a commit"]);
}

fn refreshed(tree: &Tree, revision: Option<&str>) -> refresh::Refreshed {
    refresh::refresh(tree.root(), revision).expect("the tree can be read and written")
}

#[test]
fn new_variant_is_saved_as_a_formatted_edit() {
    let tree = with_edit();
    let expected = "\
It opens itself.

Rejected by: a_door_opens
Because: the wind

@@ -26,3 +29,3 @@ impl<T> Door<T>
     pub const fn new(inside: T) -> Self {
-        Self { open: false, inside }
+        Self { open: true, inside }
     }
";
    assert_eq!(tree.read(EDIT), expected);
    tree.must_find_nothing();
}

#[test]
fn variant_is_found_by_its_name_its_path_and_nothing_else() {
    let tree = with_edit();
    let path = tree.root().join(EDIT);
    for name in [NAME, EDIT, "target/variants/ch01_doors/door/wrong/opens_itself.rs"] {
        assert_eq!(Variant::find(tree.root(), name).map(|found| found.path), Ok(path.clone()));
    }
    for name in [
        "opens_itself",
        "ch01_doors/gate/wrong/opens_itself",
        "ch01_doors/door/odd/opens_itself",
        "ch01_doors/door/wrong/Opens-itself",
    ] {
        assert!(Variant::find(tree.root(), name).is_err(), "{name}");
    }
}

#[test]
fn variant_that_is_opened_and_not_edited_is_saved_as_it_was() {
    let tree = with_edit();
    let before = tree.read(EDIT);
    working::open(tree.root(), &variant(&tree)).expect("it opens");
    assert_eq!(working::back(tree.root(), &variant(&tree)), Ok(false));
    assert_eq!(tree.read(EDIT), before);
}

#[test]
fn opening_again_keeps_what_somebody_is_at_work_on() {
    let tree = with_edit();
    let copy = working::open(tree.root(), &variant(&tree)).expect("it opens");
    fs::write(&copy, "//! At work.\n").expect("a file");
    working::open(tree.root(), &variant(&tree)).expect("it is open");
    assert_eq!(fs::read_to_string(&copy).expect("a file"), "//! At work.\n");
}

#[test]
fn file_that_is_not_ready_is_not_saved_and_stays() {
    let tree = with_edit();
    let before = tree.read(EDIT);
    let copy = working::open(tree.root(), &variant(&tree)).expect("it opens");
    for text in ["fn f() {}\n", "//! It.\n\nfn (\n", "//! It.\n\n<<<<<<< ours\n"] {
        fs::write(&copy, text).expect("a file");
        working::back(tree.root(), &variant(&tree)).expect_err(text);
        assert_eq!(fs::read_to_string(&copy).expect("a file"), text);
    }
    assert_eq!(tree.read(EDIT), before);
}

#[test]
fn variant_is_a_whole_file_while_that_is_shorter() {
    let tree = with_edit();
    let whole = EDIT.replace(".diff", ".rs");
    let copy = working::open(tree.root(), &variant(&tree)).expect("it opens");
    let text = fs::read_to_string(&copy).expect("a file");
    let words: String = text.lines().take(4).map(|line| format!("{line}\n")).collect();
    fs::write(&copy, &words).expect("a file");
    assert_eq!(working::back(tree.root(), &variant(&tree)), Ok(true));
    assert!(tree.read(&whole) == words && !tree.root().join(EDIT).exists());
    fs::write(&copy, text).expect("a file");
    assert_eq!(working::back(tree.root(), &variant(&tree)), Ok(true));
    assert!(tree.root().join(EDIT).exists() && !tree.root().join(whole).exists());
}

#[test]
fn edit_that_no_longer_applies_is_found_by_name() {
    let tree = with_edit();
    tree.replace(REFERENCE, "open: false", "open: !true");
    tree.must_find(
        "ch01_doors/door/wrong/opens_itself.diff does not apply: line 27 of the reference was",
    );
}

#[test]
fn edit_that_is_there_twice_or_written_by_hand_is_found() {
    let tree = with_edit();
    let edit = tree.read(EDIT);
    tree.write(EDIT, &edit.replace("@@ impl<T> Door<T>", "@@ impl Door"));
    tree.must_find("wrong/opens_itself.diff is not as `cargo rooms refresh` writes it");
    assert_eq!(refreshed(&tree, None).carried, [NAME]);
    assert_eq!(tree.read(EDIT), edit);
    tree.write(
        &EDIT.replace(".diff", ".rs"),
        "//! It.\n//!\n//! Rejected by: a_door_opens\n//! Because: no\n",
    );
    let found = tree.findings();
    assert!(
        found.iter().all(|f| f.contains("is there as an edit and as a whole file")),
        "{found:?}"
    );
    assert_eq!(found.len(), 2);
}

#[test]
fn variant_follows_its_reference() {
    let tree = with_edit();
    tree.replace(REFERENCE, "/// How wide.", "/// How wide.\n/// In metres.");
    assert!(variant(&tree).text().is_err());
    assert_eq!(refreshed(&tree, None).carried, [NAME]);
    let text = variant(&tree).text().expect("it applies");
    assert!(text.contains("In metres") && text.contains("open: true"), "{text}");
    tree.must_find_nothing();
    assert_eq!(
        refreshed(&tree, None),
        refresh::Refreshed { whole: refreshed(&tree, None).whole, ..Default::default() }
    );
}

#[test]
fn variant_follows_a_reference_that_was_committed_before() {
    for revision in [None, Some("HEAD~1")] {
        let tree = with_edit();
        tree.replace(REFERENCE, "/// How wide.", "/// How wide.\n/// In metres.");
        commit(&tree);
        assert_eq!(refreshed(&tree, revision).carried, [NAME]);
        tree.must_find_nothing();
    }
}

#[test]
fn variant_of_the_changed_lines_is_left_to_decide_with_both_sides() {
    let tree = with_edit();
    tree.replace(REFERENCE, "Self { open: false, inside }", "Self { inside, open: false }");
    let found = refreshed(&tree, None);
    assert_eq!(found.carried, Vec::<String>::new());
    assert!(found.left[0].0 == NAME && found.left[0].1.starts_with("mend target"), "{found:?}");
    let copy = working::copy_of(tree.root(), &variant(&tree));
    let text = fs::read_to_string(&copy).expect("a file");
    assert!(text.contains("{ inside, open: false }") && text.contains("open: true"), "{text}");
}

#[test]
fn variant_that_the_reference_has_become_is_left_to_decide() {
    let tree = with_edit();
    tree.replace(REFERENCE, "open: false", "open: true");
    let found = refreshed(&tree, None);
    assert_eq!(found.left, [(NAME.to_owned(), "the reference does the same now".to_owned())]);
}

#[test]
fn variant_of_a_reference_that_nobody_knows_is_left_to_decide() {
    let tree = with_edit();
    tree.replace(EDIT, "open: false", "open: maybe");
    let found = refreshed(&tree, None);
    assert!(found.left[0].1.contains("opens_itself.diff does not apply"), "{found:?}");
}

#[test]
fn whole_files_of_a_changed_reference_are_named() {
    let tree = with_edit();
    assert_eq!(refreshed(&tree, None), refresh::Refreshed::default());
    tree.replace(REFERENCE, "/// How wide.", "/// How wide it is.");
    let found = refreshed(&tree, None);
    assert!(found.whole.contains(&"ch01_doors/door/right/folds".to_owned()), "{found:?}");
    assert_eq!(found.whole.len(), 5);
}

#[test]
fn variant_that_is_not_formatted_is_found_and_formatted() {
    let tree = with_edit();
    let edit = tree.read(EDIT);
    assert_eq!(format::format(tree.root(), false), Ok(Vec::new()));
    tree.replace(EDIT, "Self { open: true, inside }", "Self { open: true,inside }");
    assert_eq!(format::format(tree.root(), false), Ok(vec![NAME.to_owned()]));
    assert_eq!(format::format(tree.root(), true), Ok(vec![NAME.to_owned()]));
    assert_eq!(tree.read(EDIT), edit);
}

#[test]
fn edit_that_the_book_shows_is_written_and_held_to_the_variant() {
    let tree = with_edit();
    let shown = "src/timelines/ch01_doors/door-opens_itself.edit.md";
    tree.write(shown, "");
    let page = "src/ch01_doors/door.md";
    tree.must_find_all(&["is not the variant: run `cargo rooms write`", "is on no page"]);
    let include = "{{#include ../timelines/ch01_doors/door-opens_itself.edit.md}}\n";
    tree.write(page, &(tree.read(page) + include));
    timelines::write(tree.root()).expect("it can be written");
    tree.must_find_nothing();
    let text = tree.read(shown);
    assert!(text.contains("\n\nIt opens itself.\n\n```diff\n@@ -26,3 +29,3 @@ impl"), "{text}");
    assert!(text.ends_with("     }\n```\n\n</details>\n") && !text.contains("Because"), "{text}");
    tree.replace(EDIT, "It opens itself.", "It opens by itself.");
    tree.must_find("door-opens_itself.edit.md is not the variant: run `cargo rooms write`");
}

#[test]
fn whole_file_has_no_edit_to_show() {
    let tree = with_edit();
    tree.write("src/timelines/ch01_doors/door-jams.edit.md", "");
    tree.must_find_all(&["is a whole file and has no edit to show", "is on no page"]);
    timelines::write(tree.root()).expect_err("there is no edit");
}
