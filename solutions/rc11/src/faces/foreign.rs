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
use std::ffi::{c_int, c_long, c_void};

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
    let functions: [*const (); 3] = [
        __tsan_init as *const (),
        __tsan_atomic_thread_fence as *const (),
        __wrap_sched_yield as *const (),
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

/// Memory that is given back is not used again in the same execution: who gets it next would be told by nobody that it may.
#[cfg(target_os = "linux")]
mod heap {
    use super::{c_void, foreign};

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
        // SAFETY: any length will do.
        let new = unsafe { libc::malloc(len) };
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

    hand_over! {
        __wrap_free(1) => give_back;
        __wrap__ZdlPv(1) => give_back;
        __wrap__ZdaPv(1) => give_back;
        __wrap__ZdlPvm(2) => give_sized_back;
        __wrap__ZdaPvm(2) => give_sized_back;
        __wrap_realloc(2) => change;
    }
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
mod system {
    use super::{Waited, c_int, c_long, foreign};

    /// `syscall`, with the address that it returns to as one argument more.
    #[unsafe(naked)]
    #[unsafe(no_mangle)]
    extern "C" fn __wrap_syscall() {
        #[cfg(target_arch = "x86_64")]
        core::arch::naked_asm!(
            // Two arguments go over the stack: the last of the seven, and the address. The stack stays aligned.
            "mov rax, [rsp]",
            "mov r10, [rsp + 8]",
            "sub rsp, 8",
            "push rax",
            "push r10",
            "call {}",
            "add rsp, 24",
            "ret",
            sym call,
        );
        #[cfg(target_arch = "aarch64")]
        core::arch::naked_asm!("mov x7, x30", "b {}", sym call);
    }

    extern "C" fn call(
        number: c_long,
        a: usize,
        b: usize,
        c: usize,
        d: usize,
        e: usize,
        f: usize,
        address: usize,
    ) -> c_long {
        if foreign::is_explored() {
            match number {
                libc::SYS_futex => return futex(a, b as c_int, c as u32, d, address),
                libc::SYS_sched_yield => return super::__wrap_sched_yield().into(),
                _ => {}
            }
        }
        // SAFETY: as promised by the caller.
        unsafe { libc::syscall(number, a, b, c, d, e, f) }
    }

    /// Waits or wakes. What other operations of a futex do is not known in a model.
    fn futex(word: usize, operation: c_int, value: u32, timeout: usize, address: usize) -> c_long {
        let at = foreign::site(address);
        let range = (word, size_of::<u32>());
        match operation & !(libc::FUTEX_PRIVATE_FLAG | libc::FUTEX_CLOCK_REALTIME) {
            libc::FUTEX_WAIT | libc::FUTEX_WAIT_BITSET => {
                let may_time_out = timeout != 0;
                let error = match foreign::wait(range, value.into(), may_time_out, at) {
                    Waited::Woken => return 0,
                    Waited::Changed => libc::EAGAIN,
                    Waited::Returned if may_time_out => libc::ETIMEDOUT,
                    Waited::Returned => libc::EINTR,
                };
                // SAFETY: the calling thread's own.
                unsafe { *libc::__errno_location() = error };
                -1
            }
            libc::FUTEX_WAKE | libc::FUTEX_WAKE_BITSET if value <= 1 => {
                foreign::wake(range, false, at);
                // How many were woken, nobody should build upon.
                1
            }
            libc::FUTEX_WAKE | libc::FUTEX_WAKE_BITSET => {
                foreign::wake(range, true, at);
                1
            }
            _ => foreign::undecided(format!(
                "not decided: the checker does not know the futex operation {operation}"
            )),
        }
    }
}
