//! Plants each fault that mdBook lets pass, and requires that `check` finds it, where it is, and nothing else.

mod common;

use common::Book;

const SECOND: &str = "src/chapter/second.md";
const LIB: &str = "exercises/src/lib.rs";

/// The line after the last one of a file of `Book`, where `append`ed text begins.
fn next_line(book: &Book, file: &str) -> usize {
    book.read(file).lines().count() + 1
}

/// Appends `text` to the second page and requires one finding, in line `line` of the appended text, that contains `what`.
#[track_caller]
fn appended(text: &str, line: usize, what: &str) {
    let book = Book::new();
    let line = next_line(&book, SECOND) + line - 1;
    book.append(SECOND, text);
    expect(&book, &format!("{SECOND}:{line}: "), what);
}

#[track_caller]
fn expect(book: &Book, place: &str, what: &str) {
    let findings = book.findings();
    let [finding] = &findings[..] else { panic!("one finding wanted, at {place}: {findings:#?}") };
    assert!(
        finding.starts_with(place) && finding.contains(what),
        "wanted {place}…{what}…, got {finding}"
    );
}

#[test]
fn a_book_without_a_fault_has_no_finding() {
    assert_eq!(Book::new().findings(), Vec::<String>::new());
}

// Commands

#[test]
fn a_command_that_does_not_exist_is_found_in_code_and_in_a_shell_block() {
    appended("\nType `cargo tset`.\n", 2, "`cargo tset`: there is no such command");
    appended(
        "\n```console\n$ RUST_LOG=1 cargo tset name\n```\n",
        3,
        "`cargo tset`: there is no such command",
    );
    appended("\nSee `ci/nowhere`.\n", 2, "`ci/nowhere`: there is no such file");
    appended(
        "\n<!-- Made by ci/nowhere. Do not edit. -->\n",
        2,
        "`ci/nowhere`: there is no such script",
    );
}

#[test]
fn a_command_that_exists_is_no_fault() {
    let book = Book::new();
    book.write(".cargo/config.toml", "[alias]\nbook = [\"run\"]\n");
    book.write("ci/languages", "");
    book.append(
        SECOND,
        "\n`cargo book`, `cargo +nightly test NAME`, `cargo`, `ci/languages --zig`, `ci/…`\n\n```console\n$ cargo test\n$ ci/languages\n```\n\n\
         <!-- Made by ci/languages --listings. Do not edit. -->\n",
    );
    assert_eq!(book.findings(), Vec::<String>::new());
}

#[test]
fn a_folder_is_no_script() {
    let book = Book::new();
    book.write("ci/costs/src/lib.rs", "");
    let line = next_line(&book, SECOND) + 1;
    book.append(SECOND, "\nThe folder `ci/costs`.\n\n<!-- Made by ci/costs. Do not edit. -->\n");
    expect(&book, &format!("{SECOND}:{}: ", line + 2), "`ci/costs`: there is no such script");
}

// Exercises

const CATALOG: &str = r#"
[[chapter]]
stem = "ch04_spin_lock"
title = "Spin lock"

[[exercise]]
id = "spin-lock-guard"
title = "A guard"
chapter = "ch04_spin_lock"
file = "guard"
minutes = 25
builds = "A guard."
terms = []
hints = []
checked = []
unseen = []
"#;

#[test]
fn an_exercise_that_does_not_exist_is_found_where_a_command_names_it() {
    for (command, name) in [
        ("cargo test gard", "gard"),
        ("cargo test --features loom gard", "gard"),
        ("cargo nextest run gard", "gard"),
        ("cargo grade --audit gard", "gard"),
        ("cargo grade --hint 1 gard", "gard"),
        ("cargo grade --replay a1 gard/no_increment_is_lost", "gard/no_increment_is_lost"),
    ] {
        let book = Book::new();
        book.write("exercises/catalog.toml", CATALOG);
        book.write(".cargo/config.toml", "[alias]\ngrade = [\"run\"]\n");
        let line = next_line(&book, SECOND) + 2;
        book.append(SECOND, &format!("\n```console\n$ {command}\n```\n"));
        let what = format!("{name}`: there is no such exercise");
        expect(&book, &format!("{SECOND}:{line}: "), &what);
    }
}

#[test]
fn an_exercise_that_exists_is_no_fault_nor_is_a_place_to_fill_in() {
    let book = Book::new();
    book.write("exercises/catalog.toml", CATALOG);
    book.write(".cargo/config.toml", "[alias]\ngrade = [\"run\"]\n");
    book.append(
        SECOND,
        "\n```console\n$ cargo test guard\n$ cargo test ch04_spin_lock::guard\n$ cargo test -p book faults\n\
         $ cargo grade --report result.json 4\n$ cargo grade --replay a1 guard/no_increment_is_lost\n\
         $ cargo grade NAME\n$ cargo grade\n```\n",
    );
    assert_eq!(book.findings(), Vec::<String>::new());
}

#[test]
fn a_file_of_an_exercise_that_is_not_there_is_found() {
    appended(
        "\nOpen `exercises/src/gone.rs`.\n",
        2,
        "`exercises/src/gone.rs`: there is no such file",
    );
    appended("\nSee `solutions/gone`.\n", 2, "`solutions/gone`: there is no such file");
}

// Rust

#[test]
fn a_block_of_rust_that_is_not_rust_is_found_and_its_line() {
    appended(
        "\n```rust,ignore\npub fn lock() {\n    while (locked.swap(true) {}\n}\n```\n",
        2,
        "this is not Rust",
    );
    appended("\n```rust\nint x = 1;\n```\n", 2, "in its line 1");
}

#[test]
fn items_signatures_statements_and_methods_are_rust() {
    let book = Book::new();
    book.append(
        SECOND,
        "\n```rust,ignore\nimpl<T> Lock<T> {\n    pub const fn new(value: T) -> Self;\n}\nimpl Drop for Guard { /* … */ }\n```\n\n\
         ```rust,ignore\npub fn join<F>(jobs: Vec<F>) -> usize\nwhere\n    F: Send;\n```\n\n\
         ```rust,ignore\nlet seen = number.load(Relaxed);\nnumber.swap(seen, …)\n```\n\n\
         ```rust,ignore\npub fn lock(&self) {\n    self.locked.store(true, …);\n}\n```\n",
    );
    assert_eq!(book.findings(), Vec::<String>::new());
}

// Elements

#[test]
fn an_id_that_two_elements_have_is_found() {
    appended(
        "\n<span id=\"twice\">One</span>\n\n<span id=\"twice\">Two</span>\n",
        2,
        "two elements have the id `twice`",
    );
}

#[test]
fn a_picture_without_a_name_is_found() {
    appended("\n<svg viewBox=\"0 0 1 1\"></svg>\n", 2, "an `<svg>` without a name");
    appended(
        "\n<figure>\n<svg role=\"img\" aria-labelledby=\"gone\"><title id=\"here\">A name</title></svg>\n</figure>\n",
        3,
        "an `<svg>` is named by `gone`, which is not there",
    );
    let book = Book::new();
    book.append(
        SECOND,
        "\n<svg aria-labelledby=\"t\"><title id=\"t\">A name</title></svg>\n\n<svg aria-hidden=\"true\"></svg>\n",
    );
    assert_eq!(book.findings(), Vec::<String>::new());
}

#[test]
fn a_link_to_nowhere_or_without_words_is_found() {
    appended("\nSee [this]().\n", 2, "a link to nowhere");
    appended("\nSee <a href=\"#\">this</a>.\n", 2, "a link to nowhere");
    appended("\nSee [](../introduction.md).\n", 2, "a link without words");
}

#[test]
fn a_script_in_the_place_of_an_address_is_found() {
    appended("\nSee [this](javascript:alert(1)).\n", 2, "runs a script");
    appended("\nSee <a href=\"javascript:alert(1)\">this</a>.\n", 2, "runs a script");
}

#[test]
fn an_image_that_is_none_is_found() {
    let book = Book::new();
    book.write("src/x.png", "text");
    let line = next_line(&book, SECOND) + 1;
    book.append(SECOND, "\n![A picture](../x.png)\n");
    expect(&book, &format!("{SECOND}:{line}: "), "the image `../x.png` is no image");
    appended("\n![A picture](../introduction.md)\n", 2, "`../introduction.md`");
    let book = Book::new();
    book.write("src/x.svg", "<svg></svg>");
    book.append(SECOND, "\n![A picture](../x.svg)\n");
    assert_eq!(book.findings(), Vec::<String>::new());
}

// Listings

const GLOSSARY: &str = r#"
[[architecture]]
id = "x86"
title = "x86-64"
manual = "A manual"
url = "https://example.org"
about = "About."

[[instruction]]
architecture = "x86"
names = ["lock", "inc", "ret"]
does = "Something."
section = "Somewhere"
"#;

#[test]
fn an_instruction_without_an_entry_is_found() {
    let book = Book::new();
    book.write("src/ch07_processor/instructions.toml", GLOSSARY);
    let line = next_line(&book, SECOND) + 4;
    book.append(
        SECOND,
        "\n```text,x86\n.L1:\n    lock inc dword ptr [rdi]\n    lock xinc eax\n    ret\n```\n",
    );
    expect(
        &book,
        &format!("{SECOND}:{line}: "),
        "`xinc` (x86) has no entry in src/ch07_processor/instructions.toml",
    );
}

#[test]
fn an_instruction_of_the_data_without_an_entry_is_found() {
    let book = Book::new();
    book.write("src/ch07_processor/instructions.toml", GLOSSARY);
    let made =
        r#"{"name": "", "architecture": "x86", "triple": "", "features": "", "compiler": ""}"#;
    let data = format!(
        "{{\"targets\": {{\"x86-64\": {made}}}, \"listings\": {{\n\"a.b\": {{\"x86-64\": \"inc eax\\nrte\"}}}}}}\n"
    );
    book.write("src/ch07_processor/listings.json", &data);
    expect(
        &book,
        "src/ch07_processor/listings.json:2: ",
        "a.b for x86-64: `rte` (x86) has no entry",
    );
}

#[test]
fn a_mnemonic_that_is_explained_twice_is_found() {
    let book = Book::new();
    let twice = GLOSSARY.replace("\"inc\"", "\"ret\"");
    book.write("src/ch07_processor/instructions.toml", &twice);
    expect(&book, "src/ch07_processor/instructions.toml:1: ", "`ret` (x86) is explained twice");
}

// Includes

#[test]
fn an_include_of_a_missing_file_is_found() {
    appended(
        "\n```rust\n{{#include ../../exercises/src/gone.rs:x}}\n```\n",
        3,
        "exercises/src/gone.rs, which cannot be read",
    );
}

#[test]
fn an_include_of_a_missing_anchor_is_found() {
    let text = "\n```rust\n{{#include ../../exercises/src/lib.rs:unlock}}\n```\n";
    appended(text, 3, "exercises/src/lib.rs has no `ANCHOR: unlock`");
}

#[test]
fn an_anchor_without_its_end_is_found() {
    let book = Book::new();
    book.replace(LIB, "// ANCHOR_END: lock\n", "");
    let findings = book.findings();
    assert_eq!(
        findings,
        [
            "exercises/src/lib.rs:1: `ANCHOR: lock` without an `ANCHOR_END: lock` after it",
            "src/introduction.md:6: exercises/src/lib.rs has no `ANCHOR_END: lock`",
        ]
    );
}

#[test]
fn an_anchor_around_nothing_is_found() {
    let book = Book::new();
    book.replace(LIB, "pub fn lock() {}\n", "\n");
    expect(&book, "src/introduction.md:6: ", "has nothing between `ANCHOR: lock` and its end");
}

#[test]
fn an_anchor_that_is_there_twice_is_found() {
    let book = Book::new();
    book.append(LIB, "// ANCHOR: lock\npub fn again() {}\n");
    expect(&book, "exercises/src/lib.rs:4: ", "a second marker of anchor `lock`");
}

#[test]
fn an_indented_anchor_is_found() {
    let book = Book::new();
    book.replace(LIB, "// ANCHOR_END", "    // ANCHOR_END");
    expect(&book, "exercises/src/lib.rs:3: ", "indented");
}

#[test]
fn an_include_by_line_numbers_is_found() {
    appended(
        "\n```rust\n{{#include ../../exercises/src/lib.rs:2:2}}\n```\n",
        3,
        "by the number of a line",
    );
    appended(
        "\n```rust\n{{#rustdoc_include ../../exercises/src/lib.rs::2}}\n```\n",
        3,
        "by the number of a line",
    );
}

#[test]
fn an_include_of_a_whole_file_that_would_show_its_anchors_is_found() {
    appended(
        "\n```rust\n{{#include ../../exercises/src/lib.rs}}\n```\n",
        3,
        "its ANCHOR lines would be shown",
    );
}

#[test]
fn an_include_in_a_list_item_is_found() {
    let text = "\n- code:\n\n  ```rust\n  {{#include ../../exercises/src/lib.rs:lock}}\n  ```\n";
    appended(text, 5, "inside a list item or a quotation");
}

#[test]
fn an_include_in_a_quotation_is_found() {
    let text = "\n> [!NOTE]\n> ```rust\n> {{#include ../../exercises/src/lib.rs:lock}}\n> ```\n";
    appended(text, 4, "inside a list item or a quotation");
}

#[test]
fn a_fault_in_an_included_page_is_found_in_that_page() {
    let book = Book::new();
    book.write("src/part.md", "Some text.\n\n{{#include gone.md}}\n");
    book.append(SECOND, "\n{{#include ../part.md}}\n");
    expect(&book, "src/part.md:3: ", "src/gone.md, which cannot be read");
}

#[test]
fn a_directive_that_mdbook_does_not_know_is_found() {
    appended(
        "\n{{#inlcude ../../exercises/src/lib.rs:lock}}\n",
        2,
        "mdBook does not know `{{#inlcude",
    );
}

#[test]
fn an_escaped_directive_is_no_fault() {
    let book = Book::new();
    book.append(SECOND, "\n```text\n\\{{#include gone.rs:gone}}\n```\n");
    assert_eq!(book.findings(), Vec::<String>::new());
}

// Links

#[test]
fn a_link_to_a_page_that_is_not_there_is_found() {
    appended("\nSee [this](gone.md).\n", 2, "dead link `gone.html`");
}

#[test]
fn a_link_to_a_heading_that_is_not_there_is_found() {
    appended(
        "\nSee [this](../introduction.md#gone).\n",
        2,
        "nothing in introduction.html has the id `gone`",
    );
    appended("\nSee [this](#gone).\n", 2, "nothing in chapter/second.html has the id `gone`");
}

#[test]
fn a_link_out_of_the_book_is_found() {
    appended(
        "\nSee [this](../../exercises/src/lib.rs).\n",
        2,
        "dead link `../../exercises/src/lib.rs`",
    );
}

#[test]
fn a_link_to_a_readme_is_found_with_the_name_that_it_needs() {
    let book = Book::new();
    book.write("src/other/README.md", "# Other\n");
    book.append("src/SUMMARY.md", "- [Other](other/README.md)\n");
    let line = next_line(&book, SECOND);
    book.append(SECOND, "See [this](../other/README.md).\n");
    expect(&book, &format!("{SECOND}:{line}: "), "mdBook makes `index.md` of `README.md`");
    book.replace(SECOND, "../other/README.md", "../other/index.md");
    let output = book.run(&["check"]);
    assert!(output.status.success(), "{}", common::stdout(&output));
}

#[test]
fn a_link_that_differs_in_case_is_found() {
    appended("\nSee [this](../Introduction.md).\n", 2, "the book has no Introduction.html");
}

#[test]
fn a_dead_link_written_as_html_is_found() {
    appended("\nSee <a href=\"gone.html\">this</a>.\n", 2, "dead link `gone.html`");
}

#[test]
fn a_fence_that_ends_in_its_own_line_is_found() {
    appended("\n```console $ cargo test ```\n", 2, "a fence in one line makes no block of code");
}

#[test]
fn a_reference_without_its_definition_is_found() {
    appended("\nSee [this][gone].\n", 2, "`[gone]` is not defined");
    appended("\nSee this[^gone].\n", 2, "`[^gone]` is not defined");
}

#[test]
fn a_footnote_that_nothing_refers_to_is_found() {
    appended("\n[^unused]: A note.\n", 2, "footnote `unused`");
}

// HTML

#[test]
fn a_tag_that_is_not_closed_is_found() {
    appended(
        "\nA <em>word</em>.\n\nA <em>word.\n\nA <em>word</em>.\n",
        4,
        "unclosed HTML tag `<em>`",
    );
}

#[test]
fn tags_that_cross_are_found_each_in_its_line() {
    let book = Book::new();
    let line = next_line(&book, SECOND);
    book.append(SECOND, "\n<div>\n<p>One</p>\n<section>\n</div>\n");
    let findings = book.findings();
    for (line, what) in
        [(line + 1, "unclosed HTML tag `<div>`"), (line + 3, "unclosed HTML tag `<section>`")]
    {
        let is_found = |finding: &String| finding.starts_with(&format!("{SECOND}:{line}: {what}"));
        assert!(findings.iter().any(is_found), "{findings:#?}");
    }
}

#[test]
fn an_end_tag_without_its_start_is_found() {
    appended("\nA <em>word</em>.\n\nA word</em>.\n", 4, "unexpected HTML end tag `</em>`");
}

// What pages load

#[test]
fn a_script_style_sheet_image_or_frame_of_another_host_is_found() {
    for (html, url) in [
        ("<script src=\"https://example.org/x.js\"></script>", "https://example.org/x.js"),
        ("<link rel=\"stylesheet\" href=\"//example.org/x.css\">", "//example.org/x.css"),
        ("<img alt=\"x\" src=\"http://example.org/x.png\">", "http://example.org/x.png"),
        ("<iframe src=\"https://example.org/\"></iframe>", "https://example.org/"),
        (
            "<p style=\"background: url(https://example.org/x.png)\">x</p>",
            "https://example.org/x.png",
        ),
        ("<style>@import \"https://example.org/y.css\";</style>", "https://example.org/y.css"),
        (
            "<svg aria-label=\"x\"><image href=\"https://example.org/x.png\" /></svg>",
            "https://example.org/x.png",
        ),
        (
            "<img alt=\"x\" src=\"../x.svg\" srcset=\"https://example.org/2.png 2x\">",
            "https://example.org/2.png",
        ),
    ] {
        let book = Book::new();
        book.write("src/x.svg", "<svg></svg>");
        let line = next_line(&book, SECOND) + 1;
        book.append(SECOND, &format!("\n{html}\n"));
        expect(&book, &format!("{SECOND}:{line}: "), &format!("loads `{url}` from another host"));
    }
}

#[test]
fn an_image_that_is_not_there_is_found() {
    appended("\n![A picture](gone.svg)\n", 2, "loads `gone.svg`: the book has no chapter/gone.svg");
}

#[test]
fn a_style_sheet_that_loads_from_another_host_is_found() {
    let book = Book::new();
    book.append("book.toml", "[output.html]\nadditional-css = [\"src/css/book.css\"]\n");
    book.write(
        "src/css/book.css",
        "@import url(\"https://example.org/x.css\");\n\n@font-face { src: url(gone.woff2) }\n",
    );
    assert_eq!(
        book.findings(),
        [
            "src/css/book.css:1: loads `https://example.org/x.css` from another host",
            "src/css/book.css:3: loads `gone.woff2`: the book has no css/gone.woff2",
        ]
    );
}

#[test]
fn a_font_of_another_host_in_the_theme_is_found_once() {
    let book = Book::new();
    book.write(
        "theme/head.hbs",
        "<!-- fonts -->\n<link rel=\"stylesheet\" href=\"https://example.org/font.css\">\n",
    );
    expect(&book, "theme/head.hbs:2: ", "loads `https://example.org/font.css` from another host");
}

// Formulas

#[test]
fn tex_that_katex_cannot_read_is_found() {
    appended("\nLet $x = \\frac{1}$ be.\n", 2, "TeX: KaTeX parse error");
}

#[test]
fn an_error_that_katex_wrote_into_the_page_is_found() {
    let book = Book::new();
    book.replace("book.toml", "no-css = true", "no-css = true\nthrow-on-error = false");
    let line = next_line(&book, SECOND) + 1;
    book.append(SECOND, "\nLet $x = \\frac{1}$ be.\n");
    expect(&book, &format!("{SECOND}:{line}: "), "katex-error");
}

#[test]
fn style_sheets_of_katex_from_another_host_are_found() {
    let book = Book::new();
    book.replace("book.toml", "no-css = true\n", "");
    let findings = book.findings();
    assert!(findings.iter().all(|finding| finding.contains("from another host")), "{findings:#?}");
    assert!(!findings.is_empty());
}

#[test]
fn dollars_that_pair_by_accident_are_found() {
    appended("\nIt costs $5 or $6.\n", 2, "KaTeX takes `5 or` for a formula");
}

#[test]
fn a_dollar_that_pairs_with_one_in_another_paragraph_is_found() {
    appended("\nIt costs $5.\n\nOr $6.\n", 2, "KaTeX takes");
}

#[test]
fn a_dollar_that_pairs_across_a_fence_of_tildes_is_found() {
    appended("\n~~~sh\necho $HOME $PATH\n~~~\n", 3, "KaTeX takes `HOME` for a formula");
}

#[test]
fn a_dollar_that_pairs_into_indented_code_is_found() {
    appended("\nCode:\n\n    echo $HOME $PATH\n", 4, "KaTeX takes `HOME` for a formula");
}

#[test]
fn a_lone_dollar_is_found() {
    appended("\nIt costs $5.\n", 2, "a `$` without its pair");
}

#[test]
fn a_formula_that_a_lone_backtick_hides_from_katex_is_found() {
    appended("\nA ` alone.\n\nLet $z$ be.\n", 4, "Markdown takes `z` for a formula");
}

#[test]
fn a_formula_that_a_table_cuts_is_found() {
    appended(
        "\n| a | b |\n| - | - |\n| $P(a | b)$ | c |\n",
        4,
        "KaTeX takes `P(a | b)` for a formula",
    );
}

// Pages

#[test]
fn a_page_that_is_not_in_the_summary_is_found() {
    let book = Book::new();
    book.write("src/chapter/third.md", "# Third\n");
    expect(&book, "src/chapter/third.md:1: ", "not in SUMMARY.md");
}

#[test]
fn a_page_that_another_includes_needs_no_place_in_the_summary() {
    let book = Book::new();
    book.write("src/chapter/part.md", "Some text.\n");
    book.append(SECOND, "\n{{#include part.md}}\n");
    assert_eq!(book.findings(), Vec::<String>::new());
}

#[test]
fn an_icon_that_mdbook_does_not_have_is_found() {
    appended("\nA <i class=\"fa fa-nosuchicon\"></i>.\n", 2, "nosuchicon");
}

#[test]
fn a_preprocessor_that_waits_for_one_that_is_not_there_is_found() {
    let book = Book::new();
    book.replace("book.toml", "after = [\"links\"]", "after = [\"links\", \"nosuch\"]");
    expect(&book, "book.toml:", "\"nosuch\", which was not found");
}

// Questions

/// A question with two choices: its tag, what comes between the choices and it, and its reasons.
fn question(tag: &str, between: &str, reasons: &str) -> String {
    format!(
        "\nWhat is it?\n\n1. This.\n2. That.\n\n{between}<details class=\"question\" {tag}>\n<summary>Answer</summary>\n\n{reasons}\n\n</details>\n"
    )
}

const REASONS: &str = "1. No.\n2. Yes.";

#[test]
fn a_question_that_can_be_answered_is_no_fault() {
    let book = Book::new();
    for tag in [
        "data-answer=\"2\"",
        "data-kind=\"many\" data-answer=\"1 2\"",
        "data-kind=\"order\" data-answer=\"2 1\"",
    ] {
        book.append(SECOND, &question(tag, "", REASONS));
    }
    let typed = "\nHow many?\n\n<details class=\"question\" data-kind=\"type\" data-answer=\"two|2\">\n<summary>Answer</summary>\n\nTwo.\n\n</details>\n";
    book.append(SECOND, typed);
    assert_eq!(book.findings(), Vec::<String>::new());
}

#[test]
fn a_question_that_nobody_can_answer_is_found() {
    let answer = "data-answer=\"2\"";
    appended(&question("", "", REASONS), 7, "without `data-answer`");
    appended(&question("data-answer=\"3\"", "", REASONS), 7, "`3` cannot be the answer");
    appended(&question("data-answer=\"1 2\"", "", REASONS), 7, "`1 2` cannot be the answer");
    let order = "data-kind=\"order\" data-answer=\"2\"";
    appended(&question(order, "", REASONS), 7, "`2` cannot be the answer");
    appended(&question("data-kind=\"any\" data-answer=\"2\"", "", REASONS), 7, "no known kind");
    appended(&question(answer, "", "1. No."), 7, "2 choices, and reasons for 1");
    appended(&question(answer, "", "Yes."), 7, "2 choices, and reasons for 0");
    appended(&question(answer, "So?\n\n", REASONS), 9, "without a numbered list");
}

#[test]
fn an_exercise_with_too_few_questions_is_found() {
    let one = || question("data-answer=\"2\"", "", REASONS);
    let predict = "\n## Predict before you code\n";
    let page = |inside: usize, others: usize| {
        let (inside, others) = (one().repeat(inside), one().repeat(others));
        format!("{predict}{inside}\n## Questions\n{others}")
    };
    appended(&page(0, 2), 2, "has no question");
    appended(&page(1, 1), 2, "with 1 other questions");
    let book = Book::new();
    book.append(SECOND, &page(1, 2));
    assert_eq!(book.findings(), Vec::<String>::new());
}

#[test]
fn a_proof_that_is_missing_or_not_asked_for_is_found() {
    let tag = "data-answer=\"2\" data-proof=\"it_is_so\"";
    appended(&question(tag, "", REASONS), 7, "has no test `it_is_so`");
    let folder = "solutions/rc11/tests/questions";
    for proofs in [format!("{folder}.rs"), format!("{folder}/second.rs")] {
        let book = Book::new();
        book.write(&proofs, "#[test]\nfn it_is_so() {}\n");
        expect(&book, &format!("{proofs}:2: "), "no question asks for the proof `it_is_so`");
        book.append(SECOND, &question(tag, "", REASONS));
        assert_eq!(book.findings(), Vec::<String>::new());
    }
}
