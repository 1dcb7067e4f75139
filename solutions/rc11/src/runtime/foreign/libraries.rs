//! Libraries that are loaded while the program runs: the debug information of those is not known to who looks at the program's own.

use crate::core::timeline::Place;
use crate::runtime::alloc;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Says which places in the source an address of a library is: file, line and column of a call, and then of those that it was inlined
/// into.
pub type Symbols = Box<dyn Fn(usize) -> Vec<(String, u32, u32)> + Send>;

/// Says what the program calls the memory at an address.
pub type Names = Box<dyn Fn(usize) -> Option<String> + Send>;

static NAMES: Mutex<Vec<Names>> = Mutex::new(Vec::new());

/// Some memory has names. It stays where it is.
pub fn add_names(names: Names) {
    NAMES.lock().unwrap_or_else(PoisonError::into_inner).push(names);
}

/// What the program calls the memory at an address.
pub fn name_of(address: usize) -> Option<String> {
    // What is read meanwhile is not the program's.
    alloc::outside(|| {
        let all = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().find_map(|names| names(address))
    })
}

static LIBRARIES: Mutex<Vec<(Range<usize>, Symbols)>> = Mutex::new(Vec::new());

/// The code of a library is in `range`. It stays there.
pub fn add(range: Range<usize>, symbols: Symbols) {
    LIBRARIES.lock().unwrap_or_else(PoisonError::into_inner).push((range, symbols));
}

/// Is there code of a library at this address?
pub fn is_code(address: usize) -> bool {
    let libraries = LIBRARIES.lock().unwrap_or_else(PoisonError::into_inner);
    libraries.iter().any(|(range, _)| range.contains(&address))
}

/// The places of a call in a library, by the address that it returns to. Empty if it is in none, or nothing is known of it.
pub fn places(address: usize) -> Vec<Place> {
    let libraries = LIBRARIES.lock().unwrap_or_else(PoisonError::into_inner);
    let library = libraries.iter().find(|(range, _)| range.contains(&address));
    let places = library.map_or_else(Vec::new, |(_, symbols)| symbols(address - 1));
    let leaked = |(file, line, column): (String, u32, u32)| Place::new(file.leak(), line, column);
    places.into_iter().map(leaked).collect()
}
