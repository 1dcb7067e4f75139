//! The book's own scripts and style sheets go out without what only their authors read.

use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// A script or a style sheet without indentation and lines of comment.
pub fn lean(text: &str) -> String {
    let mut in_comment = false;
    let mut out = String::new();
    for line in text.lines().map(str::trim_start) {
        let is_comment = in_comment || line.starts_with("//") || line.starts_with("/*");
        in_comment = (in_comment || line.starts_with("/*")) && !line.ends_with("*/");
        if !line.is_empty() && !is_comment {
            out += line;
            out.push('\n');
        }
    }
    out
}

/// Makes lean what mdBook has copied into `folder` from `src` and `theme`.
///
/// # Errors
///
/// If one cannot be read or written.
pub fn make_lean(src: &Path, folder: &Path) -> Result<()> {
    // What others have made small says above whose it is.
    let is_script = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".js") || name.ends_with(".css") && !name.ends_with(".min.css")
    };
    let files = |within: &Path| {
        let all = WalkDir::new(within).into_iter().flatten().map(walkdir::DirEntry::into_path);
        all.filter(|path| is_script(path)).collect::<Vec<PathBuf>>()
    };
    let copied = files(src).into_iter().filter_map(|path| {
        let copy = folder.join(path.strip_prefix(src).ok()?);
        copy.is_file().then_some(copy)
    });
    for path in copied.chain(files(&folder.join("theme"))) {
        let text = fs::read_to_string(&path)?;
        fs::write(&path, lean(&text))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::lean;

    #[test]
    fn only_indentation_and_lines_of_comment_go() {
        let text = "// Why.\n/** What. */\nlet a = 1; // here\n/**\n * More.\n */\n    const b = 2\n    * 'x';\n\n  go(`  ${a} // ${b}`);\n";
        assert_eq!(lean(text), "let a = 1; // here\nconst b = 2\n* 'x';\ngo(`  ${a} // ${b}`);\n");
    }
}
