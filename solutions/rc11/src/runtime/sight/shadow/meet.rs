//! An access meets those to the same bytes that are kept.

use super::INLINE;
use crate::runtime::sight::Vec;
use crate::runtime::sight::accesses::{Access, NO_ACCESS, Now, is_repeated};

/// What an access has met.
pub(super) enum Met {
    Nothing,
    /// One that stands for it.
    Same,
    Conflict(Access),
}

impl Met {
    pub fn conflict(self) -> Option<Access> {
        match self {
            Self::Conflict(access) => Some(access),
            _ => None,
        }
    }
}

/// A list of accesses.
pub(super) trait List {
    fn all(&mut self) -> &mut [Access];
    fn remove(&mut self, index: usize);
}

/// One that is in its cell.
pub(super) struct Inline<'a> {
    pub kept: &'a mut [Access; INLINE],
    pub len: usize,
}

impl List for Inline<'_> {
    #[inline]
    fn all(&mut self) -> &mut [Access] {
        &mut self.kept[..self.len]
    }

    fn remove(&mut self, index: usize) {
        self.len -= 1;
        self.kept[index] = self.kept[self.len];
        self.kept[self.len] = NO_ACCESS;
    }
}

impl List for Vec<Access> {
    fn all(&mut self) -> &mut [Access] {
        self
    }

    fn remove(&mut self, index: usize) {
        self.swap_remove(index);
    }
}

/// Holds `access` against those that are kept, and forgets those that it stands for (invariant 2).
pub(super) fn meet(list: &mut impl List, access: Access, now: &Now) -> Met {
    let mut index = 0;
    while let Some(&kept) = list.all().get(index) {
        if kept.bytes & access.bytes == 0 {
            index += 1;
            continue;
        }
        if is_repeated(kept, access) {
            return Met::Same;
        }
        let is_known = now.knows(kept);
        if kept.kind().frees() || !is_known && access.kind().conflicts(kept.kind()) {
            return Met::Conflict(kept);
        }
        if is_known && access.kind().covers(kept.kind()) {
            let left = kept.bytes & !access.bytes;
            if left == 0 {
                list.remove(index);
                continue;
            }
            list.all()[index].bytes = left;
        }
        index += 1;
    }
    Met::Nothing
}
