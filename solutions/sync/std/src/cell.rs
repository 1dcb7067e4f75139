//! Interior mutability: std's `UnsafeCell` with two methods more.

/// A cell that may be written through a shared reference.
///
/// `get` is std's. `with` and `with_mut` hand the same pointer to a closure; under the model they also tell the checker
/// of a read or a write, which `get` cannot.
#[derive(Debug, Default)]
#[repr(transparent)]
pub struct UnsafeCell<T: ?Sized>(std::cell::UnsafeCell<T>);

impl<T> UnsafeCell<T> {
    /// A cell that holds `value`.
    #[inline]
    pub const fn new(value: T) -> Self {
        Self(std::cell::UnsafeCell::new(value))
    }

    /// Unwraps the value.
    #[inline]
    pub fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T: ?Sized> UnsafeCell<T> {
    /// A pointer to the value; the caller keeps Rust's aliasing rules.
    #[inline]
    pub const fn get(&self) -> *mut T {
        self.0.get()
    }

    /// A reference to the value: `&mut self` shows that nobody else has one.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }

    /// Calls `f` with a pointer to read from.
    #[inline]
    pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        f(self.0.get())
    }

    /// Calls `f` with a pointer to write to.
    #[inline]
    pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        f(self.0.get())
    }
}

/// A number to put into what is graded. The model checker watches every access to it; here it is a number.
#[derive(Debug, Default)]
pub struct Probe {
    value: u32,
}

impl Probe {
    /// A probe that holds `value`.
    #[inline]
    pub const fn new(value: u32) -> Self {
        Self { value }
    }

    /// Reads.
    #[inline]
    pub fn get(&self) -> u32 {
        self.value
    }

    /// Writes.
    #[inline]
    pub fn set(&mut self, value: u32) {
        self.value = value;
    }

    /// Reads, adds and writes back, not atomically.
    #[inline]
    pub fn add(&mut self, n: u32) {
        self.value += n;
    }
}
