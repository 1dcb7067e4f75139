//! What `ch02_atomics/lazy_init` must do.

use super::subject::LazyBox;
use super::sync::{
    self,
    atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    cell::Probe,
    thread,
    track::Tracked,
};
use grader::{Check, Shared, impls};
use std::cell::Cell;
use std::sync::MutexGuard;

#[path = "clients/lazy_init.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("box_is_sync_exactly_where_the_value_is_send_and_sync", sync_where_both),
    Check::fact("box_is_send_exactly_where_the_value_is", send_where_send),
    Check::model("value_is_made_once_and_stays", made_once),
    Check::counted("box_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("value_is_dropped_once_and_with_the_box", dropped_with_the_box),
    Check::model("value_whose_making_panicked_is_made_by_the_next_call", panics),
    Check::counted("value_that_is_there_is_only_looked_at", only_looked_at),
    Check::model("all_threads_get_the_same_value", same_value),
    Check::model("loser_drops_its_value_once", losers),
    Check::model("what_made_the_value_happens_before_its_use", published),
    Check::model("get_gives_nothing_or_a_finished_value", get_beside_init),
    Check::model("nobody_waits_for_a_thread_that_makes_a_value", nobody_waits),
    Check::model("two_boxes_know_nothing_of_each_other", two_boxes),
    Check::counted("every_small_program_does_what_a_box_does", clients::check::<small::Boxes>),
];

fn sync_where_both() {
    assert!(
        impls!(LazyBox<u8>: Sync),
        "a box of a `u8` is not `Sync`: no two threads could use it"
    );
    assert!(
        !impls!(LazyBox<Cell<u8>>: Sync),
        "a box of a `Cell<u8>`, which is not `Sync`, is `Sync`: `get` gives a `&Cell<u8>` to two threads at once"
    );
    assert!(
        !impls!(LazyBox<MutexGuard<'static, u8>>: Sync),
        "a box of a `MutexGuard`, which is `Sync` but not `Send`, is `Sync`. One thread makes the value, and another may be the \
         one that drops it: the value is moved"
    );
}

fn send_where_send() {
    assert!(
        impls!(LazyBox<Cell<u8>>: Send),
        "a box of a `Cell<u8>`, which is `Send`, is not `Send`"
    );
    assert!(
        !impls!(LazyBox<MutexGuard<'static, u8>>: Send),
        "a box of a `MutexGuard`, which is not `Send`, is `Send`: the value goes along with it"
    );
    assert!(
        !impls!(LazyBox<*const u8>: Send),
        "a box of a `*const u8`, which is not `Send`, is `Send`: the value goes along with it"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        LazyBox::new().get_or_init(|| 1);
    });
}

fn made_once() {
    sync::model(|| {
        let lazy = LazyBox::default();
        assert!(lazy.get().is_none(), "there is a value, but nobody has made one");
        let first: *const Tracked<u32> = lazy.get_or_init(|| Tracked::new(7));
        let second =
            lazy.get_or_init(|| panic!("there is a value, but `get_or_init` makes another one"));
        assert_eq!(**second, 7, "`get_or_init` does not give the value that was made");
        assert!(std::ptr::eq(first, second), "the value has moved: references to it would dangle");
        assert_eq!(
            lazy.get().map(|value| **value),
            Some(7),
            "`get` does not give the value that was made"
        );
    });
}

/// Counts how often it is dropped.
struct Counted<'a>(&'a Cell<u32>);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

thread_local! {
    /// How many [`OfNoSize`] have been dropped.
    static DROPS: Cell<u32> = const { Cell::new(0) };
}

/// Counts its drops.
struct OfNoSize;

impl Drop for OfNoSize {
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
    }
}

fn dropped_with_the_box() {
    sync::model(|| {
        let drops = Cell::new(0);
        drop(LazyBox::<Counted<'_>>::new());
        assert_eq!(drops.get(), 0, "drops of a value that was never made");
        let lazy = LazyBox::new();
        lazy.get_or_init(|| Counted(&drops));
        lazy.get_or_init(|| Counted(&drops));
        assert_eq!(drops.get(), 0, "drops of the value while it is in the box");
        drop(lazy);
        assert_eq!(drops.get(), 1, "drops of the value, after the box was dropped");
    });
    // What has no size is a value like any other.
    sync::model(|| {
        DROPS.set(0);
        let made = Cell::new(0);
        let lazy = LazyBox::new();
        for _ in 0..2 {
            lazy.get_or_init(|| {
                made.set(made.get() + 1);
                OfNoSize
            });
        }
        assert_eq!(made.get(), 1, "how often two calls have made a value of no size");
        assert!(lazy.get().is_some(), "a value of no size was made, and is not there");
        assert_eq!(DROPS.get(), 0, "drops of a value of no size while it is in the box");
        drop(lazy);
        assert_eq!(DROPS.get(), 1, "drops of a value of no size, after the box was dropped");
    });
}

fn panics() {
    sync::model(|| {
        let lazy = LazyBox::new();
        sync::expect_panic(|| {
            lazy.get_or_init(|| panic!("on purpose, while the value is made"));
        });
        for _ in 0..5 {
            sync::expect_panic(|| {
                lazy.get_or_init(|| panic!("on purpose, while the value is made once more"));
            });
        }
        assert!(lazy.get().is_none(), "there is a value, although making it panicked");
        assert_eq!(*lazy.get_or_init(|| 7), 7, "the value that the next call made");
    });
}

fn two_boxes() {
    sync::model(|| {
        let (left, right) = (LazyBox::new(), LazyBox::new());
        left.get_or_init(|| 1);
        assert!(right.get().is_none(), "a value was made in one box, but is in another");
        assert_eq!(
            (left.get_or_init(|| 3), right.get_or_init(|| 2)),
            (&1, &2),
            "the values of two boxes"
        );
    });
}

fn only_looked_at() {
    sync::model(|| {
        let lazy = LazyBox::new();
        lazy.get_or_init(|| 1);
        let before = sync::counters();
        lazy.get();
        lazy.get_or_init(|| 2);
        let after = sync::counters();
        assert_eq!(
            after.rmws + after.stores,
            before.rmws + before.stores,
            "writes, before and after two calls that found the value there: on the path that every call takes, a load must be enough"
        );
    });
}

/// A value whose every use is watched, and that must be dropped exactly once.
type Value = Tracked<Probe>;

/// A value that took two steps to make.
fn make(number: u32) -> Value {
    let mut value = Tracked::new(Probe::new(0));
    value.set(number);
    value
}

fn same_value() {
    sync::model(|| {
        // No value is watched here: only who gets what is looked at.
        let lazy = Shared::new(LazyBox::new());
        let theirs = lazy.clone();
        let other = thread::spawn(move || *theirs.get_or_init(|| 1));
        let mine = *lazy.get_or_init(|| 2);
        let theirs = other.join().unwrap();
        assert_eq!(
            mine, theirs,
            "two threads called `get_or_init` at once and got different values"
        );
        assert_eq!(
            lazy.get(),
            Some(&mine),
            "the value in the box is not the one that both threads got"
        );
    });
}

fn losers() {
    sync::model(|| {
        let lazy = Shared::new(LazyBox::new());
        let theirs = lazy.clone();
        let other = thread::spawn(move || {
            theirs.get_or_init(|| Tracked::new(1));
        });
        lazy.get_or_init(|| Tracked::new(2));
        other.join().unwrap();
        // The loser's is dropped by now, the winner's with the box.
    });
    losers_of_no_size();
}

/// How many [`Living`] there are.
static LIVING: AtomicU32 = AtomicU32::new(0);

/// A value of no size that is counted.
struct Living;

impl Living {
    fn new() -> Self {
        // Relaxed, here and below: whoever wants to know has waited for all that count.
        LIVING.fetch_add(1, Relaxed);
        Self
    }
}

impl Drop for Living {
    fn drop(&mut self) {
        LIVING.fetch_sub(1, Relaxed);
    }
}

/// Both may have the same address.
fn losers_of_no_size() {
    sync::model(|| {
        LIVING.store(0, Relaxed);
        let lazy = Shared::new(LazyBox::new());
        let theirs = lazy.clone();
        let other = thread::spawn(move || {
            theirs.get_or_init(Living::new);
        });
        lazy.get_or_init(Living::new);
        other.join().unwrap();
        assert!(lazy.get().is_some(), "a value of no size was made, and is not there");
        assert_eq!(
            LIVING.load(Relaxed),
            1,
            "values of no size that are left after two threads have called `get_or_init` at once"
        );
        drop(lazy);
        assert_eq!(LIVING.load(Relaxed), 0, "values of no size that are left when the box is gone");
    });
}

/// Uses the value: where it is, and what it is.
fn init(lazy: &LazyBox<Value>, number: u32) -> (usize, u32) {
    let value = lazy.get_or_init(|| make(number));
    (std::ptr::from_ref(&**value).addr(), value.get())
}

fn published() {
    sync::model(|| {
        let lazy = Shared::new(LazyBox::new());
        let theirs = lazy.clone();
        let other = thread::spawn(move || init(&theirs, 1));
        let mine = init(&lazy, 2);
        assert_eq!(
            mine,
            other.join().unwrap(),
            "what two threads that called `get_or_init` at once got: place and value"
        );
    });
}

fn get_beside_init() {
    sync::model(|| {
        let lazy = Shared::new(LazyBox::new());
        let theirs = lazy.clone();
        let other = thread::spawn(move || {
            theirs.get_or_init(|| make(7));
        });
        if let Some(value) = lazy.get() {
            assert_eq!(value.get(), 7, "`get` gives a value that is not finished");
        }
        other.join().unwrap();
    });
}

fn nobody_waits() {
    sync::model(|| {
        let shared = Shared::new((LazyBox::new(), AtomicBool::new(false)));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            let (lazy, there) = &*theirs;
            *lazy.get_or_init(|| {
                // Relaxed: it only says that the other call has returned.
                while !there.load(Relaxed) {
                    thread::yield_now();
                }
                1
            })
        });
        let (lazy, there) = &*shared;
        // This thread makes one itself, or finds one; it never waits for the other, which waits for it.
        lazy.get_or_init(|| 2);
        there.store(true, Relaxed);
        assert_eq!(other.join().unwrap(), 2, "the value that the slower thread got");
    });
}
