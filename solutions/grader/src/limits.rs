//! Limits that the system holds a check to. They are set before any code under test runs, and it cannot lift them.

use protocol::Request;

/// More processor time than the watchdog grants, in seconds: for when code under test has done away with the watchdog.
#[cfg(unix)]
const GRACE: u64 = 10;

#[cfg(unix)]
pub fn apply(request: &Request) {
    set(libc::RLIMIT_CORE, 0, 0);
    // At the first limit comes a signal with a name, at the second one that nobody can catch.
    set(libc::RLIMIT_CPU, request.seconds + GRACE, request.seconds + 2 * GRACE);
    // OpenBSD has no such limit, and macOS does not keep to it.
    #[cfg(any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "netbsd"
    ))]
    set(libc::RLIMIT_AS, request.memory, request.memory);
}

#[cfg(all(unix, any(target_env = "gnu", target_env = "uclibc")))]
type Resource = libc::__rlimit_resource_t;
#[cfg(all(unix, not(any(target_env = "gnu", target_env = "uclibc"))))]
type Resource = libc::c_int;

#[cfg(unix)]
fn set(resource: Resource, soft: u64, hard: u64) {
    let limit = libc::rlimit { rlim_cur: soft as libc::rlim_t, rlim_max: hard as libc::rlim_t };
    // SAFETY: the pointer is to a limit that outlives the call. A limit that is lower already may not be raised: then that one holds.
    unsafe { libc::setrlimit(resource, &raw const limit) };
}

/// The judge has put this process into a job, which limits it.
#[cfg(not(unix))]
pub fn apply(_: &Request) {}
