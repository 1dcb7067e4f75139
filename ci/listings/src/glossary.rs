//! The glossary of instructions: what each mnemonic means.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// Where the glossary lies, relative to the repository.
pub const FILE: &str = "src/ch07_processor/instructions.toml";

/// All entries.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Glossary {
    /// The architectures, in the order of the page.
    #[serde(default, rename = "architecture")]
    pub architectures: Vec<Architecture>,
    /// The instructions, in the order of the page.
    #[serde(default, rename = "instruction")]
    pub instructions: Vec<Instruction>,
}

/// A family of processors that share their instructions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Architecture {
    /// What entries, data and code blocks call it.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// The vendor's manual.
    pub manual: String,
    /// Where that is to be had.
    pub url: String,
    /// What to know before reading.
    pub about: String,
}

/// One entry.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instruction {
    /// Of which architecture.
    pub architecture: String,
    /// The mnemonics, without their endings.
    pub names: Vec<String>,
    /// The endings that each may have.
    #[serde(default)]
    pub variants: Vec<String>,
    /// What it does.
    pub does: String,
    /// What it orders, if anything.
    pub orders: Option<String>,
    /// Where the manual describes it.
    pub section: String,
}

impl Instruction {
    /// The mnemonics with all their endings.
    pub fn mnemonics(&self) -> Vec<String> {
        let endings: Vec<&str> = match &self.variants[..] {
            [] => vec![""],
            variants => variants.iter().map(String::as_str).collect(),
        };
        self.names
            .iter()
            .flat_map(|name| endings.iter().map(move |ending| format!("{name}{ending}")))
            .collect()
    }
}

impl Glossary {
    /// Reads the glossary of the repository. One that is not there is empty.
    ///
    /// # Errors
    /// When it cannot be read, is no TOML, or says something twice.
    pub fn read(root: &Path) -> io::Result<Self> {
        let text = match fs::read_to_string(root.join(FILE)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read?,
        };
        Self::parse(&text).map_err(io::Error::other)
    }

    /// Reads a glossary.
    ///
    /// # Errors
    /// When it is no TOML, names an architecture that it does not have, or explains a mnemonic twice.
    pub fn parse(text: &str) -> Result<Self, String> {
        let glossary: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut seen = BTreeMap::new();
        for entry in &glossary.instructions {
            if !glossary.has(&entry.architecture) {
                return Err(format!(
                    "`{}`: no architecture `{}`",
                    entry.names.join(", "),
                    entry.architecture
                ));
            }
            for name in entry.mnemonics() {
                if seen.insert((&entry.architecture, name.clone()), ()).is_some() {
                    return Err(format!("`{name}` ({}) is explained twice", entry.architecture));
                }
            }
        }
        Ok(glossary)
    }

    /// Whether there is such an architecture.
    pub fn has(&self, architecture: &str) -> bool {
        self.architectures.iter().any(|known| known.id == architecture)
    }

    /// The mnemonics of one line of a listing that have no entry.
    pub fn unexplained<'a>(&self, architecture: &str, line: &'a str) -> Vec<&'a str> {
        let mine: Vec<&Instruction> =
            self.instructions.iter().filter(|entry| entry.architecture == architecture).collect();
        let is_known = |name: &str| {
            mine.iter().any(|entry| entry.mnemonics().iter().any(|known| known == name))
        };
        mnemonics(line).into_iter().filter(|name| !is_known(name)).collect()
    }
}

/// The mnemonics of one line of a listing: none for a label, two where one is a prefix.
pub fn mnemonics(line: &str) -> Vec<&str> {
    let mut words = line.split_whitespace();
    let found = match words.next() {
        Some(label) if label.ends_with(':') => return Vec::new(),
        Some("lock") => [Some("lock"), words.next()],
        first => [first, None],
    };
    found.into_iter().flatten().collect()
}

/// The id of a mnemonic on the page.
pub fn anchor(architecture: &str, mnemonic: &str) -> String {
    format!("{architecture}-{mnemonic}")
}

#[cfg(test)]
mod tests {
    use super::{Glossary, mnemonics};

    const TEXT: &str = r#"
        [[architecture]]
        id = "x86"
        title = ""
        manual = ""
        url = ""
        about = ""
        [[instruction]]
        architecture = "x86"
        names = ["lock", "add"]
        does = ""
        section = ""
    "#;

    #[test]
    fn a_mnemonic_without_an_entry_is_found_behind_a_prefix_too() {
        let glossary = Glossary::parse(TEXT).unwrap();
        assert_eq!(glossary.unexplained("x86", "lock add dword ptr [rdi], 1"), Vec::<&str>::new());
        assert_eq!(glossary.unexplained("x86", "lock xadd dword ptr [rdi], eax"), ["xadd"]);
        assert_eq!(glossary.unexplained("arm", "add r0, r0, #1"), ["add"]);
    }

    #[test]
    fn labels_and_empty_lines_have_no_mnemonic() {
        assert_eq!(mnemonics(".L1:"), Vec::<&str>::new());
        assert_eq!(mnemonics(""), Vec::<&str>::new());
        assert_eq!(mnemonics("ret"), ["ret"]);
    }

    #[test]
    fn an_entry_that_is_there_twice_or_belongs_nowhere_is_refused() {
        let again = TEXT.to_owned() + &TEXT[TEXT.find("[[instruction]]").unwrap()..];
        assert!(Glossary::parse(&again).unwrap_err().contains("explained twice"));
        let lost = TEXT.replace("architecture = \"x86\"", "architecture = \"vax\"");
        assert!(Glossary::parse(&lost).unwrap_err().contains("no architecture `vax`"));
    }
}
