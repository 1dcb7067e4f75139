//! What the faces keep for an execution, beside what the engine knows. It is no part of the model: to look here is no step.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::mem::ManuallyDrop;

/// What belongs to one execution.
#[derive(Default)]
struct Registry {
    execution: Option<u64>,
    /// The values of lazy statics, by the address of the static; the last one is dropped first.
    statics: Vec<(usize, Box<dyn Any>)>,
    /// The main thread has ended, and the statics are gone.
    is_over: bool,
    /// The counts of `Arc`s, by the address of what they count. They stay until the execution has ended.
    counts: HashMap<usize, Box<dyn Any>>,
    retired: Vec<Box<dyn Any>>,
    /// What was allocated and not given back.
    blocks: HashMap<usize, rc11::track::Tracked<()>>,
}

std::thread_local! {
    /// Never dropped: what is left belongs to an execution that was abandoned.
    static REGISTRY: RefCell<ManuallyDrop<Registry>> = RefCell::default();
}

fn with<R>(f: impl FnOnce(&mut Registry) -> R) -> R {
    let execution = rc11::support::execution();
    REGISTRY.with_borrow_mut(|registry| {
        if registry.execution != execution {
            *registry = ManuallyDrop::new(Registry { execution, ..Registry::default() });
        }
        f(registry)
    })
}

/// Makes a value the one of a lazy static, and keeps it until the main thread ends.
///
/// # Panics
///
/// If the main thread has ended.
#[track_caller]
pub(crate) fn set_static(key: usize, value: Box<dyn Any>) {
    assert!(!with(|registry| registry.is_over), "{TOO_LATE}");
    with(|registry| registry.statics.push((key, value)));
}

/// The value of a lazy static, which was made.
///
/// # Panics
///
/// If the main thread has ended.
#[track_caller]
pub(crate) fn get_static(key: usize) -> *const dyn Any {
    let found = with(|registry| {
        let found = registry.statics.iter().find(|(known, _)| *known == key);
        found.map(|(_, value)| &raw const **value)
    });
    found.expect(TOO_LATE)
}

const TOO_LATE: &str = "a lazy static is used when the main thread of the model has ended";

/// Drops the values of the lazy statics.
pub(crate) fn drop_statics() {
    with(|registry| registry.is_over = true);
    while let Some(value) = with(|registry| registry.statics.pop()) {
        drop(value);
    }
}

/// Registers the count of what is at an address.
pub(crate) fn set_count(address: usize, count: Box<dyn Any>) {
    with(|registry| {
        let before = registry.counts.insert(address, count);
        registry.retired.extend(before);
    });
}

/// The count of what is at an address.
pub(crate) fn get_count(address: usize) -> *const dyn Any {
    with(|registry| {
        &raw const **registry.counts.get(&address).expect("a pointer that came from an Arc")
    })
}

/// What is at an address is counted no more. The count itself stays.
pub(crate) fn retire_count(address: usize) {
    with(|registry| {
        let count = registry.counts.remove(&address);
        registry.retired.extend(count);
    });
}

/// A block was allocated.
pub(crate) fn set_block(address: usize, block: rc11::track::Tracked<()>) {
    with(|registry| registry.blocks.insert(address, block));
}

/// A block is given back.
pub(crate) fn take_block(address: usize) -> Option<rc11::track::Tracked<()>> {
    with(|registry| registry.blocks.remove(&address))
}
