//! `cargo rooms variant`: a variant as a whole file to edit, and back.

use catalog::variants::{Folder, Variant, edit, read};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How a new wrong variant begins.
const WRONG: &str = "\
What is wrong with it, in a sentence.

Rejected by: the_name_of_the_check
Because: words that the report must contain
";

/// How a new right variant begins.
const RIGHT: &str = "What is different in it, in a sentence.\n";

/// Where the whole file of a variant lies while it is edited. Git does not see it.
pub fn copy_of(root: &Path, variant: &Variant) -> PathBuf {
    root.join("target/variants").join(variant.stem()).with_extension("rs")
}

/// Writes the whole file of `variant`; for one that is not there yet, the reference under the words that are needed.
///
/// One that lies there already stays as it is: somebody is at work on it.
///
/// # Errors
///
/// Says which file cannot be read or written, or does not apply.
pub fn open(root: &Path, variant: &Variant) -> Result<PathBuf, String> {
    let copy = copy_of(root, variant);
    if !copy.exists() {
        let text = if variant.path.exists() { variant.text()? } else { template(variant)? };
        write(&copy, &text)?;
    }
    Ok(copy)
}

fn template(variant: &Variant) -> Result<String, String> {
    let words = match variant.folder {
        Folder::Wrong => WRONG,
        Folder::Right => RIGHT,
    };
    edit::apply(&read(&variant.reference)?, words)
}

/// Saves what [`open`] wrote and somebody has edited, formatted, and takes the whole file away. Says whether anything is new.
///
/// # Errors
///
/// Says what is the matter with the file, which then stays.
pub fn back(root: &Path, variant: &Variant) -> Result<bool, String> {
    let copy = copy_of(root, variant);
    let text = read(&copy)?;
    if text.lines().any(|line| line.starts_with("<<<<<<< ")) {
        return Err(format!("{} has a conflict left", copy.display()));
    }
    if !text.starts_with("//! ") {
        return Err(format!("{} does not say in its first line what it is", copy.display()));
    }
    format(&[&copy])?;
    let text = read(&copy)?;
    let is_new = !variant.path.exists() || variant.text().as_ref() != Ok(&text);
    variant.save(&text)?;
    fs::remove_file(&copy).map_err(|error| format!("{}: {error}", copy.display()))?;
    Ok(is_new)
}

/// Runs `rustfmt` on some files.
///
/// # Errors
///
/// Says so if it cannot read them as Rust; it has written why.
pub fn format(files: &[impl AsRef<Path>]) -> Result<(), String> {
    let files = files.iter().map(AsRef::as_ref);
    let status = Command::new("rustfmt").args(["--edition", "2024"]).args(files).status();
    let status = status.map_err(|error| format!("rustfmt: {error}"))?;
    status.success().then_some(()).ok_or_else(|| "rustfmt cannot format it".to_owned())
}

/// Writes a file, and its folder first.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::create_dir_all(path.parent().expect("in a folder"))
        .and_then(|()| fs::write(path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}
