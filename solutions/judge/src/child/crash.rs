//! What it means that a process has ended by itself, without a word of the check.

use std::process::ExitStatus;

/// What the run-time prints when a stack overflows, before it aborts.
const OVERFLOWED: &str = "has overflowed its stack";

/// Has a stack overflowed, as far as the output tells?
pub fn is_overflow(output: &str) -> bool {
    output.contains(OVERFLOWED)
}

/// Was memory asked for in vain, as far as the output tells? Rust's run-time prints so before it aborts.
pub fn is_out_of_memory(output: &str) -> bool {
    output
        .lines()
        .any(|line| line.starts_with("memory allocation of ") && line.ends_with(" bytes failed"))
}

/// Did it call `abort()`?
pub fn is_abort(status: ExitStatus) -> bool {
    cause(status) == Some(Cause::Abort)
}

/// In words. `wanted` is how many bytes of memory it asked for in vain.
pub fn explain(status: Option<ExitStatus>, wanted: Option<u64>, is_overflow: bool) -> String {
    let Some(status) = status else { return "the check was ended".into() };
    let cause = cause(status);
    match cause {
        Some(Cause::Abort | Cause::Segment) if is_overflow => {
            "a stack overflowed: does something call itself for ever?".into()
        }
        Some(_) if wanted.is_some() => {
            let wanted = wanted.unwrap_or_default();
            format!("out of memory: {wanted} bytes were asked for, and a check may not have that much. Does something grow for ever?")
        }
        Some(Cause::Abort) => "aborted: `abort()` was called, or a panic came while another one was unwinding".into(),
        Some(Cause::Segment) => "crashed: a segmentation fault. Either unsafe code used memory that was not its own, or a stack \
                                 overflowed (does something call itself for ever?)"
            .into(),
        Some(Cause::Illegal) => "crashed: the processor met an invalid instruction".into(),
        Some(Cause::Bus) => "crashed: memory was used in a way that the processor does not allow".into(),
        Some(Cause::Arithmetic) => "crashed: an arithmetic error of the processor".into(),
        Some(Cause::Time) => "the check does not end: it has used up its processor time".into(),
        Some(Cause::Killed) => "killed from outside: by the system, because memory ran out, or by a `kill`".into(),
        Some(Cause::Other(signal)) => format!("ended by signal {signal}"),
        None => format!("ended: something called `exit` before the check was done ({status})"),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(windows, expect(dead_code, reason = "signals are of Unix"))]
enum Cause {
    Abort,
    Segment,
    Illegal,
    Bus,
    Arithmetic,
    Time,
    Killed,
    Other(i32),
}

#[cfg(unix)]
fn cause(status: ExitStatus) -> Option<Cause> {
    use std::os::unix::process::ExitStatusExt;
    Some(match status.signal()? {
        libc::SIGABRT => Cause::Abort,
        libc::SIGSEGV => Cause::Segment,
        libc::SIGILL | libc::SIGTRAP => Cause::Illegal,
        libc::SIGBUS => Cause::Bus,
        libc::SIGFPE => Cause::Arithmetic,
        libc::SIGXCPU => Cause::Time,
        libc::SIGKILL => Cause::Killed,
        other => Cause::Other(other),
    })
}

#[cfg(windows)]
fn cause(status: ExitStatus) -> Option<Cause> {
    // `STATUS_ACCESS_VIOLATION`, `STATUS_STACK_OVERFLOW`, `STATUS_STACK_BUFFER_OVERRUN` (what `abort()` raises), and an instruction
    // that is none.
    match status.code()? as u32 {
        0xC000_0005 | 0xC000_00FD => Some(Cause::Segment),
        0xC000_0409 => Some(Cause::Abort),
        0xC000_001D => Some(Cause::Illegal),
        _ => None,
    }
}
