//! The project itself.

use catalog::Catalog;
use catalog::variants::{FOLDERS, Folder};

#[test]
fn every_room_is_there() {
    let findings: Vec<String> =
        rooms::findings(&catalog::root()).iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn chapter_4_has_more_variants_than_it_must() {
    let root = catalog::root();
    let variants = catalog::variants::variants(&root);
    let exercises = Catalog::read(&root).exercises;
    let chapter: Vec<_> = exercises.iter().filter(|e| e.chapter == "ch04_spin_lock").collect();
    assert!(chapter.len() >= 5, "only {} exercises", chapter.len());
    for (number, exercise) in chapter.into_iter().enumerate() {
        // The first two have little code that could be wrong.
        let least = if number < 2 { [5, 2] } else { [8, 4] };
        for (folder, least) in FOLDERS.into_iter().zip(least) {
            let mine = |v: &&_| is_in(v, &exercise.id, folder);
            let count = variants.iter().filter(mine).count();
            assert!(count >= least, "{}/{}: {count} of {least}", exercise.stem(), folder.name());
        }
    }
}

fn is_in(variant: &catalog::variants::Variant, id: &str, folder: Folder) -> bool {
    variant.exercise.id == id && variant.folder == folder
}
