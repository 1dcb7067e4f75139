//! What a program calls its memory, from its debug information: the fields of the block, and the variables of the file.
//!
//! A name is the path to the innermost part that is no wrapper: `lock.flag`, `slots[2].ready`. An atomic is one part, whatever is in it.

mod types;

use gimli::{
    DebuggingInformationEntry, DwarfSections, EndianSlice, LittleEndian, Operation, SectionId, Unit,
};
use object::{Object, ObjectSection};
use std::borrow::Cow;
use std::fs;
use std::ops::Range;
use std::path::Path;
use types::{Types, reference};

type Bytes<'a> = EndianSlice<'a, LittleEndian>;
type Entry<'a> = DebuggingInformationEntry<Bytes<'a>>;

/// Where each part is, and its name.
type Parts = Vec<(Range<usize>, String)>;

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
            let types = Types { dwarf: &dwarf, unit: &unit };
            read_file(&types, functions, &mut best, &mut names);
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

/// Reads one file of the program. What cannot be read has no name.
fn read_file(
    types: &Types<'_, '_>,
    functions: &[&str],
    best: &mut usize,
    names: &mut Names,
) -> Option<()> {
    let mut entries = types.unit.entries();
    // The rank of the function whose parameters come next.
    let mut function = None;
    while let Some(entry) = entries.next_dfs().ok()? {
        match entry.tag() {
            gimli::DW_TAG_compile_unit if is_of_library(types, entry) => return None,
            gimli::DW_TAG_subprogram => {
                function = types.name(entry).and_then(|name| {
                    let rank = functions.iter().position(|known| *known == name)?;
                    // Zig does not say what it exports.
                    let is_external = entry.has_attr(gimli::DW_AT_external);
                    Some(if is_external { rank } else { functions.len() + rank })
                });
            }
            gimli::DW_TAG_formal_parameter => {
                let Some(rank) = function.take().filter(|rank| *rank < *best) else { continue };
                let name = types.name(entry).unwrap_or_default();
                let Some(block) = types.pointee(entry) else { continue };
                // A method is another function, of the same name.
                if name != "this" && name != "self" {
                    let mut parts = Parts::new();
                    types.add(block, 0, String::new(), 0, &mut parts);
                    // A block that has no parts goes by the name of the parameter.
                    for (_, part) in parts.iter_mut().filter(|(_, part)| part.is_empty()) {
                        part.clone_from(&name);
                    }
                    (names.block, *best) = (parts, rank);
                }
            }
            gimli::DW_TAG_variable => {
                let of = (types.name(entry), address(types.unit, entry), reference(entry));
                if let (Some(name), Some(address), Some(kind)) = of {
                    types.add(kind, address, name, 0, &mut names.variables);
                }
            }
            _ => {}
        }
    }
    Some(())
}

/// Is this file one of Rust's own library?
fn is_of_library<'d>(types: &Types<'_, 'd>, entry: &Entry<'d>) -> bool {
    types.name(entry).is_some_and(|name| name.starts_with("library/") || name.contains("/rustc/"))
}

/// Where a variable lies that lies in one place.
fn address(unit: &Unit<Bytes<'_>>, entry: &Entry<'_>) -> Option<usize> {
    let location = entry.attr(gimli::DW_AT_location)?.exprloc_value()?;
    match location.operations(unit.encoding()).next().ok()?? {
        Operation::Address { address } => address.try_into().ok(),
        _ => None,
    }
}
