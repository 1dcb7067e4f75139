//! Plain memory that the checker watches for data races.

use crate::core::event::{Op, Request};
use crate::faces::atomic::Ordering;
use crate::runtime::freed::Freeable;
use crate::runtime::object::Object;
use crate::runtime::ops;
use crate::runtime::run::is_inside;
use std::panic::Location;

fn show_nothing(_: u64) -> String {
    String::new()
}

fn show_number(value: u64) -> String {
    value.to_string()
}

static READ: Op = Op::plain("read", 0, show_nothing);
static WRITE: Op = Op::plain("write", 0, show_nothing);
static READ_PROBE: Op = Op::plain("read the data", 0, show_number);
static WRITE_PROBE: Op = Op::plain("write the data", 1, show_number);

/// A name for a piece of memory, whose accesses the checker is told of.
///
/// [`UnsafeCell`] and [`Probe`] contain one; use it directly to watch memory that is neither.
#[derive(Debug)]
pub struct Watch(Freeable);

impl Watch {
    /// A new name.
    #[inline]
    pub const fn new() -> Self {
        Self(Freeable::new())
    }

    /// Tells of a read. It is an error if a write neither happens before nor after it.
    #[track_caller]
    pub fn read(&self) {
        self.access(None, Request::new(&READ, Location::caller(), Ordering::Relaxed));
    }

    /// Tells of a write. It is an error if an access neither happens before nor after it.
    #[track_caller]
    pub fn write(&self) {
        self.access(Some(0), Request::new(&WRITE, Location::caller(), Ordering::Relaxed));
    }

    fn access(&self, value: Option<u64>, request: Request) {
        if is_inside() {
            ops::plain(Object::nowhere(&self.0, 0), value, request);
        }
    }

    /// As [`access`](Self::access), to what is watched.
    fn access_at(&self, memory: *const u32, value: Option<u64>, request: Request) {
        if is_inside() {
            ops::plain(Object::at(&self.0, 0, memory, size_of::<u32>()), value, request);
        }
    }
}

impl Default for Watch {
    fn default() -> Self {
        Self::new()
    }
}

/// A cell that may be written through a shared reference.
///
/// `with` and `with_mut` are watched. `get` gives a plain pointer, as std's does; what is done through it is not watched.
#[derive(Debug, Default)]
pub struct UnsafeCell<T: ?Sized> {
    watch: Watch,
    value: std::cell::UnsafeCell<T>,
}

impl<T> UnsafeCell<T> {
    /// A cell that holds `value`.
    #[inline]
    pub const fn new(value: T) -> Self {
        Self { watch: Watch::new(), value: std::cell::UnsafeCell::new(value) }
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
        self.watch.read();
        f(self.value.get())
    }

    /// Calls `f` with a pointer to write to, and checks that no access races with it.
    #[track_caller]
    pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        self.watch.write();
        f(self.value.get())
    }
}

/// A number to put into what is tested: every access to it is a plain one and is checked for races, however the caller came
/// by the reference.
#[derive(Debug, Default)]
pub struct Probe {
    watch: Watch,
    value: std::cell::UnsafeCell<u32>,
}

// SAFETY: the number is only read through `&self` and written through `&mut self`; `Watch` is an atomic.
unsafe impl Sync for Probe {}

impl Probe {
    /// A probe that holds `value`.
    #[inline]
    pub const fn new(value: u32) -> Self {
        Self { watch: Watch::new(), value: std::cell::UnsafeCell::new(value) }
    }

    /// Reads.
    #[track_caller]
    pub fn get(&self) -> u32 {
        let at = Location::caller();
        let request = Request::new(&READ_PROBE, at, Ordering::Relaxed);
        self.watch.access_at(self.value.get(), None, request);
        // SAFETY: the access was just found to be free of races.
        unsafe { *self.value.get() }
    }

    /// Writes.
    #[track_caller]
    pub fn set(&mut self, value: u32) {
        let at = Location::caller();
        let request = Request::new(&WRITE_PROBE, at, Ordering::Relaxed);
        let request = Request { a: value.into(), ..request };
        self.watch.access_at(self.value.get(), Some(value.into()), request);
        // SAFETY: as in `get`. Not `get_mut`: a wrong program has two such references, and the checker must survive it.
        unsafe { *self.value.get() = value };
    }

    /// Reads, adds and writes back, not atomically.
    #[track_caller]
    pub fn add(&mut self, n: u32) {
        let value = self.get() + n;
        self.set(value);
    }
}
