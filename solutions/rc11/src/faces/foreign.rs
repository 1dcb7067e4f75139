//! Code that is not Rust, or does not use the checker's types, under the checker.
//!
//! gcc, clang, Zig and rustc can call functions of ThreadSanitizer's ABI for every access to memory. This crate defines them
//! (see `tsan`), so such code needs no other run-time; [`Builder::atomics_by_address`](crate::Builder::atomics_by_address) makes a model
//! explore its atomics. What it calls of the system, it calls there; but the functions in [`WRAPPED`] have another meaning in a model.
//! A linker that is told `--wrap=NAME` for each puts `__wrap_NAME`, which is here, in its place.
//!
//! What is not seen: machine code that was written by hand, libraries that are not instrumented, atomics of more than 8 bytes (they do not
//! link), and variables of a thread, which the threads of a model share.

use crate::faces::tsan::{copy, set};
use crate::runtime::foreign::{self, Waited};
use crate::runtime::run::is_inside;
use std::ffi::{CStr, c_char, c_int, c_long, c_void};

/// Functions of the system that mean something else in a model: the linker is to be told `--wrap=` with each.
pub const WRAPPED: &[&str] = &[
    "sched_yield",
    "thrd_yield",
    "syscall",
    "memcpy",
    "memmove",
    "memset",
    // Memory that is given back, by C and by C++.
    "free",
    "realloc",
    "_ZdlPv",
    "_ZdlPvm",
    "_ZdaPv",
    "_ZdaPvm",
    "_ZdlPvSt11align_val_t",
    "_ZdaPvSt11align_val_t",
    "_ZdlPvmSt11align_val_t",
    "_ZdaPvmSt11align_val_t",
    // Memory that is asked for: it holds the same each time.
    "malloc",
    "aligned_alloc",
    "posix_memalign",
    "_Znwm",
    "_Znam",
    "_ZnwmSt11align_val_t",
    "_ZnamSt11align_val_t",
    // What ends a process.
    "abort",
    "exit",
    "_exit",
    "quick_exit",
    "__assert_fail",
    "_ZSt9terminatev",
];

/// Functions of the system that wait or start threads in a way that a model does not know: as above.
pub const REFUSED: &[&str] = &[
    "pthread_create",
    "pthread_join",
    "pthread_mutex_lock",
    "pthread_mutex_trylock",
    "pthread_mutex_unlock",
    "pthread_cond_wait",
    "pthread_cond_timedwait",
    "pthread_cond_signal",
    "pthread_cond_broadcast",
    "thrd_create",
    "thrd_join",
    "thrd_sleep",
    "mtx_lock",
    "mtx_trylock",
    "mtx_unlock",
    "cnd_wait",
    "cnd_signal",
    "cnd_broadcast",
    "sem_wait",
    "sem_post",
    "nanosleep",
    "usleep",
    "sleep",
];

/// Keeps the functions of the ABI in a program that only refers to them at run time, from a library that it loads. The program must be
/// linked so that it exports them.
pub fn keep() {
    unsafe extern "C" {
        fn __tsan_init();
        fn __tsan_atomic_thread_fence(order: c_int);
        fn __wrap_sched_yield() -> c_int;
    }
    let functions: [*const (); 4] = [
        __tsan_init as *const (),
        __tsan_atomic_thread_fence as *const (),
        __wrap_sched_yield as *const (),
        rc11_panic as *const (),
    ];
    std::hint::black_box(functions);
}

/// Says where the code of a library is that was loaded while the program runs, and what its debug information says of an address
/// there: file, line and column of a call, and then of those that it was inlined into.
pub fn add_symbols(
    code: std::ops::Range<usize>,
    symbols: impl Fn(usize) -> Vec<(String, u32, u32)> + Send + 'static,
) {
    foreign::add_symbols(code, Box::new(symbols));
}

/// Says what the program calls the memory at an address, as far as it is known there: `lock.flag`. A failure shows it.
pub fn add_names(names: impl Fn(usize) -> Option<String> + Send + 'static) {
    foreign::add_names(Box::new(names));
}

/// From now on what would end the process in a thread of a model is a failure of the model, wherever it comes from: a null pointer, memory
/// that is not the program's, a division by zero. Only on Linux, on x86-64 and AArch64.
pub fn catch_faults() {
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    foreign::catch_faults();
}

/// The program gives memory back: an access to it that does not happen before is a data race, and one that comes later a use after free.
#[track_caller]
pub fn freed(at: *const c_void, len: usize) {
    crate::runtime::sight::free((at.addr(), len), std::panic::Location::caller());
}

#[unsafe(no_mangle)]
extern "C" fn __wrap_sched_yield() -> c_int {
    if is_inside() {
        crate::hint::spin_loop();
    } else {
        std::thread::yield_now();
    }
    0
}

#[unsafe(no_mangle)]
extern "C" fn __wrap_thrd_yield() {
    __wrap_sched_yield();
}

hand_over! {
    __wrap_memcpy(3) => copy;
    __wrap_memmove(3) => copy;
    __wrap_memset(3) => set;
}

#[cfg(target_os = "linux")]
mod heap;

/// The program ends itself at the call that returns to `address`.
fn end(message: &str, address: usize) -> ! {
    if !is_inside() {
        eprintln!("{message}");
        std::process::abort();
    }
    foreign::ends(message.to_owned(), address)
}

extern "C" fn abort(_: usize, address: usize) -> ! {
    end("the program ends itself by `abort`", address)
}

extern "C" fn exit(_: usize, address: usize) -> ! {
    end("the program ends itself by `exit`", address)
}

extern "C" fn terminate(_: usize, address: usize) -> ! {
    end("the program ends itself by `std::terminate`", address)
}

extern "C" fn assert_fail(
    assertion: *const c_char,
    _: *const c_char,
    _: usize,
    _: *const c_char,
    address: usize,
) -> ! {
    // SAFETY: as promised by the caller, who is C's `assert`.
    let assertion = unsafe { CStr::from_ptr(assertion) }.to_string_lossy();
    end(&format!("assertion `{assertion}` failed"), address)
}

/// For a language whose panics are its own: it has panicked in the code that returns to `address`.
#[unsafe(no_mangle)]
unsafe extern "C" fn rc11_panic(message: *const u8, len: usize, address: usize) -> ! {
    // SAFETY: as promised by the caller.
    let message = unsafe { std::slice::from_raw_parts(message, len) };
    end(&format!("panic: {}", String::from_utf8_lossy(message)), address)
}

hand_over! {
    __wrap_abort(1) => abort;
    __wrap_exit(1) => exit;
    __wrap__exit(1) => exit;
    __wrap_quick_exit(1) => exit;
    __wrap__ZSt9terminatev(1) => terminate;
    __wrap___assert_fail(4) => assert_fail;
}

macro_rules! refuse {
    ($($function:ident)*) => {$(
        #[unsafe(no_mangle)]
        extern "C" fn $function() -> ! {
            refuse(stringify!($function))
        }
    )*};
}

refuse! {
    __wrap_pthread_create __wrap_pthread_join __wrap_pthread_mutex_lock __wrap_pthread_mutex_trylock __wrap_pthread_mutex_unlock
    __wrap_pthread_cond_wait __wrap_pthread_cond_timedwait __wrap_pthread_cond_signal __wrap_pthread_cond_broadcast
    __wrap_thrd_create __wrap_thrd_join __wrap_thrd_sleep __wrap_mtx_lock __wrap_mtx_trylock __wrap_mtx_unlock
    __wrap_cnd_wait __wrap_cnd_signal __wrap_cnd_broadcast __wrap_sem_wait __wrap_sem_post __wrap_nanosleep __wrap_usleep __wrap_sleep
}

/// The program calls what a model does not know.
#[cold]
fn refuse(wrapper: &str) -> ! {
    let name = wrapper.trim_start_matches("__wrap_");
    let message = format!(
        "not decided: `{name}` is called, and the checker does not know what it waits for or starts"
    );
    if !is_inside() {
        eprintln!("{message}");
        std::process::abort();
    }
    foreign::undecided(message)
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod system;
