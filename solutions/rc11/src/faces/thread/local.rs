//! Values of which each thread has one of its own.

use crate::runtime::locals::{Local, Locals};
use crate::runtime::run::with;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;

std::thread_local! {
    /// The values of an OS thread that is no thread of a model.
    static OUTSIDE: RefCell<Locals> = RefCell::default();
}

/// Declares values of which each thread of a model has one of its own, as std's `thread_local!` does. They are made on first use,
/// anew in each execution, and dropped when their thread ends.
#[macro_export]
macro_rules! thread_local {
    () => {};
    ($(#[$attr:meta])* $vis:vis static $name:ident: $t:ty = const $init:block $(; $($rest:tt)*)?) => {
        $(#[$attr])* $vis static $name: $crate::thread::LocalKey<$t> =
            $crate::thread::LocalKey::new(|| const { $init });
        $($crate::thread_local!($($rest)*);)?
    };
    ($(#[$attr:meta])* $vis:vis static $name:ident: $t:ty = $init:expr $(; $($rest:tt)*)?) => {
        $(#[$attr])* $vis static $name: $crate::thread::LocalKey<$t> =
            $crate::thread::LocalKey::new(|| $init);
        $($crate::thread_local!($($rest)*);)?
    };
}

/// A value of each thread: see [`thread_local!`](crate::thread_local).
pub struct LocalKey<T: 'static> {
    init: fn() -> T,
}

/// The value of this thread has been dropped already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessError;

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the thread-local value has already been destroyed")
    }
}

impl std::error::Error for AccessError {}

impl<T: 'static> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalKey { .. }")
    }
}

/// Calls `f` with the values of the current thread.
fn locals<R>(f: impl FnOnce(&mut Locals) -> R) -> R {
    let mut f = Some(f);
    let mut run = |locals: &mut Locals| f.take().expect("called once")(locals);
    let inside = with(|engine| run(&mut engine.locals[engine.current]));
    inside.unwrap_or_else(|| OUTSIDE.with_borrow_mut(run))
}

fn get(key: usize) -> Local {
    locals(|locals| locals.get(key))
}

fn set(key: usize, value: Box<dyn Any>) {
    // A value that was made meanwhile, by the initial expression itself, is dropped when nothing is borrowed any more.
    let before = locals(|locals| locals.set(key, value));
    drop(before);
}

impl<T: 'static> LocalKey<T> {
    /// A key whose value is made by `init`.
    #[doc(hidden)]
    pub const fn new(init: fn() -> T) -> Self {
        Self { init }
    }

    fn find(&'static self) -> Result<&'static T, AccessError> {
        let key = (&raw const *self).addr();
        if let Local::Absent = get(key) {
            set(key, Box::new((self.init)()));
        }
        match get(key) {
            // SAFETY: a value that was put under this key has the key's type. It stays where it is until its thread ends, and
            // `try_with` gives the reference out for less than that.
            Local::Value(value) => Ok(unsafe { &*value.cast::<T>() }),
            Local::Absent | Local::Destroyed => Err(AccessError),
        }
    }

    /// Calls `f` with the value of the current thread.
    ///
    /// # Errors
    ///
    /// If it has been dropped already, because the thread ends.
    pub fn try_with<R>(&'static self, f: impl FnOnce(&T) -> R) -> Result<R, AccessError> {
        self.find().map(f)
    }

    /// Calls `f` with the value of the current thread.
    ///
    /// # Panics
    ///
    /// If it has been dropped already, because the thread ends.
    #[track_caller]
    pub fn with<R>(&'static self, f: impl FnOnce(&T) -> R) -> R {
        f(self.find().expect("cannot access a thread-local value during or after its destruction"))
    }
}

impl<T: 'static> LocalKey<Cell<T>> {
    /// Writes the value.
    #[track_caller]
    pub fn set(&'static self, value: T) {
        self.with(|cell| cell.set(value));
    }

    /// Reads the value.
    #[track_caller]
    pub fn get(&'static self) -> T
    where
        T: Copy,
    {
        self.with(Cell::get)
    }

    /// Takes the value and leaves the default.
    #[track_caller]
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(Cell::take)
    }

    /// Writes the value and returns the one before.
    #[track_caller]
    pub fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

impl<T: 'static> LocalKey<RefCell<T>> {
    /// Borrows the value.
    #[track_caller]
    pub fn with_borrow<R>(&'static self, f: impl FnOnce(&T) -> R) -> R {
        self.with(|cell| f(&cell.borrow()))
    }

    /// Borrows the value mutably.
    #[track_caller]
    pub fn with_borrow_mut<R>(&'static self, f: impl FnOnce(&mut T) -> R) -> R {
        self.with(|cell| f(&mut cell.borrow_mut()))
    }

    /// Writes the value.
    #[track_caller]
    pub fn set(&'static self, value: T) {
        self.with(|cell| cell.replace(value));
    }

    /// Takes the value and leaves the default.
    #[track_caller]
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(RefCell::take)
    }

    /// Writes the value and returns the one before.
    #[track_caller]
    pub fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}
