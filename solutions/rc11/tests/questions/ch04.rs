//! Chapter 4: who gets into a spin lock, and what it then knows.

use crate::{failure, outcomes, told};
use rc11::atomic::Ordering::{self, Acquire, Relaxed, Release, SeqCst};
use rc11::atomic::{AtomicU32, fence};
use rc11::cell::Watch;
use rc11::{FailureKind, hint, sync, thread};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// What threads do with a word and with data that it is to protect. The first of them begins as the holder: the word is 1.
fn locked(threads: &'static [fn(&AtomicU32, &Watch)]) -> Option<FailureKind> {
    failure(move || {
        let (word, data) = (AtomicU32::new(1), Watch::new());
        thread::scope(|scope| {
            for thread in threads {
                scope.spawn(|| thread(&word, &data));
            }
        });
    })
}

/// The first of them: it holds the lock, and unlocks.
fn leave(word: &AtomicU32, data: &Watch) {
    data.write();
    word.store(0, Release);
}

#[test]
fn a_lock_whose_guard_is_forgotten_stays_locked() {
    fn enter(word: &AtomicU32, data: &Watch) {
        while word.swap(1, Acquire) != 0 {
            hint::spin_loop();
        }
        leave(word, data);
    }
    fn forget(_: &AtomicU32, data: &Watch) {
        data.write();
    }
    // No race: the other one waits.
    assert_eq!(locked(&[forget, enter]), Some(FailureKind::Livelock));
    assert_eq!(locked(&[leave, enter]), None);
}

#[test]
fn a_lock_of_a_load_and_a_store_lets_both_in() {
    fn enter(word: &AtomicU32, data: &Watch) {
        while word.load(SeqCst) != 0 {
            hint::spin_loop();
        }
        word.store(1, SeqCst);
        data.write();
        word.store(0, SeqCst);
    }
    assert_eq!(locked(&[leave, enter]), None);
    assert_eq!(locked(&[leave, enter, enter]), Some(FailureKind::Race));
}

#[test]
fn only_the_swap_that_gets_in_has_to_acquire() {
    fn swap(word: &AtomicU32) {
        while word.swap(1, Relaxed) != 0 {
            hint::spin_loop();
        }
    }
    fn without(word: &AtomicU32, data: &Watch) {
        swap(word);
        leave(word, data);
    }
    fn with_a_fence(word: &AtomicU32, data: &Watch) {
        swap(word);
        fence(Acquire);
        leave(word, data);
    }
    assert_eq!(locked(&[leave, without]), Some(FailureKind::Race));
    assert_eq!(locked(&[leave, with_a_fence, with_a_fence]), None);
}

#[test]
fn an_unlock_by_somebody_else_lets_a_second_holder_in() {
    fn enter(word: &AtomicU32, data: &Watch) {
        if word.swap(1, Acquire) == 0 {
            data.write();
        }
    }
    fn unlock(word: &AtomicU32, _: &Watch) {
        word.store(0, Release);
    }
    assert_eq!(locked(&[leave, enter]), None);
    assert_eq!(locked(&[leave, enter, unlock]), Some(FailureKind::Race));
}

#[test]
fn a_relaxed_flag_under_a_lock_is_never_old() {
    let all = outcomes(|| {
        let (data, poisoned) = (sync::Mutex::new(0), AtomicU32::new(0));
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut data = data.lock().unwrap();
                *data = 1;
                poisoned.store(1, Relaxed);
            });
            let data = data.lock().unwrap();
            (*data, poisoned.load(Relaxed))
        })
    });
    assert_eq!(all, BTreeSet::from([(0, 0), (1, 1)]));
}

#[test]
fn an_acquire_in_front_of_a_relaxed_swap_races() {
    fn enter(word: &AtomicU32, data: &Watch, look: Ordering, take: Ordering) {
        loop {
            while word.load(look) != 0 {
                hint::spin_loop();
            }
            if word.swap(1, take) == 0 {
                return leave(word, data);
            }
        }
    }
    fn early(word: &AtomicU32, data: &Watch) {
        enter(word, data, Acquire, Relaxed);
    }
    fn late(word: &AtomicU32, data: &Watch) {
        enter(word, data, Relaxed, Acquire);
    }
    assert_eq!(locked(&[leave, early]), None);
    assert_eq!(locked(&[leave, early, early]), Some(FailureKind::Race));
    assert_eq!(locked(&[leave, late, late]), None);
}

#[test]
fn a_weak_try_lock_may_fail_though_the_lock_is_free() {
    let found = Arc::new(Mutex::new(BTreeSet::new()));
    let sink = found.clone();
    let report = told::builder().spurious_failures(1).check(move || {
        let word = AtomicU32::new(0);
        let strong = word.compare_exchange(0, 0, Acquire, Relaxed).is_ok();
        let weak = word.compare_exchange_weak(0, 1, Acquire, Relaxed).is_ok();
        sink.lock().unwrap().insert((strong, weak));
    });
    crate::assert_complete(&report.unwrap());
    assert_eq!(*found.lock().unwrap(), BTreeSet::from([(true, false), (true, true)]));
}
