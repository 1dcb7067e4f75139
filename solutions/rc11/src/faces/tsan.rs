//! The functions that instrumented code calls: ThreadSanitizer's names, and nothing else of it.
//!
//! Each hands over the address that it returns to, which says where in the program the access is.

use crate::runtime::sight::{self, Kind, Step, access};
use std::ffi::c_void;
use std::sync::atomic::{self, Ordering};

/// Defines a function of the ABI that hands its arguments, so many, and the address that it returns to, to another.
macro_rules! hand_over {
    ($($name:ident($arguments:tt) => $to:ident;)*) => {$(
        #[unsafe(naked)]
        #[unsafe(no_mangle)]
        extern "C" fn $name() {
            hand_over!(asm $arguments $to)
        }
    )*};
    (asm 1 $to:ident) => { hand_over!(code "rsi", "rdx", "x1", $to) };
    (asm 2 $to:ident) => { hand_over!(code "rdx", "r8", "x2", $to) };
    (asm 3 $to:ident) => { hand_over!(code "rcx", "r9", "x3", $to) };
    (code $sysv:literal, $win:literal, $arm:literal, $to:ident) => {{
        #[cfg(all(target_arch = "x86_64", not(windows)))]
        core::arch::naked_asm!(concat!("mov ", $sysv, ", [rsp]"), "jmp {}", sym $to);
        #[cfg(all(target_arch = "x86_64", windows))]
        core::arch::naked_asm!(concat!("mov ", $win, ", [rsp]"), "jmp {}", sym $to);
        #[cfg(target_arch = "aarch64")]
        core::arch::naked_asm!(concat!("mov ", $arm, ", x30"), "b {}", sym $to);
    }};
}

macro_rules! accesses {
    ($($name:ident $unaligned:ident $function:ident $size:literal $kind:ident;)*) => {
        $(
            extern "C" fn $function(at: *const c_void, address: usize) {
                access((at.addr(), $size), Kind::$kind, address);
            }
        )*
        hand_over!($($name(1) => $function; $unaligned(1) => $function;)*);
    };
}

accesses! {
    __tsan_read1 __tsan_unaligned_read1 read1 1 READ;
    __tsan_read2 __tsan_unaligned_read2 read2 2 READ;
    __tsan_read4 __tsan_unaligned_read4 read4 4 READ;
    __tsan_read8 __tsan_unaligned_read8 read8 8 READ;
    __tsan_read16 __tsan_unaligned_read16 read16 16 READ;
    __tsan_write1 __tsan_unaligned_write1 write1 1 WRITE;
    __tsan_write2 __tsan_unaligned_write2 write2 2 WRITE;
    __tsan_write4 __tsan_unaligned_write4 write4 4 WRITE;
    __tsan_write8 __tsan_unaligned_write8 write8 8 WRITE;
    __tsan_write16 __tsan_unaligned_write16 write16 16 WRITE;
}

hand_over! {
    __tsan_vptr_read(1) => read8;
    __tsan_vptr_update(2) => update;
    __tsan_memcpy(3) => copy;
    __tsan_memmove(3) => copy;
    __tsan_memset(3) => set;
}

extern "C" fn update(at: *const c_void, _: *const c_void, address: usize) {
    write8(at, address);
}

/// `memcpy` and `memmove`: the latter is right for both.
extern "C" fn copy(
    to: *mut c_void,
    from: *const c_void,
    len: usize,
    address: usize,
) -> *mut c_void {
    access((from.addr(), len), Kind::READ, address);
    access((to.addr(), len), Kind::WRITE, address);
    // SAFETY: as promised by the caller.
    unsafe { std::ptr::copy(from.cast::<u8>(), to.cast::<u8>(), len) };
    to
}

extern "C" fn set(to: *mut c_void, value: i32, len: usize, address: usize) -> *mut c_void {
    access((to.addr(), len), Kind::WRITE, address);
    // SAFETY: as promised by the caller; only the lowest byte of the value counts.
    unsafe { std::ptr::write_bytes(to.cast::<u8>(), value as u8, len) };
    to
}

/// A module of instrumented code is part of the program. Called before `main`.
#[unsafe(no_mangle)]
extern "C" fn __tsan_init() {
    sight::set_instrumented();
}

/// A function begins, which will return to `address`.
#[unsafe(naked)]
#[unsafe(no_mangle)]
extern "C" fn __tsan_func_entry(address: usize) {
    #[cfg(all(target_arch = "x86_64", not(windows)))]
    core::arch::naked_asm!("mov rsi, rsp", "jmp {}", sym enter);
    #[cfg(all(target_arch = "x86_64", windows))]
    core::arch::naked_asm!("mov rdx, rsp", "jmp {}", sym enter);
    #[cfg(target_arch = "aarch64")]
    core::arch::naked_asm!("mov x1, sp", "b {}", sym enter);
}

extern "C" fn enter(address: usize, stack: usize) {
    sight::enter(address, stack);
}

/// A function ends.
#[unsafe(naked)]
#[unsafe(no_mangle)]
extern "C" fn __tsan_func_exit() {
    #[cfg(all(target_arch = "x86_64", not(windows)))]
    core::arch::naked_asm!("mov rdi, rsp", "jmp {}", sym leave);
    #[cfg(all(target_arch = "x86_64", windows))]
    core::arch::naked_asm!("mov rcx, rsp", "jmp {}", sym leave);
    #[cfg(target_arch = "aarch64")]
    core::arch::naked_asm!("mov x0, sp", "b {}", sym leave);
}

extern "C" fn leave(stack: usize) {
    sight::leave(stack);
}

/// The orderings of C++, as the compiler numbers them.
fn ordering(number: i32) -> Ordering {
    match number {
        0 => Ordering::Relaxed,
        1 | 2 => Ordering::Acquire,
        3 => Ordering::Release,
        4 => Ordering::AcqRel,
        _ => Ordering::SeqCst,
    }
}

/// The atomics that are not the checker's: by address.
macro_rules! atomics {
    ($($value:ty, $atomic:ident, $load:ident $store:ident $exchange:ident
        $compare:ident $strong:ident $weak:ident $($fetch:ident $method:ident)*;)*) => {$(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $load(at: *mut $value, order: i32) -> $value {
            atomic(at, Step::Load, order);
            // SAFETY: as promised by the caller.
            unsafe { atomic::$atomic::from_ptr(at) }.load(Ordering::SeqCst)
        }

        #[unsafe(no_mangle)]
        unsafe extern "C" fn $store(at: *mut $value, value: $value, order: i32) {
            atomic(at, Step::Store, order);
            // SAFETY: as promised by the caller.
            unsafe { atomic::$atomic::from_ptr(at) }.store(value, Ordering::SeqCst);
        }

        #[unsafe(no_mangle)]
        unsafe extern "C" fn $exchange(at: *mut $value, value: $value, order: i32) -> $value {
            atomic(at, Step::Update, order);
            // SAFETY: as promised by the caller.
            unsafe { atomic::$atomic::from_ptr(at) }.swap(value, Ordering::SeqCst)
        }

        #[unsafe(no_mangle)]
        unsafe extern "C" fn $compare(
            at: *mut $value,
            expected: $value,
            new: $value,
            success: i32,
            failure: i32,
        ) -> $value {
            // SAFETY: as promised by the caller.
            let word = unsafe { atomic::$atomic::from_ptr(at) };
            // Nobody else runs between this look and the exchange: the threads of a model run in turn.
            match word.load(Ordering::SeqCst) == expected {
                true => atomic(at, Step::Update, success),
                false => atomic(at, Step::Load, failure),
            }
            let result =
                word.compare_exchange(expected, new, Ordering::SeqCst, Ordering::SeqCst);
            result.unwrap_or_else(|old| old)
        }

        #[unsafe(no_mangle)]
        unsafe extern "C" fn $strong(
            at: *mut $value,
            expected: *mut $value,
            new: $value,
            success: i32,
            failure: i32,
        ) -> i32 {
            // SAFETY: as promised by the caller.
            unsafe {
                let old = $compare(at, *expected, new, success, failure);
                let is_equal = old == *expected;
                *expected = old;
                is_equal.into()
            }
        }

        #[unsafe(no_mangle)]
        unsafe extern "C" fn $weak(
            at: *mut $value,
            expected: *mut $value,
            new: $value,
            success: i32,
            failure: i32,
        ) -> i32 {
            // SAFETY: as promised by the caller.
            unsafe { $strong(at, expected, new, success, failure) }
        }

        $(
            #[unsafe(no_mangle)]
            unsafe extern "C" fn $fetch(at: *mut $value, value: $value, order: i32) -> $value {
                atomic(at, Step::Update, order);
                // SAFETY: as promised by the caller.
                unsafe { atomic::$atomic::from_ptr(at) }.$method(value, Ordering::SeqCst)
            }
        )*
    )*};
}

atomics! {
    u8, AtomicU8, __tsan_atomic8_load __tsan_atomic8_store __tsan_atomic8_exchange
        __tsan_atomic8_compare_exchange_val __tsan_atomic8_compare_exchange_strong __tsan_atomic8_compare_exchange_weak
        __tsan_atomic8_fetch_add fetch_add __tsan_atomic8_fetch_sub fetch_sub __tsan_atomic8_fetch_and fetch_and
        __tsan_atomic8_fetch_or fetch_or __tsan_atomic8_fetch_xor fetch_xor __tsan_atomic8_fetch_nand fetch_nand;
    u16, AtomicU16, __tsan_atomic16_load __tsan_atomic16_store __tsan_atomic16_exchange
        __tsan_atomic16_compare_exchange_val __tsan_atomic16_compare_exchange_strong __tsan_atomic16_compare_exchange_weak
        __tsan_atomic16_fetch_add fetch_add __tsan_atomic16_fetch_sub fetch_sub __tsan_atomic16_fetch_and fetch_and
        __tsan_atomic16_fetch_or fetch_or __tsan_atomic16_fetch_xor fetch_xor __tsan_atomic16_fetch_nand fetch_nand;
    u32, AtomicU32, __tsan_atomic32_load __tsan_atomic32_store __tsan_atomic32_exchange
        __tsan_atomic32_compare_exchange_val __tsan_atomic32_compare_exchange_strong __tsan_atomic32_compare_exchange_weak
        __tsan_atomic32_fetch_add fetch_add __tsan_atomic32_fetch_sub fetch_sub __tsan_atomic32_fetch_and fetch_and
        __tsan_atomic32_fetch_or fetch_or __tsan_atomic32_fetch_xor fetch_xor __tsan_atomic32_fetch_nand fetch_nand;
    u64, AtomicU64, __tsan_atomic64_load __tsan_atomic64_store __tsan_atomic64_exchange
        __tsan_atomic64_compare_exchange_val __tsan_atomic64_compare_exchange_strong __tsan_atomic64_compare_exchange_weak
        __tsan_atomic64_fetch_add fetch_add __tsan_atomic64_fetch_sub fetch_sub __tsan_atomic64_fetch_and fetch_and
        __tsan_atomic64_fetch_or fetch_or __tsan_atomic64_fetch_xor fetch_xor __tsan_atomic64_fetch_nand fetch_nand;
}

fn atomic<T>(at: *mut T, step: Step, order: i32) {
    sight::atomic((at.addr(), size_of::<T>()), step, ordering(order));
}

#[unsafe(no_mangle)]
extern "C" fn __tsan_atomic_thread_fence(order: i32) {
    atomic::fence(Ordering::SeqCst);
    sight::fence(ordering(order));
}

#[unsafe(no_mangle)]
extern "C" fn __tsan_atomic_signal_fence(_: i32) {}
