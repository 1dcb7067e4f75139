//! Plain memory that the checker watches.
//!
//! `UnsafeCell::get` returns a plain pointer, as std's does, so readers write ordinary Rust (`unsafe { &mut *cell.get() }`)
//! and a guard can hand out a reference that outlives the call. The checker cannot see what is done through that pointer.
//! Graders therefore put a [`Probe`] into the reader's cell: each of *its* reads and writes is checked, at the moment it
//! happens, however the reader came by the reference. `with` and `with_mut` are watched as well.

use crate::clock::Point;
use crate::engine;
use crate::exec::{self, Kind};
use crate::report::{self, Failure};
use std::cell::RefCell;
use std::panic::Location;

/// The accesses to one piece of memory that later ones must be ordered after.
#[derive(Clone, Debug, Default)]
struct Watch {
    execution: u64,
    write: Option<(Point, usize)>,
    reads: Vec<(Point, usize)>,
}

#[derive(Debug, Default)]
struct Watched(RefCell<Watch>);

impl Watched {
    const fn new() -> Self {
        Self(RefCell::new(Watch { execution: 0, write: None, reads: Vec::new() }))
    }

    /// Checks and records an access of the current thread.
    #[track_caller]
    fn access(&self, text: String, writes: bool) {
        let at = Location::caller();
        if !engine::is_live() {
            return;
        }
        exec::with(|exec| {
            let mut watch = self.0.borrow_mut();
            if watch.execution != exec.number {
                *watch = Watch { execution: exec.number, ..Watch::default() };
            }
            let result = None;
            exec.tick();
            let event = exec.log(at, text, result, Kind::Plain);
            let here = exec.here();
            let reads = watch.reads.iter().filter(|_| writes);
            let unordered =
                watch.write.iter().chain(reads).find(|(before, _)| !before.happens_before(&here));
            if let Some(&(_, first)) = unordered {
                report::fail_in(exec, &Failure::race(first, event));
            }
            if writes {
                watch.write = Some((here, event));
                watch.reads.clear();
            } else {
                watch.reads.retain(|(read, _)| read.thread != here.thread);
                watch.reads.push((here, event));
            }
        });
    }
}

/// A cell that may be written through a shared reference; see the module for what is watched.
#[derive(Debug, Default)]
pub struct UnsafeCell<T: ?Sized> {
    watched: Watched,
    value: std::cell::UnsafeCell<T>,
}

// SAFETY: `Watched` is only touched by the threads of an execution, which run in turn on one OS thread; `Send` is then
// what std's cell says.
unsafe impl<T: ?Sized + Send> Send for UnsafeCell<T> {}

impl<T> UnsafeCell<T> {
    /// A cell that holds `value`.
    pub const fn new(value: T) -> Self {
        Self { watched: Watched::new(), value: std::cell::UnsafeCell::new(value) }
    }

    /// Unwraps the value.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> UnsafeCell<T> {
    /// A pointer to the value. What is done through it is not watched.
    pub const fn get(&self) -> *mut T {
        self.value.get()
    }

    /// A reference to the value: `&mut self` shows that nobody else has one.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// Calls `f` with a pointer to read from, and checks that no write races with it.
    #[track_caller]
    pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        self.watched.access("cell.with(…)".into(), false);
        f(self.value.get())
    }

    /// Calls `f` with a pointer to write to, and checks that no access races with it.
    #[track_caller]
    pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        self.watched.access("cell.with_mut(…)".into(), true);
        f(self.value.get())
    }
}

/// A number to put into what is graded: every access to it is a plain one and is checked for races.
#[derive(Debug, Default)]
pub struct Probe {
    watched: Watched,
    value: u32,
}

// SAFETY: as for `UnsafeCell` above; the number itself is an ordinary field.
unsafe impl Sync for Probe {}

impl Probe {
    /// A probe that holds `value`.
    pub const fn new(value: u32) -> Self {
        Self { watched: Watched::new(), value }
    }

    /// Reads.
    #[track_caller]
    pub fn get(&self) -> u32 {
        self.watched.access(format!("read the data → {}", self.value), false);
        self.value
    }

    /// Writes.
    #[track_caller]
    pub fn set(&mut self, value: u32) {
        self.watched.access(format!("write {value} to the data"), true);
        self.value = value;
    }

    /// Reads, adds and writes back, not atomically.
    #[track_caller]
    pub fn add(&mut self, n: u32) {
        let value = self.get() + n;
        self.set(value);
    }
}
