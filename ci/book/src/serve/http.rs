//! Answers requests from what is in memory, to programs on this machine that know it as this machine.

use super::Shown;
use super::live::{OWN, asset};
use super::work::explored::Question;
use super::work::judging::Event as Judge;
use super::work::{Work, editor};
use super::{events, policy};
use crate::site::{Found, media_type};
use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, LOCATION,
    ORIGIN, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use tokio::sync::watch as channel;
use tower_http::compression::CompressionLayer;

/// What is served.
#[derive(Clone)]
pub struct Served {
    /// The book, as it is.
    pub book: channel::Receiver<Arc<Shown>>,
    /// The reader's work, and who judges it.
    pub work: Option<(Arc<Work>, Sender<Judge>)>,
}

/// Serves until the process ends.
pub fn serve(listener: TcpListener, served: Served) -> Result<()> {
    listener.set_nonblocking(true)?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        // As any web server does with pages. What is sent as it happens is not held back for it.
        let book = Router::new().fallback(answer).layer(CompressionLayer::new()).with_state(served);
        Ok(axum::serve(listener, book).await?)
    })
}

async fn answer(State(served): State<Served>, request: Request) -> Response<Body> {
    let method = request.method();
    if !is_for_this_machine(request.uri(), request.headers()) {
        let why = "This server answers to 127.0.0.1 and localhost only.\n";
        return text(StatusCode::MISDIRECTED_REQUEST, why, method);
    }
    let path = request.uri().path();
    let own = path.strip_prefix(OWN);
    if method == Method::POST
        && let Some(own) = own
    {
        if !is_from_our_page(request.headers()) {
            let why = "Only a page of this server may ask for this.\n";
            return text(StatusCode::FORBIDDEN, why, method);
        }
        return match own.split('/').collect::<Vec<_>>()[..] {
            ["explore", id, check] => explore(&served, id, check).await,
            _ => act(&served, own),
        };
    }
    if method != Method::GET && method != Method::HEAD {
        let mut refused = text(StatusCode::METHOD_NOT_ALLOWED, "GET and HEAD only.\n", method);
        refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    match own {
        Some("events") if method == Method::GET => events::all(served.book, served.work),
        Some("events") => text(StatusCode::OK, "", method),
        Some(own) => own_file(&served, own, method),
        None => page(&Arc::clone(&served.book.borrow()), path, method),
    }
}

/// The server's own files, and what it knows of the reader's work.
fn own_file(served: &Served, own: &str, method: &Method) -> Response<Body> {
    if let Some(body) = asset(own) {
        return whole(StatusCode::OK, &media_type(own), body.as_bytes(), method);
    }
    let work = served.work.as_ref().map(|(work, _)| work);
    let found = match own.split_once('/') {
        None if own == "work" => work.map(|work| work.all()),
        Some(("exercise", id)) => work.and_then(|work| work.detail(id)),
        _ => None,
    };
    match found {
        Some(json) => whole(StatusCode::OK, "application/json", json.as_bytes(), method),
        None => text(StatusCode::NOT_FOUND, "The server has no such thing.\n", method),
    }
}

/// What a button of a page does.
fn act(served: &Served, own: &str) -> Response<Body> {
    let nothing = || text(StatusCode::NOT_FOUND, "The server does no such thing.\n", &Method::POST);
    let Some((work, judge)) = &served.work else { return nothing() };
    let done = match own.split('/').collect::<Vec<_>>()[..] {
        ["run", id] if work.file_of(id).is_some() => judge.send(Judge::Wanted(id.into())).is_ok(),
        ["open", id] => work.file_of(id).is_some_and(|file| editor::open(&file)),
        ["hint", id, number] => {
            number.parse().is_ok_and(|number| number > 0 && work.see_hint(id, number))
        }
        _ => false,
    };
    if done { text(StatusCode::OK, "", &Method::POST) } else { nothing() }
}

/// All that a check can come to. It is an answer when the judge has come to its turn and to its end.
async fn explore(served: &Served, id: &str, check: &str) -> Response<Body> {
    let is_name = check.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let asked = served.work.as_ref().filter(|(work, _)| is_name && work.file_of(id).is_some());
    let asked = asked.and_then(|(_, judge)| {
        let (question, answer) = Question::new(id, check).ok()?;
        judge.send(Judge::Asked(question)).ok()?;
        Some(answer)
    });
    let Some(answer) = asked else {
        return text(StatusCode::NOT_FOUND, "The server does no such thing.\n", &Method::POST);
    };
    match answer.await {
        Ok(found) => {
            let found = found.to_string();
            whole(StatusCode::OK, "application/json", found.as_bytes(), &Method::POST)
        }
        Err(_) => text(StatusCode::CONFLICT, "A save has come between.\n", &Method::POST),
    }
}

/// A page of another site may send a request here, and the browser says which site that is.
fn is_from_our_page(headers: &HeaderMap) -> bool {
    let origin =
        headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()?.strip_prefix("http://"));
    origin.is_some() && origin == headers.get(HOST).and_then(|host| host.to_str().ok())
}

/// A page of another site can have its own name lead to this machine, and then read what we answer; the browser still
/// names that site as the host.
fn is_for_this_machine(uri: &Uri, headers: &HeaderMap) -> bool {
    let is_ours =
        |authority: &Authority| matches!(authority.host(), "127.0.0.1" | "localhost" | "[::1]");
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok()?.parse().ok());
    host.is_some_and(|host| is_ours(&host))
        && hosts.next().is_none()
        && uri.authority().is_none_or(is_ours)
}

fn page(shown: &Shown, path: &str, method: &Method) -> Response<Body> {
    match shown.site.find(path) {
        Found::File(path, bytes) => whole(StatusCode::OK, &media_type(path), bytes, method),
        Found::Folder => {
            let mut moved = text(StatusCode::PERMANENT_REDIRECT, "", method);
            let to = format!("{path}/");
            if let Ok(to) = HeaderValue::try_from(to) {
                moved.headers_mut().insert(LOCATION, to);
            }
            moved
        }
        Found::Nothing => match shown.site.find("/404.html") {
            Found::File(path, bytes) => {
                whole(StatusCode::NOT_FOUND, &media_type(path), bytes, method)
            }
            _ => text(StatusCode::NOT_FOUND, "The book has no such page.\n", method),
        },
    }
}

fn text(status: StatusCode, body: &str, method: &Method) -> Response<Body> {
    whole(status, "text/plain; charset=utf-8", body.as_bytes(), method)
}

fn whole(status: StatusCode, media_type: &str, bytes: &[u8], method: &Method) -> Response<Body> {
    let body = if method == Method::HEAD { Body::empty() } else { Body::from(bytes.to_owned()) };
    let policy = match std::str::from_utf8(bytes) {
        Ok(html) if media_type.starts_with("text/html") => policy::of(html),
        _ => policy::NOTHING.to_owned(),
    };
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, media_type)
        .header(CONTENT_LENGTH, bytes.len())
        .header(CACHE_CONTROL, "no-store")
        .header(CONTENT_SECURITY_POLICY, policy)
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(body)
        .expect("headers of plain text")
}
