//! A library that is loaded, and its variables.

use crate::compile::Built;
use crate::names::Names;
use std::ffi::{c_char, c_int, c_void};
use std::mem::ManuallyDrop;
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;
use std::{fmt, ptr, slice};

/// A loaded library. Its variables can be set back to what they were when it had been loaded.
pub struct Library {
    /// Never unloaded: threads that were abandoned are in the middle of its code, and its addresses stand for its places.
    library: ManuallyDrop<libloading::Library>,
    /// Where it came from, with its debug information.
    built: Built,
    /// What is added to an address of the file.
    base: usize,
    variables: Vec<Variables>,
}

/// What a library is in memory.
struct Image {
    /// What is added to an address of the file.
    base: usize,
    code: Range<usize>,
    variables: Vec<Variables>,
}

/// Memory of a library that it can write to, and what was in it at first.
struct Variables {
    at: *mut u8,
    initial: Vec<u8>,
}

// SAFETY: the pointers are to memory of a library that stays loaded; who writes there is said in `reset`.
unsafe impl Send for Library {}
// SAFETY: as above.
unsafe impl Sync for Library {}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.library.fmt(f)
    }
}

impl Library {
    /// Loads a library that [`compile`](crate::compile::compile) has made.
    ///
    /// # Errors
    ///
    /// What the system says: that a function is missing, for instance.
    ///
    /// # Safety
    ///
    /// What the library does when it is loaded must be sound.
    pub unsafe fn load(built: Built) -> Result<Self, libloading::Error> {
        rc11::foreign::keep();
        // SAFETY: as promised by the caller.
        let library = unsafe { libloading::Library::new(built.library()) }?;
        let Image { base, code, variables } = image(&built.library()).expect("it has been loaded");
        let file = built.library();
        rc11::foreign::add_symbols(code, move |address| places(&file, address - base));
        Ok(Self { library: ManuallyDrop::new(library), built, base, variables })
    }

    /// A function that the library exports.
    ///
    /// # Safety
    ///
    /// It must have the type `F`.
    pub unsafe fn function<F: Copy>(&self, name: &str) -> Option<F> {
        // SAFETY: as promised by the caller.
        unsafe { self.library.get::<F>(name.as_bytes()) }.ok().map(|function| *function)
    }

    /// Says what the program calls the memory at an address, as [`Names`] has it: of a variable of the library, or in the block, of which
    /// the type is that of the first parameter of one of these functions.
    pub fn names(
        &self,
        block: Range<usize>,
        functions: &'static [&'static str],
    ) -> impl Fn(usize) -> Option<String> + use<> {
        let (file, base, names) = (self.built.library(), self.base, OnceLock::new());
        move |address| {
            // Only a failure has names, and most libraries have none.
            let names = || names.get_or_init(|| Names::read(&file, functions).unwrap_or_default());
            match block.contains(&address) {
                true => Some(names().in_block(address - block.start)),
                false => names().of_variable(address.checked_sub(base)?),
            }
        }
    }

    /// Sets all variables of the library back to what they were when it had been loaded.
    ///
    /// # Safety
    ///
    /// Nobody else may use the library meanwhile.
    pub unsafe fn reset(&self) {
        for Variables { at, initial } in &self.variables {
            // SAFETY: the memory was found to be the library's and to be writable, and as promised nobody else uses it.
            unsafe { ptr::copy_nonoverlapping(initial.as_ptr(), *at, initial.len()) };
        }
    }
}

/// The places in the source of an address of a file.
fn places(file: &Path, address: usize) -> Vec<(String, u32, u32)> {
    let mut places = Vec::new();
    let Ok(symbols) = addr2line::Loader::new(file) else { return places };
    let Ok(mut frames) = symbols.find_frames(address as u64) else { return places };
    while let Ok(Some(frame)) = frames.next() {
        if let Some(addr2line::Location { file: Some(file), line, column }) = frame.location {
            places.push((file.to_owned(), line.unwrap_or(0), column.unwrap_or(0)));
        }
    }
    places
}

/// What a loaded library is in memory.
fn image(path: &Path) -> Option<Image> {
    struct Search<'a> {
        path: &'a Path,
        found: Option<Image>,
    }

    unsafe extern "C" fn look(
        info: *mut libc::dl_phdr_info,
        _: usize,
        search: *mut c_void,
    ) -> c_int {
        // SAFETY: called by `dl_iterate_phdr` with a description that is valid during the call, and with the pointer that it was given,
        // which is to a search that nobody else uses.
        let (info, search) = unsafe { (&*info, &mut *search.cast::<Search<'_>>()) };
        if !is_name(info.dlpi_name, search.path) {
            return 0;
        }
        // SAFETY: as the description says.
        let headers = unsafe { slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum.into()) };
        let base = info.dlpi_addr as usize;
        // What the loader has made read-only after it had put the addresses in.
        let sealed = headers.iter().find(|header| header.p_type == libc::PT_GNU_RELRO);
        let sealed = sealed.map_or(0, |header| (header.p_vaddr + header.p_memsz) as usize);
        let mut image = Image { base, code: 0..0, variables: Vec::new() };
        for header in headers.iter().filter(|header| header.p_type == libc::PT_LOAD) {
            let begin = header.p_vaddr as usize;
            let end = (header.p_vaddr + header.p_memsz) as usize;
            if header.p_flags & libc::PF_X != 0 {
                image.code = base + begin..base + end;
            }
            if header.p_flags & libc::PF_W != 0 {
                let begin = begin.max(sealed);
                let at = (base + begin) as *mut u8;
                // SAFETY: a part of a segment that is loaded and readable. Nobody uses the library yet.
                let initial =
                    unsafe { slice::from_raw_parts(at, end.saturating_sub(begin)) }.to_vec();
                image.variables.push(Variables { at, initial });
            }
        }
        search.found = Some(image);
        1
    }

    let mut search = Search { path, found: None };
    // SAFETY: the function has the type that it is called by, and the pointer is valid during the call.
    unsafe { libc::dl_iterate_phdr(Some(look), (&raw mut search).cast()) };
    search.found
}

fn is_name(name: *const c_char, path: &Path) -> bool {
    if name.is_null() {
        return false;
    }
    // SAFETY: the loader's name of a library is a string.
    let name = unsafe { std::ffi::CStr::from_ptr(name) };
    name.to_bytes() == path.as_os_str().as_encoded_bytes()
}
