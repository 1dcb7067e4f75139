//! Addresses differ from run to run and mean nothing to a reader: in a timeline each has a short name.

use crate::Execution;

/// Gives each address a name, in the order in which they come: `null`, `ptr1`, `ptr2`.
pub fn name(execution: &mut Execution) {
    let mut known = Vec::new();
    for step in &mut execution.steps {
        step.text = named(&step.text, &mut known);
        step.result = step.result.as_ref().map(|result| named(result, &mut known));
    }
}

/// `text` with names for its addresses; `known` has those that were met before.
fn named(text: &str, known: &mut Vec<String>) -> String {
    let mut parts = text.split("0x");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(part.len());
        let (address, rest) = part.split_at(end);
        if address == "0" {
            out += "null";
        } else {
            let number = known.iter().position(|other| other == address).unwrap_or_else(|| {
                known.push(address.to_owned());
                known.len() - 1
            });
            out += &format!("ptr{}", number + 1);
        }
        out += rest;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn the_same_address_has_the_same_name() {
        let mut known = Vec::new();
        let text = named("compare_exchange(0x0, 0x7f20, Release, Relaxed)", &mut known);
        assert_eq!(text, "compare_exchange(null, ptr1, Release, Relaxed)");
        assert_eq!(named("Err(0x7f20)", &mut known), "Err(ptr1)");
        assert_eq!(named("0x7f30", &mut known), "ptr2");
    }

    #[test]
    fn a_text_without_an_address_stays_as_it_is() {
        assert_eq!(named("store(10, Release)", &mut Vec::new()), "store(10, Release)");
    }
}
