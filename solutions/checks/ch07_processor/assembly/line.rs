//! One line of assembly.

/// One instruction.
pub struct Line {
    /// `lock` counts as part of it.
    pub mnemonic: String,
    pub operands: String,
}

impl Line {
    /// The labels before an instruction, and the instruction, if there is one.
    pub fn parse(text: &str) -> (Vec<String>, Option<Self>) {
        let mut text = text.split("//").next().unwrap_or_default().trim();
        let mut labels = Vec::new();
        while let Some((label, rest)) = text.split_once(':') {
            let is_label = !label.is_empty()
                && label.chars().all(|c| c.is_alphanumeric() || "._$".contains(c));
            if !is_label {
                break;
            }
            labels.push(label.to_owned());
            text = rest.trim();
        }
        (labels, Self::instruction(text))
    }

    fn instruction(text: &str) -> Option<Self> {
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

fn split(text: &str) -> (&str, &str) {
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (first, rest.trim_start())
}
