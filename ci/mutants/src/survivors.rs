//! The list of survivors, each with an argument: `ci/mutants/survivors.toml`.

use crate::edit::Edit;
use serde::Deserialize;
use std::path::Path;

/// Where it is, below the root.
pub const FILE: &str = "ci/mutants/survivors.toml";

/// The whole list.
#[derive(Clone, Debug, Default)]
pub struct Survivors {
    /// One by one: an argument that is said of several stands with each.
    pub all: Vec<Entry>,
}

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    #[serde(default, rename = "survivor")]
    all: Vec<Argument>,
}

/// One argument, and what it is about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Argument {
    exercise: Option<String>,
    operator: Option<String>,
    place: Option<String>,
    was: Option<String>,
    is: Option<String>,
    /// Several that it is about. What stands beside it is said of all of them.
    #[serde(default)]
    of: Vec<Which>,
    equivalent: Option<String>,
    outside: Option<String>,
    hole: Option<String>,
}

/// Which mutants.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
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
}

/// One survivor, or, where less is said, all that it fits.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Which it is.
    pub which: Which,
    /// What is argued.
    pub class: Class,
    /// The argument.
    pub why: String,
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
        let list: Listed = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut all = Vec::new();
        for argument in list.all {
            let (class, why) = argument.class()?;
            for which in argument.which() {
                let is_none = |name: &&String| crate::operators::find(name).is_none();
                if let Some(name) = which.operator.as_ref().filter(is_none) {
                    return Err(format!("no operator is called {name:?}"));
                }
                all.push(Entry { which, class, why: why.clone() });
            }
        }
        Ok(Self { all })
    }

    /// The entry that a survivor is: its place in the list.
    pub fn find(&self, exercise: &str, operator: &str, place: &str, edit: &Edit) -> Option<usize> {
        self.all.iter().position(|entry| entry.which.fits(exercise, operator, place, edit))
    }
}

impl Argument {
    /// What is argued, if it is one thing.
    fn class(&self) -> Result<(Class, String), String> {
        match (&self.equivalent, &self.outside, &self.hole) {
            (Some(why), None, None) => Ok((Class::Equivalent, why.clone())),
            (None, Some(why), None) => Ok((Class::Outside, why.clone())),
            (None, None, Some(why)) => Ok((Class::Hole, why.clone())),
            (equivalent, outside, hole) => Err(format!(
                "one of `equivalent`, `outside` and `hole` is to say why: {:?}",
                [equivalent, outside, hole]
            )),
        }
    }

    fn which(self) -> Vec<Which> {
        let Self { exercise, operator, place, was, is, of, .. } = self;
        let all = Which { exercise, operator, place, was, is };
        if of.is_empty() {
            return vec![all];
        }
        of.into_iter().map(|one| one.or(&all)).collect()
    }
}

impl Which {
    /// What this leaves out, `all` says.
    fn or(self, all: &Self) -> Self {
        Self {
            exercise: self.exercise.or_else(|| all.exercise.clone()),
            operator: self.operator.or_else(|| all.operator.clone()),
            place: self.place.or_else(|| all.place.clone()),
            was: self.was.or_else(|| all.was.clone()),
            is: self.is.or_else(|| all.is.clone()),
        }
    }

    fn fits(&self, exercise: &str, operator: &str, place: &str, edit: &Edit) -> bool {
        let is = |asked: &Option<String>, said: &str| asked.as_ref().is_none_or(|a| a == said);
        is(&self.operator, operator)
            && is(&self.exercise, exercise)
            && is(&self.place, place)
            && is(&self.was, &edit.was)
            && is(&self.is, &edit.is)
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
        assert_eq!(list.all[0].class, Class::Outside);
        assert_eq!(list.find("id", "store_deleted", "Guard::drop", &edit()), Some(0));
        assert_eq!(list.find("id", "store_deleted", "Guard::lock", &edit()), None);
        assert_eq!(list.find("other", "store_deleted", "Guard::drop", &edit()), None);
    }

    #[test]
    fn one_argument_may_be_about_several() {
        let list = Survivors::parse(
            "[[survivor]]\nexercise = \"id\"\nof = [{ place = \"f\" }, { place = \"g\" }]\nhole = \"Why.\"",
        )
        .unwrap();
        assert_eq!(list.all.len(), 2);
        assert_eq!(list.find("id", "store_deleted", "g", &edit()), Some(1));
        assert_eq!(list.find("id", "store_deleted", "h", &edit()), None);
        assert_eq!(list.find("other", "store_deleted", "g", &edit()), None);
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
