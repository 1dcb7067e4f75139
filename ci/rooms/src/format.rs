//! `cargo rooms format`: `rustfmt` for what the edits make.

use crate::working;
use catalog::variants::{read, variants};
use std::fs;
use std::path::Path;

/// As many files as the shortest command line of a system takes.
const AT_ONCE: usize = 100;

/// The variants that are not as `rustfmt` and [`Variant::save`](catalog::variants::Variant::save) write them. With `write`
/// they are written anew.
///
/// # Errors
///
/// Says which file cannot be read, written, applied or formatted.
pub fn format(root: &Path, write: bool) -> Result<Vec<String>, String> {
    let folder = root.join("target/variants/format");
    let mut all = Vec::new();
    for variant in variants(root) {
        let copy = folder.join(variant.stem()).with_extension("rs");
        let text = variant.text()?;
        working::write(&copy, &text)?;
        all.push((variant, copy, text));
    }
    for some in all.chunks(AT_ONCE) {
        let copies: Vec<_> = some.iter().map(|(_, copy, _)| copy).collect();
        working::format(&copies)?;
    }
    let mut found = Vec::new();
    for (variant, copy, text) in all {
        let formatted = read(&copy)?;
        if formatted != text || !variant.is_as_saved()? {
            found.push(variant.stem());
            if write {
                variant.save(&formatted)?;
            }
        }
    }
    fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(found)
}
