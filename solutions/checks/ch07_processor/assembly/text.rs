//! What can be said of a piece of `asm!` by its text.

/// One call of `asm!`.
pub struct Assembly {
    /// A line each, without labels.
    pub lines: Vec<Line>,
    /// Operands and options, without spaces.
    rest: String,
}

/// One instruction.
pub struct Line {
    /// `lock` counts as part of it.
    pub mnemonic: String,
    pub operands: String,
}

impl Line {
    fn parse(text: &str) -> Option<Self> {
        let mut text = text.split("//").next()?.trim();
        while let Some((label, rest)) = text.split_once(':') {
            let is_label = !label.is_empty()
                && label.chars().all(|c| c.is_alphanumeric() || "._$".contains(c));
            if !is_label {
                break;
            }
            text = rest.trim();
        }
        let text = text.to_lowercase();
        let (mut mnemonic, mut operands) = split(&text);
        if mnemonic == "lock" {
            let (_, rest) = split(operands);
            (mnemonic, operands) = (&text[..text.len() - rest.len()], rest);
        }
        let mnemonic = mnemonic.split_whitespace().collect::<Vec<_>>().join(" ");
        (!mnemonic.is_empty()).then(|| Self { mnemonic, operands: operands.to_owned() })
    }

    /// Has it an operand in memory?
    pub fn is_memory(&self) -> bool {
        self.operands.contains(['[', '('])
    }

    pub fn starts_with(&self, any: &[&str]) -> bool {
        any.iter().any(|start| self.mnemonic.starts_with(start))
    }

    /// Its operands that are not addresses: `{value:e}` in `xchg [{state}], {value:e}`.
    pub fn registers(&self) -> Vec<&str> {
        let parts = self.operands.split(',').map(str::trim);
        parts.filter(|part| !part.contains(['[', '(', ']', ')']) && !part.is_empty()).collect()
    }

    /// Its first operand, if it is a register.
    pub fn first_register(&self) -> Option<&str> {
        let first = self.operands.split(',').next()?;
        self.registers().first().copied().filter(|register| *register == first.trim())
    }
}

/// The name that an operand has in the templates: `value` of `{value:e}`.
pub fn name(operand: &str) -> Option<&str> {
    operand.strip_prefix('{')?.split(['}', ':']).next()
}

fn split(text: &str) -> (&str, &str) {
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (first, rest.trim_start())
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
        let text = templates.join("\n").replace(';', "\n");
        let mut lines: Vec<Line> = Vec::new();
        for line in text.split('\n').filter_map(Line::parse) {
            match lines.pop_if(|before| before.mnemonic == "lock") {
                Some(_) => lines.push(Line { mnemonic: format!("lock {}", line.mnemonic), ..line }),
                None => lines.push(line),
            }
        }
        Self { lines, rest }
    }

    /// What several calls do, one after the other.
    pub fn joined(calls: Vec<Self>) -> Self {
        let (mut lines, mut rest) = (Vec::new(), String::new());
        for call in calls {
            lines.extend(call.lines);
            rest += &call.rest;
        }
        Self { lines, rest }
    }

    /// Is one of these options set?
    pub fn option(&self, names: &[&'static str]) -> Option<&'static str> {
        let (_, options) = self.rest.split_once("options(")?;
        let options = options.split(')').next()?;
        names.iter().find(|name| options.split(',').any(|option| option == **name)).copied()
    }

    /// Is `name` an operand that the compiler believes unchanged?
    pub fn is_only_input(&self, name: &str) -> bool {
        let declared = format!("{name}=in(");
        self.rest
            .match_indices(&declared)
            .any(|(at, _)| !self.rest[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
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
