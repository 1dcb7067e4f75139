//! Every operation with every ordering, as one table a kind: a row for each ordering, a column for each target.
//!
//! It is HTML, because Markdown's tables have no code blocks. The theme's script shows two columns of it, which the reader picks;
//! without JavaScript all are there, and the table scrolls.

use super::escaped;
use crate::data::Data;
use crate::targets::{TARGETS, Target};

/// The operations, in the order of the page: the name in the data, the heading, the expression with `…` for the orderings.
const OPERATIONS: &[(&str, &str, &str)] = &[
    ("plain", "Plain accesses", ""),
    ("load", "load", "word.load(…)"),
    ("store", "store", "word.store(new, …)"),
    ("swap", "swap", "word.swap(new, …)"),
    ("fetch_add", "fetch_add, and the old value is used", "word.fetch_add(n, …)"),
    ("fetch_add_unused", "fetch_add, and nobody asks", "word.fetch_add(n, …);"),
    ("fetch_or", "fetch_or, and the old value is used", "word.fetch_or(bits, …)"),
    ("fetch_or_unused", "fetch_or, and nobody asks", "word.fetch_or(bits, …);"),
    ("fetch_and", "fetch_and, and the old value is used", "word.fetch_and(bits, …)"),
    ("fetch_and_unused", "fetch_and, and nobody asks", "word.fetch_and(bits, …);"),
    ("fetch_max", "fetch_max", "word.fetch_max(n, …)"),
    ("compare_exchange", "compare_exchange", "word.compare_exchange(old, new, …).is_ok()"),
    (
        "compare_exchange_weak",
        "compare_exchange_weak",
        "word.compare_exchange_weak(old, new, …).is_ok()",
    ),
    ("fence", "fence", "fence(…)"),
];

/// The orderings from weak to strong; and the two plain accesses.
const ORDER: [&str; 7] = ["load", "store", "Relaxed", "Acquire", "Release", "AcqRel", "SeqCst"];

/// What the chapter's page includes.
pub fn page(data: &Data) -> String {
    let mut text =
        String::from("<!-- Made by cargo listings. Do not edit. -->\n\n<div class=\"matrix\">\n\n");
    for (operation, heading, expression) in OPERATIONS {
        let heading =
            if *operation == *heading { format!("`{heading}`") } else { code_first(heading) };
        text += &format!("## {heading}\n\n");
        if !expression.is_empty() {
            text += &format!("```rust,ignore\n{expression}\n```\n\n");
        }
        text += &table(data, operation);
        text.push('\n');
    }
    text + "</div>\n"
}

/// A heading whose first word is code, if it is the name of an operation.
fn code_first(heading: &str) -> String {
    match heading.split_once(',') {
        Some((name, rest)) => format!("`{name}`,{rest}"),
        None => heading.into(),
    }
}

fn table(data: &Data, operation: &str) -> String {
    let place = |ordering: &str| ORDER.iter().position(|known| *known == ordering);
    let prefix = format!("matrix.{operation}.");
    let mut rows: Vec<(Vec<Option<usize>>, &String)> = data
        .listings
        .keys()
        .filter_map(|name| {
            Some((name.strip_prefix(&prefix)?.split('.').map(place).collect(), name))
        })
        .collect();
    rows.sort();
    let cell = |target: &Target| {
        format!("<th scope=\"col\" data-target=\"{}\">{}</th>", target.id, target.name)
    };
    let heads: Vec<String> = TARGETS.iter().map(cell).collect();
    let mut text = format!(
        "<div class=\"table-wrapper\">\n<table>\n<thead>\n<tr>{}</tr>\n</thead>\n",
        heads.concat()
    );
    for (_, name) in rows {
        let orderings = name[prefix.len()..].replace('.', ", ");
        text += &format!(
            "<tbody>\n<tr><th scope=\"rowgroup\" colspan=\"{}\">{orderings}</th></tr>\n<tr>",
            TARGETS.len()
        );
        for target in TARGETS {
            let listing = data.listings[name].get(target.id).map_or("", String::as_str);
            text += &format!(
                "<td data-target=\"{}\" class=\"{}\"><pre>{}</pre></td>",
                target.id,
                target.architecture,
                escaped(&indented(listing)),
            );
        }
        text += "</tr>\n</tbody>\n";
    }
    text + "</table>\n</div>\n"
}

/// Instructions stand to the right of labels, where there are any.
fn indented(listing: &str) -> String {
    let is_label = |line: &str| line.ends_with(':');
    if !listing.lines().any(is_label) {
        return listing.into();
    }
    let lines =
        listing.lines().map(|line| if is_label(line) { line.into() } else { format!("  {line}") });
    lines.collect::<Vec<_>>().join("\n")
}
