//! Memory that is given back while another thread may still be about to use it.

use crate::core::event::{Op, Request};
use crate::runtime::leaks;
use crate::runtime::object::{Object, Tag};
use crate::runtime::ops;
use crate::runtime::run::{inside, with};
use crate::runtime::sight;
use std::cell::RefCell;
use std::ops::{Deref, Range};
use std::panic::Location;
use std::sync::atomic::Ordering;

pub(crate) static FREE: Op = Op::plain("free", 0, |_| String::new());

/// Who is freeing what it owns: the execution, the thread, and where it says so.
type Freeing = (u64, usize, &'static Location<'static>);

/// What was freed: the execution, the thread that did, where it begins and how long it is.
type Freed = (u64, usize, usize, usize);

thread_local! {
    static FREEING: RefCell<Vec<Freeing>> = const { RefCell::new(Vec::new()) };
    static FREED: RefCell<Vec<Freed>> = const { RefCell::new(Vec::new()) };
}

/// Notes that the current thread ends a value, with `end`, and then frees the memory in which it was.
pub(crate) fn freeing(place: Range<usize>, at: &'static Location<'static>, end: &mut dyn FnMut()) {
    let (number, thread) = inside(|engine| (engine.number, engine.current));
    let me = (number, thread, at);
    FREEING.with_borrow_mut(|freeing| {
        freeing.retain(|(execution, ..)| *execution == number);
        freeing.push(me);
    });
    end();
    leaks::given_back(place.start);
    sight::free((place.start, place.len()), at);
    FREEING.with_borrow_mut(|freeing| freeing.retain(|entry| *entry != me));
    FREED.with_borrow_mut(|freed| {
        freed.retain(|(execution, ..)| *execution == number);
        freed.push((number, thread, place.start, place.len()));
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
    #[inline]
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
            ops::plain(Object::nowhere(&self.0, 0), Some(0), request);
        }
    }
}
