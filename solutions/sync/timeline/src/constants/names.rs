//! Which constants the code uses with which variable.

use super::values::{self, Values};
use super::{is_of_word, last, within, words};
use std::collections::BTreeMap;

/// By variable: the constants that the code uses with it.
pub struct Names(BTreeMap<String, Values>);

impl Names {
    /// Those of a file.
    pub fn of(source: &str) -> Self {
        let source = without_comments(source);
        let values = values::of(&source);
        let mut names = BTreeMap::<String, Values>::new();
        for (open, _) in source.match_indices('(') {
            let Some((variable, operands)) = operands(&source, open) else { continue };
            for word in operands {
                if let Some(value) = values.get(word) {
                    names.entry(variable.to_owned()).or_default().insert(word.to_owned(), *value);
                }
            }
        }
        Self(names)
    }

    /// Is there no name for anything?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of a number on a variable, or what it is made of.
    pub fn of_value(&self, variable: &str, number: &str) -> Option<String> {
        let values = self.0.get(variable)?;
        let number = number.parse().ok()?;
        if values.values().any(|value| *value == number) {
            return values::only(values, number).map(str::to_owned);
        }
        of_parts(values, number)
    }
}

/// Flags of one bit that have names, `LOCKED | WAITING`; below a large one there may be a number, `WAITING | 2`.
fn of_parts(values: &Values, number: u128) -> Option<String> {
    let flag = number.checked_ilog2().map(|bit| 1 << bit)?;
    let (name, rest) = (values::only(values, flag)?, number - flag);
    let rest = values::only(values, rest)
        .map(str::to_owned)
        .or_else(|| of_parts(values, rest))
        .or_else(|| (flag >= 256 && rest < 256).then(|| rest.to_string()))?;
    Some(format!("{name} | {rest}"))
}

/// The variable of a call whose parenthesis is at `open`, and the words that the call is written with: its arguments, and what its result is
/// compared with.
fn operands(source: &str, open: usize) -> Option<(&str, Vec<&str>)> {
    let inside = within(&source[open..])?;
    let path = source[..open].trim_end_matches(is_of_word);
    let variable = if let Some(receiver) = path.strip_suffix('.') {
        word_at_end(receiver.trim_end())
    } else if let Some(of_type) =
        path.strip_suffix("::").filter(|_| source[..open].ends_with("::new"))
    {
        // `state: AtomicU32::new(UNLOCKED)`
        let field =
            of_type.trim_end_matches(|c| is_of_word(c) || c == ':').trim_end_matches([' ', '=']);
        word_at_end(field.trim_end_matches(':'))
    } else {
        // `wait(&lock.state, LOCKED)`
        let first = inside.split(',').next()?.trim().trim_start_matches('&');
        last(first)
    };
    if variable.is_empty() || !variable.chars().all(is_of_word) {
        return None;
    }
    let after = source[open + inside.len() + 2..].trim_start();
    let compared = after.trim_start_matches(['=', '!', '<', '>', '&', '|', ' ']);
    let compared = if compared.len() < after.len() { path_at_start(compared) } else { "" };
    Some((variable, words(inside).chain(words(compared)).collect()))
}

fn word_at_end(text: &str) -> &str {
    &text[text.trim_end_matches(is_of_word).len()..]
}

fn path_at_start(text: &str) -> &str {
    text.split(|c| !is_of_word(c) && c != ':').next().unwrap_or("")
}

fn without_comments(source: &str) -> String {
    source.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}
