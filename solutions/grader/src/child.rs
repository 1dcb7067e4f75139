//! The process of a check.

use crate::{Subject, limits, watchdog};
use protocol::{Message, Request, say};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

/// A panic has been told.
static TOLD: AtomicBool = AtomicBool::new(false);

/// Runs the check that the judge asks for on the standard input, tells it what comes of it, and ends.
pub fn child_main(subjects: &'static [Subject]) -> ! {
    let Ok(request) = Request::read(std::io::stdin().lock()) else {
        eprintln!("this program belongs to the judge: type `cargo test` or `cargo grade`");
        std::process::exit(2)
    };
    protocol::open(request.nonce.clone(), request.executions);
    // The judge takes the process that says the first word for this one.
    say(&Message::Alive { cpu: 0, executions: 0, about: None });
    let subject = subjects.iter().find(|subject| subject.name == request.subject);
    let subject = subject.expect("the judge knows what it has built");
    if request.check.is_empty() {
        for (name, kind) in subject.list {
            say(&Message::Check((*name).into(), kind.name().into()));
        }
        std::process::exit(0);
    }
    let Some(check) = subject.checks.iter().find(|check| check.name == request.check) else {
        say(&Message::Failed(format!("there is no check {}", request.check)));
        std::process::exit(1)
    };
    let (file, text) = subject.source;
    timeline::provide_source(file, text);
    limits::apply(&request);
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    crate::overflow::look_out();
    speak_plainly();
    watchdog::start(request.seconds);
    match catch_unwind(AssertUnwindSafe(check.run)) {
        Ok(()) => say(&Message::Passed),
        Err(payload) => say(&Message::Failed(untold(&*payload))),
    };
    std::process::exit(0)
}

/// What a panic said, if nobody has told: code under test may have set a hook of its own.
fn untold(payload: &(dyn Any + Send)) -> String {
    // Relaxed: the hook ran on this thread, or its thread was joined; otherwise it is told twice.
    if TOLD.load(Ordering::Relaxed) {
        return String::new();
    }
    let words = payload.downcast_ref::<&str>().copied();
    let words = words.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("the check panicked: {}", words.unwrap_or("without a message"))
}

/// Is it a file of Rust's own library? A place in it says nothing to a reader.
fn is_of_std(file: &str) -> bool {
    ["/library/core/", "/library/alloc/", "/library/std/"].iter().any(|part| file.contains(part))
}

/// A panic outside of a model is told in its own words and with the place, and nothing else. A model tells of its own.
fn speak_plainly() {
    std::panic::set_hook(Box::new(|info| {
        let message = info.payload_as_str().unwrap_or("a panic without a message");
        let place = info.location().filter(|at| !is_of_std(at.file())).map(timeline::place_of);
        // Relaxed: see `untold`.
        TOLD.store(true, Ordering::Relaxed);
        say(&Message::Noted(timeline::panic_headline(message, place.as_deref())));
    }));
}

/// Notes, before something that may end the process, what is tried: it belongs to the report if the check fails.
pub fn note(words: &str) {
    say(&Message::Noted(words.into()));
}

/// Runs `f`, which must end the process with `abort()`: then the check has passed. Only in a [`Check::fact`](crate::Check::fact),
/// which has a process of its own and is no model. Nothing that comes later is run.
///
/// # Panics
///
/// Panics with `otherwise` if `f` returns or panics.
#[track_caller]
pub fn expect_abort<R>(f: impl FnOnce() -> R, otherwise: &str) -> ! {
    // Without a word: the report is one.
    std::panic::set_hook(Box::new(|info| {
        if let Some(words) = info.payload_as_str().filter(|words| is_to_do(words)) {
            say(&Message::Noted(words.into()));
        }
    }));
    say(&Message::AbortExpected);
    let end = match catch_unwind(AssertUnwindSafe(f)) {
        Ok(_) => "it went on",
        Err(_) => "it panicked",
    };
    speak_plainly();
    panic!("{otherwise}: {end}")
}

/// Does a panic with these words come from a `todo!()`?
fn is_to_do(words: &str) -> bool {
    words.starts_with("not yet implemented")
}
