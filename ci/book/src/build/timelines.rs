//! The report of a failure as HTML: its timeline is a table, which a narrow screen and paper can lay out.
//!
//! A page includes the report as the grader prints it. As text its longest lines would be three times as wide as paper.

use crate::picture::escape;
use std::fmt::Write as _;

/// A report's lines of prose are broken there.
const WIDTH: usize = 80;

/// The report as HTML without an empty line, so that Markdown takes it for one block; `None` if there is no timeline in it.
///
/// `file` is the reader's own file, of which a line needs no name.
pub fn html(report: &str, file: &str) -> Option<String> {
    let blocks = blocks(report);
    if !blocks.iter().any(|block| is_table(block)) {
        return None;
    }
    let mut out = String::from("<div class=\"report\">\n");
    for block in &blocks {
        if is_table(block) {
            table(&mut out, block, file);
        } else {
            words(&mut out, block);
        }
    }
    out += "</div>";
    Some(out)
}

/// What the report says before its timeline, without its headline, and after it: where a picture takes the timeline's place, and that of
/// the calls, if they are drawn.
pub fn around(report: &str, headline: &str, has_calls: bool) -> Option<[String; 2]> {
    let mut blocks = blocks(report.strip_prefix(headline).unwrap_or(report));
    blocks.retain(|block| !has_calls || !is_of_calls(block));
    let after = blocks.split_off(blocks.iter().position(|block| is_table(block))?);
    Some([&blocks[..], &after[1..]].map(|blocks| {
        let mut out = String::new();
        for block in blocks {
            words(&mut out, block);
        }
        out
    }))
}

/// What empty lines part.
fn blocks(report: &str) -> Vec<Vec<&str>> {
    report
        .split("\n\n")
        .map(|block| block.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>())
        .filter(|block| !block.is_empty())
        .collect()
}

/// A block that is no table.
fn words(out: &mut String, block: &[&str]) {
    if is_drawn(block) {
        let text = escape(&block.join("\n"));
        let _ = writeln!(out, "<pre><code class=\"language-text\">{text}</code></pre>");
    } else {
        prose(out, block);
    }
}

fn is_table(block: &[&str]) -> bool {
    block[0].trim_start().starts_with("#  where")
}

/// Is it a row for each thread with its calls, or what they are?
fn is_of_calls(block: &[&str]) -> bool {
    let first = block[0].trim_start();
    let is_letter = first.split_once(": ").is_some_and(|(name, _)| name.len() == 1);
    is_letter || first.starts_with("thread ") && first.contains('[')
}

/// Is it a program, or calls one below the other, where every space counts?
fn is_drawn(block: &[&str]) -> bool {
    block[0].starts_with("    ")
        || block.iter().any(|line| line.trim().contains("  ") || line.contains('^'))
}

/// A paragraph for each line; a line that stands further right goes on with the one before, and so does one whose first word had no room
/// there.
fn prose(out: &mut String, block: &[&str]) {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut paragraphs: Vec<String> = Vec::new();
    let mut room = 0;
    for line in block {
        let first = line.split_whitespace().next().unwrap_or_default().chars().count();
        match paragraphs.last_mut() {
            Some(paragraph) if depth(line) > depth(block[0]) || first >= room => {
                let _ = write!(paragraph, " {}", line.trim());
            }
            _ => paragraphs.push(line.trim().to_owned()),
        }
        room = WIDTH.saturating_sub(line.chars().count());
    }
    for paragraph in paragraphs {
        let _ = writeln!(out, "<p>{}</p>", with_code(&paragraph));
    }
}

/// What stands between backticks is code.
pub fn with_code(text: &str) -> String {
    if text.matches('`').count() % 2 == 1 {
        return escape(text);
    }
    let parts = text.split('`').map(escape).enumerate();
    parts
        .map(|(index, part)| if index % 2 == 1 { format!("<code>{part}</code>") } else { part })
        .collect()
}

fn table(out: &mut String, block: &[&str], file: &str) {
    let heads: Vec<&str> = block[0].split('│').skip(1).map(str::trim).collect();
    *out += "<table class=\"timeline\">\n<thead><tr><th>#</th><th>where</th>";
    for head in &heads {
        let _ = write!(out, "<th>{head}</th>");
    }
    *out += "</tr></thead>\n<tbody>\n";
    let own = format!("{file}.rs:");
    for line in &block[1..] {
        let mut cells = line.split('│').map(str::trim);
        let first = cells.next().unwrap_or_default();
        let (number, place) = first.split_once(' ').unwrap_or((first, ""));
        let place = place.trim();
        let place = place
            .strip_prefix(&own)
            .map_or_else(|| place.to_owned(), |line| format!("line {line}"));
        let _ = write!(out, "<tr><td>{number}</td><td>{}</td>", escape(&place));
        for head in &heads {
            let cell = cells.next().unwrap_or_default();
            // A long call goes on in the next line after its parenthesis.
            let cell = escape(cell).replace('(', "(<wbr>");
            let _ = write!(out, "<td data-thread=\"{head}\">{cell}</td>");
        }
        *out += "</tr>\n";
    }
    *out += "</tbody>\n</table>\n";
}

#[cfg(test)]
mod tests {
    use super::html;

    const REPORT: &str = "\
two_threads_overlap

data race: #0 and #2

The program:

    let a = 1;
    thread 1: lock()

    #  where      │ thread 0 (main)    │ thread 1
    0  lock.rs:7  │ x.load(Relaxed) → 1 │
    1  check:3    │                    │ x.swap(LOCKED | 2, Acquire) → <0>
    ⋮  (2 left out) │                    │

  #0 reads what `x` has, and
    goes on.
  Thread 1 waits.
  When it began, `queue.push(11)` had returned `Ok(())`. Beside it,
  `queue.push(21)` returns `Ok(())`.
";

    #[test]
    fn timeline_is_a_table_and_its_own_file_needs_no_name() {
        let html = html(REPORT, "lock").expect("has a timeline");
        assert!(html.contains("<tr><td>0</td><td>line 7</td><td data-thread=\"thread 0 (main)\">x.load(<wbr>Relaxed) → 1</td><td data-thread=\"thread 1\"></td></tr>"), "{html}");
        assert!(html.contains("<td>check:3</td>"), "{html}");
        assert!(html.contains("x.swap(<wbr>LOCKED | 2, Acquire) → &lt;0&gt;"), "{html}");
        assert!(html.contains("<td>⋮</td><td>(2 left out)</td>"), "{html}");
    }

    #[test]
    fn words_are_paragraphs_and_a_program_keeps_its_lines() {
        let html = html(REPORT, "lock").expect("has a timeline");
        assert!(
            html.contains(
                "<p>#0 reads what <code>x</code> has, and goes on.</p>\n<p>Thread 1 waits.</p>\n<p>When it began, \
                 <code>queue.push(11)</code> had returned <code>Ok(())</code>. Beside it, <code>queue.push(21)</code> returns"
            ),
            "{html}"
        );
        assert!(html.contains("    let a = 1;\n    thread 1: lock()"), "{html}");
        assert!(!html.contains("\n\n"), "an empty line ends a block of HTML");
    }

    #[test]
    fn report_without_a_timeline_stays_text() {
        assert_eq!(html("it does not compile\n", "lock"), None);
    }
}
