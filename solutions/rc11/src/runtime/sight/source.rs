//! Places in the source, from debug information.

use super::paths::Paths;
use crate::core::timeline::Place;
use crate::runtime::foreign;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A place that is not known.
const NOWHERE: Place = Place::new("?", 0, 0);

/// Is this a place in std, or in the checker?
fn is_library(place: &Place, libraries: &[&str]) -> bool {
    /// This file's path without what all files of this crate have in common.
    const THIS: &str = "runtime/sight/source.rs";
    let here = file!().replace('\\', "/");
    let checker = here.strip_suffix(THIS).unwrap_or("rc11/src/");
    let file = place.file().replace('\\', "/");
    let is_in = |folder: &str| file.contains(folder);
    let std = ["/library/core/", "/library/alloc/", "/library/std/", "/rustc/"];
    std.iter().chain([&checker]).chain(libraries).any(|folder| is_in(folder))
}

/// Where in the program a place of `paths` is: the innermost line that is neither std's nor the checker's.
pub fn find(paths: &Paths, place: u32, libraries: &[&str]) -> Place {
    // What is allocated here is not the program's.
    crate::runtime::alloc::outside(|| {
        let mut first = None;
        for call in paths.calls(place) {
            for place in call.operation().map_or_else(
                || resolve(call.address()),
                |at| vec![foreign::resolve(at, libraries).unwrap_or_else(|| at.into())],
            ) {
                if !is_library(&place, libraries) {
                    return place;
                }
                first = first.or(Some(place));
            }
        }
        first.unwrap_or(NOWHERE)
    })
}

/// Where in the program the call is that returns to `address`.
pub fn of_address(address: usize, libraries: &[&str]) -> Place {
    crate::runtime::alloc::outside(|| {
        let places = resolve(address);
        let of_program = places.iter().find(|place| !is_library(place, libraries));
        of_program.or(places.first()).copied().unwrap_or(NOWHERE)
    })
}

/// The places of an address that a call returns to: several, if functions were inlined, the innermost first.
pub fn resolve(address: usize) -> Vec<Place> {
    /// What has been looked up. It is little, and asked for again and again while a shorter failure is looked for.
    static KNOWN: Mutex<Option<HashMap<usize, Vec<Place>>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(places) = known.get(&address) {
        return places.clone();
    }
    let mut places = foreign::places_in_library(address);
    if !places.is_empty() {
        known.insert(address, places.clone());
        return places;
    }
    // `resolve` takes what a call returns to, and looks for the call.
    backtrace::resolve(std::ptr::without_provenance_mut(address), |symbol| {
        if let (Some(file), Some(line)) = (symbol.filename(), symbol.lineno()) {
            let file = file.to_string_lossy().into_owned().leak();
            places.push(Place::new(file, line, symbol.colno().unwrap_or(0)));
        }
    });
    known.insert(address, places.clone());
    places
}
