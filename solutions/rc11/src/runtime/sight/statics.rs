//! Where an OS thread's own variables are (`thread_local!`).
//!
//! All threads of a model run on one OS thread and share them, in an order that nobody explores.

use std::ops::Range;

/// The variables of this OS thread, those of the program's own file.
#[cfg(target_os = "linux")]
pub fn of_this_thread() -> Range<usize> {
    use std::ffi::{c_int, c_void};

    unsafe extern "C" fn first(
        info: *mut libc::dl_phdr_info,
        _: usize,
        found: *mut c_void,
    ) -> c_int {
        // SAFETY: called by `dl_iterate_phdr` with a description that is valid during the call, and with the pointer that it was given,
        // which is to a range that nobody else uses.
        let (info, found) = unsafe { (&*info, &mut *found.cast::<Range<usize>>()) };
        // SAFETY: as the description says.
        let headers = unsafe { std::slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum.into()) };
        if let Some(header) = headers.iter().find(|header| header.p_type == libc::PT_TLS) {
            let begin = info.dlpi_tls_data.addr();
            *found = begin..begin + header.p_memsz as usize;
        }
        // The first is the program itself.
        1
    }
    let mut found = 0..0;
    // SAFETY: the function has the type that it is called by, and the pointer is valid during the call.
    unsafe { libc::dl_iterate_phdr(Some(first), (&raw mut found).cast()) };
    found
}

/// Where variables are that outlive an execution: those of this OS thread, and the program's statics.
#[cfg(target_os = "linux")]
pub fn lasting() -> Option<Vec<Range<usize>>> {
    use std::ffi::{c_int, c_void};

    unsafe extern "C" fn first(
        info: *mut libc::dl_phdr_info,
        _: usize,
        found: *mut c_void,
    ) -> c_int {
        // SAFETY: as in `of_this_thread`, with a list.
        let (info, found) = unsafe { (&*info, &mut *found.cast::<Vec<Range<usize>>>()) };
        // SAFETY: as the description says.
        let headers = unsafe { std::slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum.into()) };
        for header in headers {
            if header.p_type == libc::PT_LOAD && header.p_flags & libc::PF_W != 0 {
                let begin = (info.dlpi_addr + header.p_vaddr) as usize;
                found.push(begin..begin + header.p_memsz as usize);
            }
        }
        1
    }
    let mut found = vec![of_this_thread()];
    // SAFETY: as in `of_this_thread`.
    unsafe { libc::dl_iterate_phdr(Some(first), (&raw mut found).cast()) };
    Some(found)
}

/// Nobody says.
#[cfg(not(target_os = "linux"))]
pub fn lasting() -> Option<Vec<Range<usize>>> {
    None
}

/// About where the variables of this OS thread are: around one of them.
#[cfg(not(target_os = "linux"))]
pub fn of_this_thread() -> Range<usize> {
    /// All variables of a program together are seldom larger, and what lies around them is the system's.
    const AROUND: usize = 2048;
    let here = super::SIGHT.with(|sight| std::ptr::from_ref(sight).addr());
    here.saturating_sub(AROUND)..here + AROUND
}
