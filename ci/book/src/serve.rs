//! `cargo book serve`: the book on 127.0.0.1, built again at each save.
//!
//! HTTP is axum's, as in mdBook's own `serve`: hyper parses what any program on this machine may send, and axum has
//! server-sent events. Smaller crates cost less to build (these take a tenth of the first build), but either leave the protocol of
//! an unending answer to us or are no longer worked on.

mod events;
mod http;
mod live;
mod policy;
mod watch;
mod work;

use crate::finding::{Finding, one_line, plural};
use crate::{ServeArgs, build, check, site::Site};
use anyhow::{Context, Result, bail};
use live::Version;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Instant;
use tokio::sync::watch as channel;
use watch::Changed;
use work::{Work, judging};

/// What readers are shown at the moment.
struct Shown {
    /// Changes with every build; a page of another version reloads itself.
    version: Version,
    /// The last book that could be built. If the newest could not be, each page says why.
    site: Arc<Site>,
}

/// Serves the book of `root` until the process ends.
///
/// # Errors
/// When the port is taken, when the book cannot be built, or when one of its pages is broken. What breaks later is shown
/// in the browser, above the last book that could be built.
pub fn run(root: &Path, args: &ServeArgs) -> Result<()> {
    let listener = bind(args.port)?;
    let url = format!("http://{}/", listener.local_addr()?);
    // Before the first build, so that nothing saved meanwhile is missed.
    let work = if args.no_grade { None } else { Work::of(root).map(Arc::new) };
    let changes = watch::changes(root, work.is_some())?;
    println!("Building the book ...");
    let version = Version::first();
    let (site, findings) = build(root, version)?;
    report(&findings);
    let broken = findings.iter().filter(|finding| finding.breaks_page).count();
    if broken > 0 {
        bail!("{broken} {} in the book: see above", plural(broken, "broken place"));
    }
    let (shown, current) = channel::channel(Arc::new(Shown { version, site: Arc::clone(&site) }));
    let judge = work.as_ref().map(|work| judging::start(Arc::clone(work)));
    let root = root.to_owned();
    let saved = judge.clone();
    thread::spawn(move || {
        let mut good = (version, site);
        for Changed { exercises, book } in changes {
            if let (Some(judge), false) = (&saved, exercises.is_empty()) {
                // It listens as long as the server runs.
                let _ = judge.send(judging::Event::Saved(exercises));
            }
            if book {
                rebuild(&root, &mut good, &shown);
            }
        }
    });
    println!("The book is at {url} (Ctrl-C ends it)");
    if args.open
        && let Err(error) = open::that_detached(&url)
    {
        eprintln!("warning: no browser could be opened: {error}");
    }
    http::serve(listener, http::Served { book: current, work: work.zip(judge) })
}

fn bind(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            anyhow::anyhow!("port {port} is in use: `cargo book --port 0` picks a free one")
        }
        _ => anyhow::Error::from(error).context(format!("cannot listen on port {port}")),
    })
}

/// Builds into memory: the folder in between is gone when this returns.
fn build(root: &Path, version: Version) -> Result<(Arc<Site>, Vec<Finding>)> {
    let folder =
        tempfile::Builder::new().prefix("book-").tempdir().context("no temporary folder")?;
    let built = build::build(root, Some(folder.path()))?;
    let findings = check::all(&built);
    let mut site = Site::read(&built.folder)?;
    site.map_html(|path, html| {
        let page = built.pages.iter().find(|page| page.html == path);
        let page = page.or(built.pages.first().filter(|_| path == "index.html"));
        let of_page =
            findings.iter().filter(|finding| page.is_some_and(|page| page.file == finding.page()));
        live::add_to(path, html, version, of_page)
    });
    Ok((Arc::new(site), findings))
}

/// Builds the book again. `good` is the last that could be built, without a word on what came after it, and its version.
fn rebuild(root: &Path, good: &mut (Version, Arc<Site>), shown: &channel::Sender<Arc<Shown>>) {
    let begun = Instant::now();
    let version = shown.borrow().version.next();
    let site = match build(root, version) {
        Ok((site, findings)) => {
            report(&findings);
            println!("Built again in {:.1} s", begun.elapsed().as_secs_f32());
            *good = (version, Arc::clone(&site));
            site
        }
        Err(error) => {
            let error = one_line(&error);
            eprintln!("error: {error}");
            let mut site = Site::clone(&good.1);
            site.map_html(|_, html| live::add_failure(html, good.0, version, &error));
            Arc::new(site)
        }
    };
    shown.send_replace(Arc::new(Shown { version, site }));
}

fn report(findings: &[Finding]) {
    for finding in findings {
        eprintln!("{finding}");
    }
}
