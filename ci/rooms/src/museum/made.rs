//! What the pages of the museum include.

use super::{Case, Exhibit, KINDS, Museum, lines, variant};
use catalog::variants::{Expected, Folder, Variant, read};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Where it lies, from the root of the workspace.
pub const FOLDER: &str = "src/museum/made";

const MADE: &str =
    "<!-- Made from src/museum/entries.toml and a variant by `cargo rooms write`. -->\n\n";

/// The files, from the root of the workspace.
pub fn files(root: &Path, museum: &Museum) -> Result<BTreeMap<PathBuf, String>, String> {
    let mut files = BTreeMap::new();
    let mut add = |name: String, text: String| {
        files.insert(Path::new(FOLDER).join(name), format!("{MADE}{text}"));
    };
    if !museum.exhibits.is_empty() {
        add("overview.md".into(), overview(museum));
    }
    for exhibit in &museum.exhibits {
        let failed = |error| format!("{}: {error}", exhibit.page);
        let copy = variant(root, &exhibit.copy).map_err(failed)?;
        let right = match &exhibit.repair {
            Some(name) => variant(root, name).and_then(|right| right.text()),
            None => read(&copy.reference),
        };
        let right = right.map_err(failed)?;
        let text = copy.text().map_err(failed)?;
        let (lines, repair) = lines::of(&right, &text, &exhibit.show).map_err(failed)?;
        add(format!("{}.plate.md", exhibit.page), plate(exhibit, &copy).map_err(failed)?);
        add(format!("{}.lines.md", exhibit.page), format!("```rust,ignore\n{lines}```\n"));
        add(format!("{}.repair.md", exhibit.page), format!("```diff\n{repair}```\n"));
    }
    for (number, Case { variant: name, show }) in (1..).zip(&museum.cases) {
        let failed = |error| format!("case {number}: {error}");
        let variant = variant(root, name).map_err(failed)?;
        let reference = read(&variant.reference).map_err(failed)?;
        let text = variant.text().map_err(failed)?;
        let (lines, _) = lines::of(&reference, &text, show).map_err(failed)?;
        add(format!("trial/{number}.md"), format!("```rust,ignore\n{lines}```\n"));
    }
    Ok(files)
}

/// Every exhibit in a line, and what the kinds mean.
fn overview(museum: &Museum) -> String {
    let mut out = String::from("<div class=\"museum\">\n\n");
    out += "| Exhibit | Where it was | Kind | When | How it was found |\n|---|---|---|---|---|\n";
    for Exhibit { page, title, owner, kinds, life, found, .. } in &museum.exhibits {
        let kinds = kinds.join(", ");
        let _ = writeln!(out, "| [{title}]({page}.md) | {owner} | {kinds} | {life} | {found} |");
    }
    out += "\n</div>\n\n";
    for (kind, meaning) in KINDS {
        let count = museum.exhibits.iter().filter(|e| e.kinds.iter().any(|k| k == kind)).count();
        if count > 0 {
            let _ = writeln!(out, "- **{kind}** ({count}): {meaning}");
        }
    }
    out
}

/// What a visitor reads beside an exhibit.
fn plate(exhibit: &Exhibit, copy: &Variant) -> Result<String, String> {
    let Exhibit { owner, kinds, life, found, sources, .. } = exhibit;
    let exercise = &copy.exercise;
    let links: Vec<_> = sources.iter().map(|url| format!("[{}]({url})", short(url))).collect();
    let mut out = String::new();
    let _ = writeln!(out, "- **Where it was:** {owner}");
    let _ = writeln!(out, "- **Kind:** {}", kinds.join(", "));
    let _ = writeln!(out, "- **When:** {life}");
    let _ = writeln!(out, "- **How it was found:** {found}");
    let _ = writeln!(out, "- **Source:** {}", links.join(", "));
    let page = format!("[{}](../{}.md)", exercise.title, exercise.stem());
    let _ = match copy.folder {
        Folder::Wrong => {
            let expected = Expected::parse(&copy.text()?).ok_or("the variant says not why")?;
            let Expected { check, .. } = expected;
            writeln!(
                out,
                "- **Our copy:** `{}`, a wrong solution of {page}, convicted by `{check}`",
                copy.name
            )
        }
        Folder::Right => {
            writeln!(out, "- **Our copy:** `{}`, a right solution of {page}", copy.name)
        }
    };
    Ok(out)
}

/// What a link says: `rust-lang/rust#26610` for a thread on GitHub, and otherwise the host.
fn short(url: &str) -> String {
    let parts: Vec<_> = url.trim_start_matches("https://").split('/').collect();
    match parts[..] {
        ["github.com", owner, name, "issues" | "pull", number] => {
            format!("{owner}/{name}#{number}")
        }
        // As in Git, seven digits are enough to tell a commit by.
        ["github.com", owner, name, "commit", commit] if commit.len() > 7 => {
            format!("{owner}/{name}@{}", &commit[..7])
        }
        ["github.com", owner, name, "blob", _, .., file] => format!("{owner}/{name}: {file}"),
        [host, ..] => host.to_owned(),
        _ => url.to_owned(),
    }
}
