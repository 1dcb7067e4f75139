//! Several threads at once.

use super::pin;
use std::hint::spin_loop;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

/// How long all are at it in one round. The start of a thread takes much less.
const WINDOW: Duration = Duration::from_millis(1);

/// How many operations a thread does between two looks at the clock.
pub const BATCH: u32 = 500;

/// Has each thread do batches of [`BATCH`] operations, all at the same time, and says how long one operation takes a thread on the
/// average. A batch is told the place of its thread.
pub fn at_once(threads: usize, batch: impl Fn(usize) + Sync) -> f64 {
    let ready = AtomicUsize::new(0);
    let run = |place: usize| {
        pin::to(place);
        // Relaxed: it publishes nothing, and the threads begin together as nearly as can be.
        ready.fetch_add(1, Relaxed);
        // Nobody sleeps here: to be woken takes longer than the rest of the round. With too few processors somebody has to yield.
        for look in 0_u32.. {
            if ready.load(Relaxed) == threads {
                break;
            }
            if look % 1_000 == 999 { thread::yield_now() } else { spin_loop() }
        }
        let (begin, mut batches) = (Instant::now(), 0_u32);
        while begin.elapsed() < WINDOW {
            batch(place);
            batches += 1;
        }
        super::each(batches * BATCH, begin)
    };
    thread::scope(|scope| {
        let run = &run;
        let handles: Vec<_> = (0..threads).map(|place| scope.spawn(move || run(place))).collect();
        let times = handles.into_iter().map(|handle| handle.join().expect("it does not panic"));
        times.sum::<f64>() / threads as f64
    })
}

/// Numbers of threads to try: 2, 4, 8 … and all that this machine runs at once.
pub fn crowds() -> Vec<usize> {
    let most = std::thread::available_parallelism().map_or(1, usize::from);
    let mut numbers: Vec<usize> =
        std::iter::successors(Some(2), |n| Some(n * 2)).take_while(|n| *n < most).collect();
    numbers.push(most.max(2));
    numbers
}
