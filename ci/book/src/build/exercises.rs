//! Puts into the page of an exercise what the list of exercises knows: how long it takes, and what comes next.

use super::slashes;
use catalog::{Catalog, Exercise};
use mdbook_driver::book::Book;
use std::path::Path;

/// Adds both to the pages of the exercises. A book without exercises stays as it is.
pub fn tell(root: &Path, book: &mut Book) {
    if !root.join("exercises/catalog.toml").is_file() {
        return;
    }
    let catalog = Catalog::read(root);
    book.for_each_chapter_mut(|chapter| {
        let Some(source) = &chapter.source_path else { return };
        let stem = slashes(&source.with_extension(""));
        let Some(at) = catalog.exercises.iter().position(|exercise| exercise.stem() == stem) else {
            return;
        };
        let minutes = format!("\n\nAbout {} minutes.", catalog.exercises[at].minutes);
        let title = chapter.content.find("# ").unwrap_or(0);
        let end = chapter.content[title..].find('\n').map_or(chapter.content.len(), |n| title + n);
        chapter.content.insert_str(end, &minutes);
        if let Some(next) = next(&catalog, at) {
            chapter.content.push_str(&format!("\n\n---\n\n{next}\n"));
        }
    });
}

/// What comes after the exercise number `at`: the next one of its chapter, or the next chapter.
fn next(catalog: &Catalog, at: usize) -> Option<String> {
    let Exercise { chapter, title, file, minutes, .. } = catalog.exercises.get(at + 1)?;
    if *chapter == catalog.exercises[at].chapter {
        return Some(format!("Next exercise: [{title}]({file}.md), about {minutes} minutes."));
    }
    let next = catalog.chapters.iter().find(|next| next.stem == *chapter)?;
    Some(format!("Next chapter: [{}](../{}/index.md).", next.title, next.stem))
}
