//! Several things at once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// `f` of each, by up to `workers` threads; the results in the order of `all`.
pub fn in_parallel<T: Sync, R: Send>(
    workers: usize,
    all: &[T],
    f: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<R>>> = all.iter().map(|_| Mutex::new(None)).collect();
    let work = || {
        loop {
            // Relaxed: each number is taken once, whatever the order; what is done is published by the locks and the joins.
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = all.get(index) else { return };
            let result = f(one);
            *results[index].lock().expect("nobody panics with this lock") = Some(result);
        }
    };
    thread::scope(|scope| {
        for _ in 1..workers.min(all.len()) {
            scope.spawn(work);
        }
        work();
    });
    let result =
        |result: Mutex<Option<R>>| result.into_inner().expect("as above").expect("all are done");
    results.into_iter().map(result).collect()
}

#[cfg(test)]
mod tests {
    use super::in_parallel;

    #[test]
    fn results_come_in_the_order_of_what_they_are_of() {
        let all: Vec<u32> = (0..100).collect();
        assert_eq!(in_parallel(3, &all, |n| n * 2), all.iter().map(|n| n * 2).collect::<Vec<_>>());
        assert!(in_parallel(3, &[] as &[u32], |n| *n).is_empty());
    }
}
