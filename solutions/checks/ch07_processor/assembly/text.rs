//! What can be said of a piece of `asm!` by its text.

pub use super::line::Line;
use super::operands::{self, Operand};

/// One call of `asm!`.
pub struct Assembly {
    /// A line each, without labels.
    pub lines: Vec<Line>,
    /// Each label, and the line behind it.
    labels: Vec<(String, usize)>,
    operands: Vec<Operand>,
    /// Operands and options, without spaces.
    rest: String,
}

impl Assembly {
    /// Reads what stood between the brackets of `asm!`: first the templates, which are string literals outside of any bracket, or
    /// in a `concat!`.
    pub fn parse(source: &str) -> Self {
        let (mut templates, mut rest) = (Vec::<String>::new(), String::new());
        let mut depth = 0;
        // At which depth a `concat!` began, and whether it has had a literal.
        let mut concat: Option<(i32, bool)> = None;
        let mut chars = source.chars();
        while let Some(c) = chars.next() {
            match c {
                '"' => {
                    let text = literal(&mut chars);
                    match (&mut concat, templates.last_mut()) {
                        (Some((_, true)), Some(template)) => template.push_str(&text),
                        (Some((_, has_begun)), _) => {
                            *has_begun = true;
                            templates.push(text);
                        }
                        (None, _) if depth == 0 => templates.push(text),
                        (None, _) => rest += &format!("\"{text}\""),
                    }
                    continue;
                }
                '(' => {
                    depth += 1;
                    concat = concat.or(rest.ends_with("concat!").then_some((depth, false)));
                }
                ')' => {
                    concat = concat.filter(|&(began, _)| began != depth);
                    depth -= 1;
                }
                _ => {}
            }
            rest.extend(Some(c).filter(|c| !c.is_whitespace()));
        }
        // `lock;` may stand before its instruction as a line of its own.
        let text = operands::numbered(&templates.join("\n")).replace(';', "\n");
        let (mut lines, mut labels) = (Vec::<Line>::new(), Vec::new());
        for (before, line) in text.split('\n').map(Line::parse) {
            labels.extend(before.into_iter().map(|label| (label, lines.len())));
            let Some(line) = line else { continue };
            match lines.pop_if(|before| before.mnemonic == "lock") {
                Some(_) => lines.push(Line { mnemonic: format!("lock {}", line.mnemonic), ..line }),
                None => lines.push(line),
            }
        }
        Self { lines, labels, operands: operands::parse(&rest), rest }
    }

    /// What several calls do, one after the other.
    pub fn joined(calls: Vec<Self>) -> Self {
        let (mut lines, mut rest) = (Vec::new(), String::new());
        for call in calls {
            lines.extend(call.lines);
            rest += &call.rest;
        }
        Self { lines, labels: Vec::new(), operands: Vec::new(), rest }
    }

    /// Is one of these options set?
    pub fn option(&self, names: &[&'static str]) -> Option<&'static str> {
        let (_, options) = self.rest.split_once("options(")?;
        let options = options.split(')').next()?;
        names.iter().find(|name| options.split(',').any(|option| option == **name)).copied()
    }

    /// Is `name` an operand that the compiler believes unchanged?
    pub fn is_only_input(&self, name: &str) -> bool {
        self.is_declared(name, "in")
    }

    /// Is it declared under this word?
    pub fn is_declared(&self, name: &str, kind: &str) -> bool {
        self.operands.iter().any(|operand| operand.name == name && operand.kind == kind)
    }

    /// The lines that may be run after that at `at`: those behind it, and those of a loop that it is in.
    pub fn after(&self, at: usize) -> &[Line] {
        let jumps_to = |line: &Line| {
            let label = line.operands.split(',').next_back()?.trim().strip_suffix('b')?;
            self.labels.iter().find(|(name, _)| name == label).map(|&(_, to)| to)
        };
        let back = self.lines[at..].iter().filter_map(jumps_to).min();
        &self.lines[back.unwrap_or(at + 1).min(at + 1)..]
    }

    /// Is one of these registers, named as such, an output or clobbered?
    pub fn gives_back(&self, registers: &[impl AsRef<str>]) -> bool {
        let names = registers.iter().map(AsRef::as_ref);
        names.into_iter().any(|register: &str| self.rest.contains(&format!("out(\"{register}\")")))
    }

    /// Does it say that everything changes which a function of the system may change?
    pub fn clobbers_as_a_call(&self) -> bool {
        self.rest.contains("clobber_abi(")
    }

    /// Is there such a line somewhere behind such another?
    pub fn comes_after(&self, first: impl Fn(&Line) -> bool, then: impl Fn(&Line) -> bool) -> bool {
        let begin = self.lines.iter().position(first);
        begin.is_some_and(|begin| self.lines[begin + 1..].iter().any(then))
    }

    pub fn has(&self, is_so: impl Fn(&Line) -> bool) -> bool {
        self.lines.iter().any(is_so)
    }
}

/// The rest of a string literal, up to its end.
fn literal(chars: &mut std::str::Chars<'_>) -> String {
    let mut text = String::new();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push(' '),
                Some(other) => text.push(other),
                None => break,
            },
            _ => text.push(c),
        }
    }
    text
}
