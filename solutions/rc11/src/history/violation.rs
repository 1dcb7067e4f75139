//! Why a history is not linearizable, in words.

use super::{Call, Spec};
use std::fmt;

/// More calls than so many are not named one by one.
const MOST_NAMED: usize = 12;

/// What is said in place of a result where a call ends by a panic: `it panics` instead of `it returns …`.
pub const PANICS: &str = "a panic";

/// `returns Some(1)`, or what is said of a call that returns nothing, or never.
fn did(ret: &str) -> String {
    match ret {
        PANICS => "panics".into(),
        "()" => "returns".into(),
        _ => format!("returns `{ret}`"),
    }
}

/// What a call that may end in one of these ways has to do.
fn must(could: &[String]) -> String {
    let (panics, values): (Vec<_>, Vec<_>) = could.iter().partition(|ret| *ret == PANICS);
    let values: Vec<String> = values.into_iter().map(|ret| format!("`{ret}`")).collect();
    match (&values[..], &panics[..]) {
        ([], []) => "must wait".into(),
        ([], _) => "must panic".into(),
        ([unit], []) if unit == "`()`" => "must return".into(),
        (_, []) => format!("must return {}", values.join(" or ")),
        _ => format!("must return {} or panic", values.join(" or ")),
    }
}

/// A history that no order explains.
#[derive(Clone, PartialEq, Eq)]
pub struct Violation<S: Spec> {
    /// The calls.
    pub calls: Vec<Call<S>>,
    /// The call whose result no order explains, if it is one: all others up to it are explained by an order in which this one
    /// returns something else.
    pub culprit: Option<usize>,
    /// What the culprit could return, in some order. Nothing: it should have waited.
    pub could: Vec<S::Ret>,
    /// The smallest set of calls that no order explains, whatever the others do: they may have returned anything, and may not have
    /// been made. A culprit is one of them.
    pub core: Vec<usize>,
}

/// How operations and results are shown.
struct Words<'a, S: Spec> {
    calls: &'a [Call<S>],
    show: &'a dyn Fn(&S::Op) -> String,
    ret: &'a dyn Fn(&S::Ret) -> String,
}

impl<S: Spec> Words<'_, S> {
    /// The call, with its thread if others look like it.
    fn name(&self, number: usize) -> String {
        let call = &self.calls[number];
        let op = (self.show)(&call.op);
        let is_like = |other: &&Call<S>| (self.show)(&other.op) == op;
        match self.calls.iter().filter(is_like).count() {
            1 => format!("`{op}`"),
            _ => format!("`{op}` of thread {}", call.thread),
        }
    }

    /// `pop()` had returned `Some(1)`
    fn had(&self, number: usize) -> String {
        let name = self.name(number);
        match self.calls[number].ret.as_ref().map(self.ret).as_deref() {
            Some(PANICS) => format!("{name} had panicked"),
            None | Some("()") => format!("{name} had returned"),
            Some(ret) => format!("{name} had returned `{ret}`"),
        }
    }

    /// `pop()` returns `Some(1)`
    fn returns(&self, number: usize) -> String {
        let name = self.name(number);
        match &self.calls[number].ret {
            Some(ret) => format!("{name} {}", did(&(self.ret)(ret))),
            None => format!("{name} waits for ever"),
        }
    }
}

/// `a`, `a and b`, `a, b and c`
fn list(words: &[String]) -> String {
    match words {
        [first @ .., before, last] => {
            [first, &[format!("{before} and {last}")]].concat().join(", ")
        }
        _ => words.concat(),
    }
}

impl<S: Spec> Violation<S> {
    /// In a line, with `show` for an operation and `ret` for a result.
    pub fn tell(&self, show: impl Fn(&S::Op) -> String, ret: impl Fn(&S::Ret) -> String) -> String {
        let Some(call) = self.culprit.map(|culprit| &self.calls[culprit]) else {
            let words = Words { calls: &self.calls, show: &show, ret: &ret };
            let core: Vec<String> = self.core.iter().map(|call| words.returns(*call)).collect();
            return match &core[..] {
                [] => "no order of the calls explains what they return".into(),
                [one] => format!("{one}: no order of the calls explains that"),
                [_, _] => format!("{}: no order of the calls explains both", list(&core)),
                many if many.len() > MOST_NAMED => {
                    "no order of the calls explains what they return".into()
                }
                _ => format!("{}: no order of the calls explains them all", list(&core)),
            };
        };
        let mut could: Vec<String> = self.could.iter().map(&ret).collect();
        could.sort();
        let does =
            call.ret.as_ref().map_or_else(|| "waits for ever".into(), |real| did(&ret(real)));
        format!("`{}` {does}, but {}", show(&call.op), must(&could))
    }

    /// What the culprit's result contradicts, in a sentence or two: the other calls of the smallest set that no order explains, and how
    /// they are ordered with it.
    pub fn because(
        &self,
        show: impl Fn(&S::Op) -> String,
        ret: impl Fn(&S::Ret) -> String,
    ) -> String {
        if self.core.len() > MOST_NAMED {
            return String::new();
        }
        let words = Words { calls: &self.calls, show: &show, ret: &ret };
        let mut parts = Vec::new();
        if let Some(culprit) = self.culprit {
            let happened = |first: usize, then: usize| self.calls[then].after >> first & 1 == 1;
            let (mut before, mut beside, mut after) = (Vec::new(), Vec::new(), Vec::new());
            for &call in self.core.iter().filter(|call| **call != culprit) {
                if happened(call, culprit) {
                    before.push(words.had(call));
                } else if happened(culprit, call) {
                    after.push(words.returns(call));
                } else {
                    beside.push(words.returns(call));
                }
            }
            for (when, calls) in
                [("When it began, ", before), ("Beside it, ", beside), ("After it, ", after)]
            {
                if !calls.is_empty() {
                    parts.push(format!("{when}{}.", list(&calls)));
                }
            }
        }
        parts.push(
            match self.calls.len() - self.core.len() {
                0 => "There is no other call.",
                1 => "Whatever the other call does, it does not explain that.",
                _ => "Whatever the other calls do, they do not explain that.",
            }
            .into(),
        );
        parts.join(" ")
    }
}

impl<S: Spec> fmt::Debug for Violation<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}\n{:#?}", self.calls)
    }
}

impl<S: Spec> fmt::Display for Violation<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tell(|op| format!("{op:?}"), |ret| format!("{ret:?}")))
    }
}
