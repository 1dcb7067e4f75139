//! The server, over the loopback interface.

mod common;

use common::Book;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Stdio};
use std::time::{Duration, Instant};

/// How long a test waits for what must happen; never how long it takes.
const PATIENCE: Duration = Duration::from_secs(60);

struct Server {
    process: Child,
    address: String,
    _stdout: BufReader<ChildStdout>,
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl Server {
    fn of(book: &Book) -> Self {
        Self::with(book, &[])
    }

    fn with(book: &Book, arguments: &[&str]) -> Self {
        let mut command = book.command(&[arguments, &["--port", "0"]].concat());
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut address = None;
        let mut line = String::new();
        while address.is_none() && stdout.read_line(&mut line).unwrap() > 0 {
            let url = line.split_whitespace().find_map(|word| word.strip_prefix("http://"));
            address = url.map(|url| url.trim_end_matches('/').to_owned());
            line.clear();
        }
        Self { process, address: address.expect("the server says where it is"), _stdout: stdout }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    fn ask(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end =
            bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("an HTTP answer");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head[9..12].parse().unwrap();
        Answer { status, head, body: bytes[end + 4..].to_vec() }
    }

    fn request(&self, method: &str, path: &str, host: &str) -> Answer {
        self.ask(&format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
    }

    fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &self.address)
    }

    fn events(&self) -> impl BufRead {
        let mut stream = self.connect();
        let request = format!("GET /.book/events HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).unwrap();
        BufReader::new(stream)
    }

    fn post(&self, path: &str, origin: Option<&str>) -> Answer {
        let origin = origin.map_or(String::new(), |origin| format!("Origin: {origin}\r\n"));
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\n{origin}Content-Length: 0\r\nConnection: close\r\n\r\n",
            self.address
        ))
    }

    /// Asks for the page until it is as wanted.
    #[track_caller]
    fn wait_for(&self, path: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
        let begun = Instant::now();
        loop {
            let answer = self.get(path);
            if wanted(&answer) {
                return answer;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{path} stayed {}: {}",
                answer.status,
                answer.text()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn pages_and_assets_have_their_media_types_and_are_not_cached() {
    let book = Book::new();
    book.write("src/picture.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    book.write("src/font.woff2", "x");
    let server = Server::of(&book);
    let page = server.get("/introduction.html");
    for (path, media_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/introduction.html", "text/html; charset=utf-8"),
        ("/chapter/second.html?query#fragment", "text/html; charset=utf-8"),
        ("/picture.svg", "image/svg+xml; charset=utf-8"),
        ("/font.woff2", "font/woff2"),
    ] {
        let answer = server.get(path);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some(media_type)),
            "{path}"
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
    let html = page.text();
    let script = html
        .split("src=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .find(|src| src.ends_with(".js"));
    let script = server.get(&format!("/{}", script.expect("mdBook's pages have scripts")));
    assert_eq!(
        (script.status, script.header("content-type")),
        (200, Some("text/javascript; charset=utf-8"))
    );
}

#[test]
fn head_has_the_headers_of_get_and_no_body() {
    let book = Book::new();
    let server = Server::of(&book);
    let (get, head) = (server.get("/"), server.request("HEAD", "/", &server.address));
    assert_eq!(head.status, 200);
    assert_eq!(head.header("content-length"), Some(&*get.body.len().to_string()));
    assert_eq!(head.header("content-type"), get.header("content-type"));
    assert!(head.body.is_empty());
}

#[test]
fn page_is_sent_smaller_to_whoever_can_read_that_and_events_are_sent_at_once() {
    let book = Book::new();
    let server = Server::of(&book);
    let ask = |path: &str| {
        let host = &server.address;
        format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
        )
    };
    let (whole, small) = (server.get("/"), server.ask(&ask("/")));
    assert_eq!((whole.status, whole.header("content-encoding")), (200, None));
    assert_eq!((small.status, small.header("content-encoding")), (200, Some("gzip")));
    assert!(small.body.len() < whole.body.len() / 2, "{}", small.body.len());
    assert_eq!(small.header("content-security-policy"), whole.header("content-security-policy"));
    let mut stream = server.connect();
    stream.write_all(ask("/.book/events").as_bytes()).unwrap();
    let mut events = BufReader::new(stream);
    next_event(&mut events, |event| event["version"].is_string());
}

#[test]
fn other_methods_are_refused() {
    let book = Book::new();
    let server = Server::of(&book);
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "NOSUCH"] {
        let answer = server.request(method, "/", &server.address);
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{method}");
    }
}

#[test]
fn what_is_not_there_is_the_books_404_page() {
    let book = Book::new();
    let server = Server::of(&book);
    for path in ["/gone.html", "/gone/", "/chapter/gone/gone.html", "/introduction.md.gone", "/%FF"]
    {
        let answer = server.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text().contains("Document not found"), "{path}");
    }
}

#[test]
fn a_folder_without_its_slash_leads_to_its_index_page() {
    let book = Book::new();
    book.write("src/chapter/README.md", "# The chapter\n");
    book.append("src/SUMMARY.md", "- [Chapter](chapter/README.md)\n");
    let server = Server::of(&book);
    let moved = server.get("/chapter");
    assert_eq!((moved.status, moved.header("location")), (308, Some("/chapter/")));
    assert!(server.get("/chapter/").text().contains("The chapter"));
}

#[test]
fn a_folder_that_appears_while_serving_is_watched() {
    let book = Book::new();
    let server = Server::of(&book);
    book.write("theme/head.hbs", "<meta name=\"one\">\n");
    server.wait_for("/", |answer| answer.text().contains("<meta name=\"one\">"));
    book.write("theme/head.hbs", "<meta name=\"two\">\n");
    server.wait_for("/", |answer| answer.text().contains("<meta name=\"two\">"));
}

#[test]
fn no_path_leads_out_of_the_book() {
    let book = Book::new();
    book.write("secret.txt", "a secret");
    let server = Server::of(&book);
    for path in [
        "/../secret.txt",
        "/chapter/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%2f..%2fsecret.txt",
        "/%252e%252e%252fsecret.txt",
        "/..\\secret.txt",
        "/..%5csecret.txt",
        "/%2e%2e%5csecret.txt",
        "/.%00./secret.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/C:/Windows/win.ini",
        "/../exercises/src/lib.rs",
        "/../book.toml",
    ] {
        let answer = server.get(path);
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
        assert!(!answer.text().contains("a secret") && !answer.text().contains("[book]"), "{path}");
    }
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_made_while_serving_does_not_lead_out_of_the_book() {
    let (book, other) = (Book::new(), tempfile::tempdir().unwrap());
    std::fs::write(other.path().join("secret.txt"), "a secret").unwrap();
    let server = Server::of(&book);
    std::os::unix::fs::symlink(other.path().join("secret.txt"), book.path("src/secret.txt"))
        .unwrap();
    book.append("src/introduction.md", "\nA new line.\n");
    server.wait_for("/introduction.html", |answer| {
        answer.text().contains("src/secret.txt: a symbolic link that leads out of the book")
    });
    assert_eq!(server.get("/secret.txt").status, 404);
}

#[test]
fn a_request_for_another_host_is_refused() {
    let book = Book::new();
    let server = Server::of(&book);
    let port = server.address.rsplit(':').next().unwrap().to_owned();
    for host in ["localhost", "127.0.0.1"] {
        assert_eq!(server.request("GET", "/", &format!("{host}:{port}")).status, 200, "{host}");
    }
    let hosts = [
        "example.org",
        "127.0.0.1.example.org",
        "localhost.example.org",
        "0.0.0.0",
        "user@example.org",
        "",
    ];
    for host in hosts {
        for path in ["/", "/.book/events", "/.book/work"] {
            let answer = server.request("GET", path, host);
            assert!(matches!(answer.status, 400 | 421), "{host:?}: {}", answer.status);
            assert!(!answer.text().contains("<html"), "{host:?}");
        }
    }
    let without = server.ask("GET / HTTP/1.0\r\n\r\n");
    assert_eq!(without.status, 421);
    let absolute = format!(
        "GET http://example.org/ HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        server.address
    );
    assert_eq!(server.ask(&absolute).status, 421);
}

#[test]
fn the_server_listens_on_the_loopback_interface_only() {
    let book = Book::new();
    let server = Server::of(&book);
    assert!(server.address.starts_with("127.0.0.1:"), "{}", server.address);
}

/// Reads events until one is as wanted.
fn next_event(events: &mut impl BufRead, wanted: impl Fn(&Value) -> bool) -> Value {
    let mut line = String::new();
    loop {
        line.clear();
        assert!(events.read_line(&mut line).unwrap() > 0, "the stream of events ended");
        let event = line.strip_prefix("data: ").map(|text| serde_json::from_str(text).unwrap());
        if let Some(event) = event.filter(&wanted) {
            return event;
        }
    }
}

/// Reads events until there is another version than `known`.
fn next_version(events: &mut impl BufRead, known: &str) -> String {
    let event = next_event(events, |event| event["version"].as_str().is_some_and(|v| v != known));
    event["version"].as_str().unwrap().to_owned()
}

#[test]
fn a_save_is_announced_and_the_page_is_new() {
    let book = Book::new();
    let server = Server::of(&book);
    let before = server.get("/introduction.html").text();
    let mut events = server.events();
    let first = next_version(&mut events, "");
    assert!(before.contains(&format!("\"{first}\"")), "the page does not know its version");

    book.append("src/introduction.md", "\nA new sentence.\n");
    let second = next_version(&mut events, &first);
    let after = server.get("/introduction.html").text();
    assert!(after.contains("A new sentence.") && after.contains(&format!("\"{second}\"")));

    book.replace("exercises/src/lib.rs", "pub fn lock() {}", "pub fn lock() { /* mine */ }");
    next_version(&mut events, &second);
    assert!(server.get("/introduction.html").text().contains("/* mine */"));
}

#[test]
fn a_page_that_breaks_shows_the_error_and_recovers() {
    let book = Book::new();
    let server = Server::of(&book);
    let sound = book.read("src/introduction.md");
    book.append("src/introduction.md", "\nLet $x = \\frac{1}$ be, <em>so.\n");
    let broken =
        server.wait_for("/introduction.html", |answer| answer.text().contains("book-findings"));
    assert!(broken.text().contains("src/introduction.md:25: TeX: "), "{}", broken.text());
    assert!(broken.text().contains("unclosed HTML tag `&lt;em&gt;`"), "{}", broken.text());
    assert!(
        !server.get("/chapter/second.html").text().contains("book-findings"),
        "the other page is sound"
    );
    book.write("src/introduction.md", &sound);
    server.wait_for("/introduction.html", |answer| {
        answer.status == 200 && !answer.text().contains("book-findings")
    });
}

#[test]
fn a_book_that_cannot_be_built_stays_as_it_was_and_says_why_on_top() {
    let book = Book::new();
    let server = Server::of(&book);
    let sound = book.read("book.toml");
    let mut events = server.events();
    let mut version = next_version(&mut events, "");
    for wrong in ["tittle", "titel"] {
        book.write("book.toml", &sound.replace("title =", &format!("{wrong} =")));
        version = next_version(&mut events, &version);
        let page = server.get("/chapter/second.html");
        assert_eq!(page.status, 200);
        let text = page.text();
        assert!(text.contains("two"), "the page is as it was: {text}");
        assert!(text.contains(&format!("book.toml:2: unknown field `{wrong}`")), "{text}");
        assert_eq!(text.matches("book-findings").count(), 1, "one reason: {text}");
        assert!(text.contains(&format!("\"{version}\"")), "it waits for the next build: {text}");
    }
    book.write("book.toml", &sound);
    next_version(&mut events, &version);
    assert!(!server.get("/chapter/second.html").text().contains("book-findings"));
}

#[test]
fn a_page_without_its_file_leaves_the_others_to_be_read() {
    let book = Book::new();
    let server = Server::of(&book);
    let mut events = server.events();
    let version = next_version(&mut events, "");
    std::fs::remove_file(book.path("src/chapter/second.md")).unwrap();
    next_version(&mut events, &version);
    let page = server.get("/introduction.html");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("src/SUMMARY.md:"), "{}", page.text());
    assert!(page.text().contains("See <a"), "{}", page.text());
}

#[test]
fn a_code_part_that_a_reader_removed_does_not_keep_the_book_from_opening() {
    let book = Book::new();
    book.write("exercises/src/lib.rs", "pub fn mine() {}\n");
    let server = Server::of(&book);
    let page = server.get("/introduction.html");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("exercises/src/lib.rs has no `ANCHOR: lock`"));
}

#[test]
fn a_page_may_run_its_own_scripts_and_ask_nobody_else() {
    let book = Book::new();
    let server = Server::of(&book);
    for path in ["/", "/introduction.html", "/gone.html", "/toc.html"] {
        let answer = server.get(path);
        let policy = answer.header("content-security-policy").expect(path);
        assert!(policy.starts_with("default-src 'none'; script-src 'self'"), "{path}: {policy}");
        let scripts = policy.split(';').find(|part| part.contains("script-src")).unwrap();
        assert!(!scripts.contains("unsafe") && !scripts.contains("http"), "{path}: {policy}");
    }
    let script = server.get("/.book/page.js");
    assert_eq!(
        (script.status, script.header("content-type")),
        (200, Some("text/javascript; charset=utf-8"))
    );
    assert!(script.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
}

/// A book with an exercise. There is nothing to judge it with.
fn book_with_an_exercise() -> Book {
    let book = Book::new();
    book.write(
        "exercises/catalog.toml",
        "[[chapter]]\nstem = \"chapter\"\ntitle = \"1. A chapter\"\n\n[[exercise]]\nid = \"the-second\"\ntitle = \"Second\"\n\
         chapter = \"chapter\"\nfile = \"second\"\nminutes = 20\nbuilds = \"It.\"\nhints = [\"Think.\", \"Think again.\"]\n\
         checked = [\"It.\"]\nunseen = [\"More.\"]\n",
    );
    book.write("exercises/src/chapter/second.rs", "fn second() { todo!() }\n");
    book
}

#[test]
fn a_save_of_an_exercise_is_judged_and_the_book_stays_as_it_is() {
    let book = book_with_an_exercise();
    let server = Server::of(&book);
    let mut events = server.events();
    let version = next_version(&mut events, "");
    let of_exercise = |event: &Value| event["exercises"][0]["id"] == "the-second";
    next_event(&mut events, of_exercise);
    // An editor's draft is none of the book's files.
    book.write("exercises/src/chapter/second.rs~", "fn second() {}\n");
    book.write("exercises/src/chapter/second.rs", "fn second() {}\n");
    next_event(&mut events, |event| event["exercises"][0]["doing"]["phase"] == "waiting");
    next_event(&mut events, |event| event["exercises"][0]["trouble"].is_string());
    assert!(server.get("/").text().contains(&format!("\"{version}\"")), "the book was built again");
}

#[test]
fn without_grading_a_page_shows_no_work_and_an_exercise_is_a_file_of_the_book() {
    let book = book_with_an_exercise();
    let server = Server::with(&book, &["--no-grade"]);
    assert_eq!(server.get("/.book/work").status, 404);
    let mut events = server.events();
    let version = next_version(&mut events, "");
    book.write("exercises/src/chapter/second.rs", "fn second() {}\n");
    next_version(&mut events, &version);
}

#[test]
fn only_a_page_of_the_server_may_ask_it_to_do_something() {
    let book = book_with_an_exercise();
    let server = Server::of(&book);
    let ours = format!("http://{}", server.address);
    for origin in [
        None,
        Some("null"),
        Some("http://example.org"),
        Some("http://127.0.0.1"),
        Some(&*format!("{ours}.example.org")),
    ] {
        assert_eq!(server.post("/.book/hint/the-second/1", origin).status, 403, "{origin:?}");
    }
    assert!(server.get("/.book/work").text().contains("\"hints\":[2,0]"));
    assert_eq!(server.post("/.book/hint/the-second/1", Some(&ours)).status, 200);
    assert!(server.get("/.book/work").text().contains("\"hints\":[2,1]"));
    for path in [
        "hint/the-second/0",
        "hint/the-second/3",
        "hint/..%2f..%2fsecret/1",
        "run/another",
        "open/another",
        "explore/another/a_check",
        "explore/the-second/--help",
        "nothing",
    ] {
        assert_eq!(server.post(&format!("/.book/{path}"), Some(&ours)).status, 404, "{path}");
    }
}
