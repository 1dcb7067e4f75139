//! For faces in other crates: what they need to know of the execution under way. To ask is no step of the program.

use crate::runtime::report::Objection;
use crate::runtime::run::with;
use crate::runtime::sight;
use crate::runtime::{gate, halt};
use std::sync::Arc;

/// The number of the execution under way, which no other has; `None` outside of a model.
pub fn execution() -> Option<u64> {
    with(|engine| engine.number)
}

/// How many steps the current thread has made; 0 outside of a model.
pub fn steps() -> usize {
    with(|engine| engine.cursor[engine.current]).unwrap_or(0)
}

/// How many atomic operations and fences the current thread has made; 0 outside of a model.
pub fn operations() -> usize {
    with(|engine| engine.operations()).unwrap_or(0)
}

/// Has a thread asked the system to let it sleep, in this execution? Unlike [`counters`](crate::counters), which must be exact, this costs
/// the search nothing.
pub fn has_slept() -> bool {
    with(|engine| engine.counters.waits > 0).unwrap_or(false)
}

/// Has a thread made a weak compare-exchange, in this execution? To ask costs the search nothing, either.
pub fn has_been_weak() -> bool {
    with(|engine| {
        let mut events = engine.search.graph.threads.iter().flatten();
        events.any(|event| event.request.weak)
    })
    .unwrap_or(false)
}

/// Stops the current thread for ever after so many steps, as if the scheduler never gave it another turn; `None`: no longer. An atomic
/// operation is one step, and so are a fence, a join and an access to a cell of the checker's.
///
/// It is no failure that the thread does not end. What its stop keeps from its end [`Builder::on_stuck`](crate::Builder::on_stuck) is told,
/// with [`Blocked::Halted`](crate::Blocked::Halted) for the thread itself.
///
/// ```
/// use rc11::atomic::{AtomicBool, Ordering::*};
///
/// // A spin lock, whose holder may stop: then the other thread spins for ever.
/// let spins = |after| {
///     let model = rc11::Builder::new().on_stuck(|stuck| {
///         let spins = |(_, why): &(usize, _)| *why == rc11::Blocked::Spinning;
///         let waits = stuck.for_ever && stuck.threads.iter().any(spins);
///         if waits { Err("one waits for the other".into()) } else { Ok(()) }
///     });
///     let model = model.check(move || {
///         let locked = AtomicBool::new(false);
///         let cross = || {
///             while locked.swap(true, Acquire) {
///                 rc11::hint::spin_loop();
///             }
///             locked.store(false, Release);
///         };
///         rc11::thread::scope(|scope| {
///             scope.spawn(|| {
///                 rc11::support::stop_after(Some(after));
///                 cross();
///             });
///             scope.spawn(cross);
///         });
///     });
///     model.is_err()
/// };
/// // Before the swap; after it; after the store.
/// assert_eq!([0, 1, 2].map(spins), [false, true, false]);
/// ```
pub fn stop_after(steps: Option<usize>) {
    with(|engine| engine.halt(steps));
}

/// Lets the current thread make at most `most` atomic operations and fences, until this is called again or
/// [`unlimited`]. One more fails the model, as [`reject`](crate::reject) does, with what `why` says.
pub fn limit(most: usize, why: impl Fn() -> Objection + Send + Sync + 'static) {
    with(|engine| engine.limit(most, Arc::new(why)));
}

/// Ends what [`limit`] has begun.
pub fn unlimited() {
    with(|engine| engine.limits[engine.current] = None);
}

/// Lets the thread of this number go on first, until it gives way itself, or cannot go on. What the memory model allows does not depend on
/// that: it decides only which execution of an exploration is the first.
pub fn give_way(to: usize) {
    gate::enter(|| halt::give_way(to));
}

/// Has another thread given way to the current one, and nobody else since?
pub fn is_favoured() -> bool {
    with(|engine| engine.favoured == Some(engine.current)).unwrap_or(false)
}

/// As [`give_way`], before each step that the current thread makes from now on, until [`gives_way_no_longer`].
///
/// ```
/// use rc11::atomic::{AtomicU32, Ordering::Relaxed};
/// use rc11::support;
///
/// // Whoever is slow loses each exchange, if another thread comes in between each time.
/// let lost = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
/// let counted = lost.clone();
/// let model = rc11::Builder::new().max_executions(1).check(move || {
///     let number = AtomicU32::new(0);
///     rc11::thread::scope(|scope| {
///         scope.spawn(|| {
///             support::give_way_before_each_step(2);
///             let (mut seen, mut lost) = (number.load(Relaxed), 0);
///             while let Err(now) = number.compare_exchange(seen, seen + 10, Relaxed, Relaxed) {
///                 seen = now;
///                 lost += 1;
///             }
///             counted.store(lost, std::sync::atomic::Ordering::Relaxed);
///             support::gives_way_no_longer();
///         });
///         scope.spawn(|| {
///             for _ in 0..5 {
///                 support::give_way(1);
///                 number.fetch_add(1, Relaxed);
///             }
///         });
///     });
/// });
/// assert!(model.is_ok());
/// assert_eq!(lost.load(std::sync::atomic::Ordering::Relaxed), 5);
/// ```
pub fn give_way_before_each_step(to: usize) {
    with(|engine| engine.set_gives_way(to, None));
}

/// As [`give_way`], once, when the current thread has made so many more steps.
pub fn give_way_after(steps: usize, to: usize) {
    with(|engine| engine.set_gives_way(to, Some(steps)));
}

/// The current thread gives way no longer. Would it have done so later?
pub fn gives_way_no_longer() -> bool {
    with(|engine| engine.gives_way[engine.current].take().is_some()).unwrap_or(false)
}

/// Calls `f`, whose accesses to memory are not the program's. `f` must make no step of the program.
pub fn unseen<R>(f: impl FnOnce() -> R) -> R {
    sight::closed(f)
}
