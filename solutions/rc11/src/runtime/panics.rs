//! Panics of the program.
//!
//! A panic unwinds, as it does in Rust, and whoever catches it or joins its thread may deal with it. A model fails by a panic
//! that nobody has dealt with when the execution ends: that of the main thread, and that of a thread which nobody has joined.
//! The report tells of the panic that came first. So it is also told if threads wait for ever for what the panic has kept from
//! happening.
//!
//! Where Rust ends the process, because a destructor panics while a panic unwinds, the failure is handed over first, or printed.
//! Not to return from the hook would save the process, but the standard library locks its hook meanwhile: nobody could change it
//! any more, and a test binary does so when it ends.

use crate::core::timeline::{NOTE, Note};
use crate::runtime::failure::Failure;
use crate::runtime::ops::stop_if_failed;
use crate::runtime::run::{self, with};
use crate::runtime::sight;
use crate::runtime::state::{Engine, ThreadKey};
use std::any::Any;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Once;

/// How much of the message of an expected panic the timeline shows, in characters.
const SHOWN: usize = 40;

/// The messages with which the standard library ends the process because of the panic before. There is no other sign on a stable
/// compiler, here and below.
const AFTER_ANOTHER: [&str; 2] =
    ["panic in a destructor during cleanup", "panic in a function that cannot unwind"];

/// How the messages of panics begin that do not unwind: the checks of unsafe code that the compiler and the standard library make.
const OF_UNSAFE_CODE: [&str; 7] = [
    "unsafe precondition(s) violated",
    "null pointer dereference",
    "misaligned pointer dereference",
    "trying to construct an enum from an invalid value",
    // `mem::zeroed` and `MaybeUninit::assume_init`, of a type that has no such value.
    "attempted to zero-initialize type",
    "attempted to leave type",
    "attempted to instantiate uninhabited type",
];

/// The messages of panics that only a build with overflow checks has.
const OF_OVERFLOWS: [&str; 6] = [
    "attempt to add with overflow",
    "attempt to subtract with overflow",
    "attempt to multiply with overflow",
    "attempt to negate with overflow",
    "attempt to shift left with overflow",
    "attempt to shift right with overflow",
];

/// What is said of one where a panic is expected.
const NO_PROMISE: &str = "\nA panic is expected here, but an optimised build does not panic by an overflow: it goes on with a wrong number";

/// What is said of a panic by which the standard library ends the process.
const FATAL: &str = "\nWhile it unwound, a destructor panicked too, or it came to where nothing may unwind: that ends the process";

/// How a message ends that shows the error of a join: what `unwrap` and `expect` say of it.
const ERROR_OF_A_JOIN: &str = "Any { .. }";

/// The message of the panic by which a scope ends if one of its threads has panicked.
pub const OF_A_SCOPE: &str = "a scoped thread panicked";

/// A panic of the program.
#[derive(Clone, Debug)]
pub struct Panic {
    /// The row of its thread.
    pub row: usize,
    /// How many events of the row came before it.
    pub after: usize,
    pub message: String,
    pub at: Option<(String, u32)>,
    /// The thread that has to deal with it.
    holder: ThreadKey,
    fate: Fate,
}

/// What has become of a panic.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    /// Its thread unwinds, or has caught it.
    Raised,
    /// Its thread has gone on.
    Caught,
    /// Its thread has ended by it.
    Ended,
    /// This thread has joined its thread, and was told.
    Claimed(ThreadKey),
    /// It would end the process.
    Fatal,
    /// A panic was expected, and this is none that a program can count on.
    Chance,
}

/// What a thread runs: its closure, and then the destructors of its thread-local values.
pub(crate) fn body(f: impl FnOnce()) -> impl FnMut() {
    let mut f = Some(f);
    move || {
        let f = f.take().expect("a thread runs once");
        let _ = outcome(f);
        if catch_unwind(crate::runtime::locals::destroy).is_err() {
            run::inside(Engine::note_fatal);
        }
        stop_if_failed();
    }
}

/// What comes of a thread's closure.
pub(crate) fn outcome<T>(f: impl FnOnce() -> T) -> std::thread::Result<T> {
    let result = catch_unwind(AssertUnwindSafe(f));
    match &result {
        Ok(_) => run::inside(Engine::note_return),
        Err(payload) => note_unwound(&**payload),
    }
    stop_if_failed();
    result
}

/// Lets the panics of a model be known.
pub(crate) fn install_hook() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let message = info.payload_as_str().unwrap_or("(no message)");
            match with(|engine| engine.note_raised(message, info.location())) {
                Some(Raised::Unwinds) => {}
                None | Some(Raised::Aborts) => before(info),
            }
        }));
    });
}

enum Raised {
    Unwinds,
    Aborts,
}

/// The current thread has ended by unwinding.
fn note_unwound(payload: &(dyn Any + Send)) {
    let is_known = run::inside(Engine::note_end);
    if is_known {
        return;
    }
    // The hook was not called: somebody has passed a payload on, or the program has a hook of its own.
    let words = payload.downcast_ref::<&str>().map(|words| (*words).to_owned());
    let words = words.or_else(|| payload.downcast_ref::<String>().cloned());
    let is_main = run::inside(|engine| engine.current == 0);
    if is_main || words.is_some() && !is_hook_ours() {
        let words = words.unwrap_or_else(|| "a thread ended by unwinding".into());
        run::inside(|engine| engine.push_panic(words, None, Fate::Ended));
    }
}

/// Is our hook called? A panic shows it.
fn is_hook_ours() -> bool {
    run::inside(|engine| engine.probe = Some(false));
    let _ = catch_unwind(|| panic!("is the checker's hook called?"));
    run::inside(|engine| engine.probe.take()) == Some(true)
}

impl Engine {
    /// A panic was raised, and nothing has unwound yet.
    fn note_raised(&mut self, message: &str, at: Option<&Location<'_>>) -> Raised {
        if let Some(called) = &mut self.probe {
            *called = true;
            return Raised::Unwinds;
        }
        // Std tells of its own line where it does not look at its caller: of what it has against unsafe code.
        let libraries = self.config.libraries;
        let place = || {
            let at = at.map(|at| (at.file().to_owned(), at.line()))?;
            let caller = sight::is_of_std(&at.0).then(|| sight::caller_of_std(libraries)).flatten();
            Some(caller.map_or(at, |caller| (caller.file().to_owned(), caller.line())))
        };
        let is_after_another = AFTER_ANOTHER.contains(&message);
        if is_after_another || OF_UNSAFE_CODE.iter().any(|words| message.starts_with(words)) {
            if is_after_another {
                self.note_fatal();
            } else {
                self.push_panic(message.into(), place(), Fate::Fatal);
            }
            let panic = self.blamed_panic().expect("a panic that is fatal");
            self.deliver_last(Failure::panic(self, &panic));
            return Raised::Aborts;
        }
        self.panicking[self.current] = true;
        match self.expecting[self.current].last().copied().flatten() {
            Some(_) if OF_OVERFLOWS.contains(&message) => {
                self.push_panic(format!("{message}{NO_PROMISE}"), place(), Fate::Chance);
            }
            Some(at) => self.note_expected(message, at),
            None => self.push_panic(message.into(), place(), Fate::Raised),
        }
        Raised::Unwinds
    }

    fn push_panic(&mut self, message: String, at: Option<(String, u32)>, fate: Fate) {
        let (row, holder) = (self.current, self.key_of(self.current));
        let after = self.cursor[row];
        self.panics.push(Panic { row, after, message, at, holder, fate });
    }

    /// The process would end here.
    fn note_fatal(&mut self) {
        let me = self.key_of(self.current);
        let mine = |panic: &&mut Panic| panic.holder == me && panic.fate == Fate::Raised;
        match self.panics.iter_mut().find(mine) {
            Some(panic) => {
                panic.fate = Fate::Fatal;
                panic.message += FATAL;
            }
            None => {
                let message = "a panic where nothing may unwind: that ends the process";
                self.push_panic(message.into(), None, Fate::Fatal);
            }
        }
    }

    /// The closure of the current thread has returned: it has dealt with its panics.
    fn note_return(&mut self) {
        let me = self.key_of(self.current);
        for panic in self.panics.iter_mut().filter(|panic| panic.holder == me) {
            if panic.fate == Fate::Raised {
                panic.fate = Fate::Caught;
            }
        }
    }

    /// The current thread has ended by unwinding. Is it known by which panic?
    fn note_end(&mut self) -> bool {
        let me = self.key_of(self.current);
        self.panicking[self.current] = false;
        let is_cause = |panic: &Panic| match panic.fate {
            Fate::Raised => panic.holder == me,
            // Joined, and passed on.
            Fate::Claimed(by) => by == me,
            _ => false,
        };
        let cause = self.panics.iter().rposition(is_cause);
        self.note_return();
        if let Some(cause) = cause {
            self.panics[cause].fate = Fate::Ended;
            self.panics[cause].holder = me;
        }
        cause.is_some()
    }

    /// The current thread has been told that `thread` ended by a panic.
    pub fn claim(&mut self, thread: ThreadKey) {
        let me = self.key_of(self.current);
        for panic in &mut self.panics {
            if panic.holder == thread && panic.fate == Fate::Ended {
                panic.fate = Fate::Claimed(me);
            }
        }
    }

    /// The current thread is about to panic on purpose, and so has dealt with the panics that it knew of.
    pub fn note_quiet(&mut self) {
        let me = self.key_of(self.current);
        self.note_return();
        self.panics.retain(|panic| panic.fate != Fate::Claimed(me));
        self.panicking[self.current] = true;
    }

    /// Does the current thread unwind?
    pub fn is_unwinding(&mut self) -> bool {
        self.see_unwinding();
        self.panicking[self.current]
    }

    /// The standard library knows whether any thread unwinds. If none does, all have caught their panics. If the current one is
    /// the only one that can, it passes a payload on: then the hook is not called.
    #[inline]
    pub fn see_unwinding(&mut self) {
        if !std::thread::panicking() {
            self.panicking.fill(false);
        } else if !self.panicking.contains(&true) {
            self.panicking[self.current] = true;
        }
    }

    /// The panic that this execution fails by, if nobody has dealt with it.
    pub fn blamed_panic(&self) -> Option<Panic> {
        let unwinds = |panic: &Panic| std::thread::panicking() && self.panicking[panic.row];
        let fails = |panic: &&Panic| match panic.fate {
            Fate::Ended | Fate::Fatal | Fate::Chance => true,
            Fate::Raised => unwinds(panic),
            Fate::Caught | Fate::Claimed(_) => false,
        };
        let mut blamed = self.panics.iter().find(fails)?;
        let told = |panic: &Panic| {
            self.panics.iter().rfind(|other| other.fate == Fate::Claimed(panic.holder))
        };
        // A join was unwrapped: the panic of the other thread is the cause.
        let passes_on = |message: &str| message.ends_with(ERROR_OF_A_JOIN) || message == OF_A_SCOPE;
        while let Some(cause) = told(blamed).filter(|_| passes_on(&blamed.message)) {
            blamed = cause;
        }
        let mut blamed = blamed.clone();
        if let Some(other) = told(&blamed) {
            let thread = other.row;
            let place = other.at.as_ref().map(|(file, line)| format!(" at {file}:{line}"));
            let place = place.unwrap_or_default();
            blamed.message += &format!(
                "\nIt had joined thread {thread}, which panicked{place}: {}",
                other.message
            );
        }
        Some(blamed)
    }

    /// A panic that was expected is part of the story.
    fn note_expected(&mut self, message: &str, at: &'static Location<'static>) {
        let mut words: String = message.lines().next().unwrap_or_default().into();
        if let Some((end, _)) = words.char_indices().nth(SHOWN) {
            words.truncate(end);
            words.push('…');
        }
        let (thread, after) = (self.current, self.cursor[self.current]);
        let text = format!("panic, as expected: {words}");
        self.notes.push(Note { thread, after, at: at.into(), op: NOTE, text, name: None });
    }
}
