//! Chapter 10: readers that do not wait.

use crate::{failure, outcomes};
use rc11::atomic::Ordering::{self, Acquire, Relaxed, Release, SeqCst};
use rc11::atomic::{AtomicU32, fence};
use rc11::cell::Watch;
use rc11::{FailureKind, hint, thread};

/// A reader counts itself in, and reads the copy that `side` names. A writer sends readers to the other one, before or after it has
/// looked whether somebody is there, and changes the copy if it has seen nobody.
fn side(sends_them_first: bool) {
    let (side, readers) = (AtomicU32::new(0), AtomicU32::new(0));
    let copies = [Watch::new(), Watch::new()];
    thread::scope(|scope| {
        scope.spawn(|| {
            readers.fetch_add(1, SeqCst);
            copies[side.load(SeqCst) as usize].read();
            readers.fetch_sub(1, Release);
        });
        let send = || side.store(1, SeqCst);
        if sends_them_first {
            send();
        }
        let is_free = readers.load(SeqCst) == 0;
        if !sends_them_first {
            send();
        }
        if is_free {
            copies[0].write();
        }
    });
}

#[test]
fn a_writer_that_looks_for_readers_before_it_sends_them_away_misses_one() {
    assert_eq!(failure(|| side(false)), Some(FailureKind::Race));
    assert_eq!(failure(|| side(true)), None);
}

#[test]
fn a_reader_that_counts_itself_in_late_finds_the_new_side() {
    let program = || {
        let (side, door) = (AtomicU32::new(0), AtomicU32::new(0));
        let readers = [AtomicU32::new(0), AtomicU32::new(0)];
        let copies = [Watch::new(), Watch::new()];
        thread::scope(|scope| {
            scope.spawn(|| {
                let readers = &readers[door.load(Relaxed) as usize];
                readers.fetch_add(1, SeqCst);
                copies[side.load(SeqCst) as usize].read();
                readers.fetch_sub(1, Release);
            });
            copies[1].write();
            side.store(1, SeqCst);
            let wait_for = |door: u32| {
                while readers[door as usize].load(SeqCst) != 0 {
                    hint::spin_loop();
                }
            };
            wait_for(1);
            door.store(1, Relaxed);
            wait_for(0);
            copies[0].write();
        });
    };
    assert_eq!(failure(program), None);
}

#[test]
fn a_reader_that_comes_back_has_to_publish_its_last_visit() {
    fn visits(comes_back: Ordering) {
        let (visits, old) = (AtomicU32::new(3), Watch::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                old.read();
                visits.store(4, Release);
                visits.store(5, comes_back);
            });
            if visits.load(Acquire) != 3 {
                old.write();
            }
        });
    }
    assert_eq!(failure(|| visits(Relaxed)), Some(FailureKind::Race));
    assert_eq!(failure(|| visits(Release)), None);
}

#[test]
fn to_throw_a_copy_away_does_not_undo_a_data_race() {
    let plain = || {
        let (number, word) = (AtomicU32::new(0), Watch::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                number.store(1, Relaxed);
                fence(Release);
                word.write();
                number.store(2, Release);
            });
            let before = number.load(Acquire);
            if before % 2 == 0 {
                word.read();
                fence(Acquire);
                let _is_good = number.load(Relaxed) == before;
            }
        });
    };
    assert_eq!(failure(plain), Some(FailureKind::Race));
}

#[test]
fn a_releasing_store_of_the_odd_number_lets_the_words_pass() {
    // What a reader finds that has seen the same even number twice: 0 is before the write, and 1 after it.
    let reads = |begin: fn(&AtomicU32)| {
        outcomes(move || {
            let (number, word) = (AtomicU32::new(0), AtomicU32::new(0));
            thread::scope(|scope| {
                scope.spawn(|| {
                    begin(&number);
                    word.store(1, Relaxed);
                    number.store(2, Release);
                });
                let before = number.load(Acquire);
                let found = word.load(Relaxed);
                fence(Acquire);
                (before % 2 == 0 && number.load(Relaxed) == before).then_some((before, found))
            })
        })
    };
    let new_word_with_the_old_number = Some((0, 1));
    let releases = reads(|number| number.store(1, Release));
    assert!(releases.contains(&new_word_with_the_old_number), "{releases:?}");
    let has_a_fence = reads(|number| {
        number.store(1, Relaxed);
        fence(Release);
    });
    assert!(!has_a_fence.contains(&new_word_with_the_old_number), "{has_a_fence:?}");
}

/// A user announces the epoch that it has read, and reads what `pointer` leads to. A writer replaces 0 by 1 and begins epoch 2, in this order
/// or in the other one, and frees 0 if it sees no announcement of epoch 1.
fn epochs(swaps_first: bool) {
    let (pointer, epoch, announced) = (AtomicU32::new(0), AtomicU32::new(1), AtomicU32::new(0));
    let old = Watch::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            announced.store(epoch.load(Relaxed), Release);
            fence(SeqCst);
            if pointer.load(Acquire) == 0 {
                old.read();
            }
        });
        if swaps_first {
            pointer.swap(1, Release);
            epoch.fetch_add(1, Release);
        } else {
            epoch.fetch_add(1, Release);
            pointer.swap(1, Release);
        }
        fence(SeqCst);
        if announced.load(Acquire) != 1 {
            old.write();
        }
    });
}

#[test]
fn an_epoch_that_begins_before_the_swap_does_not_say_what_was_read() {
    assert_eq!(failure(|| epochs(false)), Some(FailureKind::Race));
    assert_eq!(failure(|| epochs(true)), None);
}
