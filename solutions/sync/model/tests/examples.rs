//! Examples that pages of the book show beside their exercises.

use rc11::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};
use rc11::cell::{Probe, UnsafeCell};
use rc11::{Builder, hint, thread};
use std::collections::VecDeque;
use std::marker::PhantomData;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// The lock of chapter 4.
struct SpinLock<T> {
    locked: AtomicBool,
    data: UnsafeCell<T>,
}

// SAFETY: it moves the data from holder to holder.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    fn lock(&self) -> Guard<'_, T> {
        // Acquire: pairs with the Release of either guard.
        while self.locked.swap(true, Acquire) {
            hint::spin_loop();
        }
        Guard { lock: self }
    }
}

struct Guard<'a, T> {
    lock: &'a SpinLock<T>,
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `lock`.
        self.lock.locked.store(false, Release);
    }
}

// ANCHOR: mapped
/// A guard of a part of the data. It unlocks as the whole guard would.
pub struct MappedGuard<'a, U> {
    locked: &'a AtomicBool,
    part: NonNull<U>,
    lives: PhantomData<&'a mut U>,
}

// SAFETY: `&MappedGuard<U>` gives `&U` and nothing more.
unsafe impl<U: Sync> Sync for MappedGuard<'_, U> {}

impl<'a, T> Guard<'a, T> {
    /// Goes on with a part of the data alone.
    pub fn map<U>(guard: Self, part: impl FnOnce(&mut T) -> &mut U) -> MappedGuard<'a, U> {
        // SAFETY: the lock is held, and nobody uses `guard` any more.
        let part = NonNull::from(part(unsafe { &mut *guard.lock.data.get() }));
        let locked = &guard.lock.locked;
        // From here on the mapped guard unlocks. Had `part` panicked, `guard` would have unlocked.
        mem::forget(guard);
        MappedGuard { locked, part, lives: PhantomData }
    }
}

impl<U> Drop for MappedGuard<'_, U> {
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `lock`, like that of the whole guard.
        self.locked.store(false, Release);
    }
}
// ANCHOR_END: mapped

impl<U> Deref for MappedGuard<'_, U> {
    type Target = U;

    fn deref(&self) -> &U {
        // SAFETY: the lock is held, and `part` points into its data.
        unsafe { self.part.as_ref() }
    }
}

impl<U> DerefMut for MappedGuard<'_, U> {
    fn deref_mut(&mut self) -> &mut U {
        // SAFETY: as above, and `&mut self` makes this the only reference.
        unsafe { self.part.as_mut() }
    }
}

#[test]
fn mapped_guard_keeps_the_lock_and_gives_it_back() {
    let explored = Builder::new().check(|| {
        let data = UnsafeCell::new((Probe::new(0), Probe::new(0)));
        let lock = Arc::new(SpinLock { locked: AtomicBool::new(false), data });
        let add = |lock: &SpinLock<(Probe, Probe)>| {
            let mut right = Guard::map(lock.lock(), |(_, right)| right);
            let sum = right.get() + 1;
            right.set(sum);
        };
        let theirs = Arc::clone(&lock);
        let other = thread::spawn(move || add(&theirs));
        add(&lock);
        other.join().unwrap();
        assert_eq!(Guard::map(lock.lock(), |(_, right)| right).get(), 2);
    });
    explored.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn panic_while_a_guard_is_mapped_unlocks() {
    let lock = SpinLock { locked: AtomicBool::new(false), data: UnsafeCell::new(1) };
    let mapped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        Guard::map(lock.lock(), |_| -> &mut i32 {
            std::panic::resume_unwind(Box::new("on purpose"))
        })
    }));
    assert!(mapped.is_err());
    assert_eq!(*Guard::map(lock.lock(), |data| data), 1);
}

// ANCHOR: receive_until
/// Takes the oldest message, and waits for it until `deadline` at most.
pub fn receive_until<T>(
    queue: &Mutex<VecDeque<T>>,
    changed: &Condvar,
    deadline: Instant,
) -> Option<T> {
    let mut messages = queue.lock().unwrap();
    loop {
        // The queue first, then the clock: a message that comes at the last moment counts.
        if let Some(message) = messages.pop_front() {
            return Some(message);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        // What is left, and not the whole time again: the wait may end for no reason.
        messages = changed.wait_timeout(messages, left).unwrap().0;
    }
}
// ANCHOR_END: receive_until

#[test]
fn receive_until_takes_what_is_there_even_when_the_time_is_over() {
    let (queue, changed) = (Mutex::new(VecDeque::from([1])), Condvar::new());
    let now = Instant::now();
    assert_eq!(receive_until(&queue, &changed, now), Some(1));
    assert_eq!(receive_until(&queue, &changed, now), None);
    let soon = now + Duration::from_millis(20);
    assert_eq!(receive_until(&queue, &changed, soon), None);
    assert!(Instant::now() >= soon, "it gave up too early");
}

#[test]
fn receive_until_is_woken_by_a_message() {
    let (queue, changed) = (Mutex::new(VecDeque::new()), Condvar::new());
    let deadline = Instant::now() + Duration::from_secs(3600);
    std::thread::scope(|scope| {
        let receiver = scope.spawn(|| receive_until(&queue, &changed, deadline));
        queue.lock().unwrap().push_back(7);
        changed.notify_one();
        assert_eq!(receiver.join().unwrap(), Some(7));
    });
}
