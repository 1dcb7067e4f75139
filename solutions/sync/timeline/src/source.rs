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
    let line = line(at)?;
    let before = line.get(..(at.column as usize).checked_sub(1)?)?.trim_end().strip_suffix('.')?;
    let start = before.rfind(|c| !is_part(c)).map_or(0, |i| i + 1);
    name(&before[start..])
}

fn argument(at: Place<'_>) -> Option<String> {
    let line = line(at)?;
    let (_, arguments) = line.get((at.column as usize).checked_sub(1)?..)?.split_once('(')?;
    let first = arguments.split([',', ')']).next()?.trim().trim_start_matches('&');
    if first.chars().all(is_part) { name(first) } else { None }
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || "_.[]".contains(c)
}

fn name(path: &str) -> Option<String> {
    // What is left of `self.inner().count` is `.count`, and of an array's first element `[x.load(…), …]` it is `[x`.
    let name = path.trim_start_matches("self.").trim_start_matches(['.', '[']);
    (!name.is_empty()).then(|| name.to_owned())
}

fn line(at: Place<'_>) -> Option<String> {
    let text = match KNOWN.get().filter(|known| known.file == at.file) {
        Some(known) => known.text.to_owned(),
        None => std::fs::read_to_string(find(at.file)?).ok()?,
    };
    text.lines().nth((at.line as usize).checked_sub(1)?).map(str::to_owned)
}

fn find(file: &str) -> Option<PathBuf> {
    let here = match KNOWN.get() {
        Some(known) => known.start.clone(),
        None => std::env::current_dir().ok()?,
    };
    here.ancestors().map(|folder| folder.join(file)).find(|path| path.is_file())
}
