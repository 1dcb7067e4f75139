//! Threads that stay on one processor. Only Linux lets a program say so in this way; elsewhere they go where they are put.

/// The processors that this process may use, as the system numbers them.
#[cfg(target_os = "linux")]
pub fn processors() -> Vec<usize> {
    // SAFETY: the set is plain data of the right size, and the call fills it.
    let set = unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), &mut set);
        set
    };
    let most = libc::CPU_SETSIZE as usize;
    // SAFETY: the number is below the size of the set.
    (0..most).filter(|&processor| unsafe { libc::CPU_ISSET(processor, &set) }).collect()
}

/// Puts this thread on the processor with this place in the list; round and round, if there are fewer.
#[cfg(target_os = "linux")]
pub fn to(place: usize) {
    use std::sync::OnceLock;
    static PROCESSORS: OnceLock<Vec<usize>> = OnceLock::new();
    // Asked once, before any thread is pinned: a pinned one may use its own only.
    let processors = PROCESSORS.get_or_init(processors);
    let Some(&processor) = processors.get(place % processors.len().max(1)) else { return };
    // SAFETY: the set is plain data of the right size, and the number below it. That it may fail is no harm.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(processor, &mut set);
        libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &set);
    }
}

/// How many are worth a row of their own: all that can be told apart.
#[cfg(not(target_os = "linux"))]
pub fn processors() -> Vec<usize> {
    vec![0, 1]
}

/// Does nothing.
#[cfg(not(target_os = "linux"))]
pub fn to(_place: usize) {}
