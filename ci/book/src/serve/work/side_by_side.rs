//! The checks that run side by side. A page names one of them as long as it runs, so that the numbers beside its name only grow.

/// What the name of a check ends with, as the board shows it, when it runs with real threads.
const REAL: &str = " (with real threads)";

/// A check that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub name: String,
    /// How many executions it has begun.
    pub executions: u64,
    /// About how many there will be; 0 if nobody knows.
    pub about: u64,
}

/// All that run, the one that began first before the others.
#[derive(Debug, Default)]
pub struct SideBySide(Vec<Check>);

impl SideBySide {
    pub fn begin(&mut self, name: String) {
        self.0.push(Check { name, executions: 0, about: 0 });
    }

    pub fn count(&mut self, name: &str, executions: u64, about: u64) {
        if let Some(check) = self.0.iter_mut().find(|check| check.name == name) {
            check.executions = executions.max(check.executions);
            check.about = about;
        }
    }

    /// A check has ended, of which the board shows the `title`.
    pub fn end(&mut self, title: &str) {
        let name = title.strip_suffix(REAL).unwrap_or(title);
        self.0.retain(|check| check.name != name);
    }

    /// The one that is named.
    pub fn named(&self) -> Option<&Check> {
        self.0.first()
    }
}

#[cfg(test)]
mod tests {
    use super::SideBySide;

    #[test]
    fn check_is_named_until_it_ends_and_its_numbers_only_grow() {
        let mut checks = SideBySide::default();
        checks.begin("one".to_owned());
        checks.begin("two".to_owned());
        let named = |checks: &SideBySide| {
            checks.named().map(|check| (check.name.clone(), check.executions, check.about))
        };
        checks.count("one", 2_545, 3_000);
        checks.count("two", 1_705, 0);
        assert_eq!(named(&checks), Some(("one".to_owned(), 2_545, 3_000)));
        checks.count("one", 2_000, 0);
        assert_eq!(named(&checks), Some(("one".to_owned(), 2_545, 0)));
        checks.end("one");
        assert_eq!(named(&checks), Some(("two".to_owned(), 1_705, 0)));
        checks.end("two (with real threads)");
        assert_eq!(named(&checks), None);
    }
}
