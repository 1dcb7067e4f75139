//! Places of code that is not Rust, under the names by which the engine knows places.
//!
//! The engine tells one operation of a program from another by its `Location`, which only the compiler can make. Code in another
//! language has the address that its call returns to. So each such address is lent a location of the [`POOL`] below, and wherever
//! that would be shown, [`resolve`] puts what the debug information says of the address.

use crate::core::timeline::Place;
use crate::runtime::alloc;
use crate::runtime::sight;
use hashbrown::HashMap;
use std::panic::Location;
use std::sync::{Mutex, PoisonError};

/// The addresses that have been lent a location, and the index of each.
#[derive(Default)]
struct Lent {
    index: HashMap<usize, usize>,
    addresses: Vec<usize>,
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
    with_lent(|lent| {
        let index = *lent.index.entry(address).or_insert_with(|| {
            lent.addresses.push(address);
            lent.addresses.len() - 1
        });
        POOL.get(index).copied()
    })
}

/// The place that is meant by a location: that of the code that it is lent to, or itself.
pub fn resolve(at: &Location<'_>, libraries: &[&str]) -> Option<Place> {
    if at.file() != file!() {
        return None;
    }
    let index = POOL.iter().position(|lent| **lent == *at)?;
    let address = with_lent(|lent| lent.addresses.get(index).copied())?;
    Some(sight::place_of(address, libraries))
}

/// As [`resolve`], for a place in a report that is nearly done.
pub fn resolve_place(place: &mut Place, libraries: &[&str]) {
    if place.file() == file!() {
        let lent =
            POOL.iter().find(|lent| (lent.line(), lent.column()) == (place.line(), place.column()));
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
