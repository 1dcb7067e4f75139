//! What the judge asks of a child.

use std::io::{self, BufRead};

/// What to check, and within which limits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// What authenticates the child's messages.
    pub nonce: String,
    /// The subject.
    pub subject: String,
    /// The check of the subject. If it is empty, the child lists the checks.
    pub check: String,
    /// Processor time for the check, in seconds.
    pub seconds: u64,
    /// Executions that a model may begin.
    pub executions: u64,
    /// Memory, in bytes of address space.
    pub memory: u64,
}

impl Request {
    /// The request as it is written to the child.
    pub fn encode(&self) -> String {
        let Self { nonce, subject, check, seconds, executions, memory } = self;
        format!("{nonce}\n{subject}\n{check}\n{seconds}\n{executions}\n{memory}\n")
    }

    /// Reads what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    ///
    /// If the input is something else.
    pub fn read(input: impl BufRead) -> io::Result<Self> {
        let mut lines = input.lines();
        let mut line = || lines.next().unwrap_or_else(|| Err(io::ErrorKind::UnexpectedEof.into()));
        let number = |text: String| text.parse().map_err(io::Error::other);
        Ok(Self {
            nonce: line()?,
            subject: line()?,
            check: line()?,
            seconds: number(line()?)?,
            executions: number(line()?)?,
            memory: number(line()?)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Request;

    #[test]
    fn request_is_read_as_it_was_written() {
        let request = Request {
            nonce: "17".into(),
            subject: "ch04_spin_lock::guard".into(),
            check: String::new(),
            seconds: 60,
            executions: 1_000_000,
            memory: 1 << 32,
        };
        assert_eq!(Request::read(request.encode().as_bytes()).unwrap(), request);
        assert!(Request::read("17\nguard\n".as_bytes()).is_err());
    }
}
