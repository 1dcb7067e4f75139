//! `drop` looks at both counters, one after the other, and frees the memory if both are one: meanwhile the other handle has become a weak one.
//!
//! Rejected by: every_small_program_does_what_handles_do
//! Because: use after free

use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::ops::Deref;
use std::process;
use std::ptr::{self, NonNull};
use sync::atomic::*;
use sync::cell::UnsafeCell;
use sync::hint;
pub const MAX_REFCOUNT: usize = isize::MAX as usize;

const LOCKED: usize = usize::MAX;
pub struct Inner<T: ?Sized> {
    strong: AtomicUsize,
    weak: AtomicUsize,
    data: UnsafeCell<ManuallyDrop<T>>,
}
impl<T> Inner<T> {
    pub const fn new(data: T) -> Self {
        Self {
            strong: AtomicUsize::new(1),
            weak: AtomicUsize::new(1),
            data: UnsafeCell::new(ManuallyDrop::new(data)),
        }
    }
}
pub struct Arc<T: ?Sized> {
    inner: NonNull<Inner<T>>,
    owns: PhantomData<Inner<T>>,
}
unsafe impl<T: ?Sized + Send + Sync> Send for Arc<T> {}
unsafe impl<T: ?Sized + Send + Sync> Sync for Arc<T> {}
pub struct Weak<T: ?Sized> {
    inner: NonNull<Inner<T>>,
}
unsafe impl<T: ?Sized + Send + Sync> Send for Weak<T> {}
unsafe impl<T: ?Sized + Send + Sync> Sync for Weak<T> {}
fn up(c: &AtomicUsize) {
    if c.fetch_add(1, Ordering::Relaxed) > MAX_REFCOUNT {
        process::abort()
    }
}
impl<T> Arc<T> {
    pub fn new(data: T) -> Self {
        Self::from(Box::new(Inner::new(data)))
    }
    pub fn with_forgotten(data: T, clones: usize, weaks: usize) -> Self {
        let mut inner = Box::new(Inner::new(data));
        inner.strong = AtomicUsize::new(1 + clones);
        inner.weak = AtomicUsize::new(1 + weaks);
        Self::from(inner)
    }
    pub fn new_cyclic(data: impl FnOnce(&Weak<T>) -> T) -> Self {
        let b: Box<Inner<mem::MaybeUninit<T>>> = Box::new(Inner {
            strong: AtomicUsize::new(0),
            weak: AtomicUsize::new(1),
            data: UnsafeCell::new(ManuallyDrop::new(mem::MaybeUninit::uninit())),
        });
        let inner: NonNull<Inner<T>> = NonNull::from(Box::leak(b)).cast();
        let weak = Weak { inner };
        let value = data(&weak);
        unsafe { (*inner.as_ptr()).data.get().write(ManuallyDrop::new(value)) };
        weak.inner().strong.store(1, Ordering::Release);
        mem::forget(weak);
        Arc { inner, owns: PhantomData }
    }
}
impl<T: ?Sized> From<Box<Inner<T>>> for Arc<T> {
    fn from(inner: Box<Inner<T>>) -> Self {
        Self { inner: NonNull::from(Box::leak(inner)), owns: PhantomData }
    }
}
impl<T: ?Sized> Arc<T> {
    fn inner(&self) -> &Inner<T> {
        unsafe { self.inner.as_ref() }
    }
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        std::ptr::addr_eq(this.inner.as_ptr(), other.inner.as_ptr())
    }
    pub fn downgrade(this: &Self) -> Weak<T> {
        let w = &this.inner().weak;
        let mut n = w.load(Ordering::Relaxed);
        loop {
            if n == LOCKED {
                hint::spin_loop();
                n = w.load(Ordering::Relaxed);
                continue;
            }
            if n > MAX_REFCOUNT {
                process::abort()
            }
            match w.compare_exchange_weak(n, n + 1, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return Weak { inner: this.inner },
                Err(m) => n = m,
            }
        }
    }
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        if this
            .inner()
            .weak
            .compare_exchange(1, LOCKED, Ordering::Acquire, Ordering::Relaxed)
            .is_err()
        {
            return None;
        }
        let unique = this.inner().strong.load(Ordering::Acquire) == 1;
        this.inner().weak.store(1, Ordering::Release);
        if unique { Some(unsafe { &mut *this.inner().data.get() }) } else { None }
    }
}
impl<T: ?Sized> Clone for Arc<T> {
    fn clone(&self) -> Self {
        up(&self.inner().strong);
        Self { inner: self.inner, owns: PhantomData }
    }
}
impl<T: ?Sized> Deref for Arc<T> {
    type Target = T;
    fn deref(&self) -> &T {
        unsafe { &*self.inner().data.get() }
    }
}
impl<T: ?Sized> Drop for Arc<T> {
    fn drop(&mut self) {
        if self.inner().weak.load(Ordering::Acquire) == 1
            && self.inner().strong.load(Ordering::Acquire) == 1
        {
            unsafe { ManuallyDrop::drop(&mut *self.inner().data.get()) };
            drop(unsafe { Box::from_raw(self.inner.as_ptr()) });
            return;
        }
        if self.inner().strong.fetch_sub(1, Ordering::Release) == 1 {
            fence(Ordering::Acquire);
            let weak = Weak { inner: self.inner };
            unsafe { ManuallyDrop::drop(&mut *weak.inner().data.get()) };
        }
    }
}
impl<T: ?Sized> Weak<T> {
    fn inner(&self) -> &Inner<T> {
        unsafe { self.inner.as_ref() }
    }
    pub fn upgrade(&self) -> Option<Arc<T>> {
        let s = &self.inner().strong;
        let mut n = s.load(Ordering::Relaxed);
        loop {
            if n == 0 {
                return None;
            }
            if n > MAX_REFCOUNT {
                process::abort()
            }
            match s.compare_exchange_weak(n, n + 1, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => break,
                Err(m) => n = m,
            }
        }
        Some(Arc { inner: self.inner, owns: PhantomData })
    }
}
impl<T: ?Sized> Clone for Weak<T> {
    fn clone(&self) -> Self {
        up(&self.inner().weak);
        Weak { inner: self.inner }
    }
}
impl<T: ?Sized> Drop for Weak<T> {
    fn drop(&mut self) {
        if self.inner().weak.fetch_sub(1, Ordering::Release) == 1 {
            fence(Ordering::Acquire);
            drop(unsafe { Box::from_raw(self.inner.as_ptr()) });
        }
    }
}

#[test]
fn grade() {}
