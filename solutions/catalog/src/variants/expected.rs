//! What rejects a wrong variant, and why.

/// What a wrong variant says of itself in its first lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// `//! Rejected by: name_of_a_check`
    pub check: String,
    /// `//! Because: words of the report`
    pub because: String,
}

impl Expected {
    /// Reads the first lines of a variant's file. Empty words are none: every report has them.
    pub fn parse(text: &str) -> Option<Self> {
        let after = |key: &str| {
            text.lines().find_map(|line| {
                let words = line.strip_prefix("//! ")?.strip_prefix(key)?.trim();
                (!words.is_empty()).then(|| words.to_owned())
            })
        };
        Some(Self { check: after("Rejected by:")?, because: after("Because:")? })
    }
}
