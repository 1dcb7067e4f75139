//! Answers requests from what is in memory, to programs on this machine that know it as this machine.

use super::Shown;
use super::live::{EVENTS, error_page};
use crate::site::{Found, media_type};
use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HOST, LOCATION, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream;
use std::convert::Infallible;
use std::net::TcpListener;
use std::sync::Arc;
use tokio::sync::watch as channel;

type Current = channel::Receiver<Arc<Shown>>;

/// Serves until the process ends.
pub fn serve(listener: TcpListener, current: Current) -> Result<()> {
    listener.set_nonblocking(true)?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let book = Router::new().fallback(answer).with_state(current);
        Ok(axum::serve(listener, book).await?)
    })
}

async fn answer(State(current): State<Current>, request: Request) -> Response<Body> {
    let method = request.method();
    if !is_for_this_machine(request.uri(), request.headers()) {
        let why = "This server answers to 127.0.0.1 and localhost only.\n";
        return text(StatusCode::MISDIRECTED_REQUEST, why, method);
    }
    if method != Method::GET && method != Method::HEAD {
        let mut refused = text(StatusCode::METHOD_NOT_ALLOWED, "GET and HEAD only.\n", method);
        refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    if request.uri().path() == EVENTS {
        return if method == Method::GET {
            versions(current)
        } else {
            text(StatusCode::OK, "", method)
        };
    }
    let shown = Arc::clone(&current.borrow());
    page(&shown, request.uri().path(), method)
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
    let is_page = path.ends_with('/') || path.ends_with(".html") || !path.contains('.');
    if let (true, Some(error)) = (is_page, &shown.error) {
        let html = error_page(error, shown.version);
        return whole(
            StatusCode::INTERNAL_SERVER_ERROR,
            "text/html; charset=utf-8",
            html.as_bytes(),
            method,
        );
    }
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

/// Sends the version at once and again whenever it changes.
fn versions(mut current: Current) -> Response<Body> {
    current.mark_changed();
    let events = stream::unfold(current, async |mut current| {
        current.changed().await.ok()?;
        let version = current.borrow_and_update().version;
        Some((Ok::<_, Infallible>(Event::default().data(version.to_string())), current))
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::default()).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn text(status: StatusCode, body: &str, method: &Method) -> Response<Body> {
    whole(status, "text/plain; charset=utf-8", body.as_bytes(), method)
}

fn whole(status: StatusCode, media_type: &str, bytes: &[u8], method: &Method) -> Response<Body> {
    let body = if method == Method::HEAD { Body::empty() } else { Body::from(bytes.to_owned()) };
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, media_type)
        .header(CONTENT_LENGTH, bytes.len())
        .header(CACHE_CONTROL, "no-store")
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(body)
        .expect("headers of plain text")
}
