//! What a program calls its memory, from its debug information: the fields of the block, and the variables of the file.
//!
//! A name is the path to the innermost part that is no wrapper: `lock.flag`, `slots[2].ready`. An atomic is one part, whatever is in it.

use gimli::{
    AttributeValue, DebuggingInformationEntry, Dwarf, DwarfSections, EndianSlice, LittleEndian,
    Operation, SectionId, Unit, UnitOffset,
};
use object::{Object, ObjectSection};
use std::borrow::Cow;
use std::fs;
use std::ops::Range;
use std::path::Path;

type Bytes<'a> = EndianSlice<'a, LittleEndian>;
type Entry<'a> = DebuggingInformationEntry<Bytes<'a>>;

/// Where each part is, and its name.
type Parts = Vec<(Range<usize>, String)>;

/// How many parts are looked at, of all variables together. A part beyond has no name.
const MAX_PARTS: usize = 10_000;

/// How deep types are followed. No program is so deep, but debug information may go in circles.
const MAX_DEPTH: usize = 32;

/// What the names of types begin with that stand for the one number in them, without the path before.
const WRAPPERS: &[&str] =
    &["atomic<", "__atomic_base<", "Atomic", "UnsafeCell<", "Cell<", "Value("];

/// The names of a library.
#[derive(Default)]
pub struct Names {
    /// By offset in the block.
    block: Parts,
    /// By address in the file.
    variables: Parts,
}

impl Names {
    /// Reads the debug information of a library. The type of the block is that of the first parameter of one of these functions.
    pub fn read(library: &Path, functions: &[&str]) -> Option<Self> {
        let file = fs::read(library).ok()?;
        let object = object::File::parse(&*file).ok()?;
        let section = |id: SectionId| -> Result<Cow<'_, [u8]>, ()> {
            let section = object.section_by_name(id.name());
            Ok(section.and_then(|section| section.uncompressed_data().ok()).unwrap_or_default())
        };
        let sections = DwarfSections::load(section).ok()?;
        let dwarf = sections.borrow(|section| EndianSlice::new(section, LittleEndian));
        let mut names = Self::default();
        // The rank of the function that the block is known from.
        let mut best = usize::MAX;
        let mut headers = dwarf.units();
        while let Some(header) = headers.next().ok()? {
            let unit = dwarf.unit(header).ok()?;
            Reader { dwarf: &dwarf, unit: &unit }.read(functions, &mut best, &mut names);
        }
        Some(names)
    }

    /// What is at this offset in the block.
    pub fn in_block(&self, offset: usize) -> String {
        find(&self.block, offset).unwrap_or_else(|| match offset {
            0 => "block".to_owned(),
            offset => format!("block[{offset}]"),
        })
    }

    /// The variable at this address of the file.
    pub fn of_variable(&self, address: usize) -> Option<String> {
        find(&self.variables, address)
    }
}

fn find(parts: &Parts, at: usize) -> Option<String> {
    parts.iter().find(|(range, _)| range.contains(&at)).map(|(_, name)| name.clone())
}

/// Reads one file of the program.
struct Reader<'a, 'd> {
    dwarf: &'a Dwarf<Bytes<'d>>,
    unit: &'a Unit<Bytes<'d>>,
}

impl<'d> Reader<'_, 'd> {
    /// What cannot be read has no name.
    fn read(&self, functions: &[&str], best: &mut usize, names: &mut Names) -> Option<()> {
        let mut entries = self.unit.entries();
        // The rank of the function whose parameters come next.
        let mut function = None;
        while let Some(entry) = entries.next_dfs().ok()? {
            match entry.tag() {
                gimli::DW_TAG_compile_unit if self.is_of_library(entry) => return None,
                gimli::DW_TAG_subprogram => {
                    function = self.name(entry).and_then(|name| {
                        let rank = functions.iter().position(|known| *known == name)?;
                        // Zig does not say what it exports.
                        let is_external = entry.has_attr(gimli::DW_AT_external);
                        Some(if is_external { rank } else { functions.len() + rank })
                    });
                }
                gimli::DW_TAG_formal_parameter => {
                    let Some(rank) = function.take().filter(|rank| *rank < *best) else { continue };
                    let name = self.name(entry).unwrap_or_default();
                    let Some(block) = self.pointee(entry) else { continue };
                    // A method is another function, of the same name.
                    if name != "this" && name != "self" {
                        let mut parts = Parts::new();
                        self.add(block, 0, String::new(), 0, &mut parts);
                        // A block that has no parts goes by the name of the parameter.
                        for (_, part) in parts.iter_mut().filter(|(_, part)| part.is_empty()) {
                            part.clone_from(&name);
                        }
                        (names.block, *best) = (parts, rank);
                    }
                }
                gimli::DW_TAG_variable => {
                    let of = (self.name(entry), address(self.unit, entry), reference(entry));
                    if let (Some(name), Some(address), Some(kind)) = of {
                        self.add(kind, address, name, 0, &mut names.variables);
                    }
                }
                _ => {}
            }
        }
        Some(())
    }

    /// Is this file one of the language's own library?
    fn is_of_library(&self, entry: &Entry<'d>) -> bool {
        self.name(entry).is_some_and(|name| name.contains("library/"))
    }

    fn name(&self, entry: &Entry<'d>) -> Option<String> {
        let name = entry.attr_value(gimli::DW_AT_name)?;
        let name = self.dwarf.attr_string(self.unit, name).ok()?;
        Some(name.to_string_lossy().into_owned())
    }

    /// The type that an entry points to, which is a pointer or a reference, or another name for one.
    fn pointee(&self, entry: &Entry<'d>) -> Option<UnitOffset> {
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
    fn add(
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
fn reference(entry: &Entry<'_>) -> Option<UnitOffset> {
    match entry.attr_value(gimli::DW_AT_type)? {
        AttributeValue::UnitRef(offset) => Some(offset),
        _ => None,
    }
}

fn number(entry: &Entry<'_>, name: gimli::DwAt) -> Option<usize> {
    entry.attr(name)?.udata_value().and_then(|number| number.try_into().ok())
}

/// Where a variable lies that lies in one place.
fn address(unit: &Unit<Bytes<'_>>, entry: &Entry<'_>) -> Option<usize> {
    let location = entry.attr(gimli::DW_AT_location)?.exprloc_value()?;
    match location.operations(unit.encoding()).next().ok()?? {
        Operation::Address { address } => address.try_into().ok(),
        _ => None,
    }
}
