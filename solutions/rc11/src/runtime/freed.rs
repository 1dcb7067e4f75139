//! Memory that is given back while another thread may still be about to use it.

use crate::core::clock::Clock;
use crate::core::event::{EventId, Kind, Loc, Op, Request};
use crate::runtime::failure::Failure;
use crate::runtime::leaks;
use crate::runtime::object::{Object, Tag};
use crate::runtime::ops;
use crate::runtime::run::{inside, with};
use crate::runtime::sight;
use crate::runtime::state::Engine;
use std::cell::RefCell;
use std::ops::{Deref, Range};
use std::panic::Location;
use std::sync::atomic::Ordering;

static FREE: Op = Op::plain("free", 0, |_| String::new());

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

/// The current thread has freed the memory in which these locations are. It is a failure if one of their accesses has taken
/// place and does not happen before; later ones find that the memory is gone.
///
/// Does not suspend: the thread goes on to its next operation, and ends there.
#[cold]
pub(crate) fn freed(locations: &[Loc]) {
    with(|engine| {
        let last = engine.last_of_current().filter(|_| !engine.pruned);
        if let (None, Some(last)) = (&engine.failure, last) {
            let (graph, cursor) = (&engine.search.graph, engine.cursor);
            let hb = graph.event(last).hb;
            let is_unordered = |id: &EventId| {
                !id.is_init()
                    && id.thread() != last.thread()
                    && id.index() < cursor[id.thread()]
                    && !hb.has(*id)
            };
            let unordered = locations.iter().find_map(|loc| {
                let place = graph.places.get(usize::from(*loc))?;
                let mut accesses = place.plain.iter().chain(&place.mo).chain(&place.reads);
                Some((*loc, *accesses.find(|id| is_unordered(id))?))
            });
            if let Some((loc, other)) = unordered {
                engine.report_free(loc, other, last);
            }
        }
    });
}

/// The current thread has freed memory for the second time.
#[cold]
pub(crate) fn freed_twice() {
    with(|engine| {
        if let (None, Some(last)) = (&engine.failure, engine.last_of_current()) {
            let at = engine.search.graph.event(last).request.at;
            let what = "memory was freed for the second time, after";
            let op = engine.search.graph.event(last).request.op.name;
            engine.failure = Some(Failure::memory(engine, what, op, at));
        }
    });
}

impl Engine {
    /// Fails: the current thread, whose last event was `last`, has freed what `other` accesses at `loc`.
    fn report_free(&mut self, loc: Loc, other: EventId, last: EventId) {
        // What has not taken place again is not part of this execution any more.
        let mut keep = Clock::default();
        for (thread, taken) in self.cursor.into_iter().enumerate() {
            if let Some(last) = taken.checked_sub(1) {
                keep.add(EventId::new(thread, last));
            }
        }
        self.search.graph.restrict(0, &keep);
        // The allocator is not told from where: it comes right after the last operation.
        let at = self.search.graph.event(last).request.at;
        let free = Request::new(&FREE, at, Ordering::Relaxed);
        let id = self.push(Kind::PlainWrite, loc, 0, EventId::INIT, free);
        let end = self.search.graph.places[usize::from(loc)].mo.len();
        self.search.graph.insert(id, end);
        self.search.graph.set_clocks(id);
        self.failure = Some(Failure::race(self, other, id));
    }
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
