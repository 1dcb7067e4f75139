//! Places in the source.

use std::fmt;
use std::panic::Location;

/// A place in the source.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    file: &'static str,
    line: u32,
    column: u32,
}

impl Place {
    pub(crate) const fn new(file: &'static str, line: u32, column: u32) -> Self {
        Self { file, line, column }
    }

    /// The file, as the compiler calls it, or with its whole path.
    pub fn file(&self) -> &'static str {
        self.file
    }

    /// The line, from 1; 0 if the place is not known.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The column, from 1; 0 if it is not known.
    pub fn column(&self) -> u32 {
        self.column
    }
}

impl From<&'static Location<'static>> for Place {
    fn from(at: &'static Location<'static>) -> Self {
        Self::new(at.file(), at.line(), at.column())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
