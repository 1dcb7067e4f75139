//! Statics that are made on first use, anew in each execution, and dropped when its main thread ends.

use crate::registry;
use std::fmt;

pub use crate::thread::{AccessError, panicking, yield_now};

/// A value that is made on first use: what [`lazy_static!`](crate::lazy_static!) declares.
pub struct Lazy<T> {
    init: fn() -> T,
    once: rc11::sync::Once,
}

impl<T: 'static> Lazy<T> {
    /// A value that `init` will make.
    pub const fn new(init: fn() -> T) -> Self {
        Self { init, once: rc11::sync::Once::new() }
    }

    /// The value. It lives until the main thread of the model ends.
    #[track_caller]
    pub fn get(&'static self) -> &'static T {
        let key = (&raw const *self).addr();
        self.once.call_once(|| registry::set_static(key, Box::new((self.init)())));
        let value = registry::get_static(key);
        // SAFETY: what was put under this key is a `T`, which stays where it is until the main thread ends. That a model uses it
        // for longer is the price of a `'static` value that each execution has anew.
        unsafe { &*value.cast::<T>() }
    }
}

impl<T> fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lazy { .. }")
    }
}

/// Declares statics that are made on first use, as the crate `lazy_static` does.
#[macro_export]
macro_rules! lazy_static {
    () => {};
    ($(#[$attr:meta])* $vis:vis static ref $name:ident : $t:ty = $init:expr; $($rest:tt)*) => {
        #[allow(missing_copy_implementations, missing_debug_implementations, non_camel_case_types, dead_code)]
        $(#[$attr])*
        $vis struct $name { __private_field: () }
        #[doc(hidden)]
        $vis static $name: $name = $name { __private_field: () };
        impl ::core::ops::Deref for $name {
            type Target = $t;

            fn deref(&self) -> &$t {
                static LAZY: $crate::lazy_static::Lazy<$t> = $crate::lazy_static::Lazy::new(|| $init);
                LAZY.get()
            }
        }
        $crate::lazy_static!($($rest)*);
    };
}
