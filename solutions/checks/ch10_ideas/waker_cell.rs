//! What `ch10_ideas/waker_cell` must do.

use super::subject::WakerCell;
use super::sync::{
    self,
    atomic::{
        AtomicBool, AtomicU32,
        Ordering::{Acquire, Relaxed, Release},
    },
    thread::{self, Thread, ThreadId},
    track::Tracked,
};
use grader::{Check, Shared, impls};
use std::sync::Arc;
use std::task::{RawWaker, RawWakerVTable, Wake, Waker};

#[path = "clients/waker_cell.rs"]
mod small;

/// In the order in which they are run.
pub const CHECKS: &[Check] = &[
    Check::fact("cell_can_be_shared", is_sync),
    Check::model("wake_wakes_the_last_waker_once", wakes_the_last),
    Check::counted("cell_is_made_of_the_atomics_of_sync", uses_sync),
    Check::model("each_waker_is_dropped_once", drops_once),
    Check::model("task_that_registers_before_it_looks_is_never_asleep_for_ever", executor),
    Check::model("wake_beside_the_same_waker_again_is_not_lost", same_again),
    Check::model("cell_is_as_before_when_register_and_wake_have_met", as_before),
    Check::model("cell_is_free_when_a_waker_is_woken", free_when_woken),
    Check::model("cell_is_free_when_a_waker_is_dropped", free_when_dropped),
    Check::counted("no_wake_is_lost_where_the_drop_of_another_waker_panics", drop_panics),
    Check::model("who_prints_the_cell_is_not_at_the_waker", prints),
    Check::counted(
        "every_small_program_does_what_such_a_cell_does",
        clients::check::<small::Cells>,
    ),
];

fn is_sync() {
    assert!(
        impls!(WakerCell: Sync) && impls!(WakerCell: Send),
        "the cell is not `Sync` and `Send`: a task and whoever wakes it are on two threads"
    );
}

fn uses_sync() {
    clients::sees_atomics(|| {
        WakerCell::new().wake();
    });
}

/// What a waker knows. All clones of a waker share it, and each has memory of its own.
struct Task {
    life: Tracked<()>,
    shared: *const Executor,
}

/// A thread that runs one task.
struct Executor {
    thread: Thread,
    /// Has the task been woken since it was last polled?
    is_woken: AtomicBool,
    /// How often.
    count: AtomicU32,
}

static CALLS: RawWakerVTable = RawWakerVTable::new(
    |task| {
        // SAFETY: a waker lives until it is dropped or woken.
        let task = unsafe { &*task.cast::<Task>() };
        let () = *task.life;
        raw(task.shared)
    },
    |task| {
        // SAFETY: `wake` uses the waker up, and its memory comes from a box.
        unsafe { Box::from_raw(task.cast_mut().cast::<Task>()) }.wake();
    },
    // SAFETY: as for `clone`.
    |task| unsafe { &*task.cast::<Task>() }.wake(),
    // SAFETY: as for `wake`.
    |task| drop(unsafe { Box::from_raw(task.cast_mut().cast::<Task>()) }),
);

impl Task {
    fn wake(&self) {
        let () = *self.life;
        // SAFETY: the checks keep it for as long as there are wakers.
        let shared = unsafe { &*self.shared };
        // Relaxed: it counts.
        shared.count.fetch_add(1, Relaxed);
        // Release: pairs with the Acquire in `run`.
        shared.is_woken.store(true, Release);
        shared.thread.unpark();
    }
}

fn raw(shared: *const Executor) -> RawWaker {
    let task = Task { life: Tracked::new(()), shared };
    RawWaker::new(Box::into_raw(Box::new(task)).cast(), &CALLS)
}

impl Executor {
    fn new() -> Self {
        let (is_woken, count) = (AtomicBool::new(false), AtomicU32::new(0));
        Self { thread: thread::current(), is_woken, count }
    }

    fn waker(&self) -> Waker {
        // SAFETY: the functions are those of a `Task` in a box.
        unsafe { Waker::from_raw(raw(self)) }
    }

    /// Polls until the task is done, but not for ever: while somebody else is at the cell, it is woken at once. Sleeps while it
    /// is not woken.
    fn run(&self, mut poll: impl FnMut(&Waker) -> bool) {
        let waker = self.waker();
        for _ in 0..3 {
            if poll(&waker) {
                return;
            }
            // Acquire: pairs with the Release in `wake`.
            while !self.is_woken.swap(false, Acquire) {
                thread::park();
            }
        }
    }

    fn count(&self) -> u32 {
        // Relaxed: only its value matters.
        self.count.load(Relaxed)
    }
}

fn wakes_the_last() {
    wakes_the_last_of(WakerCell::new);
    wakes_the_last_of(WakerCell::default);
}

fn wakes_the_last_of(new: fn() -> WakerCell) {
    sync::model(move || {
        let (first, second) = (Executor::new(), Executor::new());
        let cell = new();
        cell.wake();
        cell.register(&first.waker());
        assert_eq!(
            first.count(),
            0,
            "wake-ups of a waker that was registered, alone, before any `wake`"
        );
        cell.register(&second.waker());
        cell.wake();
        assert_eq!(
            (first.count(), second.count()),
            (0, 1),
            "wake-ups of (a waker that was replaced, the one that replaced it)"
        );
        cell.wake();
        assert_eq!(second.count(), 1, "wake-ups of a waker after two calls of `wake`");
        cell.register(&first.waker());
        cell.wake();
        assert_eq!(first.count(), 1, "wake-ups of a waker that was registered again");
    });
}

fn drops_once() {
    // Wakers that leak, or are dropped twice, are seen by the checker.
    sync::model(|| {
        let task = Executor::new();
        let cell = WakerCell::new();
        cell.register(&task.waker());
        cell.register(&task.waker());
        drop(cell);
        let cell = WakerCell::new();
        cell.register(&task.waker());
        cell.wake();
        drop(cell);
    });
}

fn executor() {
    sync::Model::new().faults(0).check(|| {
        let shared = Shared::new((WakerCell::new(), AtomicBool::new(false)));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            // Relaxed: the cell orders it.
            theirs.1.store(true, Relaxed);
            theirs.0.wake();
        });
        Executor::new().run(|waker| {
            shared.0.register(waker);
            // Relaxed: as above.
            shared.1.load(Relaxed)
        });
        other.join().unwrap();
    });
}

/// Counts. Its clones are alike: `will_wake` says so.
#[derive(Default)]
struct Counts(std::sync::atomic::AtomicU32);

impl Wake for Counts {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

fn same_again() {
    sync::Model::new().faults(0).check(|| {
        let shared = Shared::new((WakerCell::new(), AtomicBool::new(false)));
        let counts = Arc::new(Counts::default());
        let waker = Waker::from(counts.clone());
        shared.0.register(&waker);
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            // Relaxed: the cell orders it.
            theirs.1.store(true, Relaxed);
            theirs.0.wake();
        });
        shared.0.register(&waker);
        // Relaxed: as above.
        let is_done = shared.1.load(Relaxed);
        other.join().unwrap();
        assert!(
            is_done || counts.0.load(Relaxed) > 0,
            "a task registered its waker, and then the same one again. It did not see what came before a `wake`, and that `wake` did not wake it"
        );
    });
}

fn as_before() {
    sync::model(|| {
        let cell = Shared::new(WakerCell::new());
        let theirs = cell.clone();
        let other = thread::spawn(move || theirs.wake());
        let (first, last) = (Executor::new(), Executor::new());
        cell.register(&first.waker());
        other.join().unwrap();
        cell.wake();
        assert_eq!(
            first.count(),
            1,
            "wake-ups of a waker that was registered beside one `wake`, after another one: it is left in the cell, or woken at once, and not both"
        );
        cell.register(&last.waker());
        assert_eq!(
            last.count(),
            0,
            "wake-ups of a waker that was registered when nobody else was at the cell any more, before any `wake`"
        );
        cell.wake();
        assert_eq!(last.count(), 1, "wake-ups of a waker that was registered, after a `wake`");
    });
}

/// What becomes of an [`Inline`] waker.
#[derive(Default)]
struct Fate {
    /// It has been woken.
    is_woken: AtomicBool,
    /// The other thread is at the cell no more.
    has_left: AtomicBool,
}

/// A waker that polls its task itself, inside `wake`. The task registers the next waker.
struct Inline {
    cell: Shared<WakerCell>,
    fate: Arc<Fate>,
    /// The thread that waits until the other one has left, if it is the one that wakes.
    main: ThreadId,
    next: Waker,
}

impl Wake for Inline {
    fn wake(self: Arc<Self>) {
        // Relaxed: it is read when the other thread has ended.
        self.fate.is_woken.store(true, Relaxed);
        // Acquire: pairs with the Release of the thread that has left. A compare-exchange that fails may find an old state.
        while thread::current().id() == self.main && !self.fate.has_left.load(Acquire) {
            thread::yield_now();
        }
        self.cell.register(&self.next);
    }
}

fn free_when_woken() {
    sync::model(|| {
        let cell = Shared::new(WakerCell::new());
        let fate = Arc::new(Fate::default());
        let theirs = (cell.clone(), fate.clone());
        let other = thread::spawn(move || {
            theirs.0.wake();
            // Release: pairs with the Acquire in `wake`.
            theirs.1.has_left.store(true, Release);
        });
        let task = Executor::new();
        let (next, main) = (task.waker(), thread::current().id());
        let inline = Inline { cell: cell.clone(), fate: fate.clone(), main, next };
        cell.register(&Waker::from(Arc::new(inline)));
        other.join().unwrap();
        // Relaxed: the other thread has ended.
        if !fate.is_woken.load(Relaxed) {
            cell.wake();
        }
        assert_eq!(
            task.count(),
            0,
            "wake-ups of a waker that a task registers while it is woken, when nobody else is at the cell"
        );
        cell.wake();
        assert_eq!(task.count(), 1, "wake-ups of the same waker, after the next `wake`");
    });
}

/// A waker that somebody replaces: its drop panics there.
struct Old(#[allow(dead_code, reason = "it is dropped")] clients::Message);

impl Wake for Old {
    fn wake(self: Arc<Self>) {}
}

fn drop_panics() {
    sync::model(|| {
        let cell = Shared::new(WakerCell::new());
        cell.register(&Waker::from(Arc::new(Old(clients::Message::new(1)))));
        let theirs = cell.clone();
        let other = thread::spawn(move || theirs.wake());
        let task = Executor::new();
        let waker = task.waker();
        let _ = clients::panics_in_drop(|| cell.register(&waker));
        other.join().unwrap();
        if task.count() == 0 {
            cell.wake();
        }
        assert_eq!(
            task.count(),
            1,
            "wake-ups of a waker that was registered beside a `wake`, after another `wake` if that one had not woken it. The drop of the \
             waker that it replaced panicked"
        );
    });
}

fn prints() {
    sync::model(|| {
        let cell = Shared::new(WakerCell::new());
        let theirs = cell.clone();
        let other = thread::spawn(move || format!("{:?}", *theirs));
        let task = Executor::new();
        cell.register(&task.waker());
        assert_eq!(
            task.count(),
            0,
            "wake-ups of a waker that was registered while another thread printed the cell with `{{:?}}`"
        );
        cell.wake();
        assert_eq!(
            task.count(),
            1,
            "wake-ups of that waker, after a `wake`, while another thread printed the cell"
        );
        other.join().unwrap();
    });
}

/// A waker whose drop leaves another one in the cell.
struct Heir {
    cell: Shared<WakerCell>,
    next: Waker,
}

impl Wake for Heir {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Heir {
    fn drop(&mut self) {
        self.cell.register(&self.next);
    }
}

fn free_when_dropped() {
    sync::model(|| {
        let cell = Shared::new(WakerCell::new());
        let (task, other) = (Executor::new(), Executor::new());
        cell.register(&Waker::from(Arc::new(Heir { cell: cell.clone(), next: task.waker() })));
        // The first waker is dropped.
        cell.register(&other.waker());
        assert_eq!(
            task.count(),
            0,
            "wake-ups of a waker that was registered while the one that was replaced was dropped"
        );
        cell.wake();
        assert_eq!(
            (task.count(), other.count()),
            (1, 0),
            "wake-ups of (that waker, the one before it)"
        );
    });
    // If a `wake` has come meanwhile, too.
    sync::model(|| {
        let cell = Shared::new(WakerCell::new());
        let fate = Arc::new(Fate::default());
        let (task, other) = (Executor::new(), Executor::new());
        let (next, main) = (task.waker(), thread::current().id());
        let heir = LateHeir { cell: cell.clone(), fate: fate.clone(), main, next };
        cell.register(&Waker::from(Arc::new(heir)));
        let theirs = (cell.clone(), fate.clone());
        let wakes = thread::spawn(move || {
            theirs.0.wake();
            // Release: pairs with the Acquire in `drop`.
            theirs.1.has_left.store(true, Release);
        });
        // The first waker is dropped, unless it was woken.
        cell.register(&other.waker());
        wakes.join().unwrap();
        assert_eq!(
            task.count(),
            0,
            "wake-ups of a waker that was registered while the one that was replaced was dropped, when nobody else was at the cell"
        );
    });
}

/// As [`Heir`], if the main thread drops it, and when the other thread is at the cell no more.
struct LateHeir {
    cell: Shared<WakerCell>,
    fate: Arc<Fate>,
    main: ThreadId,
    next: Waker,
}

impl Wake for LateHeir {
    fn wake(self: Arc<Self>) {}
}

impl Drop for LateHeir {
    fn drop(&mut self) {
        if thread::current().id() != self.main {
            return;
        }
        // Acquire: pairs with the Release of the thread that has left.
        while !self.fate.has_left.load(Acquire) {
            thread::yield_now();
        }
        self.cell.register(&self.next);
    }
}
