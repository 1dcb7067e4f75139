//! The system's mutexes, under their names, but made by the checker: every order in which threads meet at one is tried, and what
//! POSIX leaves undefined is a failure (XSH, `pthread_mutex_init`, `pthread_mutex_lock`, and 2.9.9 on copies).
//!
//! # Invariants
//!
//! 1. An entry of the registry belongs to the execution that is under way: the registry is emptied when another one begins.
//! 2. `guard` is the holder's. The registry itself never drops it, for that would be a step of the program.

use libc::{c_int, pthread_mutex_t, pthread_mutexattr_t};
use rc11::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use rc11::{alloc, reject, support, thread};
use std::cell::RefCell;
use std::mem::{self, ManuallyDrop};
use std::rc::Rc;

/// What a mutex does if its holder locks it once more, or somebody else unlocks it.
type Kind = c_int;

/// A mutex that has been initialised in this execution.
struct Entry {
    /// Where it was initialised.
    at: usize,
    kind: Kind,
    state: Rc<Mutex<()>>,
    holder: Option<usize>,
    guard: Option<ManuallyDrop<MutexGuard<'static, ()>>>,
    /// How often the holder of a recursive mutex has locked it once more.
    again: usize,
    is_destroyed: bool,
}

/// All of them, and the execution that they belong to.
#[derive(Default)]
struct Registry {
    execution: Option<u64>,
    entries: Vec<Entry>,
}

thread_local! {
    // All threads of a model run on one of the system's.
    static REGISTRY: RefCell<Registry> = RefCell::default();
}

/// What the memory of a mutex that is initialised begins with, before its address.
const MARK: usize = 0x6d75_7465;

/// What the memory of attributes that are initialised begins with, before the kind.
const ATTRIBUTES: u16 = 0x6174;

/// A mutex of the default type that need not be initialised by a call. No other memory is taken for one, were it all zeroes.
pub const PTHREAD_MUTEX_INITIALIZER: pthread_mutex_t =
    // SAFETY: a `pthread_mutex_t` is as good as bytes, and of this size.
    unsafe { mem::transmute([0x69_u8; size_of::<pthread_mutex_t>()]) };

/// Calls `f` with what is known of the mutexes of this execution. `f` makes no step of the program.
fn registry<R>(f: impl FnOnce(&mut Registry) -> R) -> R {
    support::unseen(|| {
        REGISTRY.with_borrow_mut(|registry| {
            let execution = support::execution();
            if registry.execution != execution {
                *registry = Registry { execution, entries: Vec::new() };
            }
            f(registry)
        })
    })
}

/// The first words of a mutex's memory, whether or not they were ever written.
///
/// # Safety
///
/// There is a mutex's worth of memory.
unsafe fn words(mutex: *mut pthread_mutex_t) -> *mut [usize; 2] {
    const { assert!(size_of::<[usize; 2]>() <= size_of::<pthread_mutex_t>()) };
    mutex.cast()
}

/// Marks the memory of a mutex, and enters it.
///
/// # Safety
///
/// As for [`words`].
unsafe fn enter(mutex: *mut pthread_mutex_t, kind: Kind) {
    // SAFETY: as promised by the caller.
    unsafe { words(mutex).write_unaligned([MARK, mutex.addr()]) };
    registry(|registry| {
        registry.entries.retain(|entry| entry.at != mutex.addr());
        registry.entries.push(Entry {
            at: mutex.addr(),
            kind,
            state: Rc::new(Mutex::new(())),
            holder: None,
            guard: None,
            again: 0,
            is_destroyed: false,
        });
    });
}

/// What a call needs to know of a mutex.
struct Known {
    kind: Kind,
    state: Rc<Mutex<()>>,
    holder: Option<usize>,
}

/// Looks a mutex up that is about to be used by the call of this name, and fails if it may not be.
///
/// # Safety
///
/// As for [`words`], unless the memory was freed.
unsafe fn look_up(mutex: *mut pthread_mutex_t, call: &str) -> Known {
    if mutex.is_null() || alloc::is_freed(mutex) {
        reject(format!("`{call}` is called with a mutex whose memory was freed"));
    }
    let find = || {
        registry(|registry| {
            let entry = registry.entries.iter().find(|entry| entry.at == mutex.addr())?;
            let (kind, state, holder) = (entry.kind, entry.state.clone(), entry.holder);
            Some((Known { kind, state, holder }, entry.is_destroyed))
        })
    };
    match find() {
        Some((known, false)) => return known,
        Some((_, true)) => reject(format!("`{call}` is called with a mutex that was destroyed")),
        None => {}
    }
    // SAFETY: as promised by the caller.
    let [mark, at] = unsafe { words(mutex).read_unaligned() };
    if mark == MARK && at != mutex.addr() {
        reject(format!(
            "`{call}` is called with a mutex that has been moved: it was initialised at another address, and the system knows it by \
             that one"
        ));
    }
    if [mark, at] != [usize::from_ne_bytes([0x69; size_of::<usize>()]); 2] {
        reject(format!("`{call}` is called with a mutex that was never initialised"));
    }
    // SAFETY: as promised by the caller.
    unsafe { enter(mutex, libc::PTHREAD_MUTEX_DEFAULT) };
    find().expect("it has just been entered").0
}

fn me() -> usize {
    thread::current().index()
}

/// What is known of a mutex that was just looked up.
fn entry<R>(mutex: *mut pthread_mutex_t, f: impl FnOnce(&mut Entry) -> R) -> R {
    registry(|registry| {
        let mut entries = registry.entries.iter_mut();
        f(entries.find(|entry| entry.at == mutex.addr()).expect("looked up"))
    })
}

/// Notes that the current thread has locked.
fn lock(mutex: *mut pthread_mutex_t, guard: MutexGuard<'_, ()>) {
    // SAFETY: the entry keeps the state alive, and the guard goes before it does, if not for ever (invariant 2).
    let guard = unsafe { mem::transmute::<MutexGuard<'_, ()>, MutexGuard<'static, ()>>(guard) };
    let me = me();
    entry(mutex, |entry| {
        entry.holder = Some(me);
        entry.guard = Some(ManuallyDrop::new(guard));
    });
}

/// `pthread_mutexattr_init`.
///
/// # Safety
///
/// As the system's; what that leaves undefined is found.
pub unsafe fn pthread_mutexattr_init(attributes: *mut pthread_mutexattr_t) -> c_int {
    // SAFETY: as promised by the caller.
    unsafe { set_kind(attributes, libc::PTHREAD_MUTEX_DEFAULT) };
    0
}

/// # Safety
///
/// There is room for attributes.
unsafe fn set_kind(attributes: *mut pthread_mutexattr_t, kind: Kind) {
    const { assert!(size_of::<[u16; 2]>() <= size_of::<pthread_mutexattr_t>()) };
    // SAFETY: as promised by the caller.
    unsafe { attributes.cast::<[u16; 2]>().write_unaligned([ATTRIBUTES, kind as u16]) };
}

/// # Safety
///
/// As above.
unsafe fn kind(attributes: *const pthread_mutexattr_t, call: &str) -> Kind {
    // SAFETY: as promised by the caller.
    let [mark, kind] = unsafe { attributes.cast::<[u16; 2]>().read_unaligned() };
    if mark != ATTRIBUTES {
        reject(format!(
            "`{call}` is called with attributes that were never initialised, or are destroyed"
        ));
    }
    Kind::from(kind)
}

/// `pthread_mutexattr_settype`.
///
/// # Safety
///
/// As the system's; what that leaves undefined is found.
pub unsafe fn pthread_mutexattr_settype(attributes: *mut pthread_mutexattr_t, to: c_int) -> c_int {
    let kinds = [
        libc::PTHREAD_MUTEX_NORMAL,
        libc::PTHREAD_MUTEX_ERRORCHECK,
        libc::PTHREAD_MUTEX_RECURSIVE,
        libc::PTHREAD_MUTEX_DEFAULT,
    ];
    // SAFETY: as promised by the caller.
    unsafe {
        kind(attributes, "pthread_mutexattr_settype");
        if !kinds.contains(&to) {
            return libc::EINVAL;
        }
        set_kind(attributes, chosen(to));
    }
    0
}

/// Normal and default are the same number on Linux, and not the same promise: who asks for a type by its name gets that one.
fn chosen(to: Kind) -> Kind {
    if to == libc::PTHREAD_MUTEX_NORMAL { NORMAL } else { to }
}

/// See [`chosen`].
const NORMAL: Kind = 0x4e;

/// `pthread_mutexattr_destroy`.
///
/// # Safety
///
/// As the system's; what that leaves undefined is found.
pub unsafe fn pthread_mutexattr_destroy(attributes: *mut pthread_mutexattr_t) -> c_int {
    // SAFETY: as promised by the caller.
    unsafe {
        kind(attributes, "pthread_mutexattr_destroy");
        attributes.cast::<u16>().write_unaligned(0);
    }
    0
}

/// `pthread_mutex_init`.
///
/// # Safety
///
/// As the system's; what that leaves undefined is found.
pub unsafe fn pthread_mutex_init(
    mutex: *mut pthread_mutex_t,
    attributes: *const pthread_mutexattr_t,
) -> c_int {
    let is_in_use = registry(|registry| {
        let mut entries = registry.entries.iter();
        entries.any(|entry| entry.at == mutex.addr() && !entry.is_destroyed)
    });
    // SAFETY: as promised by the caller.
    unsafe {
        if is_in_use && words(mutex).read_unaligned() == [MARK, mutex.addr()] {
            reject("`pthread_mutex_init` is called with a mutex that is initialised already");
        }
        let kind = match attributes.is_null() {
            true => libc::PTHREAD_MUTEX_DEFAULT,
            false => kind(attributes, "pthread_mutex_init"),
        };
        enter(mutex, kind);
    }
    0
}

/// `pthread_mutex_lock`.
///
/// # Safety
///
/// As the system's; what that leaves undefined is found.
#[track_caller]
pub unsafe fn pthread_mutex_lock(mutex: *mut pthread_mutex_t) -> c_int {
    // SAFETY: as promised by the caller.
    let known = unsafe { look_up(mutex, "pthread_mutex_lock") };
    if known.holder == Some(me()) {
        match known.kind {
            libc::PTHREAD_MUTEX_ERRORCHECK => return libc::EDEADLK,
            libc::PTHREAD_MUTEX_RECURSIVE => {
                entry(mutex, |entry| entry.again += 1);
                return 0;
            }
            NORMAL => {}
            _ => reject(
                "`pthread_mutex_lock` is called by the thread that holds the mutex, which is of the default type: POSIX leaves open \
                 what that does",
            ),
        }
    }
    lock(mutex, known.state.lock().unwrap_or_else(PoisonError::into_inner));
    0
}

/// `pthread_mutex_trylock`.
///
/// # Safety
///
/// As the system's; what that leaves undefined is found.
#[track_caller]
pub unsafe fn pthread_mutex_trylock(mutex: *mut pthread_mutex_t) -> c_int {
    // SAFETY: as promised by the caller.
    let known = unsafe { look_up(mutex, "pthread_mutex_trylock") };
    if known.kind == libc::PTHREAD_MUTEX_RECURSIVE && known.holder == Some(me()) {
        entry(mutex, |entry| entry.again += 1);
        return 0;
    }
    match known.state.try_lock() {
        Ok(guard) => lock(mutex, guard),
        Err(TryLockError::Poisoned(poisoned)) => lock(mutex, poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => return libc::EBUSY,
    }
    0
}

/// `pthread_mutex_unlock`.
///
/// # Safety
///
/// As the system's; what that leaves undefined is found.
#[track_caller]
pub unsafe fn pthread_mutex_unlock(mutex: *mut pthread_mutex_t) -> c_int {
    // SAFETY: as promised by the caller.
    let known = unsafe { look_up(mutex, "pthread_mutex_unlock") };
    if known.holder != Some(me()) {
        let of = match known.holder {
            None => "is not locked".to_owned(),
            Some(thread) => format!("thread {thread} has locked"),
        };
        match known.kind {
            libc::PTHREAD_MUTEX_ERRORCHECK | libc::PTHREAD_MUTEX_RECURSIVE => return libc::EPERM,
            _ => reject(format!(
                "`pthread_mutex_unlock` is called by thread {} with a mutex that {of}",
                me()
            )),
        }
    }
    let guard = entry(mutex, |entry| match entry.again {
        0 => {
            entry.holder = None;
            entry.guard.take()
        }
        _ => {
            entry.again -= 1;
            None
        }
    });
    drop(guard.map(ManuallyDrop::into_inner));
    0
}

/// `pthread_mutex_destroy`.
///
/// # Safety
///
/// As the system's; what that leaves undefined is found.
pub unsafe fn pthread_mutex_destroy(mutex: *mut pthread_mutex_t) -> c_int {
    // SAFETY: as promised by the caller.
    let known = unsafe { look_up(mutex, "pthread_mutex_destroy") };
    if let Some(holder) = known.holder {
        reject(format!(
            "`pthread_mutex_destroy` is called with a mutex that is locked, by thread {holder}"
        ));
    }
    entry(mutex, |entry| entry.is_destroyed = true);
    0
}

/// The program is at its end: fails if memory was freed in which the system still has a mutex.
pub(crate) fn at_end() {
    let left = registry(|registry| {
        let mut entries = registry.entries.iter();
        let is_freed = |entry: &&Entry| {
            !entry.is_destroyed && alloc::is_freed(std::ptr::without_provenance::<u8>(entry.at))
        };
        entries.find(is_freed).map(|entry| entry.holder.is_some())
    });
    match left {
        None => {}
        Some(true) => reject(
            "the memory of a mutex of the system was freed while the mutex is locked: the system still knows it",
        ),
        Some(false) => reject(
            "the memory of a mutex of the system was freed, but the mutex was never destroyed: what it owns elsewhere is lost",
        ),
    }
}
