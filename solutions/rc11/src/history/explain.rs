//! Why a history is not linearizable, in words.

use super::search::{Exempt, is_explained};
use super::{Call, End, Spec};
use std::fmt;

/// A history that no order explains.
#[derive(Clone, PartialEq, Eq)]
pub struct Violation<S: Spec> {
    /// The calls that are needed to see it, in the order in which they were recorded: without the last of them, there is an
    /// order.
    pub calls: Vec<Call<S>>,
    /// The call of these whose result no order explains, if it is one: all others are explained by an order in which this one
    /// returns something else.
    pub culprit: Option<usize>,
    /// What the culprit could return, in some order.
    pub could: Vec<S::Ret>,
}

/// Finds the shortest beginning of the history that is not linearizable, and the call that is to blame.
pub(super) fn explain<S: Spec>(calls: &[Call<S>], initial: &S, end: End) -> Violation<S> {
    // Of a beginning of the history, the calls that come later are left out. They may have taken effect: so this is only a
    // violation if it is one with each of them, as a call whose result nobody knows.
    let beginning = |len: usize| -> Vec<Call<S>> {
        let of = |(number, call): (usize, &Call<S>)| {
            let ret = call.ret.clone().filter(|_| number < len);
            Call { ret, ..call.clone() }
        };
        calls.iter().enumerate().map(of).collect()
    };
    let mut len = calls.len();
    let mut part = calls.to_vec();
    let mut end = end;
    for shorter in (0..calls.len()).rev() {
        let fewer = beginning(shorter);
        if is_explained(&fewer, initial, End::Open, None) {
            break;
        }
        (len, part, end) = (shorter, fewer, End::Open);
    }
    let suspects = (0..calls.len()).rev();
    let suspects = suspects.filter(|&i| if end == End::Open { i < len } else { true });
    for call in suspects {
        let mut could = Vec::new();
        if is_explained(&part, initial, end, Some(Exempt { call, could: &mut could })) {
            return Violation { calls: part, culprit: Some(call), could };
        }
    }
    Violation { calls: part, culprit: None, could: Vec::new() }
}

impl<S: Spec> Violation<S> {
    /// In words, with `show` for an operation.
    pub fn tell(&self, show: impl Fn(&S::Op) -> String) -> String {
        let Some(call) = self.culprit.map(|culprit| &self.calls[culprit]) else {
            return "no order of these calls explains what they return".into();
        };
        let mut could: Vec<String> = self.could.iter().map(|ret| format!("`{ret:?}`")).collect();
        could.sort();
        let op = show(&call.op);
        match &call.ret {
            Some(ret) => format!("`{op}` returns `{ret:?}`, and must return {}", could.join(" or ")),
            None => format!("`{op}` waits for ever, and must return {}", could.join(" or ")),
        }
    }
}

impl<S: Spec> fmt::Debug for Violation<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{:#?}", self.tell(|op| format!("{op:?}")), self.calls)
    }
}

impl<S: Spec> fmt::Display for Violation<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tell(|op| format!("{op:?}")))
    }
}
