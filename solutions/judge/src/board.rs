//! What a reader sees: at most 80 columns.

use crate::judged::{Diagnostic, Judged, STATES, State};
use crate::lines::{WIDTH, paragraph, shortened, shown, wrapped};
use crate::progress::counted;
use crate::verdict::{Outcome, Verdict};
use catalog::{Catalog, Exercise};
use std::fmt::Write as _;
use std::io::{IsTerminal, stdout};

/// Colours, or none.
#[derive(Clone, Copy, Debug)]
pub struct Paint(bool);

impl Paint {
    /// As asked for; otherwise on a terminal, unless the environment has `NO_COLOR`.
    pub fn new(asked: Option<bool>) -> Self {
        let is_wanted = || {
            stdout().is_terminal()
                && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        };
        Self(asked.unwrap_or_else(is_wanted))
    }

    /// Are there colours?
    pub const fn is_on(self) -> bool {
        self.0
    }

    fn state(self, state: State, text: &str) -> String {
        let code = match state {
            State::Passing => 32,
            State::Failing | State::Broken | State::NotJudged => 31,
            State::ToDo => 2,
        };
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// The board for what was graded, in the order of the book.
pub fn render(catalog: &Catalog, graded: &[(&Exercise, Judged)], paint: Paint) -> String {
    let mut out = String::new();
    let width = graded.iter().map(|(exercise, _)| exercise.file.len()).max().unwrap_or(0);
    for chapter in &catalog.chapters {
        let mine: Vec<_> =
            graded.iter().filter(|(exercise, _)| exercise.chapter == chapter.stem).collect();
        if mine.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{}", chapter.title);
        for (exercise, judged) in mine {
            let state = judged.state;
            let begin =
                format!("  {} {:<width$}  {:<7}  ", state.mark(), exercise.file, state.name());
            let room = WIDTH.saturating_sub(begin.chars().count());
            let line = begin + &note_within(judged, room);
            let _ =
                writeln!(out, "{}", paint.state(state, shortened(line.trim_end(), WIDTH).as_str()));
        }
    }
    let _ = writeln!(out, "\n{}", counts(graded));
    out
}

/// `1 passing, 1 failing, 54 to do`.
fn counts(graded: &[(&Exercise, Judged)]) -> String {
    let count = |state: State| graded.iter().filter(|(_, judged)| judged.state == state).count();
    let parts = STATES.into_iter().map(|state| (count(state), state.name()));
    // That nothing is broken goes without saying.
    let unusual = [State::Broken.name(), State::NotJudged.name()];
    let parts = parts.filter(|(count, name)| *count > 0 || !unusual.contains(name));
    parts.map(|(count, name)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
}

/// A few words about it.
pub fn note(judged: &Judged) -> String {
    note_within(judged, usize::MAX)
}

/// A few words about it, in so many columns: what matters most is said in any case.
fn note_within(judged: &Judged, room: usize) -> String {
    let before = match judged.state {
        State::Passing | State::Failing if judged.as_before => " (as before)",
        _ => "",
    };
    let room = room.saturating_sub(before.len());
    let words = match judged.state {
        State::Passing => {
            let all = summary(judged, true);
            if all.chars().count() <= room { all } else { summary(judged, false) }
        }
        State::Failing => judged.first_failure().map(|verdict| verdict.title()).unwrap_or_default(),
        State::Broken | State::NotJudged => {
            // A line of the checks is none of the reader's.
            let is_theirs =
                |d: &&Diagnostic| d.file.as_ref().is_some_and(|file| !file.contains("/checks/"));
            let line = judged.diagnostics.iter().filter(is_theirs).find_map(|d| d.line);
            let place = line.map(|line| format!("line {line}: "));
            let message =
                judged.diagnostics.first().map_or("", |diagnostic| diagnostic.message.as_str());
            // One line: a message may have more.
            let message = message.lines().next().unwrap_or_default();
            format!("{}{message}", place.unwrap_or_default())
        }
        State::ToDo if judged.left > 0 => format!("{} todo!() left", judged.left),
        State::ToDo => "comes to a todo!()".into(),
    };
    shortened(&words, room) + before
}

/// `7 checks, 231 executions`, and how many of the checks have passed within bounds only.
fn summary(judged: &Judged, has_executions: bool) -> String {
    let executions = match has_executions {
        true => format!(", {}", counted(judged.executions(), "execution")),
        false => String::new(),
    };
    let bounds = match judged.verdicts.iter().filter(|verdict| verdict.bounded).count() {
        0 => String::new(),
        bounded => format!(", {bounded} within bounds"),
    };
    format!("{}{executions}{bounds}", counted(judged.checks() as u64, "check"))
}

/// Everything about one exercise that is no longer to do: one failure whole, the other checks a line each.
pub fn describe(judged: &Judged) -> String {
    let mut out = String::new();
    for diagnostic in &judged.diagnostics {
        let _ = writeln!(out, "{}", diagnostic.rendered.trim_end());
        out.push('\n');
    }
    for verdict in &judged.verdicts {
        let title = verdict.title();
        let line = match verdict.outcome {
            Outcome::Passed if verdict.bounded => format!("  ✓ {title}: {}", verdict.headline()),
            Outcome::Passed => format!("  ✓ {title}"),
            Outcome::ToDo => format!("  · {title}: comes to a `todo!()`"),
            Outcome::Undecided => format!("  ? {title}: not decided"),
            _ => format!("  ✗ {title}"),
        };
        let _ = writeln!(out, "{}", shortened(&line, WIDTH));
        if verdict.outcome == Outcome::Passed {
            for note in verdict.report.lines() {
                let _ = writeln!(out, "{}", wrapped(&format!("    ({note})")));
            }
        }
    }
    if judged.cut {
        out += "  (the checks after it were not run)\n";
    }
    if let Some(verdict) = judged.first_failure() {
        let _ = writeln!(out, "\n{}\n\n{}", verdict.title(), wrapped(verdict.report.trim_end()));
        out += &questions(verdict);
        let output = verdict.output.trim_end();
        if !output.is_empty() {
            let _ = writeln!(out, "\nYour code has printed:\n{}", shown(output));
        }
    }
    out
}

/// On which machines the failure can happen, and which execution passes that begins in the same way.
fn questions(verdict: &Verdict) -> String {
    let Some(execution) = &verdict.execution else { return String::new() };
    let sentences =
        ["machines", "nearest"].map(|question| execution[question]["sentence"].as_str());
    let paragraphs =
        sentences.into_iter().flatten().map(|words| format!("\n{}\n", paragraph(words)));
    paragraphs.collect()
}

/// What some tools read: the last line of a run.
pub fn conclusion(passed: usize, failed: usize, to_do: usize) -> String {
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    format!("test result: {verdict}. {passed} passed; {failed} failed; {to_do} ignored")
}

#[cfg(test)]
mod tests {
    use super::note_within;
    use crate::judged::Judged;
    use crate::verdict::Verdict;
    use grader::{Kind, World};

    fn passing(checks: usize) -> Judged {
        let mut verdict = Verdict::new("readers_are_inside_together", Kind::Model, World::Model);
        verdict.outcome = crate::verdict::Outcome::Passed;
        verdict.executions = 265_595;
        verdict.bounded = true;
        Judged { as_before: true, ..Judged::checked(vec![verdict; checks], false) }
    }

    #[test]
    fn short_of_room_a_note_leaves_out_executions_and_nothing_else() {
        let judged = passing(2);
        let all = "1 check, 531,190 executions, 2 within bounds (as before)";
        assert_eq!(note_within(&judged, all.len()), all);
        let short = "1 check, 2 within bounds (as before)";
        assert_eq!(note_within(&judged, all.len() - 1), short);
        let shorter = note_within(&judged, short.len() - 1);
        assert_eq!(shorter, "1 check, 2 within boun… (as before)");
    }
}
