//! Lines of a text, and the place of a piece of one text in another.

/// The line of the byte at `offset`, from 1.
pub fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// The first line that contains `needle`, from 1.
pub fn line_of(text: &str, needle: &str) -> Option<usize> {
    if needle.trim().is_empty() {
        return None;
    }
    // A needle of more than one line is looked up by the first line that says something.
    let needle = needle.lines().map(str::trim).find(|line| !line.is_empty())?;
    text.lines().position(|line| line.contains(needle)).map(|index| index + 1)
}

/// The line of `source` from which the line at `offset` of `expanded` came.
///
/// Includes put lines in and leave the others as they are, so the nth such line of the one is the nth of the other; a
/// line that came from an include is told by the nearest line before it that did not.
pub fn source_line(source: &str, expanded: &str, offset: usize) -> usize {
    let lines: Vec<&str> = expanded.lines().collect();
    let at = line_at(expanded, offset).min(lines.len().max(1));
    for index in (0..at).rev() {
        let Some(line) = lines.get(index).filter(|line| !line.trim().is_empty()) else { continue };
        let nth = lines[..index].iter().filter(|other| *other == line).count();
        if let Some(found) = source.lines().enumerate().filter(|(_, other)| other == line).nth(nth)
        {
            return found.0 + 1;
        }
    }
    1
}
