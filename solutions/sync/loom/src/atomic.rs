//! Atomic types whose every operation is explored and recorded. Methods mean what std's mean.

pub use std::sync::atomic::{Ordering, compiler_fence};

use crate::engine;
use crate::exec::{self, Kind};
use std::cell::UnsafeCell;
use std::fmt::{self, Debug};
use std::panic::Location;
use std::sync::atomic::AtomicU64 as Tag;

/// A fence, as std's.
#[track_caller]
pub fn fence(order: Ordering) {
    if engine::is_live() {
        let at = Location::caller();
        engine::fence(order);
        engine::is_live();
        exec::with(|exec| {
            exec.fence(order);
            exec.log(at, format!("fence({order:?})"), None, Kind::Fence(order));
        });
    }
}

/// A value that fits into an atomic.
pub(crate) trait Word: Copy + Debug + PartialEq {
    fn to_bits(self) -> u64;
    fn from_bits(bits: u64) -> Self;
}

/// What all atomic types share: a value before the first operation, and an object of the execution from then on.
pub(crate) struct Atomic<T> {
    /// The value while no execution knows this atomic.
    plain: UnsafeCell<T>,
    /// The number of the execution and, in the low 16 bits, the object in it. Zero before the first operation.
    object: Tag,
}

// SAFETY: all threads of an execution run in turn on one OS thread, and outside of one the caller is alone.
unsafe impl<T> Sync for Atomic<T> {}
// SAFETY: `T` is a plain word; for pointers this is what std promises too.
unsafe impl<T> Send for Atomic<T> {}

const RELAXED: Ordering = Ordering::Relaxed;

impl<T: Word> Atomic<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self { plain: UnsafeCell::new(value), object: Tag::new(0) }
    }

    /// The object of this atomic in the execution under way; `None` outside of one, or in an abandoned one.
    fn object(&self) -> Option<usize> {
        if !engine::is_live() {
            return None;
        }
        exec::with(|exec| {
            // Relaxed: one OS thread.
            let tag = self.object.load(RELAXED);
            if tag >> 16 == exec.number && tag != 0 {
                return tag as usize & 0xffff;
            }
            // SAFETY: no reference to the value exists; threads of an execution run in turn.
            let object = exec.new_object(unsafe { *self.plain.get() }.to_bits());
            self.object.store(exec.number << 16 | object as u64, RELAXED);
            object
        })
    }

    /// Performs `change` outside of an execution.
    fn outside(&self, change: impl FnOnce(T) -> Option<T>) -> T {
        // SAFETY: outside of an execution there is one thread; no reference outlives this call.
        let plain = unsafe { &mut *self.plain.get() };
        let old = *plain;
        if let Some(new) = change(old) {
            *plain = new;
        }
        old
    }

    #[track_caller]
    pub(crate) fn load(&self, order: Ordering) -> T {
        let at = Location::caller();
        assert!(
            !matches!(order, Ordering::Release | Ordering::AcqRel),
            "there is no load with ordering {order:?}"
        );
        let Some(object) = self.object() else {
            return self.outside(|_| None);
        };
        let used = crate::audit::ordering(at, "load", "only", order);
        engine::before_operation(at);
        let name = engine::load(object, used);
        engine::is_live();
        let (value, verdict) = exec::with(|exec| {
            exec.counters.loads += 1;
            let from = exec.index_of(object, name);
            let value = T::from_bits(exec.objects[object].writes[from].value);
            let text = format!("load({used:?})");
            let result = Some(format!("{value:?}"));
            (value, exec.access(at, text, result, object, Some(from), None, used))
        })
        .expect("inside an execution");
        engine::obey(verdict);
        value
    }

    #[track_caller]
    pub(crate) fn store(&self, value: T, order: Ordering) {
        let at = Location::caller();
        assert!(
            !matches!(order, Ordering::Acquire | Ordering::AcqRel),
            "there is no store with ordering {order:?}"
        );
        let Some(object) = self.object() else {
            self.outside(|_| Some(value));
            return;
        };
        let used = crate::audit::ordering(at, "store", "only", order);
        let name = exec::with(|exec| exec.name()).expect("inside an execution");
        engine::store(object, name, used);
        engine::is_live();
        let verdict = exec::with(|exec| {
            exec.counters.stores += 1;
            let text = format!("store({value:?}, {used:?})");
            exec.access(at, text, None, object, None, Some((value.to_bits(), name)), used)
        });
        engine::obey(verdict.expect("inside an execution"));
    }

    /// A read-modify-write that always writes.
    #[track_caller]
    pub(crate) fn rmw(
        &self,
        op: &str,
        operand: &dyn Debug,
        order: Ordering,
        change: impl Fn(T) -> T,
    ) -> T {
        let at = Location::caller();
        let Some(object) = self.object() else {
            return self.outside(|old| Some(change(old)));
        };
        let used = crate::audit::ordering(at, op, "only", order);
        engine::before_operation(at);
        let name = exec::with(|exec| exec.name()).expect("inside an execution");
        let read = engine::swap(object, name, used);
        engine::is_live();
        let (old, verdict) = exec::with(|exec| {
            exec.counters.rmws += 1;
            let from = exec.index_of(object, read);
            let old = T::from_bits(exec.objects[object].writes[from].value);
            let text = format!("{op}({operand:?}, {used:?})");
            let wrote = Some((change(old).to_bits(), name));
            let result = Some(format!("{old:?}"));
            (old, exec.access(at, text, result, object, Some(from), wrote, used))
        })
        .expect("inside an execution");
        engine::obey(verdict);
        old
    }

    #[track_caller]
    pub(crate) fn compare_exchange(
        &self,
        current: T,
        new: T,
        success: Ordering,
        failure: Ordering,
        weak: bool,
    ) -> Result<T, T> {
        let at = Location::caller();
        assert!(
            !matches!(failure, Ordering::Release | Ordering::AcqRel),
            "there is no failure ordering {failure:?}"
        );
        let Some(object) = self.object() else {
            let old = self.outside(|old| (old == current).then_some(new));
            return if old == current { Ok(old) } else { Err(old) };
        };
        let op = if weak { "compare_exchange_weak" } else { "compare_exchange" };
        let success = crate::audit::ordering(at, op, "success", success);
        let failure = crate::audit::ordering(at, op, "failure", failure);
        engine::before_operation(at);
        let is_expected = |name| {
            exec::with(|exec| {
                // In an abandoned execution there are writes that nobody has recorded.
                let known = |index: usize| {
                    exec.objects[object].writes[index].value == Word::to_bits(current)
                };
                !exec.dead && known(exec.index_of(object, name))
            }) == Some(true)
        };
        let spurious = weak && exec::with(|exec| exec.weak_fails()) == Some(true);
        let name = exec::with(|exec| exec.name()).expect("inside an execution");
        let outcome = if spurious {
            engine::compare_exchange(object, name, failure, failure, |_| false)
        } else {
            engine::compare_exchange(object, name, success, failure, is_expected)
        };
        engine::is_live();
        let (result, verdict) = exec::with(|exec| {
            exec.counters.rmws += 1;
            exec.counters.loads += usize::from(outcome.is_err());
            let (Ok(read) | Err(read)) = outcome;
            let from = exec.index_of(object, read);
            let old = T::from_bits(exec.objects[object].writes[from].value);
            let text = format!("{op}({current:?}, {new:?}, {success:?}, {failure:?})");
            let (wrote, used, result) = match outcome {
                Ok(_) => (Some((new.to_bits(), name)), success, Ok(old)),
                Err(_) => (None, failure, Err(old)),
            };
            let mut shown = format!("{result:?}");
            if spurious && old == current {
                shown += " (spurious)";
                exec.counters.spurious += 1;
            }
            let verdict = exec.access(at, text, Some(shown), object, Some(from), wrote, used);
            if spurious && old == current {
                exec.can_go_on();
            }
            (result, verdict)
        })
        .expect("inside an execution");
        engine::obey(verdict);
        result
    }

    /// The newest value; whoever has `&mut` must know of every write.
    #[track_caller]
    pub(crate) fn get_mut(&mut self) -> &mut T {
        let at = Location::caller();
        // Relaxed: one OS thread.
        let tag = self.object.load(RELAXED);
        exec::with(|exec| {
            if !exec.dead && tag >> 16 == exec.number && tag != 0 {
                let bits = exec.take_newest(at, tag as usize & 0xffff);
                *self.plain.get_mut() = T::from_bits(bits);
            }
        });
        // From here on it is a new object with this value.
        self.object.store(0, RELAXED);
        self.plain.get_mut()
    }
}

impl<T: Word> Debug for Atomic<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(atomic)")
    }
}

#[path = "atomic_types.rs"]
mod types;
pub use types::*;
