//! How the calls of an execution are drawn and told.

use timeline::{Call, Cause, Execution, Graph, History};

fn call(thread: usize, text: &str, result: Option<&str>, begin: usize, end: Option<usize>) -> Call {
    let result = result.map(str::to_owned);
    Call { thread, text: text.into(), result, begin, end, is_blamed: false }
}

fn blamed(call: Call) -> Call {
    Call { is_blamed: true, ..call }
}

fn render(calls: Vec<Call>, because: &str) -> String {
    History { calls, because: because.into() }.render()
}

/// A pop that finds nothing, though a push has returned.
fn lost() -> Vec<Call> {
    vec![
        call(1, "stack.push(1)", Some("()"), 1, Some(3)),
        blamed(call(2, "stack.pop()", Some("None"), 5, Some(9))),
        call(1, "stack.push(2)", Some("()"), 7, Some(11)),
    ]
}

#[test]
fn calls_are_bars_that_overlap_where_the_calls_do() {
    let found = render(lost(), "");
    let columns = |row: &str, of: char| row.chars().position(|c| c == of).unwrap();
    let rows: Vec<&str> = found.lines().collect();
    assert_eq!(rows.len(), 3, "{found}");
    assert!(columns(rows[0], ']') < columns(rows[1], '['), "{found}");
    let second = rows[0].rfind('[').unwrap();
    assert!(columns(rows[1], '[') < second && second < columns(rows[1], ']'), "{found}");
    assert_eq!(
        rows[2].trim(),
        "^".repeat(columns(rows[1], ']') - columns(rows[1], '[') + 1),
        "{found}"
    );
}

#[test]
fn object_that_all_calls_are_of_goes_without_saying() {
    assert!(!render(lost(), "").contains("stack"));
    let mut calls = lost();
    calls.push(call(0, "drop(stack)", Some("()"), 12, Some(12)));
    assert!(render(calls, "").contains("stack.push(1)"));
}

#[test]
fn call_that_does_not_return_has_no_end() {
    let found = render(vec![call(1, "token.park()", None, 1, None)], "");
    assert!(found.starts_with("  thread 1 [park()…") && !found.contains(']'), "{found}");
}

#[test]
fn no_line_is_wider_than_a_terminal() {
    let long = |number: usize| {
        let text = format!("channel.send_to_all_of_them({number})");
        call(number % 3, &text, Some("Ok(sent)"), 2 * number + 1, Some(2 * number + 1))
    };
    let because = "When it began, a call had returned. ".repeat(8);
    let found = render((0..12).map(long).collect(), &because);
    let widest = found.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(widest <= 80, "{found}");
    assert!(found.contains("  L: send_to_all_of_them(11) → Ok(sent)"), "{found}");
}

#[test]
fn calls_are_data_too() {
    let execution = Execution {
        headline: "no".into(),
        cause: Cause::Other,
        threads: 3,
        steps: Vec::new(),
        graph: Graph::default(),
        history: Some(History { calls: lost(), because: "So.".into() }),
    };
    let json = execution.to_json();
    let pop =
        r#"{"thread":2,"call":"stack.pop()","result":"None","begin":5,"end":9,"blamed":true}"#;
    assert!(json.contains(pop), "{json}");
    assert!(json.contains(r#""because":"So.""#), "{json}");
    let without = Execution { history: None, ..execution }.to_json();
    assert!(without.contains(r#""history":null"#), "{without}");
}
