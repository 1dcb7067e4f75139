//! What code prints in an execution that is run once more, at its place in the timeline.

use crate::lines::set_in;

/// An event: its thread, and its number there, from 1.
type Event = (usize, usize);

/// The `timeline`, with what was printed in rows of their own, behind the step of the same thread that came last before. `events` says which
/// event each step is, a line each; `output` has a mark wherever one has happened. Without a timeline, what was printed comes first.
pub fn at_its_place(timeline: &str, events: &str, output: &str) -> String {
    let steps: Vec<Event> = events.lines().filter_map(event).collect();
    let printed = parts(output);
    let lines: Vec<&str> = timeline.lines().collect();
    let Some(head) = lines.iter().position(|line| line.contains('│')) else {
        let all: String = printed.into_iter().map(|(_, text)| text).collect();
        let all = if all.trim().is_empty() { String::new() } else { set_in(&all) + "\n\n" };
        return if all.is_empty() {
            timeline.to_owned()
        } else {
            format!("Your code prints:\n{all}{timeline}")
        };
    };
    let last =
        lines.iter().rposition(|line| line.contains('│')).expect("the first one, if no other");
    // For each line of the table, what stands behind it.
    let mut behind = vec![String::new(); last + 1 - head];
    for (event, text) in printed {
        let (thread, after) =
            event.map_or((0, None), |event| (event.0, step_before(&steps, event)));
        let place = after.map_or(0, |step| line_of(&lines[head..=last], step));
        for text in text.lines().filter(|text| !text.trim().is_empty()) {
            behind[place] += &format!("\n{}", row(lines[head], thread, text));
        }
    }
    let table =
        lines[head..=last].iter().zip(&behind).map(|(line, behind)| format!("{line}{behind}"));
    let before = lines[..head].iter().map(|line| (*line).to_owned());
    let after = lines[last + 1..].iter().map(|line| (*line).to_owned());
    before.chain(table).chain(after).collect::<Vec<_>>().join("\n")
}

fn event(line: &str) -> Option<Event> {
    let (thread, number) = line.split_once(' ')?;
    Some((thread.parse().ok()?, number.parse().ok()?))
}

/// What was printed after each event; at first, before any.
fn parts(output: &str) -> Vec<(Option<Event>, String)> {
    let mut parts = output.split(protocol::EVENT);
    let mut all = vec![(None, parts.next().unwrap_or_default().to_owned())];
    for part in parts {
        match part.split_once('\n').and_then(|(line, text)| Some((event(line)?, text))) {
            Some((event, text)) => all.push((Some(event), text.to_owned())),
            // The code prints such a sign itself.
            None => all.last_mut().expect("the first").1.push_str(part),
        }
    }
    all
}

/// The last step of the thread up to this event. If it has made none, the one before its first.
fn step_before(steps: &[Event], (thread, number): Event) -> Option<usize> {
    let last = steps.iter().rposition(|step| step.0 == thread && step.1 <= number);
    last.or_else(|| steps.iter().position(|step| step.0 == thread)?.checked_sub(1))
}

/// The line of the table that shows this step, or for which it is folded.
fn line_of(table: &[&str], step: usize) -> usize {
    let number = |line: &str| line.split_whitespace().next()?.parse::<usize>().ok();
    let at = table.iter().rposition(|line| number(line).is_some_and(|number| number <= step));
    let Some(at) = at else { return 0 };
    if number(table[at]) == Some(step) {
        return at;
    }
    at + table[at + 1..].iter().take_while(|line| number(line).is_none()).count()
}

/// A row of the table that says what the thread prints.
fn row(head: &str, thread: usize, text: &str) -> String {
    let mut bars = 0;
    let before = head.chars().take_while(|c| {
        bars += usize::from(*c == '│');
        bars <= thread
    });
    let blank: String = before.map(|c| if c == '│' { c } else { ' ' }).collect();
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{blank}│ prints: {}", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::at_its_place;

    const TIMELINE: &str = "passes

    #  where  │ thread 0 (main) │ thread 1
    0  a.rs:1 │ spawn thread 1  │
    1  a.rs:2 │                 │ x.load(Relaxed) → 0
    ⋮         │                 │ (2 more turns)
    6  a.rs:2 │                 │ x.load(Relaxed) → 1
    7  a.rs:3 │ join thread 1   │

  the end";

    /// The rows of what is printed, each with the number of the row before it.
    fn placed(output: &str) -> Vec<(String, String)> {
        let events = "0 1\n1 2\n1 3\n1 4\n1 5\n1 6\n1 7\n0 2";
        let text = at_its_place(TIMELINE, events, output);
        assert!(
            text.starts_with("passes\n\n    #  where") && text.ends_with("\n\n  the end"),
            "{text}"
        );
        let mut before = "";
        let mut found = Vec::new();
        for line in text.lines() {
            if line.contains("prints:") {
                found.push((before.to_owned(), line.trim_end().to_owned()));
            } else {
                before = line.split_whitespace().next().unwrap_or_default();
            }
        }
        found
    }

    #[test]
    fn what_is_printed_stands_behind_the_step_of_its_thread_before_it() {
        let found = placed(
            "first\n\u{1f}0 1\n\u{1f}1 1\nborn\n\u{1f}1 2\nsaw 0\nand more\n\u{1f}1 7\nlast",
        );
        let [first, born, saw, more, last] = &found[..] else { panic!("{found:?}") };
        assert_eq!((&*first.0, &*first.1), ("#", "              │ prints: first"));
        assert_eq!((&*born.0, &*born.1), ("0", "              │                 │ prints: born"));
        assert_eq!((&*saw.0, &*more.0), ("1", "1"));
        assert!(saw.1.ends_with("│ prints: saw 0") && more.1.ends_with("│ prints: and more"));
        assert_eq!(last.0, "6");
    }

    #[test]
    fn what_is_printed_in_a_turn_that_is_folded_stands_behind_the_fold() {
        let found = placed("\u{1f}1 4\nagain");
        assert_eq!(found[0].0, "⋮");
    }

    #[test]
    fn sign_of_a_mark_that_the_code_prints_is_text() {
        assert!(placed("\u{1f}1 2\na\u{1f}b")[0].1.ends_with("│ prints: ab"));
    }

    #[test]
    fn without_a_timeline_what_is_printed_comes_first() {
        assert_eq!(
            at_its_place("panicked", "", "hello\n"),
            "Your code prints:\n  hello\n\npanicked"
        );
        assert_eq!(at_its_place("panicked", "", "\n"), "panicked");
    }
}
