//! What the process of a check, the *child*, tells the judge.
//!
//! The judge writes a [`Request`] to the child's standard input, and reads lines from its standard output:
//! `NONCE PID MESSAGE`. The nonce is the judge's, new for each child, and is not shown to code under test; so nothing that such code
//! prints is taken for a message. Code that looks for it in its own process can find it: the judge rejects what would run before the
//! child (see its `face::linker`), and no more. The number of the process is there because code under test may start another process,
//! which has the nonce too.
//!
//! [`open`] takes the standard output for messages alone, where the system lets it: from then on what anybody prints goes to
//! the standard error.

/// The variable in the environment of a child that says how many programs to try: `0` for fewer than usual, `1` for many more.
pub const PROGRAMS: &str = "LOCKSMITH_PROGRAMS";

/// The variable in the environment of a child that says after how many executions each of its models is to be [left](Message::Left).
pub const AT_FIRST: &str = "LOCKSMITH_AT_FIRST";

mod child;
#[cfg(unix)]
mod last_words;
mod message;
mod request;
mod stdout;

/// Printed to the standard error before one execution is run: what comes after it, the execution has printed.
pub const REPLAY: &str = "\u{1e}the execution begins\n";

/// Begins a line of the standard error that says which event of which thread of that execution has just happened: `THREAD NUMBER`.
pub const EVENT: char = '\u{1f}';

/// The message of a panic that only a build with overflow checks has. It is not a panic that a page promises.
pub fn overflow(payload: &(dyn std::any::Any + Send)) -> Option<&'static str> {
    let message: &'static str = payload.downcast_ref::<&str>()?;
    let done = message.strip_prefix("attempt to ")?.strip_suffix(" with overflow")?;
    let does = ["add", "subtract", "multiply", "negate", "shift left", "shift right"];
    does.contains(&done).then_some(message)
}

pub use child::{
    budget, expect, expected, has_come_far, is_open, open, say, tick, ticks, two_digits,
};
#[cfg(unix)]
pub use last_words::LastWords;
pub use message::{Message, parse};
pub use request::Request;
