//! A terminal that hands on each key when it is pressed, and does not show it.

/// Puts the terminal back when it is dropped.
#[derive(Debug)]
pub struct ByKey(system::Settings);

/// Changes the terminal that the standard input is; `None` if it is none.
pub fn by_key() -> Option<ByKey> {
    system::change().map(ByKey)
}

impl Drop for ByKey {
    fn drop(&mut self) {
        system::put_back(&self.0);
    }
}

#[cfg(unix)]
mod system {
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
    use std::io::stdin;

    pub type Settings = Termios;

    /// Not wholly raw: what is printed still has its line ends made.
    pub fn change() -> Option<Settings> {
        let before = tcgetattr(stdin()).ok()?;
        let mut by_key = before.clone();
        by_key.local_modes -= LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
        tcsetattr(stdin(), OptionalActions::Now, &by_key).ok()?;
        Some(before)
    }

    pub fn put_back(before: &Settings) {
        // A terminal that is gone needs nothing.
        let _ = tcsetattr(stdin(), OptionalActions::Now, before);
    }
}

#[cfg(windows)]
mod system {
    use std::io::stdin;
    use std::os::windows::io::AsRawHandle;
    use windows_sys::Win32::System::Console::{
        ENABLE_ECHO_INPUT, ENABLE_LINE_INPUT, ENABLE_PROCESSED_INPUT, GetConsoleMode,
        SetConsoleMode,
    };

    pub type Settings = u32;

    pub fn change() -> Option<Settings> {
        let mut before = 0;
        // SAFETY: the pointer is to a number that outlives the call; a handle that is no console is an error.
        if unsafe { GetConsoleMode(stdin().as_raw_handle(), &raw mut before) } == 0 {
            return None;
        }
        put_back(&(before & !(ENABLE_ECHO_INPUT | ENABLE_LINE_INPUT | ENABLE_PROCESSED_INPUT)));
        Some(before)
    }

    pub fn put_back(mode: &Settings) {
        // SAFETY: no memory is touched; a console that is gone is an error, and needs nothing.
        unsafe { SetConsoleMode(stdin().as_raw_handle(), *mode) };
    }
}
