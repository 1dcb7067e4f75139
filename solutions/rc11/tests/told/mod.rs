//! Programs that tell of what they write to memory, as instrumented code does; those that keep all on their stacks have nothing to tell.

use rc11::Builder;
use rc11::alloc::Quarantine;
use std::ffi::c_void;
use std::ptr;

#[global_allocator]
static ALLOCATOR: Quarantine = Quarantine;

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
unsafe extern "C" {
    safe fn __tsan_init();
    safe fn __tsan_write8(at: *const c_void);
}

/// On other processors there is no sight, and nobody to tell.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod nobody {
    use std::ffi::c_void;

    pub fn __tsan_init() {}
    pub fn __tsan_write8(_: *const c_void) {}
}
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
use nobody::{__tsan_init, __tsan_write8};

/// As [`Builder::new`], for such a program. Tests put what they find where the model cannot look: that is no leak.
pub fn builder() -> Builder {
    __tsan_init();
    Builder::new().may_leak(true)
}

/// Adds one, and tells of it.
#[allow(dead_code)]
pub fn increment(count: &mut usize) {
    __tsan_write8(ptr::from_mut(count).cast());
    *count += 1;
}
