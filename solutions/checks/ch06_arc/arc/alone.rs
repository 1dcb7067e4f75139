//! The stage in which whoever is alone may have the data back.

use super::super::subject::Arc;
use super::strong::{self, Op, Ret, Stage};
use clients::Message;

pub struct Alone;

pub type Handles = strong::Handles<Alone>;

impl Stage for Alone {
    // `try_unwrap` may give the handle back.
    const KEEPS: &'static [Op] = &[Op::GetMut, Op::TryUnwrap, Op::MakeMutPanics];
    const TAKES: &'static [Op] = &[Op::MakeMut, Op::MakeMutDropPanics];

    fn perform(arcs: &mut Vec<Arc<Message>>, op: Op) -> Option<Ret> {
        Some(match op {
            Op::GetMut => {
                let data = Arc::get_mut(arcs.last_mut()?);
                Ret::Found(data.map(|data| data.touch()).is_some())
            }
            Op::TryUnwrap => match Arc::try_unwrap(arcs.pop()?) {
                Ok(data) => {
                    data.take();
                    Ret::Found(true)
                }
                Err(arc) => {
                    arcs.push(arc);
                    Ret::Found(false)
                }
            },
            Op::MakeMut => {
                let mut arc = arcs.pop()?;
                Arc::make_mut(&mut arc).touch();
                drop(arc);
                Ret::Dropped(clients::drops())
            }
            Op::MakeMutDropPanics => {
                let mut arc = arcs.pop()?;
                let result = clients::panics_in_drop(|| Arc::make_mut(&mut arc).touch());
                // After a panic too, the handle is one, and is dropped once.
                drop(arc);
                let dropped = clients::drops();
                result.map_or(Ret::Panicked, |()| Ret::Dropped(dropped))
            }
            Op::MakeMutPanics => {
                let arc = arcs.last_mut()?;
                match clients::panics_in_clone(|| Arc::make_mut(arc).touch()) {
                    Ok(()) => Ret::Found(true),
                    Err(clients::Panicked) => Ret::Panicked,
                }
            }
            _ => return None,
        })
    }

    fn show(op: Op) -> &'static str {
        match op {
            Op::GetMut => "Arc::get_mut(&mut arc)",
            Op::TryUnwrap => "Arc::try_unwrap(arc)",
            Op::MakeMut | Op::LetGo => "Arc::make_mut(&mut arc); drop(arc)",
            Op::MakeMutDropPanics | Op::LetGoPanics => {
                "Arc::make_mut(&mut arc), where the drop of the old data panics; drop(arc)"
            }
            _ => "Arc::make_mut(&mut arc), where the clone of the data panics",
        }
    }
}
