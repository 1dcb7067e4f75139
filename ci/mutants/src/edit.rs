//! What a mutant changes, as a reader of the list of survivors sees it: words that stay the same when other lines move.

use crate::found::Mutant;

/// How many lines are shown whole.
const WHOLE: usize = 3;

/// The lines that a mutant changes, before and after.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What the reference says.
    pub was: String,
    /// What the mutant says.
    pub is: String,
}

impl Edit {
    /// The change that makes `mutant` of `text`.
    pub fn of(text: &str, mutant: &Mutant) -> Self {
        let (was, is) = (lines(text), lines(&mutant.text));
        let same = was.iter().zip(&is).take_while(|(left, right)| left == right).count();
        let (was, is) = (&was[same..], &is[same..]);
        let same = was.iter().rev().zip(is.iter().rev()).take_while(|(l, r)| l == r).count();
        Self { was: shown(&was[..was.len() - same]), is: shown(&is[..is.len() - same]) }
    }
}

/// The lines of code, without what is before and after.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).collect()
}

fn shown(lines: &[&str]) -> String {
    match lines {
        [first, .., last] if lines.len() > WHOLE => format!("{first} … {last}"),
        _ => lines.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::Edit;
    use crate::found::Mutant;

    fn edit(was: &str, is: &str) -> (String, String) {
        let mutant = Mutant { operator: "", place: String::new(), text: is.into() };
        let Edit { was, is } = Edit::of(was, &mutant);
        (was, is)
    }

    #[test]
    fn what_moves_is_not_told() {
        let was = "a;\n    // Why.\n    b;\nc;\n";
        assert_eq!(edit(was, "a;\n    // Why.\n    d;\nc;\n"), ("b;".into(), "d;".into()));
        assert_eq!(edit(was, "a;\n    // Why.\n    \nc;\n"), ("b;".into(), String::new()));
        let moved = "// More.\n\n".to_owned() + was;
        assert_eq!(edit(&moved, &moved.replace("b;", "d;")), ("b;".into(), "d;".into()));
        assert_eq!(edit("a\nb\nc\nd\ne", "e").0, "a … d");
    }
}
