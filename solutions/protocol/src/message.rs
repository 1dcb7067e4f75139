//! The messages, and how they are written in a line.

/// Something that a child says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// The child exists, has used so much processor time, and has begun so many executions of about so many.
    Alive {
        /// In milliseconds, of all its threads.
        cpu: u64,
        /// Executions of a model, or rounds with real threads.
        executions: u64,
        /// If it is known, and is more.
        about: Option<u64>,
    },
    /// A check of the subject: its name, and what kind of check it is.
    Check(String, String),
    /// A model has been explored.
    Explored {
        /// Complete executions.
        executions: u64,
        /// A stated bound cut the search.
        bounded: bool,
    },
    /// An ordering that a model met: `FILE:LINE:COL:PART OPERATION ORDERING`.
    Ordering(String),
    /// Words that belong to the report if the check fails: what a panic says, which may be caught, or what a check notes.
    Noted(String),
    /// The failing execution as data: JSON.
    Execution(String),
    /// What was asked for, if that was no verdict.
    Answer(String),
    /// The check has failed; with the report, which is empty if panics say it all.
    Failed(String),
    /// The check was given up; with the reason.
    Undecided(String),
    /// So many executions have passed that others need not wait for this check where something else fails.
    Far,
    /// As many executions of a model have passed as were asked for at first, and there are more.
    Left,
    /// The check does not end; with the reason.
    Stuck(String),
    /// The next thing is an abort, and the check wants it.
    AbortExpected,
    /// So many bytes were asked for and not to be had.
    OutOfMemory(u64),
    /// A stack has overflowed, and the process is about to end for it.
    Overflowed,
    /// The check has returned.
    Passed,
}

impl Message {
    /// The message in a line, without its end.
    pub fn encode(&self) -> String {
        match self {
            Self::Alive { cpu, executions, about } => {
                format!("alive {cpu} {executions} {}", about.unwrap_or(0))
            }
            Self::Check(name, kind) => format!("check {name} {kind}"),
            Self::Explored { executions, bounded } => format!("explored {executions} {bounded}"),
            Self::Ordering(site) => format!("ordering {}", escape(site)),
            Self::Noted(words) => format!("noted {}", escape(words)),
            Self::Execution(json) => format!("execution {}", escape(json)),
            Self::Answer(text) => format!("answer {}", escape(text)),
            Self::Failed(report) => format!("failed {}", escape(report)),
            Self::Undecided(why) => format!("undecided {}", escape(why)),
            Self::Far => "far ".into(),
            Self::Left => "left ".into(),
            Self::Stuck(why) => format!("stuck {}", escape(why)),
            Self::AbortExpected => "abort-expected ".into(),
            Self::OutOfMemory(bytes) => format!("out-of-memory {bytes}"),
            Self::Overflowed => "overflowed ".into(),
            Self::Passed => "passed ".into(),
        }
    }

    /// Reads what [`encode`](Self::encode) wrote.
    pub fn decode(line: &str) -> Option<Self> {
        let (word, rest) = line.split_once(' ')?;
        let text = || unescape(rest);
        Some(match word {
            "alive" => {
                let mut numbers = rest.split(' ').map(|number| number.parse().ok());
                let mut number = || numbers.next().flatten();
                let (cpu, executions) = (number()?, number()?);
                Self::Alive { cpu, executions, about: number().filter(|&about| about > 0) }
            }
            "check" => {
                let (name, kind) = rest.split_once(' ')?;
                Self::Check(name.into(), kind.into())
            }
            "explored" => {
                let (executions, bounded) = rest.split_once(' ')?;
                let executions = executions.parse().ok()?;
                Self::Explored { executions, bounded: bounded.parse().ok()? }
            }
            "ordering" => Self::Ordering(text()),
            "noted" => Self::Noted(text()),
            "execution" => Self::Execution(text()),
            "answer" => Self::Answer(text()),
            "failed" => Self::Failed(text()),
            "undecided" => Self::Undecided(text()),
            "far" => Self::Far,
            "left" => Self::Left,
            "stuck" => Self::Stuck(text()),
            "abort-expected" => Self::AbortExpected,
            "out-of-memory" => Self::OutOfMemory(rest.parse().ok()?),
            "overflowed" => Self::Overflowed,
            "passed" => Self::Passed,
            _ => return None,
        })
    }
}

/// Reads a line of the judge's side of the pipe: who says it, and what. `None` for what is not from a child with this nonce.
pub fn parse(line: &str, nonce: &str) -> Option<(u32, Message)> {
    let (pid, message) = line.strip_prefix(nonce)?.strip_prefix(' ')?.split_once(' ')?;
    Some((pid.parse().ok()?, Message::decode(message)?))
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r")
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, character == '\\') {
            (_, true) => match characters.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some(other) => out.push(other),
                None => {}
            },
            (other, false) => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Message, parse};

    #[test]
    fn every_message_is_read_as_it_was_written() {
        let text = || "a\\b\nc\r\n\\n".to_owned();
        for message in [
            Message::Alive { cpu: 12, executions: 7, about: None },
            Message::Alive { cpu: 12, executions: 7, about: Some(9) },
            Message::Check("two_threads".into(), "model".into()),
            Message::Explored { executions: 3, bounded: true },
            Message::Ordering("guard.rs:1:2:only load Acquire".into()),
            Message::Noted(text()),
            Message::Execution(text()),
            Message::Answer(text()),
            Message::Failed(text()),
            Message::Failed(String::new()),
            Message::Undecided(text()),
            Message::Far,
            Message::Left,
            Message::Stuck(text()),
            Message::AbortExpected,
            Message::OutOfMemory(1 << 40),
            Message::Overflowed,
            Message::Passed,
        ] {
            let line = format!("nonce 42 {}", message.encode());
            assert!(!line.contains('\n'), "{line}");
            assert_eq!(parse(&line, "nonce"), Some((42, message)));
        }
    }

    #[test]
    fn nothing_without_the_nonce_is_a_message() {
        for line in [
            "",
            "passed ",
            "other 42 passed ",
            "nonce passed ",
            "nonce x passed ",
            "nonce 42 done ",
        ] {
            assert_eq!(parse(line, "nonce"), None, "{line}");
        }
    }
}
