//! Catches what mdBook and its KaTeX preprocessor log: they report a missing file or bad TeX there, and go on.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// One warning or error that was logged during a build.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `ERROR` or `WARN`.
    pub level: Level,
    /// The module that logged it.
    pub target: String,
    /// What it said.
    pub message: String,
    /// The page that was in work, relative to `src`, if the build had said so by [`working_on`].
    pub page: Option<String>,
    /// The TeX that was in work.
    pub tex: Option<String>,
}

/// What the build logged since the last [`take`], and the page in work.
struct Log {
    page: Option<String>,
    entries: Vec<Entry>,
}

/// One for the process, since pages are rendered on the threads of a pool and a subscriber of one thread misses them.
static LOG: Mutex<Log> = Mutex::new(Log { page: None, entries: Vec::new() });

fn lock() -> MutexGuard<'static, Log> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins to catch. Once in a process.
pub fn install() {
    let catching = tracing_subscriber::registry().with(Catch);
    tracing::subscriber::set_global_default(catching).expect("nothing else installs a subscriber");
}

/// Says which page is in work, until it is said again.
pub fn working_on(page: Option<String>) {
    lock().page = page;
}

/// What was logged since the last call.
pub fn take() -> Vec<Entry> {
    std::mem::take(&mut lock().entries)
}

struct Catch;

/// The TeX that a span of KaTeX's preprocessor is about.
struct Tex(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Catch {
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        *metadata.level() <= Level::INFO && metadata.target().starts_with("mdbook")
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let tex = Text::of("item", |visitor| attributes.record(visitor));
        if let (Some(tex), Some(span)) = (tex, context.span(id)) {
            span.extensions_mut().insert(Tex(tex));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let level = *event.metadata().level();
        if level > Level::WARN {
            return;
        }
        let message = Text::of("message", |visitor| event.record(visitor)).unwrap_or_default();
        let tex = context
            .event_span(event)
            .and_then(|span| span.extensions().get::<Tex>().map(|tex| tex.0.clone()));
        let mut log = lock();
        let page = log.page.clone();
        let target = event.metadata().target().to_owned();
        log.entries.push(Entry { level, target, message, page, tex });
    }
}

/// Reads one field of an event or span as text.
struct Text {
    name: &'static str,
    value: Option<String>,
}

impl Text {
    fn of(name: &'static str, record: impl FnOnce(&mut Self)) -> Option<String> {
        let mut visitor = Self { name, value: None };
        record(&mut visitor);
        visitor.value
    }
}

impl Visit for Text {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == self.name {
            self.value = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == self.name {
            self.value = Some(format!("{value:?}"));
        }
    }
}
