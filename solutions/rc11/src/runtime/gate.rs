//! The gate between a program and the engine.
//!
//! A thread of a model has two stacks, as a process has one of its own and one in the kernel: its program runs on the first, and
//! what it asks of the engine is done on the second. So the first holds nothing but the program's. With the registers that a call
//! preserves it is all of the thread's state that is not in memory which others can reach too; see [`spin`](super::spin).
//!
//! Where the registers of a processor are not known here, the engine runs on the program's stack, and there is no such state.

use crate::runtime::run::with;
use crate::runtime::state::Engine;
use corosensei::stack::{DefaultStack, Stack, StackPointer};
use std::slice;

/// Address space for each of the two stacks of a thread. Only what is touched costs memory.
pub const STACK: usize = 1 << 20;

/// A program's stack that is deeper than this is not looked at.
const MAX_DEPTH: usize = 1 << 18;

/// Is the state of a thread known on this machine?
pub const EXISTS: bool = cfg!(all(unix, any(target_arch = "x86_64", target_arch = "aarch64")));

/// Is this an address of the stack that begins at `top`? None is on the stack of a thread that has none, whose top is 0.
#[inline]
pub fn is_on_stack(top: usize, address: usize) -> bool {
    top.wrapping_sub(address) <= STACK
}

/// The gate of one thread.
#[derive(Default)]
pub struct Gate {
    /// The engine's stack. Made when it is needed.
    stack: Option<DefaultStack>,
    /// The thread has passed the gate, or has not begun.
    is_closed: bool,
    /// Where the program's stack begins.
    top: usize,
    /// The registers that a call preserves, at the last one; the first is the stack pointer.
    registers: [usize; registers::COUNT],
}

impl Gate {
    /// A thread begins, whose program's stack begins at `top`.
    pub fn open(&mut self, top: usize) {
        if EXISTS {
            let new = || DefaultStack::new(STACK).expect("memory for a stack");
            self.stack.get_or_insert_with(new);
        }
        self.is_closed = false;
        self.top = top & !(align_of::<usize>() - 1);
    }

    /// A thread will begin.
    pub fn close(&mut self) {
        self.is_closed = true;
    }

    /// Where the engine's part of the thread may run, unless it does already.
    #[inline]
    fn pass(&mut self) -> Option<Room> {
        let stack = self.stack.as_ref().filter(|_| !self.is_closed)?;
        self.is_closed = true;
        Some(Room { base: stack.base(), limit: stack.limit() })
    }

    /// Is this an address of the program's stack?
    #[inline]
    pub fn has_on_stack(&self, address: usize) -> bool {
        is_on_stack(self.top, address)
    }

    /// Where the program's stack begins.
    pub fn top(&self) -> usize {
        self.top
    }

    /// What the program's stack and the registers held at the last call, if that is known.
    pub fn state(&self) -> Option<(&[usize], &[usize])> {
        let low = self.registers[0];
        let depth = self.top.checked_sub(low).filter(|depth| *depth <= MAX_DEPTH)?;
        if !EXISTS || self.stack.is_none() {
            return None;
        }
        let stack = std::ptr::with_exposed_provenance(low);
        // SAFETY: the memory between the stack pointer and the top of the stack of a thread that is in the engine now, as whoever
        // calls this is. Nobody writes to it meanwhile. Both ends are aligned to words.
        let stack = unsafe { slice::from_raw_parts(stack, depth / size_of::<usize>()) };
        Some((stack, &self.registers))
    }
}

/// A stack that somebody else owns.
#[derive(Clone, Copy)]
#[cfg_attr(windows, allow(dead_code))]
struct Room {
    base: StackPointer,
    limit: StackPointer,
}

impl Room {
    #[inline]
    #[cfg(not(windows))]
    fn run<R>(self, f: impl FnOnce() -> R) -> R {
        corosensei::on_stack(self, f)
    }

    /// There is no gate.
    #[cfg(windows)]
    fn run<R>(self, f: impl FnOnce() -> R) -> R {
        f()
    }
}

// SAFETY: the bounds are those of a stack that the engine keeps as long as its threads run, and of which nobody uses any part while a
// thread's gate is open.
#[cfg(not(windows))]
unsafe impl Stack for Room {
    #[inline]
    fn base(&self) -> StackPointer {
        self.base
    }

    #[inline]
    fn limit(&self) -> StackPointer {
        self.limit
    }
}

/// Opens a gate again.
struct Reopen(*mut Gate);

impl Drop for Reopen {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: whoever has made this says so.
        unsafe { (*self.0).is_closed = false };
    }
}

/// Runs `f`, a part of the engine, on the engine's stack of the current thread. Nothing more than to call `f` if the caller is no
/// thread of a model, or is in the engine already, or if no thread of the program has been seen in a loop.
#[inline]
pub fn enter<R>(f: impl FnOnce() -> R) -> R {
    let gate =
        with(|engine: &mut Engine| engine.is_gated.then(|| &raw mut engine.gates[engine.current]));
    match gate {
        // SAFETY: the engine outlives its threads, and only the current one uses this gate.
        Some(Some(gate)) => unsafe { enter_by(gate, f) },
        _ => f(),
    }
}

/// As [`enter`], by this gate.
///
/// # Safety
///
/// It must be the gate of the current thread, which nobody else uses meanwhile.
#[inline]
pub unsafe fn enter_by<R>(gate: *mut Gate, f: impl FnOnce() -> R) -> R {
    // SAFETY: as promised by the caller. The reference ends before `f` is called.
    let Some(room) = (unsafe { (*gate).pass() }) else { return f() };
    // SAFETY: as above; there is room for them.
    unsafe { registers::save((&raw mut (*gate).registers).cast()) };
    let _reopen = Reopen(gate);
    room.run(f)
}

#[cfg(target_arch = "x86_64")]
mod registers {
    use std::arch::asm;

    /// rsp, rbx, rbp, r12 to r15.
    pub const COUNT: usize = 7;

    /// Saves the registers.
    ///
    /// # Safety
    ///
    /// There must be room for them.
    #[inline(always)]
    pub unsafe fn save(to: *mut usize) {
        // SAFETY: as promised by the caller.
        unsafe {
            asm!(
                "mov [{to}], rsp",
                "mov [{to} + 8], rbx",
                "mov [{to} + 16], rbp",
                "mov [{to} + 24], r12",
                "mov [{to} + 32], r13",
                "mov [{to} + 40], r14",
                "mov [{to} + 48], r15",
                to = in(reg) to,
                options(nostack, preserves_flags),
            );
        }
    }
}

#[cfg(target_arch = "aarch64")]
mod registers {
    use std::arch::asm;

    /// sp, x29, x19 to x28, d8 to d15.
    pub const COUNT: usize = 20;

    /// Saves the registers.
    ///
    /// # Safety
    ///
    /// There must be room for them.
    #[inline(always)]
    pub unsafe fn save(to: *mut usize) {
        // SAFETY: as promised by the caller.
        unsafe {
            asm!(
                "mov {sp}, sp",
                "stp {sp}, x29, [{to}]",
                "stp x19, x20, [{to}, #16]",
                "stp x21, x22, [{to}, #32]",
                "stp x23, x24, [{to}, #48]",
                "stp x25, x26, [{to}, #64]",
                "stp x27, x28, [{to}, #80]",
                "stp d8, d9, [{to}, #96]",
                "stp d10, d11, [{to}, #112]",
                "stp d12, d13, [{to}, #128]",
                "stp d14, d15, [{to}, #144]",
                to = in(reg) to,
                sp = out(reg) _,
                options(nostack, preserves_flags),
            );
        }
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod registers {
    pub const COUNT: usize = 1;

    pub unsafe fn save(_: *mut usize) {}
}
