//! What `asm!` is told of its operands: `value = inlateout(reg) new => old`.

/// An operand that the templates can name.
pub struct Operand {
    /// What they call it: its name, or its number.
    pub name: String,
    /// Under which word it is declared: `in`, `lateout`, `const`, …
    pub kind: String,
}

/// The operands among what stands behind the templates, without spaces.
pub fn parse(rest: &str) -> Vec<Operand> {
    let mut operands = Vec::new();
    for piece in pieces(rest) {
        let head = piece.split('(').next().unwrap_or_default();
        // A register by its name, options, clobbers: no template names them.
        let is_register = piece[head.len()..].starts_with("(\"");
        if is_register || ["options", "clobber_abi"].contains(&head) {
            continue;
        }
        let (name, kind) = match head.split_once('=') {
            Some((name, kind)) => (name.to_owned(), kind),
            None => (operands.len().to_string(), head),
        };
        operands.push(Operand { name, kind: kind.to_owned() });
    }
    operands
}

/// What stands between the commas that are outside of any bracket.
fn pieces(rest: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    let is_end = move |c: char| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    };
    rest.split(is_end).filter(|piece| !piece.is_empty())
}

/// The templates with a number in each `{}`, as the macro counts them.
pub fn numbered(templates: &str) -> String {
    let (mut out, mut count) = (String::new(), 0);
    let mut chars = templates.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        match (c, chars.peek()) {
            ('{', Some('{')) => out.extend(chars.next()),
            ('{', Some('}' | ':')) => {
                out += &count.to_string();
                count += 1;
            }
            _ => {}
        }
    }
    out
}

/// The names in a text: `state` and `value` of `[{state}], {value:e}`.
pub fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|part| part.split(['}', ':']).next())
}
