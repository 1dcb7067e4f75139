//! Places of code that is not Rust, under the names by which the engine knows places.
//!
//! The engine tells one operation of a program from another by its `Location`, which only the compiler can make. Code in another
//! language has the address that its call returns to, and the debug information says which place in the source that is. So each such
//! place is lent a location of the [`POOL`] below, and wherever that would be shown, [`resolve`] puts the place.
//!
//! It is the place that counts, not the address: a compiler that unrolls a loop makes several calls of one operation.

use crate::core::timeline::Place;
use crate::runtime::alloc;
use crate::runtime::sight;
use hashbrown::HashMap;
use std::panic::Location;
use std::sync::{Mutex, PoisonError};

/// What is lent. Indices are those of the pool.
#[derive(Default)]
struct Lent {
    by_address: HashMap<usize, usize>,
    /// A place is that of the call and of those that it was inlined into. Where the line of an address is not known, it is its own place.
    by_place: HashMap<(Vec<Place>, usize), usize>,
    /// An address for each index.
    addresses: Vec<usize>,
}

impl Lent {
    fn index(&mut self, address: usize) -> usize {
        if let Some(index) = self.by_address.get(&address) {
            return *index;
        }
        let places = sight::places_of(address);
        let is_known = places.first().is_some_and(|place| place.line() > 0);
        let otherwise = if is_known { 0 } else { address };
        let index = *self.by_place.entry((places, otherwise)).or_insert_with(|| {
            self.addresses.push(address);
            self.addresses.len() - 1
        });
        self.by_address.insert(address, index);
        index
    }
}

static LENT: Mutex<Option<Lent>> = Mutex::new(None);

fn with_lent<R>(f: impl FnOnce(&mut Lent) -> R) -> R {
    // What is kept outlives an execution, and is not the program's.
    alloc::outside(|| {
        f(LENT.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
    })
}

/// The location that stands for what returns to `address`. `None` if all are lent.
pub fn at(address: usize) -> Option<&'static Location<'static>> {
    let index = with_lent(|lent| lent.index(address));
    POOL.get(index).copied()
}

/// The place in the program that is meant by a location that is lent.
pub fn resolve(at: &Location<'_>, libraries: &[&str]) -> Option<Place> {
    if at.file() != file!() {
        return None;
    }
    let index = POOL.iter().position(|lent| **lent == *at)?;
    let address = with_lent(|lent| lent.addresses.get(index).copied())?;
    Some(sight::place_of(address, libraries))
}

/// As [`resolve`], in a report that is nearly done.
pub fn resolve_place(place: &mut Place, libraries: &[&str]) {
    if place.file() == file!() {
        let is_it =
            |at: &&&Location<'_>| (at.line(), at.column()) == (place.line(), place.column());
        let lent = POOL.iter().find(is_it);
        *place = lent.and_then(|at| resolve(at, libraries)).unwrap_or(*place);
    }
}

/// Where it is called.
#[track_caller]
const fn h() -> &'static Location<'static> {
    Location::caller()
}

/// Each call below is a place of its own, since it stands in a place of its own.
#[rustfmt::skip]
static POOL: [&Location<'static>; 1024] = [
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
    h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(), h(),
];
