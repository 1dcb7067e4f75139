//! Lines of words for a terminal.

use std::fmt::Write as _;

/// The widest line of ours; a timeline may be wider.
pub const WIDTH: usize = 80;

/// Cut to so many columns.
pub fn shortened(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        return line.to_owned();
    }
    line.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// A paragraph, set in.
pub fn paragraph(words: &str) -> String {
    wrapped(&format!("  {words}"))
}

/// Lines that are too wide go on in the next one, set in as they are. The rows of a timeline stay what they are.
pub fn wrapped(text: &str) -> String {
    text.lines().map(wrapped_line).collect::<Vec<_>>().join("\n")
}

fn wrapped_line(line: &str) -> String {
    let words = line.trim_start();
    if line.chars().count() <= WIDTH || line.contains('│') {
        return line.to_owned();
    }
    let indent = &line[..line.len() - words.len()];
    let mut lines = vec![indent.to_owned()];
    for word in words.split(' ') {
        let last = lines.last_mut().expect("a line");
        let is_new = last.as_str() == indent;
        if !is_new && last.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(format!("{indent}{word}"));
        } else {
            last.push_str(if is_new { "" } else { " " });
            last.push_str(word);
        }
    }
    lines.join("\n")
}

/// All that was printed, set in.
pub fn set_in(output: &str) -> String {
    let lines = output.trim_matches('\n').lines();
    lines
        .map(|line| format!("  {}", line.replace(|c: char| c.is_control(), " ")))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The reader's own output, set in, and not more than fits on a screen.
pub fn shown(output: &str) -> String {
    const LINES: usize = 20;
    let lines: Vec<&str> = output.lines().collect();
    let left_out = lines.len().saturating_sub(LINES);
    let mut out = String::new();
    if left_out > 0 {
        let _ = writeln!(out, "  ({left_out} lines left out)");
    }
    for line in &lines[left_out..] {
        let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let line = by_file(&line);
        let _ = writeln!(out, "  {}", shortened(&line, WIDTH));
    }
    out.trim_end().to_owned()
}

/// What `dbg!` writes, `[exercises/src/ch04_spin_lock/guard.rs:66:9] x = 1`, with the file as a timeline names it: the value stands at
/// the end.
fn by_file(line: &str) -> String {
    let file = line.strip_prefix("[exercises/src/").and_then(|rest| rest.split_once('/'));
    file.map_or_else(|| line.to_owned(), |(_, file)| format!("[{file}"))
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, shown, wrapped};

    #[test]
    fn value_that_dbg_tells_is_not_cut_off_for_the_name_of_its_file() {
        let line = "[exercises/src/ch04_spin_lock/guard.rs:66:9] self.lock.locked.load(Ordering::Relaxed) = true";
        let short = "  [guard.rs:66:9] self.lock.locked.load(Ordering::Relaxed) = true";
        assert_eq!(shown(line), short);
    }

    #[test]
    fn prose_is_wrapped_and_the_rows_of_a_timeline_are_not() {
        let row = format!("    0  guard.rs:45 │ {}", "locked.swap(true, Acquire) ".repeat(4));
        let words = format!("    #4 is Relaxed{}.", " and publishes nothing".repeat(8));
        let text = wrapped(&format!("data race\n\n{row}\n\n{words}"));
        assert!(text.lines().any(|line| line == row), "{text}");
        let prose: Vec<&str> = text.lines().filter(|line| !line.contains('│')).collect();
        assert!(prose.iter().all(|line| line.chars().count() <= WIDTH), "{text}");
        let set_in = prose.iter().filter(|line| line.starts_with("    ")).count();
        assert_eq!(set_in, 3, "{text}");
        assert_eq!(prose.join(" ").split_whitespace().count(), 2 + 27, "{text}");
    }
}
