//! Runs mdBook in this process, and keeps what the checks need to see.

mod config;
mod exercises;
mod links_out;
mod pictures;
pub mod scripts;
pub mod timelines;

use crate::finding::one_line;
use crate::log::{self, Entry};
use anyhow::{Context, Result, anyhow, bail};
use mdbook_driver::MDBook;
use mdbook_driver::book::{Book, BookItem, Chapter};
use mdbook_katex::preprocess::KatexProcessor;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use std::any::Any;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A book that was built.
pub struct Built {
    /// The folder of book.toml.
    pub root: PathBuf,
    /// The folder of SUMMARY.md.
    pub src: PathBuf,
    /// The folder of the HTML files.
    pub folder: PathBuf,
    /// Every page of SUMMARY.md that has a file, in its order.
    pub pages: Vec<Page>,
    /// What mdBook logged.
    pub log: Vec<Entry>,
}

/// One page: its text on the way from Markdown to HTML.
#[derive(Clone, Debug)]
pub struct Page {
    /// The Markdown file, relative to `src`.
    pub source: PathBuf,
    /// The Markdown file, relative to the root, with `/` on every system.
    pub file: String,
    /// The HTML file, relative to the book's folder, with `/` on every system.
    pub html: String,
    /// The Markdown as it is in the file.
    pub text: String,
    /// The Markdown with what it includes: the text that KaTeX's preprocessor reads.
    pub expanded: String,
}

/// Builds the book of `root` into `folder`, or into the folder that book.toml names.
///
/// # Errors
/// When mdBook cannot make the book: a mistake in book.toml or SUMMARY.md, a page without its file. The error names the
/// file, and the line where there is one. What mdBook lets pass is for [`crate::check`] to find.
pub fn build(root: &Path, folder: Option<&Path>) -> Result<Built> {
    log::take();
    let done = quietly(|| build_pages(root, folder));
    log::working_on(None);
    let log = log::take();
    let mut built = done?;
    built.log = log;
    Ok(built)
}

fn build_pages(root: &Path, folder: Option<&Path>) -> Result<Built> {
    let mut config = config::load(root)?;
    let src = root.join(&config.book.src);
    links_out::refuse(root, &src)?;
    if let Some(folder) = folder {
        config.build.build_dir = folder.to_owned();
    }
    let mut book =
        MDBook::load_with_config(root, config).map_err(|error| in_summary(root, &src, &error))?;
    let pages = Arc::new(Mutex::new(pages_of(root, &src, &book.book)));
    pictures::mark(&src, &mut book.book);
    exercises::tell(root, &mut book.book);
    book.with_preprocessor(Katex { pages: Arc::clone(&pages) });
    book.build()?;
    let folder = book.build_dir_for("html");
    let pages = mem::take(&mut *pages.lock().expect("no page failed: the build would have"));
    pictures::draw(&src, &folder, &pages)?;
    scripts::make_lean(&src, &folder)?;
    Ok(Built { root: root.to_owned(), src, folder, pages, log: Vec::new() })
}

/// Calls `work` and turns a panic, as mdBook answers some faults with, into an error without a word on stderr.
fn quietly<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    panic::set_hook(hook);
    done.unwrap_or_else(|payload| Err(anyhow!("mdBook gave up: {}", message_of(&*payload))))
}

fn message_of(payload: &(dyn Any + Send)) -> &str {
    let literal = payload.downcast_ref::<&str>().copied();
    literal
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("it did not say why")
}

/// Says in which line of SUMMARY.md the file stands that could not be read.
fn in_summary(root: &Path, src: &Path, error: &anyhow::Error) -> anyhow::Error {
    let summary = src.join("SUMMARY.md");
    let shown = slashes(summary.strip_prefix(root).unwrap_or(&summary));
    let said = one_line(error);
    if !said.contains("chapter") && !said.contains("ummary") && !said.contains("SUMMARY") {
        return anyhow!("book.toml: {said}");
    }
    let line = std::fs::read_to_string(&summary).ok().and_then(|text| {
        let named = said.split('`').nth(1)?;
        text.lines().position(|line| line.contains(named))
    });
    match line {
        Some(line) => anyhow!("{shown}:{}: {said}", line + 1),
        None => anyhow!("{shown}: {said}"),
    }
}

fn pages_of(root: &Path, src: &Path, book: &Book) -> Vec<Page> {
    let shown = src.strip_prefix(root).unwrap_or(src);
    book.chapters()
        .filter_map(|chapter| {
            let source = chapter.source_path.clone()?;
            let file = slashes(&shown.join(&source));
            let html = slashes(&chapter.path.as_ref()?.with_extension("html"));
            let text = chapter.content.clone();
            Some(Page { source, file, html, expanded: text.clone(), text })
        })
        .collect()
}

/// A path with `/` on every system.
pub fn slashes(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// KaTeX's preprocessor, one page at a time, so that a warning can be told to its page.
///
/// It has the name of the command in book.toml, and so takes the command's place.
struct Katex {
    pages: Arc<Mutex<Vec<Page>>>,
}

impl Preprocessor for Katex {
    fn name(&self) -> &str {
        KatexProcessor.name()
    }

    fn run(&self, context: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let mut failed = None;
        book.for_each_chapter_mut(|chapter| {
            if let Err(error) = self.render(context, chapter) {
                failed.get_or_insert(error);
            }
        });
        failed.map_or(Ok(book), Err)
    }
}

impl Katex {
    fn render(&self, context: &PreprocessorContext, chapter: &mut Chapter) -> Result<()> {
        let source = chapter.source_path.clone().context("a page has a file")?;
        log::working_on(Some(slashes(&source)));
        let mut pages = self.pages.lock().expect("no other thread holds it");
        for page in pages.iter_mut().filter(|page| page.source == source) {
            page.expanded.clone_from(&chapter.content);
            page.html = slashes(&chapter.path.clone().unwrap_or_default().with_extension("html"));
        }
        let alone = Chapter { content: mem::take(&mut chapter.content), ..Chapter::default() };
        // A chapter without a path is a draft, which the preprocessor would pass over.
        let alone = Chapter { path: Some(source), ..alone };
        let rendered =
            KatexProcessor.run(context, Book::new_with_items(vec![BookItem::Chapter(alone)]))?;
        log::working_on(None);
        match rendered.items.into_iter().next() {
            Some(BookItem::Chapter(rendered)) => chapter.content = rendered.content,
            _ => bail!("KaTeX's preprocessor lost a page"),
        }
        Ok(())
    }
}
