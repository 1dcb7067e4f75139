//! Memory that is given back is not used again in the same execution: who gets it next would be told by nobody that it may.

use super::{c_int, c_void, foreign};

extern "C" fn give_back(block: *mut c_void, address: usize) {
    if foreign::is_explored() && !block.is_null() {
        // SAFETY: as promised by the caller, the block is one of the allocator's.
        let len = unsafe { libc::malloc_usable_size(block) };
        foreign::give_back((block.expose_provenance(), len), address);
    } else {
        // SAFETY: as promised by the caller.
        unsafe { libc::free(block) };
    }
}

extern "C" fn give_sized_back(block: *mut c_void, _: usize, address: usize) {
    give_back(block, address);
}

extern "C" fn change(block: *mut c_void, len: usize, address: usize) -> *mut c_void {
    if !foreign::is_explored() || block.is_null() {
        // SAFETY: as promised by the caller.
        return unsafe { libc::realloc(block, len) };
    }
    let new = ask(len);
    if !new.is_null() {
        // SAFETY: as promised by the caller, the block is one of the allocator's. The new one is another, and has room for so much.
        unsafe {
            let old_len = libc::malloc_usable_size(block);
            block.copy_to_nonoverlapping(new, old_len.min(len));
        }
        give_back(block, address);
    }
    new
}

/// Memory for the program.
fn given(block: *mut c_void, len: usize) -> *mut c_void {
    if foreign::is_explored() {
        foreign::given(block.cast(), len);
    }
    block
}

extern "C" fn ask(len: usize) -> *mut c_void {
    // SAFETY: any length will do.
    given(unsafe { libc::malloc(len) }, len)
}

extern "C" fn ask_aligned(align: usize, len: usize) -> *mut c_void {
    // SAFETY: any numbers will do.
    given(unsafe { libc::aligned_alloc(align, len) }, len)
}

/// C++'s: memory that nobody has is an exception there, which nobody would catch.
extern "C" fn new_aligned(len: usize, align: usize) -> *mut c_void {
    ask_aligned(align, len.next_multiple_of(align.max(1)))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn __wrap_posix_memalign(
    to: *mut *mut c_void,
    align: usize,
    len: usize,
) -> c_int {
    // SAFETY: as promised by the caller.
    let error = unsafe { libc::posix_memalign(to, align, len) };
    if error == 0 {
        // SAFETY: the call has written there.
        given(unsafe { *to }, len);
    }
    error
}

macro_rules! asks {
    ($($name:ident($($argument:ident),*) => $to:ident;)*) => {$(
        #[unsafe(no_mangle)]
        extern "C" fn $name($($argument: usize),*) -> *mut c_void {
            $to($($argument),*)
        }
    )*};
}

asks! {
    __wrap_malloc(len) => ask;
    __wrap__Znwm(len) => ask;
    __wrap__Znam(len) => ask;
    __wrap_aligned_alloc(align, len) => ask_aligned;
    __wrap__ZnwmSt11align_val_t(len, align) => new_aligned;
    __wrap__ZnamSt11align_val_t(len, align) => new_aligned;
}

extern "C" fn give_back_sized_and_aligned(block: *mut c_void, _: usize, _: usize, address: usize) {
    give_back(block, address);
}

hand_over! {
    __wrap__ZdlPvSt11align_val_t(2) => give_sized_back;
    __wrap__ZdaPvSt11align_val_t(2) => give_sized_back;
    __wrap__ZdlPvmSt11align_val_t(3) => give_back_sized_and_aligned;
    __wrap__ZdaPvmSt11align_val_t(3) => give_back_sized_and_aligned;
    __wrap_free(1) => give_back;
    __wrap__ZdlPv(1) => give_back;
    __wrap__ZdaPv(1) => give_back;
    __wrap__ZdlPvm(2) => give_sized_back;
    __wrap__ZdaPvm(2) => give_sized_back;
    __wrap_realloc(2) => change;
}
