//! Values by the names that the code under test has for them: `WRITE_LOCKED`, not 4294967295.
//!
//! A value gets a name only on the variables that the code uses the name with: as an operand of one of their operations, in a comparison
//! with what one of these returns, or as a flag of what it has been read into. An operand that is written as a number stays one. What is
//! only added or taken away is a step, and no state: 2 permits are not `ONE`.

mod names;
mod values;

use crate::{Execution, Kind, Step, source};
use names::Names;
use std::sync::OnceLock;

/// Gives the values in the steps their names.
pub fn name(execution: &mut Execution) {
    /// Those of the file that is provided: it stays the same.
    static NAMES: OnceLock<Names> = OnceLock::new();
    let Some((file, text)) = source::provided() else { return };
    let names = NAMES.get_or_init(|| Names::of(text));
    if names.is_empty() {
        return;
    }
    for step in execution.steps.iter_mut().filter(|step| step.at.file == file) {
        rename(step, text, names);
    }
}

fn rename(step: &mut Step, source: &str, names: &Names) {
    if !matches!(step.kind, Kind::Atomic { .. }) && !source::is_on_argument(step) {
        return;
    }
    let Some(variable) = source::variable(step) else { return };
    let variable = last(&variable);
    let written = arguments(source, step.at.line, step.at.column).unwrap_or_default();
    let adds = step.text.starts_with("fetch_add(") || step.text.starts_with("fetch_sub(");
    step.text = numbers(&step.text, |number| {
        if words(written).any(|word| word == number) {
            None
        } else if adds {
            names.of_step(variable, number)
        } else {
            names.of_value(variable, number)
        }
    });
    step.result =
        step.result.as_ref().map(|text| numbers(text, |number| names.of_value(variable, number)));
}

/// The last field of a path: `state` of `lock.state`.
fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// What stands in the parentheses of the call at this place.
fn arguments(source: &str, line: u32, column: u32) -> Option<&str> {
    let line = source.split_inclusive('\n').nth((line as usize).checked_sub(1)?)?;
    let start = line.as_ptr().addr() - source.as_ptr().addr() + (column as usize).checked_sub(1)?;
    let call = source.get(start..)?;
    within(call.get(call.find('(')?..)?)
}

/// What stands between the parenthesis that `text` begins with and the one that closes it.
fn within(text: &str) -> Option<&str> {
    let mut depth = 0;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return text.get(1..at);
        }
    }
    None
}

/// Names and numbers, one after the other.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_of_word(c)).filter(|word| !word.is_empty())
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// `text`, with a name for each number that has one.
fn numbers(text: &str, name: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_of_word) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !is_of_word(c)).unwrap_or(from.len()));
        out += before;
        // A fraction, or a number with a sign, is no state.
        let is_alone = !before.ends_with(['-', '.']) && !after.starts_with('.');
        match name(word).filter(|_| is_alone && word.starts_with(|c: char| c.is_ascii_digit())) {
            Some(name) => out += &name,
            None => out += word,
        }
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::{Names, arguments, numbers};

    const LOCK: &str = "
        const UNLOCKED: u32 = 0;
        const LOCKED: u32 = UNLOCKED + 1;
        const WAITING: u32 = 1 << 31;
        const ALL: u32 = u32::MAX; // const LIE: u32 = 5;
        const SPINS: u32 = 3;
        impl Lock {
            pub const fn new() -> Self { Self { state: AtomicU32::new(UNLOCKED), calls: AtomicU32::new(0) } }
            fn lock(&self) {
                self.state.compare_exchange(
                    UNLOCKED, Self::LOCKED, Acquire, Relaxed);
                self.lock.state.fetch_or(WAITING, Relaxed);
                if self.state.load(Relaxed) == ALL { return }
                self.state.fetch_add(1, Relaxed);
                self.calls.fetch_add(1, Relaxed);
                spin(SPINS);
            }
        }";

    fn named(variable: &str, text: &str) -> String {
        let names = Names::of(LOCK);
        numbers(text, |number| names.of_value(variable, number))
    }

    #[test]
    fn value_has_the_name_that_the_code_uses_with_its_variable() {
        assert_eq!(
            named("state", "compare_exchange(0, 1, Acquire, Relaxed)"),
            "compare_exchange(UNLOCKED, LOCKED, Acquire, Relaxed)"
        );
        assert_eq!(named("state", "Err(4294967295)"), "Err(ALL)");
    }

    #[test]
    fn flag_and_what_stands_beside_it_are_told_apart() {
        assert_eq!(named("state", "2147483649"), "WAITING | LOCKED");
        assert_eq!(named("state", "2147483655"), "WAITING | 7");
    }

    #[test]
    fn step_is_the_name_of_what_is_added_and_of_no_value() {
        const COUNTED: &str = "
            const CLOSED: u32 = 1;
            const ONE: u32 = 2;
            const WAITER: u32 = 1 << 8;
            fn count(&self) {
                self.served.fetch_add(ONE, Relaxed);
                let served = self.served.fetch_add(WAITER, Relaxed);
                self.served.compare_exchange(served, served.wrapping_add(ONE), Relaxed, Relaxed);
                self.served.store(3 * ONE, Relaxed);
                served & CLOSED != 0
            }";
        let names = Names::of(COUNTED);
        assert_eq!(names.of_step("served", "2").as_deref(), Some("ONE"));
        assert_eq!(names.of_value("served", "2"), None);
        assert_eq!(names.of_value("served", "3"), None);
        assert_eq!(names.of_value("served", "1").as_deref(), Some("CLOSED"));
        // Beyond all flags it says how the word is made.
        assert_eq!(names.of_value("served", "257").as_deref(), Some("WAITER | CLOSED"));
    }

    #[test]
    fn other_variable_and_other_value_stay_as_they_are() {
        assert_eq!(named("calls", "fetch_add(1, Relaxed)"), "fetch_add(1, Relaxed)");
        assert_eq!(named("state", "3"), "3");
        assert_eq!(named("state", "5"), "5");
        assert_eq!(named("state", "-1"), "-1");
        assert_eq!(named("state", "ptr1"), "ptr1");
    }

    #[test]
    fn arguments_are_found_over_several_lines() {
        let line =
            LOCK.lines().position(|line| line.contains("compare_exchange")).expect("is there");
        let column =
            LOCK.lines().nth(line).and_then(|line| line.find("compare")).expect("is there");
        let found = arguments(LOCK, line as u32 + 1, column as u32 + 1);
        assert_eq!(found.map(str::trim), Some("UNLOCKED, Self::LOCKED, Acquire, Relaxed"));
    }

    #[test]
    fn name_of_two_values_and_value_of_two_names_have_no_name() {
        let two = "const A: u8 = 7; const B: u8 = 7; const C: u8 = 1; fn f() { const C: u8 = 2; x.store(A, B, C) }";
        let names = Names::of(two);
        assert_eq!(names.of_value("x", "7"), None);
        assert_eq!(names.of_value("x", "1"), None);
        assert_eq!(names.of_value("x", "2"), None);
    }
}
