//! Tells the judge that a stack has overflowed, before the process ends for it.
//!
//! The threads of a model have stacks of the checker's, of which Rust's run-time knows nothing. What an overflow of any stack is seen
//! by: memory was touched at the end of the stack, just where the stack pointer is, and there is none.

use protocol::{LastWords, Message};
use std::mem::MaybeUninit;
use std::sync::OnceLock;

/// How far below the stack pointer an overflow is seen: a function may touch the end of its frame first.
const BELOW: usize = 64 << 10;

/// How far above: the frame of a function, of which the compiler touches each page in turn.
const ABOVE: usize = 4 << 10;

struct Handler {
    words: LastWords,
    /// What was done with the signal before: Rust's run-time knows the stacks of its threads.
    before: libc::sigaction,
}

static HANDLER: OnceLock<Handler> = OnceLock::new();

/// Looks out for it, once, before code under test runs.
pub fn look_out() {
    let Some(words) = LastWords::of(&Message::Overflowed) else { return };
    let mut before = MaybeUninit::uninit();
    // SAFETY: the pointer is to room for what is set now, which outlives the call; nothing is changed.
    if unsafe { libc::sigaction(libc::SIGSEGV, std::ptr::null(), before.as_mut_ptr()) } != 0 {
        return;
    }
    // SAFETY: the call has filled it.
    let before = unsafe { before.assume_init() };
    if HANDLER.set(Handler { words, before }).is_err() {
        return;
    }
    // SAFETY: all zero is an action: no flags, and an empty set of signals.
    let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    action.sa_sigaction = on_fault as *const () as usize;
    // On the stack that the run-time has set aside for this: the thread's own is at its end.
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    // SAFETY: `on_fault` is a handler of the kind that the flags say, and does only what a handler may.
    unsafe { libc::sigaction(libc::SIGSEGV, &raw const action, std::ptr::null_mut()) };
}

/// Says it if it is so, and hands the fault on: the instruction is run again, and faults again.
extern "C" fn on_fault(
    signal: libc::c_int,
    info: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) {
    let Some(Handler { words, before }) = HANDLER.get() else { return };
    // SAFETY: the system hands over both structures, whole, for as long as this runs.
    let (touched, stack) = unsafe {
        ((*info).si_addr() as usize, stack_pointer(&*context.cast::<libc::ucontext_t>()))
    };
    if (stack.saturating_sub(BELOW)..stack.saturating_add(ABOVE)).contains(&touched) {
        words.say();
    }
    // SAFETY: the action is the one that the system told of.
    unsafe { libc::sigaction(signal, before, std::ptr::null_mut()) };
}

#[cfg(target_arch = "x86_64")]
fn stack_pointer(context: &libc::ucontext_t) -> usize {
    context.uc_mcontext.gregs[libc::REG_RSP as usize] as usize
}

#[cfg(target_arch = "aarch64")]
fn stack_pointer(context: &libc::ucontext_t) -> usize {
    context.uc_mcontext.sp as usize
}
