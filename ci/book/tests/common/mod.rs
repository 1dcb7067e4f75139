//! A small book in a temporary folder, and the program run on it.
#![allow(dead_code, reason = "each test file uses its part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const BOOK_TOML: &str = r#"[book]
title = "A book"
language = "en"
src = "src"

[build]
create-missing = false

[preprocessor.katex]
after = ["links"]
output = "htmlAndMathml"
no-css = true

[output.html.playground]
runnable = false
"#;

const INTRODUCTION: &str = r#"# Introduction

A formula $x^2$, two dollars for \$2, and code:

```rust
{{#include ../exercises/src/lib.rs:lock}}
```

See [the second page](chapter/second.md#a-heading), [this heading](#introduction) and [elsewhere](https://example.org).

<details>
<summary>More</summary>

$$
\begin{aligned}
a &= \{1, 2\} \\
b &= \frac{1}{2}
\end{aligned}
$$

</details>

<svg viewBox="0 0 10 10" aria-label="A line"><defs><marker id="tip" /></defs><path d="M0 0L1 1" style="marker-end: url(#tip)" /></svg>
"#;

const SECOND: &str = r"# A heading

| formula         | meaning     |
| --------------- | ----------- |
| $P(a \mid b)$   | `$` in code |

```sh
echo $HOME $PATH
```

- one[^note]
- two $y_1$

[^note]: A note.
";

const LIB: &str = "// ANCHOR: lock
pub fn lock() {}
// ANCHOR_END: lock
";

/// A book without a fault.
pub struct Book {
    folder: TempDir,
}

impl Book {
    pub fn new() -> Self {
        let book = Self { folder: tempfile::tempdir().unwrap() };
        book.write("book.toml", BOOK_TOML);
        book.write("src/SUMMARY.md", "# Summary\n\n- [Introduction](introduction.md)\n- [Second](chapter/second.md)\n- [Draft]()\n");
        book.write("src/introduction.md", INTRODUCTION);
        book.write("src/chapter/second.md", SECOND);
        book.write("exercises/src/lib.rs", LIB);
        book
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.root().join(file)
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    /// Writes a file in one step, as editors do.
    pub fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // Where nobody looks, so that a test sees one change.
        let written = self.path(".draft");
        fs::write(&written, text).unwrap();
        fs::rename(written, path).unwrap();
    }

    pub fn append(&self, file: &str, text: &str) {
        self.write(file, &(self.read(file) + text));
    }

    pub fn replace(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{file} has no {from:?}");
        self.write(file, &text.replace(from, to));
    }

    /// The program, about to run on this book.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_book"));
        command.args(arguments).arg("--root").arg(self.root());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What `check` finds, a line each; its exit code must agree.
    pub fn findings(&self) -> Vec<String> {
        let output = self.run(&["check"]);
        let lines: Vec<String> = stdout(&output).lines().map(str::to_owned).collect();
        if output.status.success() {
            assert_eq!(lines, ["2 pages, nothing found"], "{output:?}");
            return Vec::new();
        }
        assert!(!lines.is_empty(), "failed without a finding: {}", stderr(&output));
        lines
    }
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
