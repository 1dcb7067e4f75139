//! System calls: those on futexes.

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
