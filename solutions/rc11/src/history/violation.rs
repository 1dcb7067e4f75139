//! Why a history is not linearizable, in words.

use super::{Call, Spec};
use std::fmt;

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
}

impl<S: Spec> Violation<S> {
    /// In words, with `show` for an operation and `ret` for a result.
    pub fn tell(&self, show: impl Fn(&S::Op) -> String, ret: impl Fn(&S::Ret) -> String) -> String {
        let Some(call) = self.culprit.map(|culprit| &self.calls[culprit]) else {
            return "no order of the calls explains what they return".into();
        };
        let mut could: Vec<String> = self.could.iter().map(|it| format!("`{}`", ret(it))).collect();
        could.sort();
        let (op, could) = (show(&call.op), could.join(" or "));
        match &call.ret {
            Some(real) if self.could.is_empty() => {
                format!("`{op}` returns `{}`, and must wait", ret(real))
            }
            Some(real) => format!("`{op}` returns `{}`, and must return {could}", ret(real)),
            None => format!("`{op}` waits for ever, and must return {could}"),
        }
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
