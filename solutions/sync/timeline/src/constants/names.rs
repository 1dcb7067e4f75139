//! Which constants the code uses with which variable.

use super::values::{self, Values};
use super::{is_of_word, last, within, words};
use std::collections::BTreeMap;

/// Below that a value that is only ever added says nothing of a word; above, a flag may stand beside a count.
const LARGE: u128 = 256;

/// By variable: the constants that the code uses with it.
pub struct Names(BTreeMap<String, Known>);

/// The constants of a variable.
#[derive(Default)]
struct Known {
    /// Those that are states, or flags of states.
    states: Values,
    /// With those that are only added and taken away.
    all: Values,
}

impl Names {
    /// Those of a file.
    pub fn of(source: &str) -> Self {
        let source = without_comments(source);
        let values = values::of(&source);
        let mut names = BTreeMap::<String, Known>::new();
        let mut learn = |variable: &str, word: &str, is_step: bool| {
            let Some(&value) = values.get(word) else { return };
            let known = names.entry(variable.to_owned()).or_default();
            known.all.insert(word.to_owned(), value);
            if !is_step || value >= LARGE {
                known.states.insert(word.to_owned(), value);
            }
        };
        for (open, _) in source.match_indices('(') {
            let Some((variable, operands)) = operands(&source, open) else { continue };
            operands.into_iter().for_each(|(word, is_step)| learn(variable, word, is_step));
        }
        for (variable, word) in flags(&source) {
            if values.get(word).is_some_and(|value| value.is_power_of_two()) {
                learn(variable, word, false);
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
        of_number(&self.0.get(variable)?.states, number)
    }

    /// The name of a number that is added to a variable, or taken away from it.
    pub fn of_step(&self, variable: &str, number: &str) -> Option<String> {
        of_number(&self.0.get(variable)?.all, number)
    }
}

fn of_number(values: &Values, number: &str) -> Option<String> {
    let number = number.parse().ok()?;
    if values.values().any(|value| *value == number) {
        return values::only(values, number).map(str::to_owned);
    }
    of_parts(values, number)
}

/// Flags of one bit that have names, `LOCKED | WAITING`; below a large one there may be a number, `WAITING | 2`.
fn of_parts(values: &Values, number: u128) -> Option<String> {
    let flag = number.checked_ilog2().map(|bit| 1 << bit)?;
    let (name, rest) = (values::only(values, flag)?, number - flag);
    let rest = values::only(values, rest)
        .map(str::to_owned)
        .or_else(|| of_parts(values, rest))
        .or_else(|| (flag >= LARGE && rest < LARGE).then(|| rest.to_string()))?;
    Some(format!("{name} | {rest}"))
}

/// The variable of a call whose parenthesis is at `open`, and the words that the call is written with: its arguments, and what its result is
/// compared with. Of each word, whether it is only a step: added, or taken away.
fn operands(source: &str, open: usize) -> Option<(&str, Vec<(&str, bool)>)> {
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
    let is_step = |word: &str| {
        let before = source[..word.as_ptr().addr() - source.as_ptr().addr()].trim_end();
        before.ends_with(['+', '-', '*', '/', '%']) || before.strip_suffix('(').is_some_and(adds)
    };
    let adds = adds(&source[..open]);
    let inside = words(inside).map(|word| (word, adds || is_step(word)));
    Some((variable, inside.chain(words(compared).map(|word| (word, false))).collect()))
}

/// Does the text end with the name of what adds or multiplies? Integers have such methods, too: `served.wrapping_add(ONE)`.
fn adds(text: &str) -> bool {
    let method = word_at_end(text);
    ["add", "sub", "mul"].iter().any(|name| method.ends_with(name))
}

/// `state & LOCKED`, `state | !WAITING`: what was read is called as the variable is, and each word is a constant.
fn flags(source: &str) -> impl Iterator<Item = (&str, &str)> {
    source.match_indices(['&', '|']).filter_map(|(at, operator)| {
        let (before, after) = (source[..at].trim_end(), &source[at + operator.len()..]);
        let word = path_at_start(after.trim_start_matches([' ', '!', '(']));
        let (variable, word) = (word_at_end(before), last_of_path(word));
        let is_variable = variable.starts_with(|c: char| c.is_lowercase());
        (is_variable && !word.is_empty()).then_some((variable, word))
    })
}

fn last_of_path(path: &str) -> &str {
    path.rsplit(':').next().unwrap_or(path)
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
