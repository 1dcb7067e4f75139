//! Refuses symbolic links that leave the repository: mdBook copies what they point at into the book.

use super::slashes;
use anyhow::{Result, bail};
use std::path::Path;
use walkdir::WalkDir;

/// # Errors
/// When a file or folder below `src` is a symbolic link to something outside `root`, or to nothing.
pub fn refuse(root: &Path, src: &Path) -> Result<()> {
    let root = root.canonicalize()?;
    for entry in WalkDir::new(src).into_iter().filter_map(Result::ok) {
        let inside = || entry.path().canonicalize().is_ok_and(|target| target.starts_with(&root));
        if entry.path_is_symlink() && !inside() {
            let file = entry.path().strip_prefix(src).unwrap_or(entry.path());
            bail!("src/{}: a symbolic link that leads out of the book", slashes(file));
        }
    }
    Ok(())
}
