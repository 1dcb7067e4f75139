//! Are there enough variants, and does each say what the grader needs to know?

use catalog::variants::{Expected, FOLDERS, Folder, OF_EVERY_FILE, Variant};
use catalog::{Exercise, todo};
use std::path::Path;

/// What every exercise has at least. A chapter may ask for more.
const WRONG: usize = 3;
/// See [`WRONG`].
const RIGHT: usize = 2;

/// What is missing in the variants of `exercise`, whose checks have these names.
pub fn findings(root: &Path, exercise: &Exercise, checks: &[String]) -> Vec<String> {
    let mut variants = catalog::variants::variants(root);
    variants.retain(|variant| variant.exercise.id == exercise.id);
    let mut found = Vec::new();
    for (folder, least) in FOLDERS.into_iter().zip([WRONG, RIGHT]) {
        let count = variants.iter().filter(|variant| variant.folder == folder).count();
        if count < least {
            let place = format!("solutions/variants/{}/{}", exercise.stem(), folder.name());
            found.push(format!("{count} variants in {place}, {least} are needed"));
        }
    }
    let mut named = Vec::new();
    for variant in &variants {
        let text = match variant.text() {
            Ok(text) => text,
            Err(error) => {
                found.push(error);
                continue;
            }
        };
        found.extend(is_written_as_it_should(&variants, variant));
        found.extend(says_what_it_is(variant, &text));
        if variant.folder == Folder::Wrong {
            named.extend(rejected_by(variant, &text, checks, &mut found));
        }
    }
    for check in checks.iter().filter(|check| !named.contains(check)) {
        found.push(format!("no wrong variant is rejected by {check}: can that check fail?"));
    }
    found
}

/// Each has one form, and its name.
fn is_written_as_it_should(variants: &[Variant], variant: &Variant) -> Option<String> {
    let mut others = variants.iter().filter(|other| other.path != variant.path);
    if others.any(|other| other.stem() == variant.stem()) {
        return Some(format!("{} is there as an edit and as a whole file", variant.stem()));
    }
    match variant.is_as_saved() {
        // Without a reference, which is another finding, nobody knows.
        Ok(true) | Err(_) => None,
        Ok(false) => Some(format!("{} is not as `cargo rooms refresh` writes it", short(variant))),
    }
}

fn says_what_it_is(variant: &Variant, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let name = short(variant);
    let first = text.lines().next().and_then(|line| line.strip_prefix("//! ")).unwrap_or_default();
    if first.is_empty() || first.starts_with("Rejected by:") {
        found.push(format!("{name} does not say in its first line, after `//! `, what it is"));
    }
    if todo::count_in(text) > 0 {
        found.push(format!("a `todo!()` is left in {name}"));
    }
    found
}

/// The check that the variant names.
fn rejected_by(
    variant: &Variant,
    text: &str,
    checks: &[String],
    found: &mut Vec<String>,
) -> Option<String> {
    let name = short(variant);
    let Some(Expected { check, .. }) = Expected::parse(text) else {
        found.push(format!(
            "{name} needs `//! Rejected by:` and `//! Because:`, with words after each"
        ));
        return None;
    };
    if !checks.contains(&check) && !OF_EVERY_FILE.contains(&check.as_str()) {
        found.push(format!("{name} is to be rejected by {check}, which is no check"));
    }
    Some(check)
}

fn short(variant: &Variant) -> String {
    let file = variant.path.file_name().unwrap_or_default();
    format!("{}/{}", variant.folder.name(), file.display())
}
