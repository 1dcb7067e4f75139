//! From core to core: how long until a store of one is seen by another, for each pair of processors.

use super::{Apart, Measure, each, pin};
use std::hint::spin_loop;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::thread;
use std::time::Instant;

/// How many hand-overs make one round.
const HAND_OVERS: u32 = 1_000;
/// Of a large machine so many processors, evenly chosen.
const MOST: usize = 16;

/// A row for each pair. The names are those of the processors.
pub fn rows() -> Vec<Measure> {
    let processors = pin::processors();
    let step = processors.len().div_ceil(MOST).max(1);
    let places: Vec<usize> = (0..processors.len()).step_by(step).collect();
    let mut rows: Vec<Measure> = Vec::new();
    for (index, &one) in places.iter().enumerate() {
        for &two in &places[index + 1..] {
            let name = format!("{} to {}", processors[one], processors[two]);
            rows.push((name, Box::new(move || hand_over(one, two))));
        }
    }
    rows
}

/// Two threads that pass a number on, counting.
fn hand_over(one: usize, two: usize) -> f64 {
    let ball = Apart(AtomicU32::new(0));
    let play = |place: usize, mine: u32, first: u32, n: u32| {
        pin::to(place);
        for turn in 0..n {
            let next = first + 2 * turn + mine;
            // Acquire: pairs with the Release below, as a hand-over of data would.
            while ball.0.load(Acquire) != next {
                spin_loop();
            }
            // Release: pairs with the Acquire above.
            ball.0.store(next + 1, Release);
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| play(two, 1, 0, 2 + HAND_OVERS / 2));
        let timed = scope.spawn(|| {
            // The other thread's start is not timed: the ball goes there and back first.
            play(one, 0, 0, 2);
            let start = Instant::now();
            play(one, 0, 4, HAND_OVERS / 2);
            each(HAND_OVERS, start)
        });
        timed.join().expect("it does not panic")
    })
}
