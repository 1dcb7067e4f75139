//! What each stage of chapter 6's `Arc` must do.

use super::super::subject::{Arc, Inner};
use super::super::sync::{
    self, alloc,
    atomic::{AtomicU32, Ordering::Relaxed},
    cell::Probe,
    thread,
    track::Tracked,
};
use grader::{Unit, expect_abort, impls};
use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::MutexGuard;

/// Data that is watched: it must be dropped exactly once, and all uses must happen before.
pub struct Data {
    probe: Probe,
    life: Tracked<()>,
}

impl Data {
    #[track_caller]
    pub fn new(value: u32) -> Self {
        let mut probe = Probe::new(0);
        // An access, so that a timeline shows where the value comes from.
        probe.set(value);
        Self { probe, life: Tracked::new(()) }
    }

    #[track_caller]
    pub fn get(&self) -> u32 {
        let () = *self.life;
        self.probe.get()
    }

    #[track_caller]
    pub fn set(&mut self, value: u32) {
        let () = *self.life;
        self.probe.set(value);
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        // To drop is to write: whatever the data is, it is gone now.
        self.probe.set(0);
    }
}

/// Goes to another thread whether or not its type allows it: that is a fact checked apart, and the models must compile.
pub struct Sent<T>(T);

// SAFETY: for checks only; the model watches every access to the data.
unsafe impl<T> Send for Sent<T> {}

impl<T> Sent<T> {
    pub fn new(value: T) -> Self {
        Self(value)
    }

    pub fn take(self) -> T {
        self.0
    }
}

/// A model in which memory must not be freed before all that is done to it has happened.
pub fn model(f: impl Fn() + Send + Sync + 'static) {
    sync::Model::new().watch_frees().check(f);
}

/// Counts how often it is dropped.
pub struct Counted<'a>(pub &'a Cell<u32>);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

pub fn arc_is_send_and_sync_where_both() {
    assert!(
        impls!(Arc<u8>: Send & Sync),
        "an `Arc<u8>` is not both `Send` and `Sync`: what is it good for? A raw pointer is neither, so it takes two `unsafe impl`"
    );
    assert!(
        !impls!(Arc<Cell<u8>>: Send),
        "an `Arc<Cell<u8>>` is `Send`, and a `Cell` is not `Sync`: send a clone to another thread, and two threads write to \
         the cell at once"
    );
    assert!(
        !impls!(Arc<Cell<u8>>: Sync),
        "an `Arc<Cell<u8>>` is `Sync`, and a `Cell` is not: a thread that has a `&Arc` uses the cell through it"
    );
    assert!(
        !impls!(Arc<MutexGuard<'static, u8>>: Send),
        "an `Arc` of a `MutexGuard`, which is `Sync` but not `Send`, is `Send`: if the other thread is the last to drop its \
         handle, it drops the guard"
    );
    assert!(
        !impls!(Arc<MutexGuard<'static, u8>>: Sync),
        "an `Arc` of a `MutexGuard`, which is `Sync` but not `Send`, is `Sync`: a thread that has a `&Arc` clones it, and if \
         its clone is the last it drops the guard"
    );
    assert!(
        !impls!(Arc<*const u8>: Send) && !impls!(Arc<*const u8>: Sync),
        "an `Arc` of a `*const u8`, which is neither `Send` nor `Sync`, is `Send` or `Sync`"
    );
}

pub fn uses_sync() {
    clients::sees_atomics(|| {
        // Forgotten: what a `drop` does wrong is for another check to say.
        let arc = Arc::new(());
        std::mem::forget(arc.clone());
        std::mem::forget(arc);
    });
}

pub fn gives_the_data() {
    model(|| {
        let arc = Arc::new(Data::new(1));
        assert_eq!(arc.get(), 1, "`deref` does not give what `new` was given");
        let clone = arc.clone();
        assert_eq!(clone.get(), 1, "`deref` of a clone does not give what `new` was given");
        assert!(std::ptr::eq(&*arc, &*clone), "a clone has data of its own, but should share it");
        assert!(Arc::ptr_eq(&arc, &clone), "`ptr_eq` says that a clone points elsewhere");
        let other = Arc::new(Data::new(1));
        assert!(
            !Arc::ptr_eq(&arc, &other),
            "`ptr_eq` of two that were made by `new` says that they point to the same data. It compares pointers, not data"
        );
        drop(arc);
        assert_eq!(clone.get(), 1, "the data has changed while there is a handle");
    });
}

pub fn drops_once() {
    model(|| {
        let drops = Cell::new(0);
        let arc = Arc::new(Counted(&drops));
        let (first, second) = (arc.clone(), arc.clone());
        drop(arc);
        drop(second);
        assert_eq!(drops.get(), 0, "drops of the data while there is a handle");
        let third = first.clone();
        drop(first);
        assert_eq!(drops.get(), 0, "drops of the data while there is a handle");
        drop(third);
        assert_eq!(drops.get(), 1, "drops of the data when the last handle has been dropped");
        let dropped = Unit::dropped_by(|| drop(Arc::new(Unit).clone()));
        assert_eq!(dropped, 1, "drops of data without a size");
    });
}

/// `clone_from` takes the place of a handle: it lets go of the old data, and counts the new.
pub fn clone_from_counts() {
    model(|| {
        let (old, new) = (Cell::new(0), Cell::new(0));
        let mut first = Arc::new(Counted(&old));
        let second = Arc::new(Counted(&new));
        first.clone_from(&second);
        assert_eq!(
            old.get(),
            1,
            "drops of the old data, when `clone_from` took its only handle's place"
        );
        assert!(Arc::ptr_eq(&first, &second), "`clone_from` makes a handle of other data");
        drop(second);
        assert_eq!(
            new.get(),
            0,
            "drops of the data while there is a handle that `clone_from` has made"
        );
        drop(first);
        assert_eq!(new.get(), 1, "drops of the data when the last handle has been dropped");
    });
}

/// Drops `last`, which is the only handle of data at `place`.
pub fn frees<T: ?Sized>(place: *const T, last: impl Sized) {
    assert!(!alloc::is_freed(place), "the memory was freed while there is a handle");
    drop(last);
    assert!(
        alloc::is_freed(place),
        "the last handle has been dropped, but the memory was not freed"
    );
}

pub fn frees_the_memory() {
    model(|| {
        let arc = Arc::new(Data::new(1));
        let place = &raw const *arc;
        drop(arc.clone());
        frees(place, arc);
    });
    // Memory that is never freed is a failure, also that of data without a size, and of data that nothing must be done to.
    #[repr(align(64))]
    struct Aligned;
    model(|| drop(Arc::new(()).clone()));
    model(|| drop(Arc::new(7_u32).clone()));
    model(|| drop(Arc::new(Aligned).clone()));
}

pub fn takes_unsized_data() {
    model(|| {
        let numbers: Box<Inner<[Data]>> = Box::new(Inner::new([Data::new(1), Data::new(2)]));
        let numbers: Arc<[Data]> = Arc::from(numbers);
        let clone = numbers.clone();
        drop(numbers);
        assert_eq!((clone.len(), clone[1].get()), (2, 2), "an `Arc` of a slice gives other data");

        let drops = std::sync::Arc::new(());
        let held = drops.clone();
        let shown: Box<Inner<dyn Fn() -> usize>> =
            Box::new(Inner::new(move || std::sync::Arc::strong_count(&held)));
        let shown: Arc<dyn Fn() -> usize> = Arc::from(shown);
        assert_eq!(shown.clone()(), 2, "an `Arc` of a closure calls something else");
        drop(shown);
        assert_eq!(
            std::sync::Arc::strong_count(&drops),
            1,
            "handles of what a closure has captured, when the last `Arc` of that closure has been dropped"
        );
    });
}

/// Two threads use the data and drop their handles.
pub fn two_threads() {
    model(|| {
        let arc = Arc::new(Data::new(7));
        let theirs = Sent::new(arc.clone());
        let other = thread::spawn(move || {
            let arc = theirs.take();
            assert_eq!(arc.get(), 7, "the data has changed while there is a handle");
        });
        assert_eq!(arc.get(), 7, "the data has changed while there is a handle");
        drop(arc);
        other.join().unwrap();
    });
}

/// Three threads: the decrement in the middle must hand on what the first one published.
pub fn three_threads() {
    model(|| {
        let arc = Arc::new(Data::new(7));
        let others = [Sent::new(arc.clone()), Sent::new(arc.clone())].map(|theirs| {
            thread::spawn(move || {
                let arc = theirs.take();
                assert_eq!(arc.get(), 7, "the data has changed while there is a handle");
            })
        });
        drop(arc);
        for other in others {
            other.join().unwrap();
        }
    });
}

/// Both threads clone, and both drop what they have: an update of the count that is lost frees too early or never.
pub fn clones_in_two_threads() {
    model(|| {
        let arc = Arc::new(Data::new(7));
        let theirs = Sent::new(arc.clone());
        let other = thread::spawn(move || {
            let arc = theirs.take();
            let clone = arc.clone();
            drop(arc);
            assert_eq!(clone.get(), 7, "the data has changed while there is a handle");
        });
        let clone = arc.clone();
        drop(arc);
        assert_eq!(clone.get(), 7, "the data has changed while there is a handle");
        drop(clone);
        other.join().unwrap();
    });
}

/// Who is last drops the data before its `drop` returns. Nobody else does it later.
pub fn last_one_drops() {
    model(|| {
        // Relaxed, here and below: threads that are joined, or spawned later.
        let ended = std::sync::Arc::new(AtomicU32::new(0));
        struct Ends(std::sync::Arc<AtomicU32>);
        impl Drop for Ends {
            fn drop(&mut self) {
                self.0.fetch_add(1, Relaxed);
            }
        }
        let arc = Arc::new(Ends(ended.clone()));
        let theirs = Sent::new((arc.clone(), ended.clone()));
        drop(arc);
        let other = thread::spawn(move || {
            let (arc, ended) = theirs.take();
            assert_eq!(ended.load(Relaxed), 0, "drops of the data while there is a handle");
            drop(arc);
            assert_eq!(
                ended.load(Relaxed),
                1,
                "drops of the data when the last handle has been dropped"
            );
        });
        other.join().unwrap();
        assert_eq!(ended.load(Relaxed), 1, "drops of the data in all");
    });
}

/// So many handles that a few more are not too many.
pub const NEARLY: usize = isize::MAX as usize - 16;
/// Too many more than nearly too many.
const SOME_MORE: usize = 64;

/// Checks that `one_more`, which makes one handle more of nearly too many, soon ends the process.
///
/// A panic is as good if nothing was counted before it, as with std's `downgrade` and `upgrade`. Then, when there are fewer
/// handles again, one more is possible again. If each panic has left one more in the count, it is not.
pub fn refuses_too_many<H>(one_more: impl Fn() -> H, otherwise: &str) {
    expect_abort(
        || {
            let attempt = || catch_unwind(AssertUnwindSafe(&one_more));
            // Not dropped on the way out: a `drop` that panics there, such as a `todo!()`, would be an abort.
            let mut held = ManuallyDrop::new(Vec::new());
            let mut has_refused = false;
            for _ in 0..SOME_MORE {
                match attempt() {
                    Ok(handle) => held.push(handle),
                    Err(_) => has_refused = true,
                }
            }
            if !has_refused {
                return;
            }
            while let Some(handle) = held.pop() {
                drop(handle);
            }
            match attempt() {
                // The abort that is expected, in place of one by the code under test.
                Ok(_) => std::process::abort(),
                Err(panic) => resume_unwind(panic),
            }
        },
        otherwise,
    )
}

pub fn clone_aborts(nearly: Arc<u8>) {
    refuses_too_many(
        || nearly.clone(),
        "`clone` with more than `isize::MAX` handles must end the process, before so many are forgotten that the count comes \
         to 0 again (a panic will do only if nothing was counted)",
    );
}

/// What is said if the process ends here.
pub fn say_that_one_more_is_possible() {
    grader::note("With `isize::MAX` - 16 handles, one more must be possible.");
}

pub fn clone_does_not_abort(nearly: Arc<u8>) {
    say_that_one_more_is_possible();
    drop(nearly.clone());
    assert_eq!(*nearly.clone(), 5, "a clone of a handle with very many others gives other data");
}
