//! The functions that instrumented code calls: ThreadSanitizer's names, and nothing else of it.
//!
//! Each hands over the address that it returns to, which says where in the program the access is.

use crate::runtime::foreign;
use crate::runtime::sight::{self, Kind};
use std::ffi::c_void;

/// Defines a function of the ABI that hands its arguments, so many, and the address that it returns to, to another.
macro_rules! hand_over {
    ($($name:ident($arguments:tt) => $to:ident;)*) => {$(
        #[unsafe(naked)]
        #[unsafe(no_mangle)]
        extern "C" fn $name() {
            hand_over!(asm $arguments $to)
        }
    )*};
    (asm 1 $to:ident) => { hand_over!(code "rsi", "mov rdx, [rsp]", "x1", $to) };
    (asm 2 $to:ident) => { hand_over!(code "rdx", "mov r8, [rsp]", "x2", $to) };
    (asm 3 $to:ident) => { hand_over!(code "rcx", "mov r9, [rsp]", "x3", $to) };
    // Windows has no register for a fifth argument: who is called there must not use it.
    (asm 4 $to:ident) => { hand_over!(code "r8", "", "x4", $to) };
    (asm 5 $to:ident) => { hand_over!(code "r9", "", "x5", $to) };
    (code $sysv:literal, $win:literal, $arm:literal, $to:ident) => {{
        #[cfg(all(target_arch = "x86_64", not(windows)))]
        core::arch::naked_asm!(concat!("mov ", $sysv, ", [rsp]"), "jmp {}", sym $to);
        #[cfg(all(target_arch = "x86_64", windows))]
        core::arch::naked_asm!($win, "jmp {}", sym $to);
        #[cfg(target_arch = "aarch64")]
        core::arch::naked_asm!(concat!("mov ", $arm, ", x30"), "b {}", sym $to);
    }};
}

/// An access to plain memory.
#[inline]
fn access(range: (usize, usize), kind: Kind, address: usize) {
    // Most accesses are such, so this is quick.
    if sight::is_clearly_nothing(range) && !foreign::is_in_use() {
        return;
    }
    look_at(range.0, range.1, kind, address);
}

#[inline(never)]
fn look_at(at: usize, len: usize, kind: Kind, address: usize) {
    let range = (at, len);
    if sight::is_nothing(range) && !foreign::is_in_use() {
        return;
    }
    foreign::keep_errno(|| {
        sight::access(range, kind, address);
        foreign::plain(range, kind.writes(), address);
    });
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
    __tsan_read_range(2) => read_range;
    __tsan_write_range(2) => write_range;
}

extern "C" fn update(at: *const c_void, _: *const c_void, address: usize) {
    write8(at, address);
}

/// `memcpy` and `memmove`: the latter is right for both.
pub(super) extern "C" fn copy(
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

/// `read_range` and `write_range`, which gcc calls for what has no size of those above.
extern "C" fn read_range(at: *const c_void, len: usize, address: usize) {
    access((at.addr(), len), Kind::READ, address);
}

extern "C" fn write_range(at: *const c_void, len: usize, address: usize) {
    access((at.addr(), len), Kind::WRITE, address);
}

pub(super) extern "C" fn set(
    to: *mut c_void,
    value: i32,
    len: usize,
    address: usize,
) -> *mut c_void {
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

#[path = "tsan_atomics.rs"]
mod atomics;
