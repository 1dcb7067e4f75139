//! The calls of an execution: a row for each thread, and a bar for each call.

use std::fmt::Write as _;

/// No line of a drawing is wider.
const WIDEST: usize = 80;

/// The calls of an execution that fails because of what they return, or because one does not.
#[derive(Clone, Debug)]
pub struct History {
    /// The calls, in the order in which they begin.
    pub calls: Vec<Call>,
    /// More about them, in sentences.
    pub because: String,
}

/// A call.
#[derive(Clone, Debug)]
pub struct Call {
    /// The thread that makes it.
    pub thread: usize,
    /// `stack.pop()`
    pub text: String,
    /// What it returns; `None` if it does not.
    pub result: Option<String>,
    /// Where it begins: at step *n* is 2*n* + 1, before it 2*n*.
    pub begin: usize,
    /// Where it ends; `None` if it does not.
    pub end: Option<usize>,
    /// No order explains it.
    pub is_blamed: bool,
}

impl Call {
    /// The call and what it returns.
    pub fn label(&self) -> String {
        match self.result.as_deref() {
            None | Some("()") => self.text.clone(),
            Some(result) => format!("{} → {result}", self.text),
        }
    }
}

/// Where a bar stands: its first column and its last one.
type Columns = (usize, Option<usize>);

impl History {
    /// The drawing, and the sentences.
    pub fn render(&self) -> String {
        let mut out = String::new();
        let labels: Vec<String> = self.short();
        let columns = self.columns(&labels);
        let margin = 2 + self.heading(0).len() + 1;
        if self.width(&columns, &labels) + margin <= WIDEST {
            self.draw(&mut out, &columns, &labels);
        } else {
            let letters: Vec<String> = (0..labels.len()).map(letter).collect();
            self.draw(&mut out, &self.columns(&letters), &letters);
            out.push('\n');
            for (letter, label) in letters.iter().zip(&labels) {
                let _ = writeln!(out, "  {letter}: {label}");
            }
        }
        if !self.because.is_empty() {
            out.push('\n');
            for line in wrap(&self.because, WIDEST - 2) {
                let _ = writeln!(out, "  {line}");
            }
        }
        out
    }

    /// What stands in the bars. If all calls are of one object, it goes without saying.
    pub fn short(&self) -> Vec<String> {
        let receiver = |call: &Call| {
            let (receiver, _) = call.text.split_once('.')?;
            let is_name = receiver.chars().all(|c| c.is_alphanumeric() || c == '_');
            is_name.then(|| format!("{receiver}."))
        };
        let first = self.calls.first().and_then(receiver);
        let is_one = self.calls.iter().all(|call| receiver(call) == first);
        let receiver = first.filter(|_| is_one).unwrap_or_default();
        self.calls.iter().map(|call| call.label()[receiver.len()..].to_owned()).collect()
    }

    /// The beginnings and the ends of all calls in their order: the call, and whether it is its end.
    pub fn points(&self) -> Vec<(usize, bool)> {
        let mut points = Vec::new();
        for (number, call) in self.calls.iter().enumerate() {
            points.push((call.begin, number, false));
            points.extend(call.end.map(|end| (end, number, true)));
        }
        points.sort_unstable();
        points.into_iter().map(|(_, number, is_end)| (number, is_end)).collect()
    }

    /// The narrowest columns in which each label has room, and no two beginnings or ends stand one above the other.
    fn columns(&self, labels: &[String]) -> Vec<Columns> {
        let mut columns = vec![(0, None); self.calls.len()];
        let mut next = 0;
        for (call, is_end) in self.points() {
            if is_end {
                next = next.max(columns[call].0 + 1 + labels[call].chars().count());
                columns[call].1 = Some(next);
            } else {
                columns[call].0 = next;
            }
            next += 1;
        }
        columns
    }

    fn width(&self, columns: &[Columns], labels: &[String]) -> usize {
        let end = |(column, label): (&Columns, &String)| {
            column.1.unwrap_or(column.0 + 2 + label.chars().count()) + 1
        };
        columns.iter().zip(labels).map(end).max().unwrap_or(0)
    }

    fn heading(&self, thread: usize) -> String {
        format!("thread {thread}")
    }

    fn draw(&self, out: &mut String, columns: &[Columns], labels: &[String]) {
        let width = self.width(columns, labels);
        let threads = self.calls.iter().map(|call| call.thread + 1).max().unwrap_or(0);
        for thread in 0..threads {
            let (mut row, mut marks) = (vec![' '; width], vec![' '; width]);
            let mine = self.calls.iter().enumerate().filter(|(_, call)| call.thread == thread);
            for (number, call) in mine {
                let (begin, end) = columns[number];
                let last = end.unwrap_or(width - 1);
                row[begin] = '[';
                row[begin + 1..=last].fill(if end.is_some() { ' ' } else { '…' });
                for (place, character) in labels[number].chars().enumerate() {
                    row[begin + 1 + place] = character;
                }
                if end.is_some() {
                    row[last] = ']';
                }
                if call.is_blamed {
                    marks[begin..=last].fill('^');
                }
            }
            if row.iter().all(|character| *character == ' ') {
                continue;
            }
            let row: String = row.into_iter().collect();
            let _ = writeln!(out, "  {} {}", self.heading(thread), row.trim_end());
            let marks: String = marks.into_iter().collect();
            if !marks.trim().is_empty() {
                let _ = writeln!(out, "  {:9}{}", "", marks.trim_end());
            }
        }
    }
}

/// A, B, … Z, A1, B1, …
fn letter(number: usize) -> String {
    let letter = char::from(b'A' + (number % 26) as u8);
    let round = number / 26;
    if round == 0 { letter.into() } else { format!("{letter}{round}") }
}

/// The words in lines of at most so many characters.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("one line at least");
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + 1 + word.chars().count() <= width {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.into());
        }
    }
    lines
}
