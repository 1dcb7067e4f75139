//! The reader's editor, started by the server.

use std::path::Path;
use std::process::{Command, Stdio};

/// Editors that need a terminal, which the server has none of to give.
const IN_A_TERMINAL: [&str; 12] =
    ["ed", "emacs", "helix", "hx", "jed", "kak", "micro", "nano", "nvim", "pico", "vi", "vim"];

/// The name of the editor that `$VISUAL` or `$EDITOR` says, if it opens a window of its own.
pub fn name() -> Option<String> {
    name_of(&words()?)
}

fn name_of(words: &[String]) -> Option<String> {
    let name = Path::new(words.first()?).file_stem()?.to_str()?.to_owned();
    (!IN_A_TERMINAL.contains(&name.as_str())).then_some(name)
}

fn words() -> Option<Vec<String>> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let editor = set("VISUAL").or_else(|| set("EDITOR"))?;
    Some(editor.split_whitespace().map(str::to_owned).collect())
}

/// Opens a file in it. Says whether it could be started.
pub fn open(file: &Path) -> bool {
    let Some(words) = words().filter(|words| name_of(words).is_some()) else { return false };
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).arg(file);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match command.spawn() {
        Ok(mut editor) => {
            // It is waited for, so that nothing of it is left when it ends.
            std::thread::spawn(move || editor.wait());
            true
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn editor_that_needs_a_terminal_is_not_offered() {
        let name = |editor: &str| {
            name_of(&editor.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        };
        assert_eq!(name("/usr/bin/code --wait"), Some("code".to_owned()));
        assert_eq!(name("/usr/bin/vim"), None);
        assert_eq!(name(""), None);
    }
}
