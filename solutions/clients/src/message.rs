//! Values that tell of their fate.

use crate::unwind::attempt;
use rc11::cell::Probe;
use rc11::thread;
use rc11::track::Tracked;
use std::cell::RefCell;

/// A clone of the message `number` has the number `CLONE + number`.
pub const CLONE: u32 = 1000;

thread_local! {
    /// Who dropped what, in this execution: all threads of a model run on one of the system's.
    static DROPPED: RefCell<Vec<(usize, u32)>> = const { RefCell::new(Vec::new()) };
    /// The threads in which messages panic, and when.
    static PANICS: RefCell<Vec<(usize, Moment)>> = const { RefCell::new(Vec::new()) };
}

/// When a message panics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    Clone,
    Drop,
}

/// Panics if it was asked for.
fn panic_if_asked(moment: Moment) {
    let me = thread::current().index();
    if PANICS.with_borrow(|panics| panics.contains(&(me, moment))) {
        panic!("on purpose");
    }
}

/// What was to be done has ended by a panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panicked;

/// Makes the messages that this thread clones meanwhile panic.
///
/// # Errors
///
/// If one does.
pub fn panics_in_clone<R>(f: impl FnOnce() -> R) -> Result<R, Panicked> {
    panics(Moment::Clone, f)
}

/// Makes the messages that this thread drops meanwhile panic.
///
/// # Errors
///
/// If one does.
pub fn panics_in_drop<R>(f: impl FnOnce() -> R) -> Result<R, Panicked> {
    panics(Moment::Drop, f)
}

fn panics<R>(moment: Moment, f: impl FnOnce() -> R) -> Result<R, Panicked> {
    ask_for_panics(moment, true);
    let result = attempt(f);
    ask_for_panics(moment, false);
    result.map_err(|_| Panicked)
}

/// Not generic: what it does is compiled here, and not with the code under test, every access of which the checker sees.
fn ask_for_panics(moment: Moment, asked: bool) {
    let me = thread::current().index();
    PANICS.with_borrow_mut(|panics| {
        panics.retain(|entry| *entry != (me, moment));
        if asked {
            panics.push((me, moment));
        }
    });
}

/// A message with a number. It must be dropped once, its accesses must be ordered, and who drops it can be asked.
#[derive(Debug)]
pub struct Message {
    /// Is dropped first, and tells if that must not be.
    life: Tracked<()>,
    /// No message is all zeroes: memory that is taken for one must be written first.
    #[expect(dead_code, reason = "it is there not to be zero")]
    not_zero: &'static (),
    content: Content,
}

#[derive(Debug)]
struct Content(Probe);

impl Message {
    /// A message. The number is written, not only begun with: the checker sees it from then on.
    #[track_caller]
    pub fn new(number: u32) -> Self {
        let mut probe = Probe::new(0);
        probe.set(number);
        Self { life: Tracked::new(()), not_zero: &(), content: Content(probe) }
    }

    /// Ends the message and returns its number. That is no drop for [`drops`]: it has arrived.
    #[track_caller]
    pub fn take(self) -> u32 {
        let number = self.number();
        drop(self);
        let me = thread::current().index();
        DROPPED.with_borrow_mut(|dropped| dropped.retain(|entry| *entry != (me, number)));
        number
    }

    /// Writes the number once more: an access that must be alone.
    #[track_caller]
    pub fn touch(&mut self) {
        let number = self.number();
        self.content.0.set(number);
    }

    /// Reads the number.
    #[track_caller]
    pub fn number(&self) -> u32 {
        let () = *self.life;
        self.content.0.get()
    }
}

impl Clone for Message {
    fn clone(&self) -> Self {
        panic_if_asked(Moment::Clone);
        Self::new(CLONE + self.number())
    }
}

impl Drop for Content {
    fn drop(&mut self) {
        // To be dropped is to be accessed.
        let number = self.0.get();
        DROPPED.with_borrow_mut(|dropped| dropped.push((thread::current().index(), number)));
        // A second panic while the first one unwinds would end the process, and not by the fault of the code under test.
        if !thread::panicking() {
            panic_if_asked(Moment::Drop);
        }
    }
}

/// The numbers of the messages that this thread has dropped since it was last asked, in ascending order.
pub fn drops() -> Vec<u32> {
    let me = thread::current().index();
    let mut mine = Vec::new();
    DROPPED.with_borrow_mut(|dropped| {
        dropped.retain(|&(thread, number)| {
            if thread == me {
                mine.push(number);
            }
            thread != me
        });
    });
    mine.sort_unstable();
    mine
}

/// Begins a new execution.
pub(crate) fn begin() {
    DROPPED.with_borrow_mut(Vec::clear);
    PANICS.with_borrow_mut(Vec::clear);
}
