//! What a reader types, and which exercises are meant.

use catalog::{Catalog, Exercise};

/// Does `words` name this exercise? Its id, its file, the path of its file or of its page in any form, its chapter, the chapter's number, or
/// a part of a path.
fn is_meant(exercise: &Exercise, words: &str) -> bool {
    let words = words.to_lowercase().replace('\\', "/").replace("::", "/");
    let words = words.trim_start_matches("./").trim_matches('/');
    let words = words.strip_suffix(".rs").or(words.strip_suffix(".md")).unwrap_or(words);
    let words = words.strip_suffix("/grade").unwrap_or(words);
    let words = ["exercises/src/", "solutions/src/", "src/"]
        .iter()
        .find_map(|room| {
            let (_, rest) = words.split_once(room)?;
            Some(rest)
        })
        .unwrap_or(words);
    let number = ["chapter", "ch", ""]
        .iter()
        .find_map(|word| words.strip_prefix(word)?.trim_start().parse::<u32>().ok());
    match number {
        Some(number) => exercise.chapter.starts_with(&format!("ch{number:02}_")),
        None => {
            exercise.id == words || exercise.stem().contains(words) || exercise.id.contains(words)
        }
    }
}

/// Is it exactly this one?
fn is_exactly(exercise: &Exercise, words: &str) -> bool {
    let path = words.strip_suffix("::grade").unwrap_or(words);
    path == exercise.path() || path == exercise.id || path == exercise.stem()
}

/// The exercises that are meant, but for those that are to be left out.
///
/// # Errors
///
/// If a word means nothing; with the nearest names.
pub fn select<'a>(
    catalog: &'a Catalog,
    words: &[String],
    exact: bool,
    skip: &[String],
) -> Result<Vec<&'a Exercise>, String> {
    let all = |words: &[String], exact| -> Result<Vec<&Exercise>, String> {
        let each: Result<Vec<_>, _> =
            words.iter().map(|word| meant(catalog, word, exact)).collect();
        Ok(each?.concat())
    };
    let (wanted, skipped) = (all(words, exact)?, all(skip, false)?);
    let is_in =
        |those: &[&Exercise], exercise: &Exercise| those.iter().any(|e| e.id == exercise.id);
    let is_wanted = |exercise: &&Exercise| words.is_empty() || is_in(&wanted, exercise);
    let chosen = catalog.exercises.iter().filter(is_wanted);
    Ok(chosen.filter(|exercise| !is_in(&skipped, exercise)).collect())
}

/// The exercises that a word means. Where it is the whole name of one, `guard`, others that have it in their name are not meant.
fn meant<'a>(catalog: &'a Catalog, word: &str, exact: bool) -> Result<Vec<&'a Exercise>, String> {
    if word.trim().is_empty() {
        return Err("a name is empty: leave it out to name all exercises".into());
    }
    let those = |meant: fn(&Exercise, &str) -> bool| {
        catalog.exercises.iter().filter(|exercise| meant(exercise, word)).collect::<Vec<_>>()
    };
    let mut found = those(is_exactly);
    if !exact && found.is_empty() {
        found = those(|exercise, word| exercise.file.eq_ignore_ascii_case(word));
    }
    if !exact && found.is_empty() {
        found = those(is_meant);
    }
    if found.is_empty() {
        return Err(format!("no exercise is called {word:?}{}", suggestion(catalog, word, exact)));
    }
    Ok(found)
}

/// The exercises that a reader means by these words; all, without a word.
///
/// # Errors
///
/// If a word means nothing; with the nearest names.
pub fn named<'a>(catalog: &'a Catalog, words: &[String]) -> Result<Vec<&'a Exercise>, String> {
    select(catalog, words, false, &[])
}

/// The one of these names that is nearest to a word, if any is near.
pub fn nearest<'a>(names: &[&'a str], word: &str) -> Option<&'a str> {
    let likeness = |name: &str| strsim::jaro_winkler(name, &word.to_lowercase());
    let all = names.iter().map(|name| (likeness(name), *name));
    let near = all.max_by(|(left, _), (right, _)| left.total_cmp(right));
    near.filter(|(likeness, _)| *likeness > NEAR).map(|(_, name)| name)
}

/// How like a word must be to be what was meant.
const NEAR: f64 = 0.75;

/// `: did you mean condvar_queue?` What is suggested is a name that may be given there.
fn suggestion(catalog: &Catalog, word: &str, exact: bool) -> String {
    let plain = |text: &str| text.to_lowercase().replace(['-', ':', '/'], "_");
    let word = plain(
        word.rsplit(['/', ':']).find(|part| !part.is_empty() && *part != "grade").unwrap_or(word),
    );
    let likeness = |exercise: &Exercise| {
        let names = [&exercise.file, &exercise.id, &exercise.chapter];
        names.into_iter().map(|name| strsim::jaro_winkler(&plain(name), &word)).fold(0.0, f64::max)
    };
    let mut near: Vec<(f64, &Exercise)> =
        catalog.exercises.iter().map(|e| (likeness(e), e)).collect();
    near.retain(|(likeness, _)| *likeness > NEAR);
    near.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    let name = |(_, exercise): &(f64, &Exercise)| {
        if exact { exercise.path() } else { exercise.file.clone() }
    };
    let names: Vec<String> = near.iter().take(3).map(name).collect();
    match &names[..] {
        [] => ": `cargo grade --list` names them all".into(),
        [one] => format!(": did you mean {one}?"),
        [most @ .., last] => format!(": did you mean {} or {last}?", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::select;
    use catalog::{Catalog, Chapter, Exercise};

    fn catalog() -> Catalog {
        let exercise = |chapter: &str, file: &str, id: &str| Exercise {
            id: id.into(),
            title: String::new(),
            chapter: chapter.into(),
            file: file.into(),
            minutes: 0,
            builds: String::new(),
            terms: Vec::new(),
            hints: Vec::new(),
            checked: Vec::new(),
            unseen: Vec::new(),
            unproven: Vec::new(),
            yours: Vec::new(),
        };
        let chapter = |stem: &str| Chapter { stem: stem.into(), title: String::new() };
        Catalog {
            chapters: vec![chapter("ch01_basics"), chapter("ch04_spin_lock")],
            exercises: vec![
                exercise("ch01_basics", "condvar_queue", "condvar-queue"),
                exercise("ch04_spin_lock", "minimal", "spin-lock-minimal"),
                exercise("ch04_spin_lock", "guard", "spin-lock-guard"),
            ],
        }
    }

    fn found(words: &str, exact: bool) -> Result<Vec<String>, String> {
        let catalog = catalog();
        let found = select(&catalog, &[words.to_owned()], exact, &[])?;
        Ok(found.into_iter().map(|exercise| exercise.file.clone()).collect())
    }

    #[test]
    fn an_exercise_goes_by_all_its_names() {
        for name in [
            "guard",
            "spin-lock-guard",
            "ch04_spin_lock/guard",
            "ch04_spin_lock::guard",
            "ch04_spin_lock::guard::grade",
            "exercises/src/ch04_spin_lock/guard.rs",
            "./exercises/src/ch04_spin_lock/guard.rs",
            "/elsewhere/exercises/src/ch04_spin_lock/guard.rs",
            "exercises\\src\\ch04_spin_lock\\guard.rs",
            "guard.rs",
            "Guard",
            "src/ch04_spin_lock/guard.md",
            "condvar-queue",
        ] {
            let file = if name == "condvar-queue" { "condvar_queue" } else { "guard" };
            assert_eq!(found(name, false).unwrap(), [file], "{name}");
        }
        for name in ["ch04_spin_lock", "ch04", "4", "04", "spin"] {
            assert_eq!(found(name, false).unwrap(), ["minimal", "guard"], "{name}");
        }
        assert_eq!(found("ch04_spin_lock::guard::grade", true).unwrap(), ["guard"]);
        assert!(found("guard", true).unwrap_err().ends_with("did you mean ch04_spin_lock::guard?"));
        assert!(found("", false).is_err() && found(" ", true).is_err());
    }

    #[test]
    fn a_name_that_means_nothing_is_an_error_with_the_nearest_names() {
        let error = found("condvar_queu_e", false).unwrap_err();
        assert!(error.contains("did you mean condvar_queue"), "{error}");
        let error = found("gaurd", false).unwrap_err();
        assert!(error.contains("did you mean guard"), "{error}");
        assert!(found("7", false).is_err());
        let skip =
            |word: &str| select(&catalog(), &[], false, &[word.to_owned()]).map(|left| left.len());
        assert_eq!(skip("guard"), Ok(2));
        assert!(skip("gaurd").unwrap_err().contains("did you mean guard"));
        assert!(!found("zzz", false).unwrap_err().contains("did you mean"));
    }
}
