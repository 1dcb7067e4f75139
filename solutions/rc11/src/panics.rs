//! Panics of the program.

use crate::engine::ops::stop_if_failed;
use crate::engine::runtime::{self, with};
use crate::engine::state::Engine;
use crate::failure::Failure;
use crate::step::{NOTE, Note};
use std::any::Any;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::Once;

/// How much of the message of an expected panic the timeline shows, in characters.
const SHOWN: usize = 40;

/// What a thread runs: its closure, up to a panic.
pub(crate) fn body(f: impl FnOnce()) -> impl FnMut() {
    let mut f = Some(f);
    move || {
        let f = f.take().expect("a thread runs once");
        if catch_unwind(AssertUnwindSafe(f)).is_err() {
            runtime::fail(|engine| Failure::panic(engine, "a thread ended by unwinding", None));
        }
    }
}

/// What comes of a thread's closure. Only a panic that the hook has not seen, one of [`panic_quietly`] that may have been
/// passed on since, is no failure.
pub(crate) fn outcome<T>(f: impl FnOnce() -> T) -> std::thread::Result<T> {
    let result = catch_unwind(AssertUnwindSafe(f));
    if result.is_err() {
        runtime::inside(|engine| engine.panicking[engine.current] = false);
        stop_if_failed();
    }
    result
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

/// Runs `f`, which must panic, and goes on. The panic is not a failure of the model.
///
/// # Panics
///
/// If `f` does not.
#[track_caller]
pub fn expect_panic<R>(f: impl FnOnce() -> R) {
    drop(catch_panic(f));
}

/// Runs `f`, which must panic, and returns the payload. The panic is not a failure of the model.
///
/// # Panics
///
/// If `f` does not.
#[track_caller]
pub fn catch_panic<R>(f: impl FnOnce() -> R) -> Box<dyn Any + Send> {
    let at = Location::caller();
    with(|engine| engine.expecting[engine.current].push(at));
    let result = catch_unwind(AssertUnwindSafe(f));
    with(|engine| {
        engine.expecting[engine.current].pop();
        engine.panicking[engine.current] = false;
    });
    match result {
        Ok(_) => panic!("a panic was expected here, and none came"),
        Err(payload) => payload,
    }
}

/// Panics with `payload` and without a message. It is not a failure of the model: the thread ends, and who joins it is told.
pub fn panic_quietly(payload: impl Any + Send) -> ! {
    with(|engine| engine.panicking[engine.current] = true);
    resume_unwind(Box::new(payload))
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
