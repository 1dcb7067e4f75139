//! How many hints of each exercise the reader has looked at, in the terminal or in the book.

use std::fs;
use std::path::{Path, PathBuf};

/// Where it is kept, below the root: a file for each exercise.
const FOLDER: &str = "target/judge/hints";

/// How many hints of the exercise `id` the reader has looked at.
pub fn used(root: &Path, id: &str) -> usize {
    let text = fs::read_to_string(file(root, id)).unwrap_or_default();
    text.trim().parse().unwrap_or(0)
}

/// Remembers that the reader has looked at the hint of this number, from 1, of the exercise `id`. Says how many it are by now. That it
/// cannot be written is no harm.
pub fn use_up_to(root: &Path, id: &str, number: usize) -> usize {
    let used = used(root, id).max(number);
    let _ = fs::create_dir_all(root.join(FOLDER));
    let _ = fs::write(file(root, id), format!("{used}\n"));
    used
}

fn file(root: &Path, id: &str) -> PathBuf {
    root.join(FOLDER).join(id)
}

#[cfg(test)]
mod tests {
    use super::{use_up_to, used};

    #[test]
    fn the_last_hint_counts_in_whatever_order_they_are_looked_at() {
        let root = std::env::temp_dir().join(format!("hints-{}", std::process::id()));
        assert_eq!(used(&root, "guard"), 0);
        use_up_to(&root, "guard", 3);
        assert_eq!(use_up_to(&root, "guard", 1), 3);
        assert_eq!(used(&root, "guard"), 3);
        assert_eq!(used(&root, "minimal"), 0);
        std::fs::remove_dir_all(&root).unwrap();
    }
}
