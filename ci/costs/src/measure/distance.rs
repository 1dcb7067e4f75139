//! False sharing: two threads, each with a variable of its own, so many bytes apart.

use super::Measure;
use super::crowd::{BATCH, at_once};
use std::hint::black_box;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

/// The distances in bytes. 0 is the same variable.
const DISTANCES: [usize; 11] = [0, 4, 16, 32, 60, 64, 96, 128, 192, 224, 256];

/// Room for the furthest, from the beginning of a pair of lines.
#[repr(align(256))]
struct Room([AtomicU32; 128]);

/// A row for each distance.
pub fn rows() -> Vec<Measure> {
    let row = |distance: usize| -> Measure {
        (format!("{distance} bytes apart"), Box::new(move || beside(distance)))
    };
    DISTANCES.into_iter().map(row).collect()
}

/// The time of one addition while the other thread adds, `distance` bytes away.
fn beside(distance: usize) -> f64 {
    let room = Room([const { AtomicU32::new(0) }; 128]);
    at_once(2, |place| {
        let word = black_box(&room.0[place * distance / 4]);
        for _ in 0..BATCH {
            // Relaxed: the line is what costs.
            word.fetch_add(1, Relaxed);
        }
    })
}
