//! Atomics by address: those of code that is not Rust, or does not use the checker's types.
//!
//! Such code calls a function with an address and a width (`faces::tsan_atomics`). Here the address finds the location of the graph.
//! An address is an object from the first atomic access of an execution on, with what memory holds then as its initial value.

mod end;
mod libraries;
mod sites;
mod words;

use crate::core::event::Request;
use crate::runtime::failure::{Failure, FailureKind};
use crate::runtime::object::Object;
use crate::runtime::run::{fail, inside, is_inside};
use crate::runtime::state::Engine;
use crate::runtime::{ops, queue, rmw, sight};
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub use end::catch as catch_faults;
pub use end::ends;
pub use libraries::{
    add as add_symbols, add_names, is_code as is_code_of_library, name_of,
    places as places_in_library,
};
pub use queue::Waited;
pub use sites::{at as lend, resolve, resolve_place};
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
pub use words::{Range, Words, name_of_location};
use words::{UNWRITTEN, overlap};

/// Some model of this process explores atomics by their addresses.
static IS_IN_USE: AtomicBool = AtomicBool::new(false);

/// A model will explore atomics by their addresses.
pub fn set_in_use() {
    // Relaxed: set by the OS thread that starts the model's.
    IS_IN_USE.store(true, Ordering::Relaxed);
}

/// Does some model of this process explore atomics by their addresses?
#[inline]
pub fn is_in_use() -> bool {
    // Relaxed: as above.
    IS_IN_USE.load(Ordering::Relaxed)
}

/// Is the caller a thread of a model that explores atomics by their addresses?
#[inline]
pub fn is_explored() -> bool {
    is_in_use() && is_inside() && inside(|engine| engine.config.by_address)
}

/// Where the program was when it last told of something: the address that the call returns to.
static TOLD: AtomicUsize = AtomicUsize::new(0);

/// Where that was.
pub fn last_told() -> usize {
    // Relaxed: the same OS thread has written it, or it is of no model.
    TOLD.load(Ordering::Relaxed)
}

/// The program is about to access plain memory, by a call that returns to `address`.
#[inline]
pub fn plain(range: Range, writes: bool, address: usize) {
    if is_explored() {
        // Relaxed: as above.
        TOLD.store(address, Ordering::Relaxed);
        inside(|engine| engine.meet_plain(range, writes));
    }
}

/// Calls `f`, which leaves the system's last error as it is: the program may be about to read it.
#[inline]
pub fn keep_errno<R>(f: impl FnOnce() -> R) -> R {
    #[cfg(target_os = "linux")]
    if is_in_use() {
        // SAFETY: the calling thread's own.
        let errno = unsafe { &mut *libc::__errno_location() };
        let before = *errno;
        let result = f();
        *errno = before;
        return result;
    }
    f()
}

/// The location that stands for code that returns to `address`.
pub fn site(address: usize) -> &'static Location<'static> {
    // Relaxed: as above.
    TOLD.store(address, Ordering::Relaxed);
    keep_errno(|| inside(|_| sites::at(address))).unwrap_or_else(|| {
        undecided(
            "not decided: there is more foreign code with atomics than the checker can tell apart"
                .to_owned(),
        )
    })
}

/// The checker does not decide what the program does.
pub fn undecided(message: String) -> ! {
    fail(|engine| Failure::refused(engine, message))
}

fn object(range: Range) -> Object<'static> {
    // Here a fault is the program's, and not the engine's.
    // SAFETY: the program is about to access this memory itself.
    unsafe { std::ptr::with_exposed_provenance::<u8>(range.0).read_volatile() };
    let found = inside(|engine| engine.by_address.find(engine.number, range));
    found.unwrap_or_else(|refused| undecided(refused.message(range)))
}

/// The program gives a block of memory back, which is kept until the execution has ended.
pub fn give_back(block: Range, address: usize) {
    let at = site(address);
    sight::free(block, at);
    inside(|engine| {
        let number = engine.number;
        let words = &mut engine.by_address;
        words.begin(number);
        words.words.retain(|word| !overlap(word.range, block));
        if !words.kept.contains(&block.0) {
            words.kept.push(block.0);
        }
    });
}

/// The program has asked for a block of memory.
pub fn given(block: *mut u8, len: usize) {
    if block.is_null() {
        return;
    }
    for index in 0..len {
        let byte = UNWRITTEN.to_ne_bytes()[index % size_of_val(&UNWRITTEN)];
        // SAFETY: the block is new, and has so many bytes.
        unsafe { block.add(index).write(byte) };
    }
    inside(|engine| {
        let number = engine.number;
        engine.by_address.begin(number);
        engine.by_address.fresh.push((block.expose_provenance(), len));
    });
}

/// Fails if `value` was read where the program has asked for memory and never written to it.
fn is_written(range: Range, value: u64, request: &Request) {
    // In less there is no telling.
    let unwritten = match range.1 {
        4 => u64::from(UNWRITTEN),
        8 => u64::from(UNWRITTEN) << 32 | u64::from(UNWRITTEN),
        _ => return,
    };
    if value != unwritten {
        return;
    }
    let is_fresh =
        inside(|engine| engine.by_address.fresh.iter().any(|block| overlap(*block, range)));
    if is_fresh {
        let (name, at) = (request.op.name, request.at);
        let what = "memory is read that was asked for and never written to";
        fail(|engine| Failure::memory(engine, what, name, at));
    }
}

/// An atomic load.
pub fn load(range: Range, request: Request) -> u64 {
    let value = ops::load(object(range), request);
    is_written(range, value, &request);
    value
}

/// An atomic store.
pub fn store(range: Range, value: u64, request: Request) {
    ops::store(object(range), value, request);
}

/// A read-modify-write. Returns what it read, and whether it wrote.
pub fn update(range: Range, request: Request) -> (u64, bool) {
    let (value, wrote) = rmw::update(object(range), request);
    is_written(range, value, &request);
    (value, wrote)
}

/// A fence.
pub fn fence(request: Request) {
    ops::fence(request);
}

/// Sleeps while what is at `range` is `expected`.
pub fn wait(range: Range, expected: u64, timeout: bool, at: &'static Location<'static>) -> Waited {
    let word = object(range);
    queue::futex_wait(word, sleepers(range), expected, timeout, at)
}

/// Wakes one or all of those that sleep on what is at `range`.
pub fn wake(range: Range, all: bool, at: &'static Location<'static>) {
    queue::futex_wake(sleepers(range), all, at);
}

fn sleepers(range: Range) -> Object<'static> {
    let found = inside(|engine| engine.by_address.sleepers(engine.number, range));
    found.unwrap_or_else(|refused| undecided(refused.message(range)))
}

impl Failure {
    /// The checker does not decide what the program does.
    fn refused(engine: &Engine, message: String) -> Self {
        Self::new(engine, FailureKind::Refused, message)
    }
}
