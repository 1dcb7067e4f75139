//! A reader-writer lock that prefers writers: from the moment that one waits, no reader gets in before it.
//!
//! # The state
//!
//! | `WRITERS_WAITING` | `READERS_WAITING` | holders | what that is | a reader that comes | a writer that comes |
//! |---|---|---|---|---|---|
//! | – | – | none | the lock is free | gets in | gets in |
//! | – | – | 1 to `MAX_READERS` | readers | gets in, or panics at the limit | announces itself and sleeps |
//! | – | any | `WRITE_LOCKED` | a writer | announces itself and sleeps | announces itself and sleeps |
//! | set | any | some | as above, and a writer waits | announces itself and sleeps | sleeps |
//! | set | any | none | free, and a writer has been called | announces itself and sleeps | gets in |
//! | – | set | not `WRITE_LOCKED` | a writer has left, and is about to wake the readers | gets in | as in the rows above |
//!
//! While a writer waits new readers do not get in, so the readers that are inside leave at last, and a writer is next: the
//! second of the two problems that P. J. Courtois, F. Heymans and D. L. Parnas set in "Concurrent control with 'readers' and
//! 'writers'", Communications of the ACM 14 (1971). The price is theirs too: writers that keep coming keep readers out.
//!
//! # Invariants
//!
//! 1. While a [`WriteGuard`] exists the holders are `WRITE_LOCKED`, and there is no other guard: it is made only by an
//!    exchange that found no holders, and until it is dropped nothing changes those bits.
//! 2. While `n` [`ReadGuard`]s exist, forgotten ones included, the holders are `n`: making one adds 1, dropping one takes 1
//!    away, and neither is done in another state. `n` is at most `MAX_READERS`, which is less than `WRITE_LOCKED`.
//! 3. What a guard did happens before what a guard that excludes it does later. Each change of `state` is a
//!    read-modify-write, so the acquiring exchange of the later guard reads from the release sequence of the release in the
//!    `drop` of the earlier one.
//! 4. `WRITERS_WAITING` tells the truth. `writers` counts those that have announced themselves and are not in yet. Each of
//!    them sets the bit, counted already, before it sleeps. Only one that gets in takes the bit away, and it sets it again,
//!    the lock still held, if others are counted. So whenever the lock is given up with a writer asleep, the bit is set; and
//!    whenever it is set, there is a writer that will take the lock.
//! 5. A sleeping writer is called: whoever leaves the lock without holders and finds `WRITERS_WAITING` then adds a call and
//!    wakes one writer. A writer reads `calls` before it looks at the state, and sleeps only while `calls` is what it read.
//!    So a call that it has not read ends its sleep, and after one that it has read it sees the state that the caller left.
//! 6. A sleeping reader is woken: it sleeps only while `READERS_WAITING` is set, which it sets only in a state that keeps it
//!    out. `WRITERS_WAITING` ends by a writer that gets in (4), and the writer that leaves without one waiting clears
//!    `READERS_WAITING` and wakes all.
//!
//! # Looking before sleeping
//!
//! Sections are short, and falling asleep takes long. So whoever is kept out looks a few times first, with a pause before each
//! look, as in the last mutex; not if somebody waits already. A writer has one reason more than a reader: its announcement
//! turns all readers away, and each of them sleeps, for nothing if those who are inside leave in a moment. Whoever only looks
//! does not wait yet in the sense of the invariants, for nothing is set.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::time::Duration;
use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::{futex, hint, thread};

/// The bits of the state that say who is inside: the number of readers, or `WRITE_LOCKED`.
const HOLDERS: u32 = (1 << 30) - 1;
/// Nobody is inside, and nobody waits.
const UNLOCKED: u32 = 0;
/// One writer is inside.
const WRITE_LOCKED: u32 = HOLDERS;
/// A reader sleeps on `state`, or is about to.
const READERS_WAITING: u32 = 1 << 30;
/// A writer sleeps on `calls`, or is about to. Readers stay out.
const WRITERS_WAITING: u32 = 1 << 31;

/// How often a thread pauses with its processor kept, and looks. The last mutex argues this number and the next.
const PAUSES: u32 = 3;
/// How long each of these pauses is.
const PAUSE: Duration = Duration::from_nanos(150);
/// How often it then lets other threads run, and looks, before it announces itself. Less often than in the mutex: whom it lets
/// run may be readers, and as long as a writer is not announced, they get in before it.
const YIELDS: u32 = 3;

/// As many readers may be inside at once: one more would look like a writer.
pub const MAX_READERS: u32 = WRITE_LOCKED - 1;

/// Many readers or one writer, around the data that they read and write.
pub struct RwLock<T> {
    /// Who is inside, and who waits: see the table above. Readers who wait sleep on this word.
    state: AtomicU32,
    /// How many writers wait. Each is a thread, so there are never too many to count.
    writers: AtomicU32,
    /// How often a writer has been called. Writers who wait sleep on this word.
    ///
    /// It wraps. A writer would miss calls if, between its look at the count and its sleep, exactly 2³² of them were made and
    /// none after.
    calls: AtomicU32,
    data: UnsafeCell<T>,
}

// SAFETY: a shared lock gives `&mut T` to one thread at a time (invariants 1 and 3), which moves the `T` between threads:
// `T: Send`. It gives `&T` to many threads at the same time: `T: Sync`.
unsafe impl<T: Send + Sync> Sync for RwLock<T> {}

impl<T> RwLock<T> {
    /// An unlocked lock around `value`.
    pub const fn new(value: T) -> Self {
        Self::with_forgotten_readers(value, 0)
    }

    /// A lock around `value` with `readers` readers inside that never leave, as if so many guards of [`read`](Self::read)
    /// had been forgotten (`mem::forget`): the way to the limit for those who cannot wait for so many calls.
    ///
    /// # Panics
    ///
    /// If `readers` is more than [`MAX_READERS`].
    pub const fn with_forgotten_readers(value: T, readers: u32) -> Self {
        assert!(readers <= MAX_READERS, "too many readers");
        Self {
            state: AtomicU32::new(readers),
            writers: AtomicU32::new(0),
            calls: AtomicU32::new(0),
            data: UnsafeCell::new(value),
        }
    }

    /// Waits until no writer is inside and none waits, and goes in beside the other readers.
    ///
    /// Looks again for a moment, then blocks by sleeping, and is passed over by writers that come later. A thread that has a
    /// guard already waits for itself for ever if it has a [`WriteGuard`], or if a writer waits.
    ///
    /// # Panics
    ///
    /// If [`MAX_READERS`] readers are inside. The lock stays as it was.
    #[inline]
    pub fn read(&self) -> ReadGuard<'_, T> {
        // No load before it: a wrong guess has the cache line for the next attempt, and a load would have to share it first.
        // Acquire: pairs with the Release in the `drop` of the last writer's guard. Relaxed: a failure is a better guess.
        match self.state.compare_exchange(UNLOCKED, 1, Acquire, Relaxed) {
            Ok(_) => ReadGuard { lock: self, not_send: PhantomData },
            Err(state) => self.enter_from(state).unwrap_or_else(|_| self.read_contended()),
        }
    }

    /// Goes in beside other readers; `None` if a writer is inside or waits, or if [`MAX_READERS`] readers are inside.
    ///
    /// Never blocks, and never fails for another reason.
    #[inline]
    pub fn try_read(&self) -> Option<ReadGuard<'_, T>> {
        self.enter().ok()
    }

    /// Waits until nobody is inside, and goes in alone.
    ///
    /// Looks again for a moment, then blocks by sleeping. Which of several writers is next is open. A thread that has a guard
    /// already waits for itself for ever.
    #[inline]
    pub fn write(&self) -> WriteGuard<'_, T> {
        // Acquire: pairs with the Release in the `drop` of the guards before. Relaxed: a failure is not used.
        match self.state.compare_exchange(UNLOCKED, WRITE_LOCKED, Acquire, Relaxed) {
            Ok(_) => WriteGuard { lock: self, not_send: PhantomData },
            Err(_) => self.write_contended(),
        }
    }

    /// Goes in alone; `None` if anybody is inside. May go before a writer that waits.
    ///
    /// Never blocks, and never fails for another reason.
    #[inline]
    pub fn try_write(&self) -> Option<WriteGuard<'_, T>> {
        // Relaxed: a guess, which the exchange checks.
        let mut state = self.state.load(Relaxed);
        while state & HOLDERS == UNLOCKED {
            let taken = state | WRITE_LOCKED;
            // Acquire: pairs with the Release in the `drop` of the guards before. Relaxed: a failure is a new guess.
            match self.state.compare_exchange_weak(state, taken, Acquire, Relaxed) {
                Ok(_) => return Some(WriteGuard { lock: self, not_send: PhantomData }),
                Err(now) => state = now,
            }
        }
        None
    }

    /// The data. `&mut self` shows that nobody is inside.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    /// Takes the lock apart. No one else has it, so there is nothing to wait for.
    #[inline]
    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }

    /// Adds a reader if the state is `state` and allows one. Otherwise says which state it is.
    #[inline]
    fn enter_from(&self, state: u32) -> Result<ReadGuard<'_, T>, u32> {
        // With `WRITERS_WAITING` it is not less, whatever the holders.
        if state & !READERS_WAITING >= MAX_READERS {
            return Err(state);
        }
        // Acquire: pairs with the Release in the `drop` of the last writer's guard. Relaxed: a failure is a new guess.
        self.state.compare_exchange(state, state + 1, Acquire, Relaxed)?;
        Ok(ReadGuard { lock: self, not_send: PhantomData })
    }

    /// Adds a reader, or says which state does not allow it.
    #[inline]
    fn enter(&self) -> Result<ReadGuard<'_, T>, u32> {
        // Relaxed: a guess, which the exchange checks.
        let mut state = self.state.load(Relaxed);
        loop {
            match self.enter_from(state) {
                Err(now) if now != state => state = now,
                entered => return entered,
            }
        }
    }

    /// Looks again. Then announces a reader and sleeps, again and again, until no writer is inside or waits.
    #[cold]
    fn read_contended(&self) -> ReadGuard<'_, T> {
        // A writer is inside, or others go in and out between two of our attempts. They need the cache line, and each attempt would
        // take it away from them.
        hint::spin_for(PAUSE);
        self.spin_while(|state| state == WRITE_LOCKED);
        loop {
            let state = match self.enter() {
                Ok(guard) => return guard,
                Err(state) => state,
            };
            assert!(state & !READERS_WAITING != MAX_READERS, "too many readers");
            let announced = state | READERS_WAITING;
            // Relaxed: it publishes nothing, and the state is all that whoever finds the bit has to know.
            if state == announced
                || self.state.compare_exchange(state, announced, Relaxed, Relaxed).is_ok()
            {
                futex::wait(&self.state, announced);
            }
        }
    }

    /// Looks again. Then announces a writer and sleeps, again and again, until nobody is inside.
    #[cold]
    fn write_contended(&self) -> WriteGuard<'_, T> {
        let is_held = |state| state != UNLOCKED && state & (READERS_WAITING | WRITERS_WAITING) == 0;
        // Acquire: pairs with the Release in the `drop` of the guards before. Relaxed: a failure is not used.
        if self.spin_while(is_held) == UNLOCKED
            && self.state.compare_exchange(UNLOCKED, WRITE_LOCKED, Acquire, Relaxed).is_ok()
        {
            return WriteGuard { lock: self, not_send: PhantomData };
        }
        // Relaxed: the announcement below publishes it.
        self.writers.fetch_add(1, Relaxed);
        loop {
            // Acquire: pairs with the Release in `call_writer`. Whoever has read the call finds the lock as the caller left
            // it, and not as it was before.
            let calls = self.calls.load(Acquire);
            // Release: pairs with the Acquire of the writer that takes the bit away, which then counts us too. It writes even
            // where the bit is set: so it comes before that writer's exchange, which counts us, or after it, and sets the bit.
            let state = self.state.fetch_or(WRITERS_WAITING, Release) | WRITERS_WAITING;
            if state & HOLDERS != UNLOCKED {
                futex::wait(&self.calls, calls);
                continue;
            }
            let taken = (state | WRITE_LOCKED) & !WRITERS_WAITING;
            // Acquire: pairs with the Release in the `drop` of the guards before, and with that of the announcements.
            // Relaxed: a failure is not used.
            if self.state.compare_exchange(state, taken, Acquire, Relaxed).is_ok() {
                break;
            }
        }
        // Relaxed: the announcements that the exchange took away happen before it, so they are counted here.
        if self.writers.fetch_sub(1, Relaxed) != 1 {
            // Relaxed: on behalf of those who sleep. It publishes nothing: our own `drop` is the next to look.
            self.state.fetch_or(WRITERS_WAITING, Relaxed);
        }
        WriteGuard { lock: self, not_send: PhantomData }
    }

    /// Looks for as long as the state is such a one, or until it has looked often enough. Returns what it saw last.
    fn spin_while(&self, is_worth_it: impl Fn(u32) -> bool) -> u32 {
        let mut pauses = 0;
        loop {
            // Relaxed: what it reads only says what to try. The operation that gets in acquires.
            let state = self.state.load(Relaxed);
            if !is_worth_it(state) || pauses == PAUSES + YIELDS {
                return state;
            }
            if pauses < PAUSES {
                hint::spin_for(PAUSE);
            } else {
                thread::yield_now();
            }
            pauses += 1;
        }
    }

    /// Lets a writer know that the lock has no holders.
    #[cold]
    fn call_writer(&self) {
        // Release: pairs with the Acquire in `write_contended`, so that who reads the call finds the lock free.
        self.calls.fetch_add(1, Release);
        futex::wake_one(&self.calls);
    }

    /// Lets all readers know that no writer is inside or waits.
    #[cold]
    fn wake_readers(&self) {
        // Relaxed: it only says that nobody is asleep any more. It goes on with the release sequence of the unlock.
        self.state.fetch_and(!READERS_WAITING, Relaxed);
        futex::wake_all(&self.state);
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLock<T> {
    /// Shows the data if no writer is inside or waits. Never blocks.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lock = f.debug_struct("RwLock");
        match self.try_read() {
            Some(data) => lock.field("data", &*data).finish(),
            None => lock.field("data", &format_args!("<locked>")).finish(),
        }
    }
}

/// Proof that its owner is inside with other readers: gives `&T`, and leaves when it is dropped.
#[must_use = "a guard that is not kept leaves at once"]
pub struct ReadGuard<'a, T> {
    lock: &'a RwLock<T>,
    /// Guards stay on their thread, as std's do.
    not_send: PhantomData<*const ()>,
}

// SAFETY: `&ReadGuard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: Sync> Sync for ReadGuard<'_, T> {}

impl<T> Deref for ReadGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: while this guard exists there is no `WriteGuard` (invariants 1 and 2), and what earlier ones did happens
        // before (invariant 3). So nobody writes.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> Drop for ReadGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the Acquire of the next writer; what this reader saw happens before what that one does.
        let before = self.lock.state.fetch_sub(1, Release);
        if before & !READERS_WAITING == WRITERS_WAITING | 1 {
            self.lock.call_writer();
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for ReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// Proof that its owner is inside alone: gives `&mut T`, and leaves when it is dropped.
#[must_use = "a guard that is not kept leaves at once"]
pub struct WriteGuard<'a, T> {
    lock: &'a RwLock<T>,
    /// Guards stay on their thread, as std's do.
    not_send: PhantomData<*const ()>,
}

// SAFETY: `&WriteGuard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: Sync> Sync for WriteGuard<'_, T> {}

impl<T> Deref for WriteGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 3), and `&self`
        // keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for WriteGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 3), and `&mut
        // self` makes this the only reference from it.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for WriteGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the Acquire of whoever gets in next; what this writer did happens before what that one does.
        // The bits of those who wait stay.
        let before = self.lock.state.fetch_sub(WRITE_LOCKED, Release);
        if before & WRITERS_WAITING != 0 {
            self.lock.call_writer();
        } else if before & READERS_WAITING != 0 {
            self.lock.wake_readers();
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for WriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
