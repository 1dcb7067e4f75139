//! Places in the source, from debug information.

use super::calls::{self, Log, Step};
use crate::core::timeline::Place;
use crate::runtime::alloc;
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
    STD.iter().chain([&checker]).chain(libraries).any(|folder| is_in(folder))
}

/// What names of std's files contain.
const STD: [&str; 4] = ["/library/core/", "/library/alloc/", "/library/std/", "/rustc/"];

/// A line of the program, and the function that it is in; of an operation of the checker's the function is not known.
#[derive(Clone)]
struct Line {
    place: Place,
    function: &'static str,
}

/// Where in the program something is: the innermost line that is neither std's nor the checker's.
pub fn find(log: &Log, place: calls::Place, libraries: &[&str]) -> Place {
    // What is allocated here is not the program's.
    alloc::outside(|| {
        let mut lines = lines(log, place, libraries).peekable();
        let first = lines.peek().map_or(NOWHERE, |line| line.place);
        lines.find(|line| !is_library(&line.place, libraries)).map_or(first, |line| line.place)
    })
}

/// As [`find`], if there is such a line.
pub fn of_program(log: &Log, place: calls::Place, libraries: &[&str]) -> Option<Place> {
    alloc::outside(|| {
        let mut lines = lines(log, place, libraries).map(|line| line.place);
        lines.find(|place| place.line() > 0 && !is_library(place, libraries))
    })
}

/// Does the program itself allocate at this place? If not, a library that it is compiled with does, or the checker.
pub fn is_of_program(log: &Log, place: calls::Place, libraries: &[&str]) -> bool {
    // Std's own part of it, and what the compiler puts around the program's allocator.
    let is_std = |line: &Line| is_of_std(line.place.file()) || line.function.contains("__rust_");
    alloc::outside(|| {
        let first = lines(log, place, libraries).find(|line| !is_std(line));
        first.is_none_or(|line| !is_library(&line.place, libraries))
    })
}

/// Where in the program the call is that returns to `address`.
pub fn of_address(address: usize, libraries: &[&str]) -> Place {
    alloc::outside(|| {
        let places = places(address);
        let of_program = places.iter().find(|place| !is_library(place, libraries));
        of_program.or(places.first()).copied().unwrap_or(NOWHERE)
    })
}

/// Is this file one of std's?
pub fn is_of_std(file: &str) -> bool {
    let file = file.replace('\\', "/");
    STD.iter().any(|folder| file.contains(folder))
}

/// Where the program is that has called std: the innermost call on the stack that is neither std's nor the checker's, and that is
/// farther out than one of std's. (Farther in is what looks at the stack.)
pub fn caller_of_std(libraries: &[&str]) -> Option<Place> {
    alloc::outside(|| {
        let (mut in_std, mut found) = (false, None);
        backtrace::trace(|frame| {
            let places = places(frame.ip().addr());
            in_std |= places.iter().any(|place| is_of_std(place.file()));
            let mut of_program = places.into_iter().filter(|place| !is_library(place, libraries));
            found = of_program.next().filter(|_| in_std);
            found.is_none()
        });
        found
    })
}

/// The places of a call that returns to `address`, the innermost first.
pub fn places(address: usize) -> Vec<Place> {
    resolve(address).iter().map(|line| line.place).collect()
}

/// As [`find`], with the function of std or of the checker that is called there, and its file.
pub fn owner(
    log: &Log,
    place: calls::Place,
    libraries: &[&str],
) -> Option<(Place, String, &'static str)> {
    alloc::outside(|| {
        let mut called = None;
        for line in lines(log, place, libraries) {
            if !is_library(&line.place, libraries) {
                let of =
                    |(function, of): (&str, Place)| (line.place, function.to_owned(), of.file());
                return called.map(of);
            }
            called = Some((line.function, line.place));
        }
        None
    })
}

fn lines(log: &Log, place: calls::Place, libraries: &[&str]) -> impl Iterator<Item = Line> {
    log.path(place).flat_map(|step| match step {
        Step::At(at) => {
            let place = foreign::resolve(at, libraries).unwrap_or_else(|| at.into());
            vec![Line { place, function: "" }]
        }
        Step::Return(address) => resolve(address),
    })
}

/// The lines of an address that a call returns to: several, if functions were inlined, the innermost first.
fn resolve(address: usize) -> Vec<Line> {
    /// What has been looked up. It is little, and asked for again and again while a shorter failure is looked for.
    static KNOWN: Mutex<Option<HashMap<usize, Vec<Line>>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(lines) = known.get(&address) {
        return lines.clone();
    }
    let of_library = foreign::places_in_library(address).into_iter();
    let mut lines: Vec<_> = of_library.map(|place| Line { place, function: "" }).collect();
    if !lines.is_empty() {
        known.insert(address, lines.clone());
        return lines;
    }
    // `resolve` takes what a call returns to, and looks for the call.
    backtrace::resolve(std::ptr::without_provenance_mut(address), |symbol| {
        if let (Some(file), Some(line)) = (symbol.filename(), symbol.lineno()) {
            let file = file.to_string_lossy().into_owned().leak();
            let function = symbol.name().map(|name| format!("{name:#}")).unwrap_or_default();
            let place = Place::new(file, line, symbol.colno().unwrap_or(0));
            lines.push(Line { place, function: function.leak() });
        }
    });
    known.insert(address, lines.clone());
    lines
}
