//! What is wrong, and where: one line each.

use std::fmt;

/// One fault, told as `file:line: what`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file to mend, relative to the root, with `/` on every system.
    pub file: String,
    /// The line to look at, from 1.
    pub line: usize,
    /// What is wrong, in one line.
    pub what: String,
    /// The page that shows the fault, relative to the root, where that is another file than the one to mend.
    pub page: Option<String>,
    /// Whether the page lacks something that its author put there: `build` and `serve` refuse to begin with such a page.
    pub breaks_page: bool,
}

impl Finding {
    /// A fault that leaves the page whole.
    pub fn new(file: impl Into<String>, line: usize, what: impl Into<String>) -> Self {
        let what = what.into().split_whitespace().collect::<Vec<_>>().join(" ");
        Self { file: file.into(), line: line.max(1), what, page: None, breaks_page: false }
    }

    /// The same, for a page that lost something by it.
    pub fn breaking(mut self) -> Self {
        self.breaks_page = true;
        self
    }

    /// The same, shown on `page`.
    pub fn on(mut self, page: &str) -> Self {
        self.page = Some(page.to_owned());
        self
    }

    /// The page on which a reader meets the fault.
    pub fn page(&self) -> &str {
        self.page.as_deref().unwrap_or(&self.file)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// An error and its causes in one line.
pub fn one_line(error: &anyhow::Error) -> String {
    format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `word`, or its plural when there is not exactly one.
pub fn plural(n: usize, word: &str) -> String {
    if n == 1 { word.to_owned() } else { format!("{word}s") }
}
