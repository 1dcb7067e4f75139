//! What a type is made of, and where in it each part lies.

use super::{Bytes, Entry, Parts};
use gimli::{AttributeValue, Dwarf, Unit, UnitOffset};

/// How many parts are looked at, of all variables together. A part beyond has no name.
const MAX_PARTS: usize = 10_000;

/// How deep types are followed. No program is so deep, but debug information may go in circles.
const MAX_DEPTH: usize = 32;

/// What the names of types begin with that stand for the one number in them, without the path before.
const WRAPPERS: &[&str] =
    &["atomic<", "__atomic_base<", "Atomic", "UnsafeCell<", "Cell<", "Value("];

/// The types of one file of the program.
pub struct Types<'a, 'd> {
    pub dwarf: &'a Dwarf<Bytes<'d>>,
    pub unit: &'a Unit<Bytes<'d>>,
}

impl<'d> Types<'_, 'd> {
    pub fn name(&self, entry: &Entry<'d>) -> Option<String> {
        let name = entry.attr_value(gimli::DW_AT_name)?;
        let name = self.dwarf.attr_string(self.unit, name).ok()?;
        Some(name.to_string_lossy().into_owned())
    }

    /// The type that an entry points to, which is a pointer or a reference, or another name for one.
    pub fn pointee(&self, entry: &Entry<'d>) -> Option<UnitOffset> {
        let mut kind = self.unit.entry(reference(entry)?).ok()?;
        for _ in 0..MAX_DEPTH {
            let is_pointer =
                matches!(kind.tag(), gimli::DW_TAG_pointer_type | gimli::DW_TAG_reference_type);
            let next = reference(&kind)?;
            if is_pointer {
                return Some(next);
            }
            kind = self.unit.entry(next).ok()?;
        }
        None
    }

    /// Adds the parts of what has this type and begins at `at`.
    pub fn add(
        &self,
        kind: UnitOffset,
        at: usize,
        path: String,
        depth: usize,
        parts: &mut Parts,
    ) -> Option<()> {
        if depth > MAX_DEPTH || parts.len() > MAX_PARTS {
            return None;
        }
        let entry = self.unit.entry(kind).ok()?;
        match entry.tag() {
            gimli::DW_TAG_typedef
            | gimli::DW_TAG_const_type
            | gimli::DW_TAG_volatile_type
            | gimli::DW_TAG_atomic_type => self.add(reference(&entry)?, at, path, depth + 1, parts),
            gimli::DW_TAG_structure_type | gimli::DW_TAG_class_type if !self.is_wrapper(&entry) => {
                let mut tree = self.unit.entries_tree(Some(kind)).ok()?;
                let mut members = tree.root().ok()?.children();
                while let Some(member) = members.next().ok()? {
                    let member = member.entry();
                    let offset = number(member, gimli::DW_AT_data_member_location);
                    let (Some(offset), Some(kind)) = (offset, reference(member)) else { continue };
                    let path = match (self.name(member), path.is_empty()) {
                        // A base class, or one without a name.
                        (None, _) => path.clone(),
                        (Some(name), true) => name,
                        (Some(name), false) => format!("{path}.{name}"),
                    };
                    self.add(kind, at + offset, path, depth + 1, parts);
                }
                Some(())
            }
            gimli::DW_TAG_array_type => {
                let (element, count) = (reference(&entry)?, self.count(kind)?);
                let size = self.size(element, 0)?;
                for index in 0..count {
                    let path = format!("{path}[{index}]");
                    self.add(element, at + index * size, path, depth + 1, parts)?;
                }
                Some(())
            }
            _ => {
                parts.push((at..at + self.size(kind, 0)?, path));
                Some(())
            }
        }
    }

    fn is_wrapper(&self, entry: &Entry<'d>) -> bool {
        let name = self.name(entry).unwrap_or_default();
        // What stands in brackets may be a path too.
        let end = name.find(['<', '(']).unwrap_or(name.len());
        let start = name[..end].rfind(['.', ':']).map_or(0, |dot| dot + 1);
        WRAPPERS.iter().any(|begin| name[start..].starts_with(begin))
    }

    /// How many elements an array has.
    fn count(&self, array: UnitOffset) -> Option<usize> {
        let mut tree = self.unit.entries_tree(Some(array)).ok()?;
        let mut bounds = tree.root().ok()?.children();
        let bound = bounds.next().ok()??;
        let last = number(bound.entry(), gimli::DW_AT_upper_bound);
        number(bound.entry(), gimli::DW_AT_count).or(last.map(|last| last + 1))
    }

    fn size(&self, kind: UnitOffset, depth: usize) -> Option<usize> {
        let entry = self.unit.entry(kind).ok()?;
        let size = number(&entry, gimli::DW_AT_byte_size);
        match entry.tag() {
            _ if size.is_some() => size,
            gimli::DW_TAG_pointer_type => Some(size_of::<usize>()),
            gimli::DW_TAG_array_type => {
                Some(self.count(kind)? * self.size(reference(&entry)?, depth + 1)?)
            }
            _ if depth > MAX_DEPTH => None,
            _ => self.size(reference(&entry)?, depth + 1),
        }
    }
}

/// The type of an entry.
pub fn reference(entry: &Entry<'_>) -> Option<UnitOffset> {
    match entry.attr_value(gimli::DW_AT_type)? {
        AttributeValue::UnitRef(offset) => Some(offset),
        _ => None,
    }
}

fn number(entry: &Entry<'_>, name: gimli::DwAt) -> Option<usize> {
    entry.attr(name)?.udata_value().and_then(|number| number.try_into().ok())
}
