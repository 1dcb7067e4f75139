//! What the source says at a place: the name of the variable that an operation is on.

use crate::{Place, Step};
use std::path::PathBuf;
use std::sync::OnceLock;

/// Where the process was started, and a file that it knows by heart.
struct Known {
    start: PathBuf,
    file: &'static str,
    text: &'static str,
}

static KNOWN: OnceLock<Known> = OnceLock::new();

/// Says what `file` is, in words of the compiler, and that other files are to be found from the folder of this moment: code
/// under test may go to another folder, and its file may have changed.
pub fn provide(file: &'static str, text: &'static str) {
    let start = std::env::current_dir().unwrap_or_default();
    // A second call changes nothing.
    let _ = KNOWN.set(Known { start, file, text });
}

/// The file that this process knows by heart, and what is in it.
pub fn provided() -> Option<(&'static str, &'static str)> {
    KNOWN.get().map(|known| (known.file, known.text))
}

/// The variable that a step is on: what is known by its name, what stands before the dot of a method call, or the first argument of a
/// futex's functions.
pub fn variable(step: &Step) -> Option<String> {
    if step.name.is_some() {
        return step.name.clone();
    }
    if is_on_argument(step) { argument(step.at) } else { receiver(step.at) }
}

/// Is the variable of this step an argument in the source?
pub fn is_on_argument(step: &Step) -> bool {
    ["wait(", "wake_one(", "wake_all("].iter().any(|name| step.text.starts_with(name))
}

fn receiver(at: Place<'_>) -> Option<String> {
    receiver_in(&text(at.file)?, at.line as usize, at.column as usize)
}

/// What stands before the dot of the method that is called there, from 1; or the static that is used there, whose value may have to be
/// made first.
fn receiver_in(text: &str, line: usize, column: usize) -> Option<String> {
    let mut lines = text.lines().take(line).collect::<Vec<_>>().into_iter().rev();
    let (line, from) = lines.next()?.split_at_checked(column.checked_sub(1)?)?;
    let Some(before) = line.trim_end().strip_suffix('.') else { return static_at_start(from) };
    let mut before = before.trim_end();
    // A chain of calls may have a line for each.
    while before.is_empty() {
        let code = lines.next()?.trim();
        before = if code.starts_with("//") { "" } else { code };
    }
    function_at_end(before).or_else(|| name(&before[start_of_path(before)..]))
}

/// `TABLE` of `TABLE[0]`. It is known by its letters.
fn static_at_start(text: &str) -> Option<String> {
    let is_of_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let (name, rest) = text.split_at(text.find(|c| !is_of_name(c)).unwrap_or(text.len()));
    let is_whole = !rest.starts_with(|c: char| c.is_alphanumeric() || "(:!".contains(c));
    (name.starts_with(|c: char| c.is_ascii_uppercase()) && is_whole).then(|| name.to_owned())
}

/// The call of a function that a text ends with: `bucket(address)`. That of a method says too little, and one without arguments.
fn function_at_end(text: &str) -> Option<String> {
    if !text.ends_with(')') || text.ends_with("()") {
        return None;
    }
    let mut depth = 0;
    let (open, _) = text.char_indices().rev().find(|&(_, c)| {
        depth += i32::from(c == ')') - i32::from(c == '(');
        depth == 0
    })?;
    let start = start_of_path(&text[..open]);
    (start < open && !text[start..open].contains('.')).then(|| text[start..].to_owned())
}

/// Where the path begins that a text ends with: names, dots, and indices with all that is in their brackets.
fn start_of_path(text: &str) -> usize {
    let (mut start, mut depth) = (text.len(), 0_u32);
    for (at, c) in text.char_indices().rev() {
        match c {
            ']' => depth += 1,
            '[' if depth == 0 => break,
            '[' => depth -= 1,
            _ if depth == 0 && !is_part(c) => break,
            _ => {}
        }
        if depth == 0 {
            start = at;
        }
    }
    start
}

fn argument(at: Place<'_>) -> Option<String> {
    let line = line(at)?;
    let (_, arguments) = line.get((at.column as usize).checked_sub(1)?..)?.split_once('(')?;
    let first = arguments.split([',', ')']).next()?.trim().trim_start_matches('&');
    if start_of_path(first) == 0 { name(first) } else { None }
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || "_.".contains(c)
}

fn name(path: &str) -> Option<String> {
    // What is left of `self.inner().count` is `.count`.
    let name = path.trim_start_matches("self.").trim_start_matches('.');
    // `self.0`: a number says nothing by itself.
    let is_number = name.starts_with(|c: char| c.is_ascii_digit());
    let name = if is_number && path.starts_with("self.") { path } else { name };
    (!name.is_empty()).then(|| name.to_owned())
}

fn line(at: Place<'_>) -> Option<String> {
    text(at.file)?.lines().nth((at.line as usize).checked_sub(1)?).map(str::to_owned)
}

fn text(file: &str) -> Option<String> {
    match KNOWN.get().filter(|known| known.file == file) {
        Some(known) => Some(known.text.to_owned()),
        None => std::fs::read_to_string(find(file)?).ok(),
    }
}

fn find(file: &str) -> Option<PathBuf> {
    let here = match KNOWN.get() {
        Some(known) => known.start.clone(),
        None => std::env::current_dir().ok()?,
    };
    here.ancestors().map(|folder| folder.join(file)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::receiver_in;

    /// The receiver of `load` in a text that calls it once.
    fn receiver(text: &str) -> Option<String> {
        let at = text.find("load(").expect("a call");
        let begin = text[..at].rfind('\n').map_or(0, |end| end + 1);
        receiver_in(text, 1 + text[..at].matches('\n').count(), 1 + at - begin)
    }

    #[test]
    fn path_before_a_call_is_its_name_with_all_its_indices() {
        for (text, name) in [
            ("    self.locked.load(Acquire)", Some("locked")),
            ("let seen = ring.tail.0.load(Acquire)", Some("ring.tail.0")),
            ("self.0.load(Acquire)", Some("self.0")),
            ("f(self.inside[1 - door].load(SeqCst))", Some("inside[1 - door]")),
            ("self.words[at[i + 1] % N].value.load(SeqCst)", Some("words[at[i + 1] % N].value")),
            ("[x.load(Relaxed), y]", Some("x")),
            ("self.inner().count.load(Relaxed)", Some("count")),
            ("self.inner().load(Relaxed)", None),
            ("bucket(address).load(Relaxed)", Some("bucket(address)")),
            ("Self::bucket(f(1)).load(Relaxed)", Some("bucket(f(1))")),
            ("(a + b).load(Relaxed)", None),
            ("current().load(Relaxed)", None),
            ("while self\n    .ready\n    // Acquire: pairs.\n    .load(Acquire)", Some("ready")),
            ("load(Acquire)", None),
        ] {
            assert_eq!(receiver(text).as_deref(), name, "{text}");
        }
    }

    #[test]
    fn static_that_is_made_on_first_use_is_its_name() {
        assert_eq!(receiver_in("    &TABLE[at % 16]", 1, 6).as_deref(), Some("TABLE"));
        assert_eq!(receiver_in("*STARTED", 1, 2).as_deref(), Some("STARTED"));
        for other in ["table[0]", "TABLE::new()", "MAKE()", "Table"] {
            assert_eq!(receiver_in(other, 1, 1), None, "{other}");
        }
    }
}
