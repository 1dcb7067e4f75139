//! What is typed: our own options, and those of Rust's test harness, which Cargo, nextest and editors give.

use crate::bench::Programs;
use std::path::PathBuf;

/// What `--help` shows.
pub const HELP: &str = "\
Grades your exercises. A NAME is a file (guard), a path, an id
(spin-lock-guard), a chapter (ch04_spin_lock, ch4, 4) or a part of one of them.

cargo grade [NAME]...            grade
cargo test [NAME]                the same
cargo grade --watch [NAME]       grade at each save
cargo grade --hint N NAME        show the N-th hint
cargo grade --explore NAME[/CHECK]
                                 all outcomes of the models of its checks
cargo grade --replay ID NAME/CHECK
                                 one execution again, with what your code prints
cargo grade --audit NAME         for each ordering: would a weaker one pass?
cargo grade --class FOLDER       all submissions in FOLDER, one folder each:
                                 a table, and class.json and class.csv

      --again          judge anew what has not changed since the last time
      --to-do-fails    count an exercise that is still to do as a failure
      --thorough       try larger programs: minutes for each exercise
      --loom           use loom as the model checker
      --report FILE    write every verdict to FILE as JSON
      --color WHEN     auto, always or never
      --skip NAME      leave these out
      --exact          NAME is a whole name
      --list           list what would be graded

      --dot            write what --replay runs as a graph, for Graphviz
      --trust          judge without a sandbox what --class finds

      --events         say each step and each verdict as a line of JSON
      --remembered     let --events tell what is remembered, and run nothing
      --reference      judge the reference solutions instead of your files
      --variants       judge the known-wrong and known-right variants

LOCKSMITH_TIME_LIMIT=120 gives each check 120 seconds of processor time (60).
LOCKSMITH_REPORT=FILE is --report FILE. NO_COLOR=1 is --color never.
";

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What is meant; everything, if nothing is named.
    pub names: Vec<String>,
    /// Names are whole names.
    pub exact: bool,
    /// Left out.
    pub skip: Vec<String>,
    /// Where to write the report.
    pub report: Option<PathBuf>,
    /// What is to do is a failure.
    pub to_do_fails: bool,
    /// Judge anew.
    pub again: bool,
    /// Try larger programs.
    pub thorough: bool,
    /// Audit the orderings.
    pub audit: bool,
    /// Say each step, for a program.
    pub events: bool,
    /// Run nothing.
    pub remembered: bool,
    /// Judge at each save.
    pub watch: bool,
    /// Show all outcomes of models.
    pub explore: bool,
    /// Run this execution.
    pub replay: Option<String>,
    /// Write its graph in DOT.
    pub dot: bool,
    /// Show a hint.
    pub hint: Option<usize>,
    /// Use loom.
    pub loom: bool,
    /// Judge all submissions in this folder.
    pub class: Option<PathBuf>,
    /// Without a sandbox.
    pub trust: bool,
    /// Judge references.
    pub reference: bool,
    /// Judge variants.
    pub variants: bool,
    /// Only list.
    pub list: bool,
    /// Only what is ignored, which is what is to do.
    pub ignored: bool,
    /// What the harness is asked to print, `terse`, `json` or another form: then for a program, and not for a reader.
    pub format: Option<String>,
    /// Colours: always or never; otherwise where they can be seen.
    pub color: Option<bool>,
    /// Show the help.
    pub help: bool,
}

impl Options {
    /// How many programs are tried by the checks that try all programs up to a size.
    pub const fn programs(&self) -> Programs {
        match (self.thorough, self.variants) {
            (true, _) => Programs::Many,
            (false, true) if self.report.is_none() => Programs::FewOfRight,
            (false, _) => Programs::Usual,
        }
    }

    /// Reads the arguments, without the program's name.
    ///
    /// # Errors
    ///
    /// If an option is not known, or has no value.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            loom: cfg!(feature = "loom"),
            report: std::env::var_os("LOCKSMITH_REPORT").map(PathBuf::from),
            ..Self::default()
        };
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let (name, inline) = match argument.split_once('=') {
                Some((name, value)) if name.starts_with("--") => {
                    (name.to_owned(), Some(value.to_owned()))
                }
                _ => (argument.clone(), None),
            };
            let mut value = || {
                inline
                    .clone()
                    .or_else(|| arguments.next())
                    .ok_or_else(|| format!("{name} needs a value"))
            };
            match name.as_str() {
                "--report" => options.report = Some(file(&name, value()?)?),
                "--hint" => options.hint = Some(number(&value()?)?),
                "--replay" => options.replay = Some(value()?),
                "--explore" => options.explore = true,
                "--dot" => options.dot = true,
                "--skip" => options.skip.push(value()?),
                "--format" => options.format = Some(value()?).filter(|format| format != "pretty"),
                "--color" => options.color = color(&value()?)?,
                // The harness's: how many threads, which features, how much is shown. Nothing here depends on them.
                "--test-threads" | "-Z" | "--logfile" => drop(value()?),
                "--class" => options.class = Some(value()?.into()),
                "--trust" => options.trust = true,
                "--to-do-fails" => options.to_do_fails = true,
                "--again" => options.again = true,
                "--thorough" => options.thorough = true,
                "--watch" => options.watch = true,
                "--events" => options.events = true,
                "--remembered" => options.remembered = true,
                "--audit" => options.audit = true,
                "--loom" => options.loom = true,
                "--reference" => options.reference = true,
                "--variants" => options.variants = true,
                "--list" => options.list = true,
                "--ignored" => options.ignored = true,
                "--exact" => options.exact = true,
                "--help" | "-h" => options.help = true,
                "-q" | "--quiet" | "--nocapture" | "--no-capture" | "--show-output"
                | "--include-ignored" | "--test" | "--report-time" | "--bench" | "--" => {}
                _ if name.starts_with('-') => return Err(unknown(&name)),
                _ => options.names.push(argument),
            }
        }
        options.agree()?;
        Ok(options)
    }

    /// Does it ask for one thing, and is no option there that would do nothing?
    fn agree(&self) -> Result<(), String> {
        let asked = [
            ("--watch", self.watch),
            ("--hint", self.hint.is_some()),
            ("--explore", self.explore),
            ("--replay", self.replay.is_some()),
            ("--audit", self.audit),
            ("--class", self.class.is_some()),
            ("--list", self.list),
        ];
        let mut asked = asked.into_iter().filter(|(_, is_asked)| *is_asked).map(|(name, _)| name);
        if let (Some(one), Some(other)) = (asked.next(), asked.next()) {
            return Err(format!("{one} and {other} ask for two things: one at a time"));
        }
        let of = [
            ("--dot", self.dot, "--replay", self.replay.is_some()),
            ("--trust", self.trust, "--class", self.class.is_some()),
            ("--remembered", self.remembered, "--events", self.events),
        ];
        match of.into_iter().find(|(_, is_there, _, other)| *is_there && !other) {
            Some((name, _, other, _)) => Err(format!("{name} goes with {other}")),
            None => Ok(()),
        }
    }
}

/// With the nearest option of the help.
fn unknown(name: &str) -> String {
    let options = HELP.split_whitespace().filter(|word| word.starts_with("--"));
    // Without the dashes, in which all are alike.
    let plain = name.trim_start_matches('-').to_lowercase();
    let likeness = |option: &&str| strsim::jaro_winkler(&option[2..], &plain);
    let nearest = options.max_by(|left, right| likeness(left).total_cmp(&likeness(right)));
    let nearest = nearest.filter(|option| likeness(option) > 0.8);
    let meant = nearest.map_or(String::new(), |option| format!(": did you mean {option}?"));
    format!("there is no option {name}{meant}")
}

/// Of a hint. What was typed in its place is most likely the exercise.
fn number(value: &str) -> Result<usize, String> {
    value.parse().map_err(|_| format!("which hint? cargo grade --hint 1 {value}"))
}

/// A report is a file of its own: what is printed is for a reader.
fn file(name: &str, value: String) -> Result<PathBuf, String> {
    match value.as_str() {
        "" | "-" => Err(format!("{name} needs the name of a file")),
        _ => Ok(value.into()),
    }
}

fn color(value: &str) -> Result<Option<bool>, String> {
    match value {
        "auto" => Ok(None),
        "always" => Ok(Some(true)),
        "never" => Ok(Some(false)),
        _ => Err("--color needs auto, always or never".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn what_an_editor_and_nextest_type_is_understood() {
        let options = parse("ch04_spin_lock::guard::grade --exact --show-output").unwrap();
        assert_eq!(
            (options.names, options.exact),
            (vec!["ch04_spin_lock::guard::grade".to_owned()], true)
        );
        let options = parse("--list --format terse --ignored").unwrap();
        assert!(options.list && options.ignored);
        assert!(
            parse("--exact x --nocapture --test-threads=1 -Z unstable-options --format=json")
                .is_ok()
        );
    }

    #[test]
    fn the_help_fits_into_a_terminal() {
        for line in super::HELP.lines() {
            assert!(line.chars().count() <= crate::lines::WIDTH, "{line}");
        }
    }

    #[test]
    fn an_option_that_is_not_known_or_has_no_value_is_an_error() {
        assert_eq!(
            parse("--hnit 1"),
            Err("there is no option --hnit: did you mean --hint?".into())
        );
        assert_eq!(
            parse("--Watch"),
            Err("there is no option --Watch: did you mean --watch?".into())
        );
        for name in ["--xyz", "--nope", "--version"] {
            assert_eq!(parse(name), Err(format!("there is no option {name}")));
        }
        // As after `cargo test`.
        assert_eq!(parse("-- guard").unwrap().names, ["guard"]);
        assert_eq!(parse("--report"), Err("--report needs a value".into()));
        assert_eq!(parse("--report -"), Err("--report needs the name of a file".into()));
        assert_eq!(parse("--hint guard"), Err("which hint? cargo grade --hint 1 guard".into()));
        assert_eq!(parse("guard --hint=2").unwrap().hint, Some(2));
    }

    #[test]
    fn options_that_ask_for_two_things_or_for_nothing_are_an_error() {
        for (line, words) in [
            ("--watch --hint 1 guard", "--watch and --hint ask for two things: one at a time"),
            ("--audit --class all", "--audit and --class ask for two things: one at a time"),
            ("--dot guard", "--dot goes with --replay"),
            ("--trust guard", "--trust goes with --class"),
            ("--remembered guard", "--remembered goes with --events"),
        ] {
            assert_eq!(parse(line), Err(words.into()), "{line}");
        }
        assert!(parse("--class all --trust").is_ok() && parse("--replay a1 x/y --dot").is_ok());
    }
}
