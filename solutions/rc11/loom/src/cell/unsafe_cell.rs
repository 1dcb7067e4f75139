//! A cell that is accessed for as long as a pointer to it is held.

use rc11::cell::Watch;
use rc11::support;
use std::cell::Cell;
use std::fmt;

/// A cell that may be written through a shared reference.
///
/// An access lasts from its beginning to its end: of a closure, or of a [`ConstPtr`] or [`MutPtr`]. No write may happen meanwhile,
/// and during a write nothing may, be it by the same thread.
pub struct UnsafeCell<T: ?Sized> {
    state: State,
    value: std::cell::UnsafeCell<T>,
}

struct State {
    watch: Watch,
    /// The execution, and who is at it: so many readers, or [`WRITER`].
    users: Cell<(Option<u64>, usize)>,
}

const WRITER: usize = usize::MAX;

/// An access that lasts.
struct Access {
    state: *const State,
    is_write: bool,
    /// The steps of this thread at the beginning. If it has made others since, the end of the access is a step too.
    steps: usize,
}

impl State {
    fn users(&self) -> usize {
        let (execution, users) = self.users.get();
        if execution == support::execution() { users } else { 0 }
    }

    fn set_users(&self, users: usize) {
        self.users.set((support::execution(), users));
    }

    #[track_caller]
    fn begin(&self, is_write: bool) -> Access {
        self.step(is_write);
        let users = self.users();
        assert!(users != WRITER, "the cell is being written to");
        assert!(!is_write || users == 0, "the cell is being read");
        self.set_users(if is_write { WRITER } else { users + 1 });
        Access { state: self, is_write, steps: support::steps() }
    }

    #[track_caller]
    fn step(&self, is_write: bool) {
        if is_write { self.watch.write() } else { self.watch.read() }
    }
}

impl Drop for Access {
    #[track_caller]
    fn drop(&mut self) {
        // SAFETY: whoever holds a pointer into a cell longer than the cell has it coming, with or without this.
        let state = unsafe { &*self.state };
        if support::steps() != self.steps && !rc11::thread::panicking() {
            state.step(self.is_write);
        }
        let users = state.users();
        state.set_users(if self.is_write { 0 } else { users.saturating_sub(1) });
    }
}

impl<T> UnsafeCell<T> {
    /// A cell that holds `value`.
    pub const fn new(value: T) -> Self {
        let state = State { watch: Watch::new(), users: Cell::new((None, 0)) };
        Self { state, value: std::cell::UnsafeCell::new(value) }
    }

    /// Unwraps the value.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> UnsafeCell<T> {
    /// Calls `f` with a pointer to read from.
    #[track_caller]
    pub fn with<F, R>(&self, f: F) -> R
    where
        F: FnOnce(*const T) -> R,
    {
        let _access = self.state.begin(false);
        f(self.value.get())
    }

    /// Calls `f` with a pointer to write to.
    #[track_caller]
    pub fn with_mut<F, R>(&self, f: F) -> R
    where
        F: FnOnce(*mut T) -> R,
    {
        let _access = self.state.begin(true);
        f(self.value.get())
    }

    /// A pointer to read from. The access ends when it is dropped.
    #[track_caller]
    pub fn get(&self) -> ConstPtr<T> {
        ConstPtr { _access: self.state.begin(false), value: self.value.get() }
    }

    /// A pointer to write to. The access ends when it is dropped.
    #[track_caller]
    pub fn get_mut(&self) -> MutPtr<T> {
        MutPtr { _access: self.state.begin(true), value: self.value.get() }
    }
}

impl<T: Default> Default for UnsafeCell<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for UnsafeCell<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized> fmt::Debug for UnsafeCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnsafeCell { .. }")
    }
}

/// A pointer to read from a cell.
pub struct ConstPtr<T: ?Sized> {
    _access: Access,
    value: *const T,
}

/// A pointer to write to a cell.
pub struct MutPtr<T: ?Sized> {
    _access: Access,
    value: *mut T,
}

impl<T: ?Sized> ConstPtr<T> {
    /// The value.
    ///
    /// # Safety
    ///
    /// The cell must still exist.
    pub unsafe fn deref(&self) -> &T {
        // SAFETY: as promised by the caller; the access lasts as long as `self`.
        unsafe { &*self.value }
    }

    /// Calls `f` with the pointer.
    pub fn with<F, R>(&self, f: F) -> R
    where
        F: FnOnce(*const T) -> R,
    {
        f(self.value)
    }
}

impl<T: ?Sized> MutPtr<T> {
    /// The value.
    ///
    /// # Safety
    ///
    /// The cell must still exist, and there must be no other reference to it.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn deref(&self) -> &mut T {
        // SAFETY: as promised by the caller; the access lasts as long as `self`.
        unsafe { &mut *self.value }
    }

    /// Calls `f` with the pointer.
    pub fn with<F, R>(&self, f: F) -> R
    where
        F: FnOnce(*mut T) -> R,
    {
        f(self.value)
    }
}

impl<T: ?Sized> fmt::Debug for ConstPtr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: ?Sized> fmt::Debug for MutPtr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
