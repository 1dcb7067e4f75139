//! What `ch10_ideas/seqlock` must do.

use super::subject::SeqLock;
use super::sync::{
    self,
    cell::{Probe, UnsafeCell},
    counters, thread,
};
use grader::{Check, Shared};

#[path = "clients/seqlock.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::model("read_gives_what_was_written_last", reads_the_last),
    Check::counted("lock_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("update_that_panics_changes_nothing", panics),
    Check::model("readers_go_on_while_a_change_is_computed", reads_during_change),
    Check::counted("readers_write_nothing", writes_nothing),
    Check::model("read_beside_a_write_is_whole", read_beside_write),
    Check::model("read_beside_two_writes_is_whole", read_beside_two_writes),
    Check::model("read_of_five_words_beside_a_write_is_whole", read_of_five),
    Check::model("reader_that_failed_often_waits_for_no_writer", reads_after_failures),
    Check::model("update_that_panics_shows_readers_nothing", panics_beside_a_read),
    Check::counted("debug_never_waits", clients::check::<small::Shown>),
    Check::model("two_updates_at_once_both_count", two_updates),
    Check::model("what_came_before_a_write_happens_before_what_follows_a_read_of_it", hand_over),
    Check::model("numbers_begin_anew_after_the_last", numbers_wrap),
    Check::counted(
        "every_small_program_does_what_a_sequence_lock_does",
        clients::check::<small::Locks>,
    ),
    Check::counted("reader_that_stops_keeps_nobody_waiting", clients::progress::<small::Locks>),
];

fn uses_sync() {
    clients::sees_atomics(|| {
        SeqLock::new([0]).read();
    });
}

fn reads_the_last() {
    sync::model(|| {
        let lock = SeqLock::new([]);
        lock.write([]);
        assert_eq!((lock.read(), lock.try_read()), ([], Some([])), "what was read of no words");
        let lock = SeqLock::new([1, 2, 3]);
        assert_eq!(format!("{lock:?}"), "SeqLock([1, 2, 3])", "what `{{:?}}` shows");
        assert_eq!(lock.try_read(), Some([1, 2, 3]), "what `try_read` said of a new lock");
        lock.write([4, 5, 6]);
        assert_eq!(lock.read(), [4, 5, 6], "what `read` said after a write");
        assert_eq!(lock.try_read(), Some([4, 5, 6]), "what `try_read` said when nobody writes");
        lock.update(|words| words.map(|word| 10 * word));
        assert_eq!(lock.read(), [40, 50, 60], "what `read` said after each word was made tenfold");
    });
}

fn read_of_five() {
    // A write that changes all words, and one that leaves the first and the last as they are.
    for new in [[2; 5], [1, 2, 2, 2, 1]] {
        sync::model(move || {
            let lock = Shared::new(SeqLock::new([1; 5]));
            let theirs = lock.clone();
            let writer = thread::spawn(move || theirs.write(new));
            if let Some(words) = lock.try_read() {
                assert!(
                    words == [1; 5] || words == new,
                    "five words of two writes: {words:?}, and {new:?} was written over {:?}",
                    [1; 5]
                );
            }
            writer.join().unwrap();
            assert_eq!(lock.read(), new, "what `read` said after that write over {:?}", [1; 5]);
        });
    }
    // Each word counts, whatever the others are.
    sync::model(|| {
        let lock = SeqLock::new([1; 5]);
        let mut words = [1; 5];
        for place in 0..5 {
            words[place] = 2;
            lock.write(words);
            assert_eq!(
                lock.read(),
                words,
                "what `read` said after a write that changed one word of five"
            );
        }
    });
}

fn numbers_wrap() {
    sync::model(|| {
        // Half of the last number is the write after which it begins anew.
        for before in [usize::MAX, usize::MAX / 2, usize::MAX / 2 - 1] {
            let lock = SeqLock::after_writes([0], before);
            for number in 1..4 {
                lock.write([number]);
                assert_eq!(
                    lock.try_read(),
                    Some([number]),
                    "what `try_read` said after {before} writes and {number} more"
                );
            }
        }
    });
}

fn panics() {
    sync::model(|| {
        let lock = SeqLock::new([1, 2]);
        sync::expect_panic(|| lock.update(|_| panic!("on purpose")));
        assert_eq!(
            lock.try_read(),
            Some([1, 2]),
            "what `try_read` said after an update that panicked"
        );
        lock.write([3, 4]);
        assert_eq!(lock.try_read(), Some([3, 4]), "what `try_read` said after one more write");
    });
}

fn reads_during_change() {
    sync::model(|| {
        let lock = Shared::new(SeqLock::new([1, 2]));
        let theirs = lock.clone();
        lock.update(|words| {
            // Whoever waits for the writer here waits for ever.
            let reader = thread::spawn(move || theirs.read());
            assert_eq!(
                reader.join().unwrap(),
                [1, 2],
                "what `read` said while the new words were computed"
            );
            assert_eq!(
                lock.try_read(),
                Some([1, 2]),
                "what `try_read` said while the new words were computed"
            );
            words.map(|word| word + 1)
        });
        assert_eq!(lock.read(), [2, 3], "what `read` said after the update");
    });
}

fn reads_after_failures() {
    sync::model(|| {
        let lock = Shared::new(SeqLock::new([0]));
        let theirs = lock.clone();
        let reader = thread::spawn(move || theirs.read());
        // Each write may be in the reader's way. Whoever then waits for the writer waits for ever.
        for number in 1..4 {
            lock.write([number]);
        }
        lock.update(|words| {
            let seen = reader.join().unwrap()[0];
            assert!(seen < 4, "what `read` said, and nobody wrote that: {seen}");
            words
        });
    });
}

fn panics_beside_a_read() {
    sync::model(|| {
        let lock = Shared::new(SeqLock::new([1, 2]));
        let theirs = lock.clone();
        let writer =
            thread::spawn(move || sync::expect_panic(|| theirs.update(|_| panic!("on purpose"))));
        if let Some(words) = lock.try_read() {
            assert_eq!(words, [1, 2], "what `try_read` said beside an update that panicked");
        }
        writer.join().unwrap();
    });
}

fn writes_nothing() {
    sync::model(|| {
        let lock = SeqLock::new([1, 2]);
        lock.write([3, 4]);
        let before = counters();
        lock.read();
        lock.try_read();
        let after = counters();
        assert_eq!(
            (after.stores - before.stores, after.rmws - before.rmws),
            (0, 0),
            "(stores, read-modify-writes) of two reads"
        );
    });
}

#[track_caller]
fn is_whole([first, second]: [u64; 2]) -> u64 {
    assert_eq!(
        first, second,
        "the second word, of two that are always written together; the first is the other"
    );
    first
}

fn read_beside_write() {
    sync::model(|| {
        let lock = Shared::new(SeqLock::new([1, 1]));
        let theirs = lock.clone();
        let writer = thread::spawn(move || theirs.write([2, 2]));
        is_whole(lock.read());
        writer.join().unwrap();
        assert_eq!(is_whole(lock.read()), 2, "what `read` said after the write");
    });
}

fn read_beside_two_writes() {
    sync::model(|| {
        let lock = Shared::new(SeqLock::new([1, 1]));
        let theirs = lock.clone();
        let writer = thread::spawn(move || {
            theirs.write([2, 2]);
            theirs.write([3, 3]);
        });
        if let Some(words) = lock.try_read() {
            is_whole(words);
        }
        writer.join().unwrap();
    });
}

fn two_updates() {
    sync::model(|| {
        let lock = Shared::new(SeqLock::new([0, 0]));
        let theirs = lock.clone();
        let other = thread::spawn(move || theirs.update(|words| words.map(|word| word + 1)));
        lock.update(|words| words.map(|word| word + 1));
        other.join().unwrap();
        assert_eq!(lock.read(), [2, 2], "what `read` said after two updates, each of which adds 1");
    });
}

/// Data that the checker watches.
struct Handed(UnsafeCell<Probe>);

fn hand_over() {
    sync::model(|| {
        let shared = Shared::new((SeqLock::new([0]), Handed(UnsafeCell::new(Probe::new(0)))));
        let theirs = shared.clone();
        let writer = thread::spawn(move || {
            // SAFETY: whether this access is ordered against the other is what is checked.
            unsafe { (*theirs.1.0.get()).set(1) };
            theirs.0.write([1]);
        });
        if shared.0.try_read() == Some([1]) {
            // SAFETY: as above.
            assert_eq!(unsafe { (*shared.1.0.get()).get() }, 1, "what was written before the lock");
        }
        writer.join().unwrap();
    });
}
