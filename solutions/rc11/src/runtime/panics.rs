//! Panics of the program.

use crate::core::timeline::{NOTE, Note};
use crate::runtime::failure::Failure;
use crate::runtime::ops::stop_if_failed;
use crate::runtime::run::{self, with};
use crate::runtime::state::Engine;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Once;

/// How much of the message of an expected panic the timeline shows, in characters.
const SHOWN: usize = 40;

/// What a thread runs: its closure, up to a panic.
pub(crate) fn body(f: impl FnOnce()) -> impl FnMut() {
    let mut f = Some(f);
    move || {
        let f = f.take().expect("a thread runs once");
        if catch_unwind(AssertUnwindSafe(f)).is_err() {
            ended_by_unwinding();
        }
    }
}

/// What comes of a thread's closure. Only a panic that the hook has not seen, one of [`panic_quietly`](crate::panic_quietly) that may have been
/// passed on since, is no failure.
pub(crate) fn outcome<T>(f: impl FnOnce() -> T) -> std::thread::Result<T> {
    let result = catch_unwind(AssertUnwindSafe(f));
    if result.is_err() {
        has_unwound();
        stop_if_failed();
    }
    result
}

#[inline(never)]
fn ended_by_unwinding() -> ! {
    run::fail(|engine| Failure::panic(engine, "a thread ended by unwinding", None))
}

/// The current thread begins to unwind.
#[inline(never)]
pub(crate) fn unwinds() {
    with(|engine| engine.panicking[engine.current] = true);
}

/// The current thread has unwound.
#[inline(never)]
pub(crate) fn has_unwound() {
    with(|engine| engine.panicking[engine.current] = false);
}

/// The current thread begins what is expected to panic.
#[inline(never)]
pub(crate) fn expect(at: &'static Location<'static>) {
    with(|engine| engine.expecting[engine.current].push(at));
}

/// The current thread has ended what was expected to panic.
#[inline(never)]
pub(crate) fn expect_no_more() {
    with(|engine| engine.expecting[engine.current].pop());
    has_unwound();
}

/// Lets failures of a model be found before they unwind.
pub(crate) fn install_hook() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let inside = with(|engine| {
                engine.panicking[engine.current] = true;
                let message = info.payload_as_str().unwrap_or("(no message)");
                if let Some(&at) = engine.expecting[engine.current].last() {
                    engine.note_expected(message, at);
                } else if engine.failure.is_none() {
                    let failure = Failure::panic(engine, message, info.location());
                    engine.failure = Some(engine.panicked(failure));
                }
            });
            if inside.is_none() {
                before(info);
            }
        }));
    });
}

impl Engine {
    /// A panic that was expected is part of the story.
    fn note_expected(&mut self, message: &str, at: &'static Location<'static>) {
        let mut words: String = message.lines().next().unwrap_or_default().into();
        if let Some((end, _)) = words.char_indices().nth(SHOWN) {
            words.truncate(end);
            words.push('…');
        }
        let (thread, after) = (self.current, self.cursor[self.current]);
        let text = format!("panic, as expected: {words}");
        self.notes.push(Note { thread, after, at: at.into(), op: NOTE, text });
    }
}
