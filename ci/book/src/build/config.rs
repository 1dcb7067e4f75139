//! Reads book.toml, and refuses what mdBook and KaTeX's preprocessor would pass over in silence.

use anyhow::{Context, Result, anyhow};
use mdbook_driver::config::{Config, HtmlConfig};
use mdbook_katex::cfg::KatexConfig;
use std::path::Path;
use toml::{Table, Value};

/// Keys of every preprocessor's table, which are mdBook's own.
const PREPROCESSOR_KEYS: [&str; 5] = ["after", "before", "command", "optional", "renderers"];

/// The settings of the book in `root`.
///
/// # Errors
/// One line, `book.toml:line: what`, for anything that is not a setting.
pub fn load(root: &Path) -> Result<Config> {
    let text = std::fs::read_to_string(root.join("book.toml")).context("book.toml")?;
    let mut config: Config = toml::from_str(&text).map_err(|error| at_span(&text, &error))?;
    // mdBook logs a fault of this table and builds with the defaults; KaTeX's preprocessor does so without a word.
    if let Err(error) = config.get::<HtmlConfig>("output.html") {
        return Err(at_key(&text, "output.html", &error.root_cause().to_string()));
    }
    let katex: Table = config.get("preprocessor.katex")?.unwrap_or_default();
    check_katex(&text, katex)?;
    config.update_from_env()?;
    // A page without its file is a mistake to be told, not a file to be written.
    config.build.create_missing = false;
    Ok(config)
}

fn check_katex(text: &str, katex: Table) -> Result<()> {
    let known = Table::try_from(KatexConfig::default())?;
    let unknown = |key: &&String| {
        // `macros` is left out of the defaults since it has none.
        !known.contains_key(*key) && *key != "macros" && !PREPROCESSOR_KEYS.contains(&key.as_str())
    };
    if let Some(key) = katex.keys().find(unknown) {
        return Err(at_key(text, "preprocessor.katex", &format!("unknown field `{key}`")));
    }
    let read: Result<KatexConfig, _> = Value::Table(katex).try_into();
    read.map(|_| ()).map_err(|error| at_key(text, "preprocessor.katex", error.message()))
}

fn at_span(text: &str, error: &toml::de::Error) -> anyhow::Error {
    let start = error.span().map_or(0, |span| span.start);
    let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
    anyhow!("book.toml:{line}: {}", error.message())
}

/// A fault whose place is lost: the line that has the key that `what` quotes, or else the table's.
fn at_key(text: &str, table: &str, what: &str) -> anyhow::Error {
    let key = what.split('`').nth(1).unwrap_or(table);
    let named = |line: &str| line.trim_start().starts_with(key);
    let header = |line: &str| line.trim_start().starts_with(&format!("[{table}"));
    let line =
        text.lines().position(named).or_else(|| text.lines().position(header)).unwrap_or(0) + 1;
    anyhow!("book.toml:{line}: {table}: {}", what.trim())
}
