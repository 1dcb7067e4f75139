//! The list of survivors, each with an argument: `ci/mutants/survivors.toml`.

use crate::edit::Edit;
use serde::Deserialize;
use std::path::Path;

/// Where it is, below the root.
pub const FILE: &str = "ci/mutants/survivors.toml";

/// The whole list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Survivors {
    /// One by one.
    #[serde(default, rename = "survivor")]
    pub all: Vec<Entry>,
}

/// One survivor, or, where less is said, all that it fits.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The id of the exercise. Every one, if it is not said.
    pub exercise: Option<String>,
    /// The operator. Any, if it is not said.
    pub operator: Option<String>,
    /// In which item: `Guard::drop`. In any, if it is not said.
    pub place: Option<String>,
    /// What the reference says there. Whatever, if it is not said.
    pub was: Option<String>,
    /// What the mutant says. Whatever, if it is not said.
    pub is: Option<String>,
    /// It does the same as the reference, and why.
    pub equivalent: Option<String>,
    /// It does something else, which no page promises.
    pub outside: Option<String>,
    /// It is wrong, and no check sees it yet.
    pub hole: Option<String>,
}

/// Why a survivor may be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// It does the same.
    Equivalent,
    /// It does what no page promises, or does not do it.
    Outside,
    /// It is wrong.
    Hole,
}

impl Survivors {
    /// Reads the list.
    ///
    /// # Errors
    ///
    /// In words, if it cannot be read, or if an entry has not one argument.
    pub fn read(root: &Path) -> Result<Self, String> {
        let text =
            std::fs::read_to_string(root.join(FILE)).map_err(|error| format!("{FILE}: {error}"))?;
        Self::parse(&text).map_err(|error| format!("{FILE}: {error}"))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let list: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        for entry in &list.all {
            if entry.class().is_none() {
                return Err(format!(
                    "one of `equivalent`, `outside` and `hole` is to say why: {entry:?}"
                ));
            }
            let is_none = |name: &&String| crate::operators::find(name).is_none();
            if let Some(name) = entry.operator.as_ref().filter(is_none) {
                return Err(format!("no operator is called {name:?}"));
            }
        }
        Ok(list)
    }

    /// The entry that a survivor is: its place in the list.
    pub fn find(&self, exercise: &str, operator: &str, place: &str, edit: &Edit) -> Option<usize> {
        self.all.iter().position(|entry| entry.fits(exercise, operator, place, edit))
    }
}

impl Entry {
    fn fits(&self, exercise: &str, operator: &str, place: &str, edit: &Edit) -> bool {
        let is = |asked: &Option<String>, said: &str| asked.as_ref().is_none_or(|a| a == said);
        is(&self.operator, operator)
            && is(&self.exercise, exercise)
            && is(&self.place, place)
            && is(&self.was, &edit.was)
            && is(&self.is, &edit.is)
    }

    /// What is argued; none, if it is not one thing.
    pub fn class(&self) -> Option<Class> {
        match (&self.equivalent, &self.outside, &self.hole) {
            (Some(_), None, None) => Some(Class::Equivalent),
            (None, Some(_), None) => Some(Class::Outside),
            (None, None, Some(_)) => Some(Class::Hole),
            _ => None,
        }
    }
}

/// A survivor that is not in the list, as it would be there.
pub fn entry(exercise: &str, operator: &str, place: &str, edit: &Edit) -> String {
    // Rust and TOML agree on how a line of code is quoted.
    let quoted = |text: &str| format!("{text:?}");
    format!(
        "[[survivor]]\nexercise = \"{exercise}\"\noperator = \"{operator}\"\nplace = {}\nwas = {}\nis = {}\n",
        quoted(place),
        quoted(&edit.was),
        quoted(&edit.is)
    )
}

#[cfg(test)]
mod tests {
    use super::{Class, Survivors, entry};
    use crate::edit::Edit;

    fn edit() -> Edit {
        Edit { was: "print(\"a\");".into(), is: String::new() }
    }

    #[test]
    fn what_is_printed_of_a_survivor_is_its_entry() {
        let text = entry("id", "store_deleted", "Guard::drop", &edit()) + "outside = \"Why.\"";
        let list = Survivors::parse(&text).unwrap();
        assert_eq!(list.all[0].class(), Some(Class::Outside));
        assert_eq!(list.find("id", "store_deleted", "Guard::drop", &edit()), Some(0));
        assert_eq!(list.find("id", "store_deleted", "Guard::lock", &edit()), None);
        assert_eq!(list.find("other", "store_deleted", "Guard::drop", &edit()), None);
    }

    #[test]
    fn an_entry_without_an_argument_or_with_two_is_an_error() {
        let head = "[[survivor]]\noperator = \"store_deleted\"\n";
        assert!(Survivors::parse(head).is_err());
        assert!(Survivors::parse(&format!("{head}hole = \"a\"\nequivalent = \"b\"")).is_err());
        assert!(Survivors::parse(&format!("{head}hole = \"a\"")).is_ok());
        assert!(Survivors::parse("[[survivor]]\noperator = \"x\"\nhole = \"a\"").is_err());
    }
}
