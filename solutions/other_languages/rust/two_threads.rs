//! What the counting programs have in common: two threads, each of which increments a counter 100,000 times.

use std::thread;

/// Prints the count: 200000, unless increments were lost.
pub fn run<Counter: Default + Sync>(
    increment: extern "C" fn(&Counter),
    count: extern "C" fn(&Counter) -> u32,
) {
    let counter = Counter::default();
    let increment_often = || (0..100_000).for_each(|_| increment(&counter));
    thread::scope(|scope| {
        scope.spawn(increment_often);
        scope.spawn(increment_often);
    });
    println!("{}", count(&counter));
}
