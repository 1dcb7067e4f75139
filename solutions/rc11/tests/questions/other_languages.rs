//! The other languages.

use crate::outcomes;
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::Relaxed;
use rc11::thread;
use std::collections::BTreeSet;

#[test]
fn relaxed_additions_count_right() {
    let all = outcomes(|| {
        let count = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    count.fetch_add(1, Relaxed);
                    count.fetch_add(1, Relaxed);
                });
            }
        });
        count.load(Relaxed)
    });
    assert_eq!(all, BTreeSet::from([4]));
}
