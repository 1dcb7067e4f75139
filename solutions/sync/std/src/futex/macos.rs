//! macOS and its kin: `os_sync_wait_on_address`, or what it is made of.
//!
//! These systems have no stable system calls: the stable interface is the C library. Since macOS 14.4 (iOS 17.4) that has
//! `os_sync_wait_on_address`, public and documented. Before, the same work is done by `__ulock_wait2` (since macOS 11, iOS
//! 14) and `__ulock_wake`, which are in no public header. LLVM's C++ library, which Apple ships, waits with that family of
//! functions too, so their names and meaning stay for as long as programs built against it are to run. Rust's std (1.96)
//! avoids them all the same, because the App Store rejects programs that use private functions: it has POSIX's mutex and
//! libdispatch's semaphores instead. Here they are looked for only where the public functions are missing. Where neither
//! is there, the table of [`parking`] serves. A program that is not meant for older systems can do without [`Private`].
//!
//! Which of the three it is, is decided once, at run time, and for waits and wake-ups together: a sleeper of one kind need
//! not hear a waker of another.
//!
//! All times here are relative, so what is left is computed anew for each call.
//!
//! Sources: `os/os_sync_wait_on_address.h` of the macOS SDK; `bsd/sys/ulock.h` and `bsd/kern/sys_ulock.c` of XNU.

use super::deadline::Deadline;
use super::parking;
use crate::atomic::AtomicU32;
use libc::{c_int, c_void, size_t};
use std::ffi::CStr;
use std::io;
use std::mem::transmute_copy;
use std::sync::OnceLock;
use std::time::Duration;

/// The size of a word, as the public functions ask for it.
const SIZE: size_t = size_of::<AtomicU32>();
/// A plain 32-bit word of this process.
const UL_COMPARE_AND_WAIT: u32 = 1;
/// All sleepers and not one.
const ULF_WAKE_ALL: u32 = 0x100;

/// The public functions.
#[derive(Clone, Copy)]
struct Public {
    wait: unsafe extern "C" fn(*mut c_void, u64, size_t, u32) -> c_int,
    wait_timeout: unsafe extern "C" fn(*mut c_void, u64, size_t, u32, u32, u64) -> c_int,
    wake_any: unsafe extern "C" fn(*mut c_void, size_t, u32) -> c_int,
    wake_all: unsafe extern "C" fn(*mut c_void, size_t, u32) -> c_int,
}

/// The functions of no public header.
#[derive(Clone, Copy)]
struct Private {
    /// Operation, address, value, nanoseconds (0: for ever), and a second value that this operation does not use.
    wait2: unsafe extern "C" fn(u32, *mut c_void, u64, u64, u64) -> c_int,
    /// Operation, address, and a value that this operation does not use.
    wake: unsafe extern "C" fn(u32, *mut c_void, u64) -> c_int,
}

#[derive(Clone, Copy)]
enum Kind {
    Public(Public),
    Private(Private),
    Table,
}

/// The function of that name, if this system has it.
///
/// # Safety
///
/// `F` is the type of that function: an `extern "C" fn` pointer.
unsafe fn function<F: Copy>(name: &CStr) -> Option<F> {
    const { assert!(size_of::<F>() == size_of::<*mut c_void>()) };
    // SAFETY: `name` is a C string.
    let found = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    // SAFETY: a pointer to a function of type `F`, as the caller says; the sizes are equal.
    (!found.is_null()).then(|| unsafe { transmute_copy::<*mut c_void, F>(&found) })
}

fn kind() -> Kind {
    static KIND: OnceLock<Kind> = OnceLock::new();
    // SAFETY: the types are those of the headers named above.
    let public = || unsafe {
        Some(Public {
            wait: function(c"os_sync_wait_on_address")?,
            wait_timeout: function(c"os_sync_wait_on_address_with_timeout")?,
            wake_any: function(c"os_sync_wake_by_address_any")?,
            wake_all: function(c"os_sync_wake_by_address_all")?,
        })
    };
    // SAFETY: as above.
    let private = || unsafe {
        Some(Private { wait2: function(c"__ulock_wait2")?, wake: function(c"__ulock_wake")? })
    };
    *KIND.get_or_init(|| {
        public().map(Kind::Public).or_else(|| private().map(Kind::Private)).unwrap_or(Kind::Table)
    })
}

/// Sleeps while `word` is `expected`. Returns false if the time ran out.
pub fn wait_for(word: &AtomicU32, expected: u32, timeout: Option<Duration>) -> bool {
    let kind = kind();
    let (address, value) = (word.as_ptr().cast(), u64::from(expected));
    let deadline = Deadline::after(timeout);
    loop {
        // More nanoseconds than there is room for are 584 years: for ever.
        let left = deadline.left().and_then(|left| u64::try_from(left.as_nanos()).ok());
        let ended = match (kind, left) {
            // No time is an error to the public function and for ever to the private one.
            (Kind::Public(_) | Kind::Private(_), Some(0)) => return false,
            // SAFETY: `word` outlives the call and has the size that is named.
            (Kind::Public(public), None) => unsafe {
                (public.wait)(address, value, SIZE, libc::OS_SYNC_WAIT_ON_ADDRESS_NONE)
            },
            // SAFETY: as above.
            (Kind::Public(public), Some(left)) => unsafe {
                let clock = libc::OS_CLOCK_MACH_ABSOLUTE_TIME;
                let flags = libc::OS_SYNC_WAIT_ON_ADDRESS_NONE;
                (public.wait_timeout)(address, value, SIZE, flags, clock, left)
            },
            // SAFETY: `word` outlives the call and has the size that the operation implies.
            (Kind::Private(private), left) => unsafe {
                (private.wait2)(UL_COMPARE_AND_WAIT, address, value, left.unwrap_or(0), 0)
            },
            (Kind::Table, _) => return parking::wait_for(word, expected, timeout),
        };
        // How many others sleep there still.
        if ended >= 0 {
            return true;
        }
        match io::Error::last_os_error().raw_os_error() {
            // The next turn sees whether the deadline has come, or, after a signal handler, how much is left.
            Some(libc::ETIMEDOUT | libc::EINTR) => {}
            // EFAULT: the page was being brought in. To the caller that is a spurious return.
            _ => return true,
        }
    }
}

/// Wakes one thread that sleeps on `word`.
pub fn wake_one(word: &AtomicU32) {
    let address = word.as_ptr().cast();
    match kind() {
        // SAFETY: takes `word` for an address, of the same size and flags as the wait.
        Kind::Public(public) => unsafe {
            (public.wake_any)(address, SIZE, libc::OS_SYNC_WAKE_BY_ADDRESS_NONE);
        },
        // SAFETY: takes `word` for an address, with the same operation as the wait.
        Kind::Private(private) => unsafe {
            (private.wake)(UL_COMPARE_AND_WAIT, address, 0);
        },
        Kind::Table => parking::wake_one(word),
    }
}

/// Wakes all threads that sleep on `word`.
pub fn wake_all(word: &AtomicU32) {
    let address = word.as_ptr().cast();
    match kind() {
        // SAFETY: takes `word` for an address, of the same size and flags as the wait.
        Kind::Public(public) => unsafe {
            (public.wake_all)(address, SIZE, libc::OS_SYNC_WAKE_BY_ADDRESS_NONE);
        },
        // SAFETY: takes `word` for an address, with the same operation as the wait.
        Kind::Private(private) => unsafe {
            (private.wake)(UL_COMPARE_AND_WAIT | ULF_WAKE_ALL, address, 0);
        },
        Kind::Table => parking::wake_all(word),
    }
}
