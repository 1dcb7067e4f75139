//! Programs: a few lines of Rust for each thread, as the page shows them.
//!
//! A line is one of
//!
//! ```text
//! [let r =] x.load(O);   x.store(V, O);   [let r =] x.fetch_add(V, O);   … fetch_sub, swap
//! let r = x.compare_exchange(V, V, O, O).is_ok();
//! while x.load(O) != V {}    while x.swap(V, O) {}
//! data = V;   let r = data;   drop(data);   fence(O);
//! if r {   if r == V {   if r != V {   }
//! ```
//!
//! where `V` is a number, a register, or a register and a number, as in `r + 1`.

use rc11::by_hand::Action;
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};

/// A number, or what a register holds, with something added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Number(u64),
    /// A register, and a number to add.
    Register(String, u64),
}

/// A question about two values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// On the left.
    pub left: Value,
    /// On the right.
    pub right: Value,
    /// `==`, else `!=`.
    pub equal: bool,
}

/// What an operation does, with values that are not known yet.
#[derive(Clone, Debug)]
pub enum Verb {
    /// `load`
    Load,
    /// `store`
    Store(Value),
    /// `fetch_add`, or `fetch_sub` if it is to be subtracted.
    Add(Value, bool),
    /// `swap`
    Swap(Value),
    /// `compare_exchange`
    Exchange(Value, Value, Ordering),
    /// Reads plain data.
    Read,
    /// Writes plain data.
    Write(Value),
    /// `fence`
    Fence,
}

/// An operation of a line.
#[derive(Clone, Debug)]
pub struct Operation {
    /// What it does.
    pub verb: Verb,
    /// The name of what it does it to.
    pub location: String,
    /// Its ordering.
    pub order: Ordering,
    /// The register that gets what was read.
    pub register: Option<String>,
    /// The register gets 1 if this value was read, and else 0.
    pub is_ok: Option<Value>,
    /// The loop goes on while the value that was read and this one are equal (`true`), or are not.
    pub again: Option<(bool, Value)>,
}

/// What a line is.
#[derive(Clone, Debug)]
pub enum Line {
    /// An operation.
    Does(Operation),
    /// `if`, and the line after its end.
    If(Test, usize),
    /// `}`
    End,
}

/// A thread: each line with its text.
pub type Thread = Vec<(String, Line)>;

/// Reads the lines of a thread.
///
/// # Panics
///
/// Panics at a line that is none of those above.
pub fn thread(text: &str) -> Thread {
    let mut lines: Thread = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| (line.trim_end().to_owned(), parse(line.trim())))
        .collect();
    let mut open = Vec::new();
    for index in 0..lines.len() {
        match &lines[index].1 {
            Line::If(..) => open.push(index),
            Line::End => {
                let start = open.pop().unwrap_or_else(|| panic!("an end of nothing in\n{text}"));
                if let Line::If(_, end) = &mut lines[start].1 {
                    *end = index + 1;
                }
            }
            Line::Does(_) => {}
        }
    }
    assert!(open.is_empty(), "an `if` without an end in\n{text}");
    lines
}

fn parse(line: &str) -> Line {
    if line == "}" {
        return Line::End;
    }
    if let Some(condition) = between(line, "if ", " {") {
        return Line::If(test(condition), 0);
    }
    if let Some(condition) = between(line, "while ", " {}") {
        let (call, again) = match (condition.split_once(" == "), condition.split_once(" != ")) {
            (Some((call, to)), _) => (call, (true, value(to))),
            (None, Some((call, to))) => (call, (false, value(to))),
            (None, None) => (condition, (true, Value::Number(1))),
        };
        let again = Some(again);
        return Line::Does(Operation { again, ..operation(call, line) });
    }
    let body = line.strip_suffix(';').unwrap_or_else(|| panic!("`{line}`: no semicolon"));
    if let Some((register, call)) = body.strip_prefix("let ").and_then(|b| b.split_once(" = ")) {
        let register = Some(register.to_owned());
        return Line::Does(Operation { register, ..operation(call, line) });
    }
    Line::Does(operation(body, line))
}

fn operation(call: &str, line: &str) -> Operation {
    let plain = |location: &str, verb| Operation {
        verb,
        location: location.to_owned(),
        order: Relaxed,
        register: None,
        is_ok: None,
        again: None,
    };
    if let Some(name) = between(call, "drop(", ")") {
        return plain(name, Verb::Write(Value::Number(0)));
    }
    if let Some(order) = between(call, "fence(", ")") {
        return Operation { order: ordering(order), ..plain("", Verb::Fence) };
    }
    if let Some((name, value)) = call.split_once(" = ") {
        return plain(name, Verb::Write(self::value(value)));
    }
    let (call, wants_ok) = call.strip_suffix(".is_ok()").map_or((call, false), |call| (call, true));
    let Some((name, rest)) = call.split_once('.') else { return plain(call, Verb::Read) };
    let (method, arguments) = rest
        .strip_suffix(')')
        .and_then(|rest| rest.split_once('('))
        .unwrap_or_else(|| panic!("`{line}`: not a call"));
    let arguments: Vec<&str> = arguments.split(", ").collect();
    let (verb, order) = match (method, &arguments[..]) {
        ("load", [order]) => (Verb::Load, order),
        ("store", [value, order]) => (Verb::Store(self::value(value)), order),
        ("fetch_add", [value, order]) => (Verb::Add(self::value(value), false), order),
        ("fetch_sub", [value, order]) => (Verb::Add(self::value(value), true), order),
        ("swap", [value, order]) => (Verb::Swap(self::value(value)), order),
        ("compare_exchange", [old, new, order, failure]) => {
            (Verb::Exchange(self::value(old), self::value(new), ordering(failure)), order)
        }
        _ => panic!("`{line}`: no such operation"),
    };
    let is_ok = match &verb {
        Verb::Exchange(expected, ..) if wants_ok => Some(expected.clone()),
        _ => None,
    };
    Operation { order: ordering(order), is_ok, ..plain(name, verb) }
}

/// Reads a test: `r`, `a == b`, `a != b`.
///
/// # Panics
///
/// Panics at anything else.
pub fn test(text: &str) -> Test {
    let sides = |separator| text.split_once(separator);
    let (equal, (left, right)) = match (sides(" == "), sides(" != ")) {
        (Some(sides), _) => (true, sides),
        (None, Some(sides)) => (false, sides),
        (None, None) => (true, (text, "1")),
    };
    Test { left: value(left), right: value(right), equal }
}

fn value(text: &str) -> Value {
    match text {
        "false" => return Value::Number(0),
        "true" => return Value::Number(1),
        _ => {}
    }
    if let Ok(number) = text.parse() {
        return Value::Number(number);
    }
    let (register, more) = text.split_once(" + ").unwrap_or((text, "0"));
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    assert!(is_name(register), "`{text}`: not a value");
    Value::Register(register.to_owned(), more.parse().expect("a number is added"))
}

fn ordering(text: &str) -> Ordering {
    match text {
        "Relaxed" => Relaxed,
        "Acquire" => Acquire,
        "Release" => Release,
        "AcqRel" => AcqRel,
        "SeqCst" => SeqCst,
        _ => panic!("`{text}`: not an ordering"),
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.strip_prefix(start)?.strip_suffix(end)
}

impl Verb {
    /// What it does, now that values are known.
    pub fn action(&self, know: impl Fn(&Value) -> u64) -> Action {
        match self {
            Self::Load => Action::Load,
            Self::Store(value) => Action::Store(know(value)),
            Self::Add(value, false) => Action::Add(know(value)),
            Self::Add(value, true) => Action::Add(know(value).wrapping_neg()),
            Self::Swap(value) => Action::Swap(know(value)),
            Self::Exchange(old, new, failure) => Action::Exchange(know(old), know(new), *failure),
            Self::Read => Action::Read,
            Self::Write(value) => Action::Write(know(value)),
            Self::Fence => Action::Fence,
        }
    }
}
