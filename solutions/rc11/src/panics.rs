//! Panics of the program.

use crate::engine::runtime::{self, with};
use crate::engine::state::Engine;
use crate::failure::Failure;
use crate::step::Note;
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
            runtime::fail(|engine| Failure::panic(engine, "a thread ended by unwinding", None));
        }
    }
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
    let at = Location::caller();
    with(|engine| engine.expecting[engine.current].push(at));
    let result = catch_unwind(AssertUnwindSafe(f));
    with(|engine| {
        engine.expecting[engine.current].pop();
        engine.panicking[engine.current] = false;
    });
    assert!(result.is_err(), "a panic was expected here, and none came");
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
        self.notes.push(Note { thread, after, at, text: format!("panic, as expected: {words}") });
    }
}
