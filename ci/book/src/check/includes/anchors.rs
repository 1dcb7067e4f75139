//! The lines `ANCHOR: name` and `ANCHOR_END: name` of a file.

use regex::Regex;
use std::sync::LazyLock;

/// mdBook's own pattern: anywhere in a line, whatever stands before it.
static MARKER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"ANCHOR(?<end>_END)?:\s*(?<name>[\w_-]+)").expect("a valid pattern")
});

/// The markers of a file, in order.
pub struct Anchors {
    markers: Vec<Marker>,
    /// The lines that have text and no marker, from 1.
    filled: Vec<usize>,
}

struct Marker {
    name: String,
    is_end: bool,
    is_indented: bool,
    line: usize,
}

impl Anchors {
    /// The markers of `text`.
    pub fn of(text: &str) -> Self {
        let (mut markers, mut filled) = (Vec::new(), Vec::new());
        for (index, line) in text.lines().enumerate() {
            let Some(marker) = MARKER.captures(line) else {
                if !line.trim().is_empty() {
                    filled.push(index + 1);
                }
                continue;
            };
            markers.push(Marker {
                name: marker["name"].to_owned(),
                is_end: marker.name("end").is_some(),
                is_indented: line.starts_with(char::is_whitespace),
                line: index + 1,
            });
        }
        Self { markers, filled }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.markers.is_empty()
    }

    /// What the file lacks to give the part `name`.
    pub fn missing(&self, name: &str) -> Option<String> {
        let Some(start) = self.find(name, false) else {
            return Some(format!("has no `ANCHOR: {name}`"));
        };
        let Some(end) = self.find(name, true) else {
            return Some(format!("has no `ANCHOR_END: {name}`"));
        };
        let between = start.line..end.line;
        let is_empty = !self.filled.iter().any(|line| between.contains(line));
        is_empty.then(|| format!("has nothing between `ANCHOR: {name}` and its end"))
    }

    /// Markers without their twin, markers there twice, and indented ones: the line, and what is wrong.
    pub fn faults(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for (index, marker) in self.markers.iter().enumerate() {
            let Marker { name, is_end, is_indented, line } = marker;
            let same = |other: &&Marker| other.name == *name && other.is_end == *is_end;
            let twin = |other: &Marker| other.name == *name && other.is_end != *is_end;
            let (before, after) = (&self.markers[..index], &self.markers[index + 1..]);
            if *is_indented {
                found.push((
                    *line,
                    format!("the marker of anchor `{name}` is indented: it belongs in column 0"),
                ));
            }
            if before.iter().any(|other| same(&other)) {
                found.push((
                    *line,
                    format!("a second marker of anchor `{name}`: mdBook takes the first"),
                ));
            } else if *is_end && !before.iter().any(twin) {
                found.push((
                    *line,
                    format!("`ANCHOR_END: {name}` without an `ANCHOR: {name}` before it"),
                ));
            } else if !is_end && !after.iter().any(twin) {
                found.push((
                    *line,
                    format!("`ANCHOR: {name}` without an `ANCHOR_END: {name}` after it"),
                ));
            }
        }
        found
    }

    fn find(&self, name: &str, is_end: bool) -> Option<&Marker> {
        self.markers.iter().find(|marker| marker.name == name && marker.is_end == is_end)
    }
}
