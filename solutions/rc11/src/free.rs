//! Memory that is given back while another thread may still be about to use it.

use crate::atomic::Ordering;
use crate::engine::event::{Op, Request};
use crate::engine::object::{Object, Tag};
use crate::engine::ops;
use crate::engine::runtime::with;
use std::cell::RefCell;
use std::mem::{self, ManuallyDrop};
use std::ops::Deref;
use std::panic::Location;

static FREE: Op = Op::plain("free", 0, |_| String::new());

/// Who is freeing what it owns: the execution, the thread, and where it says so.
type Freeing = (u64, usize, &'static Location<'static>);

/// What was freed: the execution, the thread that did, where it begins and how long it is.
type Freed = (u64, usize, usize, usize);

thread_local! {
    static FREEING: RefCell<Vec<Freeing>> = const { RefCell::new(Vec::new()) };
    static FREED: RefCell<Vec<Freed>> = const { RefCell::new(Vec::new()) };
}

/// Drops a value and gives its memory back.
///
/// In a model this is a write to each atomic and each probe in the value: an access by another thread that does not happen
/// before it is a data race, an atomic access too, and one that this thread does afterwards is a use after free. Entering a futex's queue and waking are no accesses: they only need the
/// address. The memory itself is kept, so that a wrong program does not end the model.
#[track_caller]
pub fn free<T>(place: Box<T>) {
    let Some((number, thread)) = with(|engine| (engine.number, engine.current)) else {
        return drop(place);
    };
    let me = (number, thread, Location::caller());
    FREEING.with_borrow_mut(|freeing| {
        freeing.retain(|(execution, ..)| *execution == number);
        freeing.push(me);
    });
    // SAFETY: `ManuallyDrop<T>` has the layout of `T`, and the box is leaked below.
    let mut place = unsafe { Box::from_raw(Box::into_raw(place).cast::<ManuallyDrop<T>>()) };
    // SAFETY: the value is not used again.
    unsafe { ManuallyDrop::drop(&mut place) };
    let begin = (&raw const *place).addr();
    mem::forget(place);
    FREEING.with_borrow_mut(|freeing| freeing.retain(|entry| *entry != me));
    FREED.with_borrow_mut(|freed| {
        freed.retain(|(execution, ..)| *execution == number);
        freed.push((number, thread, begin, size_of::<T>()));
    });
}

/// Has the current thread given the memory of this object back? That another thread has, and that this is ordered after it, is
/// not looked at; what is not ordered is a race.
#[inline]
pub(crate) fn has_freed<T>(object: *const T) -> bool {
    FREED.with_borrow(|freed| {
        !freed.is_empty()
            && with(|engine| {
                freed.iter().any(|(number, thread, begin, len)| {
                    (*number, *thread) == (engine.number, engine.current)
                        && object.addr().wrapping_sub(*begin) < *len
                })
            })
            .unwrap_or(false)
    })
}

/// A tag in memory that may be freed.
#[derive(Debug)]
pub(crate) struct Freeable(Tag);

impl Freeable {
    pub const fn new() -> Self {
        Self(Tag::new())
    }
}

impl Deref for Freeable {
    type Target = Tag;

    fn deref(&self) -> &Tag {
        &self.0
    }
}

impl Drop for Freeable {
    fn drop(&mut self) {
        let place = with(|engine| {
            FREEING.with_borrow(|freeing| {
                let mine = |entry: &&Freeing| (entry.0, entry.1) == (engine.number, engine.current);
                freeing.iter().find(mine).map(|entry| entry.2)
            })
        });
        if let Some(at) = place.flatten() {
            let request = Request::new(&FREE, at, Ordering::Relaxed);
            ops::plain(Object { tag: &self.0, init: 0 }, Some(0), request);
        }
    }
}
