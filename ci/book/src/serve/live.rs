//! What the server adds to the pages that it hands out; the files that `build` writes have none of it.

use crate::build::scripts::lean;
use crate::finding::Finding;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// Where everything of the server's own lies.
pub const OWN: &str = "/.book/";

/// The scripts and the style of a page that is served, by their names below [`OWN`].
const ASSETS: [(&str, &str); 8] = [
    ("page.js", include_str!("page/page.js")),
    ("exercises.js", include_str!("page/exercises.js")),
    ("exercise.js", include_str!("page/exercise.js")),
    ("board.js", include_str!("page/board.js")),
    ("explore.js", include_str!("page/explore.js")),
    ("failure.js", include_str!("page/failure.js")),
    ("marks.js", include_str!("page/marks.js")),
    ("page.css", include_str!("page/page.css")),
];

/// The asset of this name.
pub fn asset(name: &str) -> Option<String> {
    ASSETS.iter().find(|(asset, _)| *asset == name).map(|(_, text)| lean(text))
}

/// Tells one build from another, of this server and of the one before it on the same port.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Version {
    server: u128,
    build: u64,
}

impl Version {
    /// The version of the first build of this process.
    pub fn first() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self { server: since.map_or(0, |since| since.as_nanos()), build: 0 }
    }

    /// The version of the next build.
    pub fn next(self) -> Self {
        Self { build: self.build + 1, ..self }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{}", self.server, self.build)
    }
}

/// Adds the script, and a list of what is wrong with the page, if anything is.
pub fn add_to<'a>(
    path: &str,
    html: &str,
    version: Version,
    findings: impl Iterator<Item = &'a Finding>,
) -> String {
    // This one is shown in a frame of the others.
    if path == "toc.html" {
        return html.to_owned();
    }
    let lines: String =
        findings.map(|finding| format!("{}\n", escape(&finding.to_string()))).collect();
    let mut html = html.to_owned();
    if let Some(end) = html.rfind("</body>") {
        html.insert_str(end, &script(version));
    }
    if let Some(end) = html.find("</head>") {
        html.insert_str(end, &format!("<link rel=\"stylesheet\" href=\"{OWN}page.css\">"));
    }
    if let (false, Some(main)) = (lines.is_empty(), html.find("<main>")) {
        html.insert_str(main + "<main>".len(), &notice(&lines));
    }
    html
}

/// Makes of a page of the build `good` one of the build `version`, which failed: it waits for the next build, and says why it is old.
pub fn add_failure(html: &str, good: Version, version: Version, error: &str) -> String {
    let mut html = html.replace(&script(good), &script(version));
    if let Some(main) = html.find("<main>") {
        let words = "The book cannot be built. This page is as it was when it could be built last.";
        html.insert_str(main + "<main>".len(), &notice(&format!("{words}\n{}", escape(error))));
    }
    html
}

fn notice(lines: &str) -> String {
    format!(
        "<pre role=\"alert\" class=\"book-findings\" style=\"white-space: pre-wrap; padding: 1em; \
         color: #fff; background: #8b0000\">{lines}</pre>"
    )
}

fn script(version: Version) -> String {
    format!("<script type=\"module\" src=\"{OWN}page.js\" data-version=\"{version}\"></script>\n")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
