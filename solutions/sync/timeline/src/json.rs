//! The execution as JSON.
//!
//! Written by hand: this crate is linked to all code under test, and a reader waits for that.

use crate::{
    Call, Cause, Execution, Graph, History, Kind, Missing, Nearest, Step, explain, place_of, table,
};
use std::fmt::Write as _;

/// The execution in a line.
pub fn write(execution: &Execution) -> String {
    let Execution { headline, cause, threads, steps, graph, history } = execution;
    let missing = match cause {
        Cause::Race(first, second) => explain::missing(steps, *first, *second),
        _ => Vec::new(),
    };
    let Graph { machines, nearest, .. } = graph;
    let machines = machines.map(|machines| {
        format!(
            r#"{{"sc":"{}","x86_tso":"{}","sentence":{}}}"#,
            machines.sc.name(),
            machines.x86_tso.name(),
            string(&machines.sentence())
        )
    });
    format!(
        r#"{{"headline":{},"threads":{threads},{},{},"missing":{},"machines":{},"nearest":{},"history":{}}}"#,
        string(headline),
        of_cause(cause),
        of_graph(execution),
        list(&missing, of_missing),
        machines.unwrap_or("null".into()),
        nearest.as_deref().map_or("null".into(), of_nearest),
        history.as_ref().map_or("null".into(), of_history),
    )
}

fn of_history(History { calls, because }: &History) -> String {
    let of_call = |call: &Call| {
        let Call { thread, text, result, begin, end, is_blamed } = call;
        format!(
            r#"{{"thread":{thread},"call":{},"result":{},"begin":{begin},"end":{},"blamed":{is_blamed}}}"#,
            string(text),
            result.as_deref().map_or("null".into(), string),
            or_null(*end),
        )
    };
    format!(r#"{{"calls":{},"because":{}}}"#, list(calls, of_call), string(because))
}

fn of_graph(Execution { steps, graph, .. }: &Execution) -> String {
    let of_object = |(object, writes): &(usize, Vec<usize>)| {
        format!(r#"{{"object":{object},"writes":{}}}"#, list(writes, usize::to_string))
    };
    format!(
        r#""id":{},"steps":{},"happens_before":{},"modification_order":{}"#,
        graph.id.as_deref().map_or("null".into(), string),
        list(steps, step),
        list(&graph.happens_before, |(from, to)| format!("[{from},{to}]")),
        list(&graph.modification_order, of_object),
    )
}

fn of_missing(edge: &Missing) -> String {
    let Missing { from, to, publishes, learns } = edge;
    format!(r#"{{"from":{from},"to":{to},"publishes":{publishes},"learns":{learns}}}"#)
}

fn of_nearest(nearest: &Nearest) -> String {
    let named = nearest.execution.named();
    format!(
        r#"{{"same":{},{},"sentence":{}}}"#,
        nearest.same,
        of_graph(&named),
        string(&nearest.sentence()),
    )
}

/// As a list.
pub fn list<T>(all: &[T], show: impl Fn(&T) -> String) -> String {
    format!("[{}]", all.iter().map(show).collect::<Vec<_>>().join(","))
}

fn of_cause(cause: &Cause) -> String {
    match cause {
        Cause::Race(first, second) => format!(r#""cause":"race","race":[{first},{second}]"#),
        Cause::Stuck(waiting) => {
            let of = |waits: &crate::Waiting| {
                format!(
                    r#"{{"thread":{},"joins":{},"stopped":{}}}"#,
                    waits.thread,
                    or_null(waits.joins),
                    waits.stopped
                )
            };
            let waiting: Vec<String> = waiting.iter().map(of).collect();
            format!(r#""cause":"stuck","waiting":[{}]"#, waiting.join(","))
        }
        Cause::Other => r#""cause":"other""#.into(),
    }
}

fn step(step: &Step) -> String {
    let (kind, order) = match step.kind {
        Kind::Atomic { order, reads: true, writes: true } => ("read-modify-write", Some(order)),
        Kind::Atomic { order, writes: true, .. } => ("store", Some(order)),
        Kind::Atomic { order, .. } => ("load", Some(order)),
        Kind::Fence(order) => ("fence", Some(order)),
        Kind::Other => ("other", None),
    };
    let order = order.map(|order| format!("{order:?}"));
    let optional = |text: Option<&str>| text.map_or("null".into(), string);
    format!(
        r#"{{"thread":{},"place":{},"file":{},"line":{},"column":{},"text":{},"operation":{},"result":{},"kind":"{kind}","ordering":{},"object":{},"reads_from":{},"stale":{},"overtaken":{}}}"#,
        step.thread,
        string(&place_of(step.at)),
        string(step.at.file),
        step.at.line,
        step.at.column,
        string(&table::describe(step)),
        string(&step.text),
        optional(step.result.as_deref()),
        optional(order.as_deref()),
        or_null(step.object),
        or_null(step.reads_from),
        step.stale,
        step.overtaken,
    )
}

/// As a number, if there is one.
pub fn or_null(number: Option<usize>) -> String {
    number.map_or("null".into(), |number| number.to_string())
}

/// As a string.
pub fn string(text: &str) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out += "\\n",
            character if character < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            character => out.push(character),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::string;

    #[test]
    fn what_json_forbids_in_a_string_is_escaped() {
        assert_eq!(string("a \"b\" \\ c\nd\te → f"), r#""a \"b\" \\ c\nd\u0009e → f""#);
    }
}
