//! What a page is told while it is open, as server-sent events: the version of the book, and the reader's exercises.
//!
//! Each event is an object of JSON, with `version` or with `exercises`, a list of those that have changed.

use super::Shown;
use super::work::Work;
use super::work::judging::Event as Judge;
use axum::body::Body;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, Response};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, StreamExt as _};
use serde_json::json;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch as channel;

/// Everything at once, and then whatever changes.
pub fn all(
    mut book: channel::Receiver<Arc<Shown>>,
    work: Option<(Arc<Work>, Sender<Judge>)>,
) -> Response<Body> {
    book.mark_changed();
    let versions = stream::unfold(book, async |mut book| {
        book.changed().await.ok()?;
        let version = book.borrow_and_update().version.to_string();
        Some((json!({ "version": version }).to_string(), book))
    });
    let exercises = stream::iter(work).flat_map(|(work, _)| {
        let (now, told) = work.listen();
        let later = stream::unfold((work, told), async |(work, mut told)| {
            let text = match told.recv().await {
                Ok(text) => text,
                // Too far behind to be told step by step.
                Err(RecvError::Lagged(_)) => {
                    let (now, from_now) = work.listen();
                    told = from_now;
                    now
                }
                Err(RecvError::Closed) => return None,
            };
            Some((text, (work, told)))
        });
        stream::once(async { now }).chain(later)
    });
    let events = stream::select(versions, exercises)
        .map(|text| Ok::<_, Infallible>(Event::default().data(text)));
    let mut response = Sse::new(events).keep_alive(KeepAlive::default()).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
