//! Makes a class: what so many people could have handed in, for `ci/class` to measure.
//!
//! Of each exercise somebody has the reference, a variant that is known to be right or to be wrong, the stub, or nothing; which, is
//! decided by numbers that come out the same each time. Each file has its author's name at the end, in a comment or in code, so that
//! no two are the same text, or none are the same to the compiler.

use catalog::Catalog;
use catalog::variants::{Folder, variants};
use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, people, how, ids @ ..] = arguments.as_slice() else {
        panic!("handed_in FOLDER PEOPLE names|code ID...")
    };
    let differ = how == "code";
    let people: u64 = people.parse().expect("a number");
    let root = catalog::root();
    let catalog = Catalog::read(&root);
    let all = variants(&root);
    for id in ids {
        let exercise = catalog.find(id).unwrap_or_else(|| panic!("no exercise is called {id}"));
        let read = |room: &str| {
            let file = root.join(room).join(format!("{}.rs", exercise.stem()));
            std::fs::read_to_string(&file)
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
        };
        let of = |folder: Folder| -> Vec<String> {
            let mine = all.iter().filter(|v| v.exercise.id == *id && v.folder == folder);
            mine.map(|variant| variant.text().expect("an edit that fits")).collect()
        };
        let (reference, stub) = (read("solutions/src"), read("exercises/src"));
        let (right, wrong) = (of(Folder::Right), of(Folder::Wrong));
        for person in 0..people {
            let number =
                mixed(person ^ id.bytes().fold(0, |sum, byte| mixed(sum ^ u64::from(byte))));
            let one_of = |texts: &[String]| {
                texts[usize::try_from(number >> 32).unwrap_or(0) % texts.len()].clone()
            };
            let text = match number % 20 {
                0 => continue,
                1 | 2 => stub.clone(),
                3..=7 => one_of(&wrong),
                8..=10 => one_of(&right),
                _ => reference.clone(),
            };
            let name = format!("person-{person:03}");
            let file = Path::new(folder).join(&name).join(format!("{}.rs", exercise.stem()));
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            let own =
                if differ { format!("const _: &str = {name:?};") } else { format!("// {name}") };
            std::fs::write(file, format!("{text}\n{own}\n")).expect("a file");
        }
    }
}

/// A number made of another one, as if by chance: the mixing of SplitMix64 (Steele, Lea and Flood, 2014).
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
