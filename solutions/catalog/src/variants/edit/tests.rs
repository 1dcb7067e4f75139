use super::{apply, carry, is_same_code, make};

const REFERENCE: &str = "\
//! A door.
//!
//! It opens.

/// How wide.
pub const WIDTH: u32 = 2;

impl Door {
    /// Opens it.
    pub fn open(&mut self) {
        self.push();
        self.open = true;
    }

    /// Shuts it.
    pub fn shut(&mut self) {
        self.push();
        self.open = false;
    }
}
";

const EDIT: &str = "\
It never shuts.

Rejected by: a_door_shuts
Because: the wind

@@ -17,3 +18,2 @@ pub fn shut(&mut self)
         self.push();
-        self.open = false;
     }
";

fn variant() -> String {
    let words =
        "//! It never shuts.\n//!\n//! Rejected by: a_door_shuts\n//! Because: the wind\n\n";
    let (_, code) = REFERENCE.split_once("\n\n").expect("docs");
    format!("{words}{}", code.replace("        self.open = false;\n", ""))
}

/// Why `reference` does not take `edit`.
fn refusal(reference: &str, edit: &str) -> String {
    apply(reference, edit).expect_err("it does not apply")
}

#[test]
fn words_take_the_place_of_the_docs_and_hunks_change_the_rest() {
    assert_eq!(apply(REFERENCE, EDIT), Ok(variant()));
}

#[test]
fn edit_that_is_made_is_the_shortest_and_names_the_item() {
    assert_eq!(make(REFERENCE, &variant()).as_deref(), Some(EDIT));
}

#[test]
fn changed_context_is_refused_with_its_line() {
    let changed = REFERENCE.replacen(
        "    self.push();\n        self.open = false",
        "    self.pull();\n        self.open = false",
        1,
    );
    assert_eq!(
        refusal(&changed, EDIT),
        "line 17 of the reference was `self.push();` and is `self.pull();`"
    );
}

#[test]
fn changed_line_is_refused_as_well() {
    let changed = REFERENCE.replace("= false", "= self.locked");
    assert!(
        refusal(&changed, EDIT)
            .starts_with("line 18 of the reference was `self.open = false;` and is")
    );
}

#[test]
fn hunk_is_not_moved_to_where_it_would_fit() {
    let moved = REFERENCE.replace("pub const WIDTH", "/// In metres.\npub const WIDTH");
    assert!(refusal(&moved, EDIT).contains("and is `pub fn shut"));
    let twice = format!("{REFERENCE}{}", REFERENCE.replace("//!", "//"));
    let elsewhere = EDIT.replace("-17,3 +18,2", "-37,3 +38,2");
    assert!(apply(&twice, &elsewhere).is_ok());
    assert!(refusal(REFERENCE, &elsewhere).ends_with("the code has no line 37"));
}

#[test]
fn hunk_that_counts_wrongly_is_refused() {
    for (old, new) in [
        ("-17,3 +18,2", "-17,3 +17,2"),
        ("-17,3 +18,2", "-17,2 +18,2"),
        ("-17,3 +18,2", "-17,3 +18,3"),
        ("-17,3 +18,2", "-17,2 +18,1"),
        ("-17,3 +18,2", "-1,3 +5,2"),
        (" @@ pub fn", " pub fn"),
    ] {
        let edit = EDIT.replace(old, new);
        assert_ne!(edit, EDIT);
        refusal(REFERENCE, &edit);
    }
}

#[test]
fn lines_that_no_hunk_counts_are_refused() {
    refusal(REFERENCE, &format!("{EDIT}+    fn extra() {{}}\n"));
    refusal(REFERENCE, &format!("{EDIT}Some words.\n"));
}

#[test]
fn edit_without_words_is_refused() {
    let (_, hunks) = EDIT.split_at(EDIT.find("@@").expect("a hunk"));
    assert!(refusal(REFERENCE, hunks).contains("does not say what it is"));
    assert!(refusal(REFERENCE, "").contains("does not say what it is"));
}

#[test]
fn words_alone_are_the_reference_under_another_head() {
    let (_, code) = REFERENCE.split_once("\n\n").expect("docs");
    let same = format!("//! The same.\n\n{code}");
    assert_eq!(make(REFERENCE, &same).as_deref(), Some("The same.\n"));
    assert_eq!(apply(REFERENCE, "The same.\n"), Ok(same));
}

#[test]
fn variant_that_has_nothing_of_the_reference_has_no_edit() {
    assert_eq!(make(REFERENCE, "//! Other.\n\nfn other() {}\n"), None);
}

#[test]
fn variant_that_an_edit_would_not_make_exactly_has_none() {
    let variant = variant();
    let no_newline = variant.trim_end();
    let no_words = variant.replace("//! ", "// ").replace("//!", "//");
    let other_ends = variant.replace('\n', "\r\n");
    for odd in [no_newline, &no_words, &other_ends, ""] {
        let made = make(REFERENCE, odd);
        assert!(made.is_none(), "{made:?}");
    }
}

#[test]
fn code_may_begin_right_after_the_docs_or_without_any() {
    let reference = REFERENCE.replace("opens.\n\n", "opens.\n");
    let (_, bare) = REFERENCE.split_once("\n\n").expect("docs");
    for reference in [reference.as_str(), bare] {
        let edit = make(reference, &variant()).expect("an edit");
        assert_eq!(apply(reference, &edit), Ok(variant()));
    }
}

#[test]
fn changes_at_both_ends_and_far_apart_come_back_the_same() {
    let first = variant().replace("/// How wide.\n", "use std::cell::Cell;\n\n/// How wide.\n");
    let last = format!("{first}\nfn last() {{}}\n");
    let all = last.replace("Opens it", "Pulls it");
    for text in [first, last, all] {
        let edit = make(REFERENCE, &text).expect("an edit");
        assert_eq!(apply(REFERENCE, &edit), Ok(text));
    }
}

#[test]
fn variant_is_carried_to_a_reference_that_changed_elsewhere() {
    let changed = REFERENCE.replace("A door.", "An old door.").replace("Opens it", "Pulls it");
    let wanted = variant().replace("Opens it", "Pulls it");
    assert_eq!(carry(REFERENCE, &changed, &variant()), Ok(wanted));
}

#[test]
fn variant_is_carried_to_a_reference_of_which_a_neighbouring_line_changed() {
    let text = variant().replace("pub fn shut(", "pub fn slam(");
    for (old, new) in [
        ("/// Shuts it.", "/// Shuts it well."),
        ("/// Shuts it.", "/// Shuts it.\n    ///\n    /// And well."),
        ("    /// Shuts it.\n", ""),
    ] {
        let changed = REFERENCE.replace(old, new);
        assert_eq!(carry(REFERENCE, &changed, &text), Ok(text.replace(old, new)));
    }
    let longer =
        text.replace("self.push();\n    }\n}", "self.pull();\n        self.pull();\n    }\n}");
    let changed = REFERENCE.replace("Shuts it.", "Shuts it well.");
    let wanted = longer.replace("Shuts it.", "Shuts it well.");
    assert_eq!(carry(REFERENCE, &changed, &longer), Ok(wanted));
}

#[test]
fn variant_of_lines_that_changed_is_left_to_decide() {
    let changed = REFERENCE.replace("= false", "= self.locked");
    let conflicts = carry(REFERENCE, &changed, &variant()).expect_err("both changed the line");
    assert!(conflicts.starts_with("//! It never shuts.\n"), "{conflicts}");
    assert!(conflicts.contains("\n<<<<<<<") && conflicts.contains("= self.locked"), "{conflicts}");
}

#[test]
fn same_code_under_other_words_is_noticed() {
    let same = REFERENCE.replace("It opens", "It shuts");
    assert!(is_same_code(REFERENCE, &same) && !is_same_code(REFERENCE, &variant()));
}

#[test]
fn head_of_a_hunk_names_the_innermost_item_that_begins_above_it() {
    let reference = "\
//! Heads.

use std::{
    a,
    b,
};

impl<T> Long<T> for Door
where
    T: Send,
{
    fn first(
        &self,
    ) -> u32 {
        if self.open {
            let one = 1;
            let two = 2;
        }
        3
    }

    fn second(&self) {}
}

const LIST: [u32; 3] = [
    1,
    2,
    3,
];
";
    let head = |old: &str, new: &str| {
        let variant = reference.replace(old, new);
        let edit = make(reference, &variant).expect("an edit");
        let head = edit.lines().find(|line| line.starts_with("@@")).expect("a hunk");
        head.rsplit_once("@@").expect("the end of the head").1.trim().to_owned()
    };
    assert_eq!(head("let two = 2", "let two = 3"), "fn first(");
    assert_eq!(head("        3\n", "        4\n"), "fn first(");
    assert_eq!(head("if self.open", "if !self.open"), "fn first(");
    assert_eq!(head("&self,\n", "&mut self,\n"), "impl<T> Long<T> for Door");
    assert_eq!(head("fn second(&self) {}", "fn second(&self) { }"), "impl<T> Long<T> for Door");
    assert_eq!(head("    b,", "    c,"), "");
    assert_eq!(head("    2,\n    3", "    2,\n    4"), "");
}
