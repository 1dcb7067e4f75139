//! `ci/sources.toml` says what was read for which page. A page that has lost its source loses the entry too.

use std::fs;

use toml::Value;

#[test]
fn every_page_refers_to_the_source_that_was_read() {
    let list = fs::read_to_string(catalog::root().join("ci/sources.toml")).expect("a list");
    let list: toml::Table = list.parse().expect("TOML");
    let wrong: Vec<_> =
        list["source"].as_array().expect("entries").iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "ci/sources.toml:\n{}", wrong.join("\n"));
}

fn wrong(entry: &Value) -> Option<String> {
    let text = |key: &str| entry.get(key).map(|value| value.as_str().expect("text"));
    let claim = text("claim").unwrap_or_else(|| panic!("no claim: {entry:?}"));
    let page = text("page").unwrap_or_else(|| panic!("no page: {entry:?}"));
    assert!(entry.get("date").is_some_and(Value::is_datetime), "no date: {entry:?}");
    let Ok(words) = fs::read_to_string(catalog::root().join("src").join(page)) else {
        return Some(format!("{page} is not there: {claim}"));
    };
    match (text("source"), text("tried")) {
        (Some(source), None) => {
            let link = text("linked").unwrap_or(source);
            (!words.contains(link)).then(|| format!("{page} has no link to {link}: {claim}"))
        }
        (None, Some(_)) => None,
        _ => Some(format!("either read or tried, not both: {claim}")),
    }
}
