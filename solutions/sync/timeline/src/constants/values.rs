//! What the constants of a file are worth, as far as that can be said without a compiler.

use super::is_of_word;
use std::collections::BTreeMap;

/// By name.
pub type Values = BTreeMap<String, u128>;

/// The name that has this value, if it is the only one.
pub fn only(values: &Values, value: u128) -> Option<&str> {
    let mut names = values.iter().filter(|(_, other)| **other == value);
    names.next().filter(|_| names.next().is_none()).map(|(name, _)| name.as_str())
}

/// The constants of a file without comments that are unsigned integers. A name that stands for two has no value.
pub fn of(source: &str) -> Values {
    let mut values = Values::new();
    let mut twice = Vec::new();
    for (at, keyword) in source.match_indices("const ") {
        if source[..at].ends_with(is_of_word) {
            continue;
        }
        let Some((name, width, expression)) = declaration(&source[at + keyword.len()..]) else {
            continue;
        };
        if values.contains_key(name) {
            twice.push(name);
        } else if let Some(value) = value(expression, width, &values) {
            values.insert(name.to_owned(), value);
        }
    }
    for name in twice {
        values.remove(name);
    }
    values
}

/// `NAME: u32 = …;`: its name, its bits, and what it is.
fn declaration(text: &str) -> Option<(&str, u32, &str)> {
    let (declared, expression) = text.split_once(';')?.0.split_once('=')?;
    let (name, of_type) = declared.split_once(':')?;
    Some((name.trim(), width(of_type.trim())?, expression.trim()))
}

fn width(of_type: &str) -> Option<u32> {
    Some(match of_type {
        "u8" => 8,
        "u16" => 16,
        "u32" => 32,
        "u64" => 64,
        "usize" => usize::BITS,
        _ => return None,
    })
}

/// The value of an expression; `None` where it is more than a sum.
fn value(expression: &str, width: u32, known: &Values) -> Option<u128> {
    let mut reader = Reader { rest: expression, width, known };
    let value = reader.level(0)?;
    (reader.rest.trim().is_empty() && value <= reader.largest()).then_some(value)
}

/// Operators that bind more come later.
const LEVELS: [&[&str]; 5] = [&["|"], &["&"], &["<<", ">>"], &["+", "-"], &["*", "/"]];

struct Reader<'a> {
    rest: &'a str,
    width: u32,
    known: &'a Values,
}

impl Reader<'_> {
    fn largest(&self) -> u128 {
        (1 << self.width) - 1
    }

    fn takes(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Operands of this level, and the operators between them.
    fn level(&mut self, level: usize) -> Option<u128> {
        let Some(operators) = LEVELS.get(level) else { return self.operand() };
        let mut value = self.level(level + 1)?;
        while let Some(operator) = operators.iter().find(|operator| self.takes(operator)) {
            let right = self.level(level + 1)?;
            value = match *operator {
                "|" => value | right,
                "&" => value & right,
                "<<" => value.checked_shl(u32::try_from(right).ok()?)?,
                ">>" => value.checked_shr(u32::try_from(right).ok()?)?,
                "+" => value.checked_add(right)?,
                "-" => value.checked_sub(right)?,
                "*" => value.checked_mul(right)?,
                _ => value.checked_div(right)?,
            };
        }
        Some(value)
    }

    fn operand(&mut self) -> Option<u128> {
        if self.takes("!") {
            return Some(self.largest() & !self.operand()?);
        }
        if self.takes("(") {
            return self.level(0).filter(|_| self.takes(")"));
        }
        let text = self.rest.trim_start();
        let (word, rest) =
            text.split_at(text.find(|c| !is_of_word(c) && c != ':').unwrap_or(text.len()));
        self.rest = rest;
        match word.rsplit_once("::") {
            Some((of_type, "MAX")) => Some((1 << width(of_type)?) - 1),
            Some((of_type, "BITS")) => width(of_type).map(u128::from),
            Some((_, name)) => self.known.get(name).copied(),
            None if word.starts_with(|c: char| c.is_ascii_digit()) => number(word),
            None => self.known.get(word).copied(),
        }
    }
}

/// `1_000`, `0x8000_0000`, `0b11u8`.
fn number(word: &str) -> Option<u128> {
    let digits = word.replace('_', "");
    let (digits, radix) = match digits.split_at_checked(2) {
        Some(("0x", rest)) => (rest, 16),
        Some(("0b", rest)) => (rest, 2),
        Some(("0o", rest)) => (rest, 8),
        _ => (digits.as_str(), 10),
    };
    let digits = ["u8", "u16", "u32", "u64", "usize"]
        .iter()
        .find_map(|suffix| digits.strip_suffix(suffix))
        .unwrap_or(digits);
    u128::from_str_radix(digits, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::{of, only};

    #[test]
    #[allow(
        clippy::precedence,
        reason = "the order in which operators are applied is what is tried"
    )]
    fn values_are_those_that_the_compiler_gives() {
        const ONE: u32 = 1;
        const SHIFTED: u32 = ONE << (u32::BITS - 1);
        const SUM: u32 = 2 + 3 * 4 - ONE | 0x20;
        const REST: u32 = !SHIFTED;
        const BYTES: u8 = !0b11u8;
        const LAST: usize = usize::MAX / 2 - 1_000;
        let values = of("
            const ONE: u32 = 1;
            pub const SHIFTED: u32 = ONE << (u32::BITS - 1);
            const SUM: u32 = 2 + 3 * 4 - ONE | 0x20;
            const REST: u32 = !Self::SHIFTED;
            const BYTES: u8 = !0b11u8;
            const LAST: usize = usize::MAX / 2 - 1_000;
            const SIGNED: i32 = 4;
            const CALLED: u32 = f(3);
            const OVER: u8 = 200 + 100;
            const fn new() -> Self { Self { a: 1 } }
        ");
        let expected = [
            ("BYTES", u128::from(BYTES)),
            ("LAST", LAST as u128),
            ("ONE", u128::from(ONE)),
            ("REST", u128::from(REST)),
            ("SHIFTED", u128::from(SHIFTED)),
            ("SUM", u128::from(SUM)),
        ];
        let found: Vec<_> = values.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn value_of_two_names_belongs_to_neither() {
        let values = of("const A: u8 = 1; const B: u8 = 1; const C: u8 = 2;");
        assert_eq!(only(&values, 1), None);
        assert_eq!(only(&values, 2), Some("C"));
    }
}
