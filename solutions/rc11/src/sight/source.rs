//! Places in the source, from debug information.

use super::paths::Paths;
use std::collections::HashMap;
use std::fmt;
use std::panic::Location;
use std::sync::{Mutex, PoisonError};

/// A place in the source.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    file: &'static str,
    line: u32,
    column: u32,
}

impl Place {
    /// Where it is not known.
    const NOWHERE: Self = Self { file: "?", line: 0, column: 0 };

    /// The file, as the compiler calls it, or with its whole path.
    pub fn file(&self) -> &'static str {
        self.file
    }

    /// The line, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The column, from 1; 0 if that is not known.
    pub fn column(&self) -> u32 {
        self.column
    }

    /// Is this a place in std, or in the checker?
    fn is_library(&self) -> bool {
        /// This file's path without what all files of this crate have in common.
        const THIS: &str = "sight/source.rs";
        let checker = file!().strip_suffix(THIS).unwrap_or("rc11/src/");
        let is_in = |folder: &str| self.file.replace('\\', "/").contains(folder);
        ["/library/core/", "/library/alloc/", "/library/std/", "/rustc/"].into_iter().any(is_in)
            || is_in(&checker.replace('\\', "/"))
    }
}

impl From<&'static Location<'static>> for Place {
    fn from(at: &'static Location<'static>) -> Self {
        Self { file: at.file(), line: at.line(), column: at.column() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Where in the program a place of `paths` is: the innermost line that is neither std's nor the checker's.
pub fn find(paths: &Paths, place: u32) -> Place {
    // What is allocated here is not the program's.
    crate::alloc::outside(|| {
        let mut first = None;
        for call in paths.calls(place) {
            for place in call.operation().map_or_else(|| resolve(call.address()), |at| vec![at.into()]) {
                if !place.is_library() {
                    return place;
                }
                first = first.or(Some(place));
            }
        }
        first.unwrap_or(Place::NOWHERE)
    })
}

/// The places of an address that a call returns to: several, if functions were inlined, the innermost first.
fn resolve(address: usize) -> Vec<Place> {
    /// What has been looked up. It is little, and asked for again and again while a shorter failure is looked for.
    static KNOWN: Mutex<Option<HashMap<usize, Vec<Place>>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(places) = known.get(&address) {
        return places.clone();
    }
    let mut places = Vec::new();
    // The call itself, which is before what it returns to.
    backtrace::resolve(std::ptr::without_provenance_mut(address.wrapping_sub(1)), |symbol| {
        if let (Some(file), Some(line)) = (symbol.filename(), symbol.lineno()) {
            let file = file.to_string_lossy().into_owned().leak();
            places.push(Place { file, line, column: symbol.colno().unwrap_or(0) });
        }
    });
    known.insert(address, places.clone());
    places
}
