//! The standard output, taken for the messages.

use std::fs::File;
use std::io;

/// A way of our own to where the standard output leads, which processes that this one starts do not inherit. The standard
/// output itself leads to the standard error from now on.
#[cfg(unix)]
pub fn take() -> io::Result<File> {
    use std::os::fd::AsFd;
    let own = io::stdout().as_fd().try_clone_to_owned()?;
    // SAFETY: both descriptors are open, or the call fails; std's `stdout` names 1 by number and keeps no state of it.
    if unsafe { libc::dup2(libc::STDERR_FILENO, libc::STDOUT_FILENO) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(own.into())
}

/// As on Unix.
#[cfg(windows)]
pub fn take() -> io::Result<File> {
    use std::os::windows::io::{AsHandle, AsRawHandle};
    use windows_sys::Win32::System::Console::{STD_OUTPUT_HANDLE, SetStdHandle};
    let own = io::stdout().as_handle().try_clone_to_owned()?;
    // SAFETY: the handle is open, and stays so as long as the process.
    if unsafe { SetStdHandle(STD_OUTPUT_HANDLE, io::stderr().as_raw_handle()) } == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(own.into())
}
