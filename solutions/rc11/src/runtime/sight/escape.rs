//! What escapes the checker: atomics, locks and threads of std's own, where the code under test should take the checker's.
//!
//! Generic code of std is compiled with the code under test, so its atomics are told of. They belong to whatever the code under test
//! has called. An `Arc` may be std's: it is no part of what is explored.

use super::calls::{self, Log};
use super::source;
use crate::core::timeline::Place;
use hashbrown::{DefaultHashBuilder, HashSet};
use std::alloc::System;

/// How many of the innermost calls tell one place from another.
const CALLS: usize = 6;

/// The places that have been looked at.
pub struct Known {
    places: HashSet<[usize; CALLS], DefaultHashBuilder, System>,
    /// Where the code under test counts on std's `Arc`, and how much that tells it.
    arc: Option<(Tells, Place)>,
}

/// How much of the count of an `Arc` an operation tells.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tells {
    Nothing,
    /// Whether it was the last: then something is dropped.
    Last,
    /// The count, or whether it is 1.
    Count,
}

impl Known {
    pub fn new() -> Self {
        let places = HashSet::with_hasher_in(DefaultHashBuilder::default(), System);
        Self { places, arc: None }
    }

    /// Where the code under test uses an `Arc` of std, on whose count may depend what it does: it is not explored.
    pub fn arc(&self) -> Option<Place> {
        self.arc.map(|(_, at)| at)
    }

    /// Looks at an atomic operation that is not the checker's: what of std has `file` called, and where?
    pub fn look(
        &mut self,
        log: &Log,
        place: calls::Place,
        file: &str,
        libraries: &[&str],
    ) -> Option<(String, Place)> {
        let mut key = [0; CALLS];
        for (part, step) in key.iter_mut().zip(log.path(place)) {
            *part = step.address();
        }
        if !self.places.insert(key) {
            return None;
        }
        let (at, function, of) = source::owner(log, place, libraries)?;
        if !at.file().ends_with(file) {
            return None;
        }
        if let Some(tells) = tells(&function, of)
            && self.arc.is_none_or(|(most, _)| most <= tells)
        {
            self.arc = Some((tells, at));
        }
        escapes(&function).map(|name| (name, at))
    }
}

/// What an operation of `Arc` tells of its count, if the function is one: of one that is inlined, the name may be short, and the file says
/// whose it is.
fn tells(function: &str, file: &str) -> Option<Tells> {
    let is_arc = function.contains("alloc::sync::")
        || file.replace('\\', "/").ends_with("alloc/src/sync.rs");
    if !is_arc {
        return None;
    }
    let asks = ["strong_count", "weak_count", "get_mut", "make_mut", "is_unique"];
    let takes = ["try_unwrap", "into_inner", "unwrap_or_clone", "upgrade"];
    Some(if asks.iter().chain(&takes).any(|name| function.contains(name)) {
        Tells::Count
    } else if function.contains("drop") {
        Tells::Last
    } else {
        Tells::Nothing
    })
}

/// What of std a function belongs to, if that is something that the checker has to see.
fn escapes(function: &str) -> Option<String> {
    let word = |text: &str| -> String {
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    if let Some((_, rest)) = function.split_once("core::sync::atomic::") {
        return Some(format!("std::sync::atomic::{}", word(rest)));
    }
    if let Some((_, rest)) = function.split_once("std::thread::") {
        let is_harmless = ["panicking", "current", "available_parallelism"].contains(&&*word(rest));
        let name = if rest.starts_with("scoped") { "scope" } else { "spawn" };
        return (!is_harmless).then(|| format!("std::thread::{name}"));
    }
    let (_, rest) = function.split_once("std::sync::")?;
    let known = [
        ("Mutex", "Mutex"),
        ("RwLock", "RwLock"),
        ("Condvar", "Condvar"),
        ("Barrier", "Barrier"),
        ("OnceLock", "OnceLock"),
        ("LazyLock", "LazyLock"),
        ("Once", "Once"),
        ("mpsc", "mpsc"),
        ("mpmc", "mpsc"),
    ];
    let name = known.iter().find(|(part, _)| rest.contains(part)).map(|(_, name)| *name);
    Some(format!("std::sync::{}", name.map_or_else(|| word(rest), str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::{Tells, escapes, tells};

    #[test]
    fn what_belongs_to_the_checkers_names_escapes() {
        let name = |function| escapes(function).unwrap_or_default();
        assert_eq!(name("core::sync::atomic::AtomicBool::store"), "std::sync::atomic::AtomicBool");
        assert_eq!(name("core::sync::atomic::fence"), "std::sync::atomic::fence");
        assert_eq!(name("<std::sync::poison::mutex::Mutex<T>>::lock"), "std::sync::Mutex");
        let guard = "core::ptr::drop_in_place<std::sync::poison::mutex::MutexGuard<u8>>";
        assert_eq!(name(guard), "std::sync::Mutex");
        assert_eq!(name("std::thread::functions::spawn"), "std::thread::spawn");
        assert_eq!(name("std::sync::once_lock::OnceLock<T>::get_or_init"), "std::sync::OnceLock");
    }

    #[test]
    fn arc_may_be_of_std() {
        assert_eq!(escapes("<alloc::sync::Arc<T> as core::clone::Clone>::clone"), None);
        assert_eq!(escapes("core::ptr::drop_in_place<alloc::sync::Arc<u8>>"), None);
        assert_eq!(escapes("std::thread::panicking"), None);
    }

    #[test]
    fn count_of_an_arc_is_told_by_some_of_its_functions() {
        const FILE: &str = "/rustc/0/library/alloc/src/sync.rs";
        let counts = |function| tells(function, FILE) == Some(Tells::Count);
        assert!(counts("<alloc::sync::Arc<u8>>::strong_count"));
        assert!(counts("upgrade<u8>"));
        assert!(!counts("<alloc::sync::Arc<T> as core::clone::Clone>::clone"));
        let drop = "core::ptr::drop_in_place<alloc::sync::Arc<u8>>";
        assert!(tells(drop, "/rustc/0/library/core/src/ptr/mod.rs") == Some(Tells::Last));
        assert!(tells("store", "/rustc/0/library/core/src/sync/atomic.rs").is_none());
    }
}
