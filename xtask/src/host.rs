//! A minimal static host: serves the built site at `/` and below a sub-path, without any knowledge of the page.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};

use crate::process::say;

/// The sub-path that serves the same site.
pub const SUB_PATH: &str = "/some/where/";

/// Maximum size of a request's head in bytes.
const HEAD_LIMIT: u64 = 16 * 1024;

/// The address at which a page built by `cargo xtask serve` waits for later builds.
const BUILT: &str = "~built";

/// Lets pages of other origins, and sandboxed frames, load modules and files (`docs/hosting.md`).
const CORS: &str = "Access-Control-Allow-Origin: *\r\n";

/// Interval of keep-alive messages to waiting pages, by which closed connections are detected.
const NO_NEWS: Duration = Duration::from_secs(15);

/// The number of the last build, for which pages wait.
#[derive(Clone)]
pub struct Builds(Arc<(Mutex<u64>, Condvar)>);

impl Builds {
    /// Starts with a number that no earlier process has used.
    pub fn new() -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let first = now.map_or(0, |since| since.as_secs()) * 1_000;
        Self(Arc::new((Mutex::new(first), Condvar::new())))
    }

    /// Announces a new build.
    pub fn one_more(&self) {
        let (number, told) = &*self.0;
        *number.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        told.notify_all();
    }

    /// Waits for a number other than `known`, with a timeout.
    fn after(&self, known: u64) -> u64 {
        let (number, told) = &*self.0;
        let now = number.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = told.wait_timeout_while(now, NO_NEWS, |now| *now == known);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// `cargo xtask preview`.
pub fn preview(root: &Path, port: u16) -> Result<()> {
    let listener = listen(port, "preview")?;
    let folder = root.join("dist");
    ensure!(
        folder.join("index.html").is_file(),
        "there is no dist/index.html: run `cargo xtask dist` first"
    );
    say(format!(
        "dist/ is on http://127.0.0.1:{port}/ and http://127.0.0.1:{port}{SUB_PATH}"
    ));
    serve(&listener, folder, None);
    Ok(())
}

/// Listens on a port of localhost; fails with advice if it is in use.
pub fn listen(port: u16, command: &str) -> Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port)).with_context(|| {
        format!(
            "cannot listen on 127.0.0.1:{port}; if another program does, end it or choose \
             another port: `cargo xtask {command} --port {}`",
            port.checked_add(1).unwrap_or(8081)
        )
    })
}

/// Serves a folder on a free port until this process ends; returns the port.
pub fn on_a_free_port(folder: PathBuf) -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("cannot listen on 127.0.0.1")?;
    let port = listener.local_addr().context("no local address")?.port();
    in_background(listener, folder, None);
    Ok(port)
}

/// Serves a folder until this process ends, and announces later builds to waiting pages.
pub fn in_background(listener: TcpListener, folder: PathBuf, builds: Option<Builds>) {
    thread::spawn(move || serve(&listener, folder, builds));
}

fn serve(listener: &TcpListener, folder: PathBuf, builds: Option<Builds>) {
    let folder = Arc::new(folder);
    for stream in listener.incoming().filter_map(Result::ok) {
        let (folder, builds) = (Arc::clone(&folder), builds.clone());
        // A browser that disconnects during a response is not an error.
        thread::spawn(move || drop(answer(stream, &folder, builds.as_ref())));
    }
}

fn answer(mut stream: TcpStream, folder: &Path, builds: Option<&Builds>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut head = BufReader::new(Read::take(stream.try_clone()?, HEAD_LIMIT));
    let mut request = String::new();
    head.read_line(&mut request)?;
    let mut line = String::new();
    while head.read_line(&mut line)? > 0 && !line.trim().is_empty() {
        line.clear();
    }
    let mut words = request.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().filter(|_| method == "GET" || method == "HEAD");
    if let (Some(builds), Some(target)) = (builds, target)
        && inside(target) == BUILT
    {
        return tell(stream, builds);
    }
    let response = match target {
        Some(target) => respond(folder, target),
        None => Response::text("405 Method Not Allowed", "only GET and HEAD"),
    };
    let location = response.location.as_ref();
    write!(
        stream,
        "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}{CORS}\
         Cache-Control: no-cache\r\nConnection: close\r\n\r\n",
        response.status,
        response.kind,
        response.body.len(),
        location.map_or(String::new(), |to| format!("Location: {to}\r\n")),
    )?;
    if method == "GET" {
        stream.write_all(&response.body)?;
    }
    stream.flush()
}

/// Announces each build to a page until it disconnects.
fn tell(mut stream: TcpStream, builds: &Builds) -> std::io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
         Cache-Control: no-cache\r\nConnection: close\r\n\r\n"
    )?;
    let mut known = 0;
    loop {
        let number = builds.after(known);
        if number == known {
            // A comment, which the page ignores.
            write!(stream, ":\n\n")?;
        } else {
            write!(stream, "data: {number}\n\n")?;
        }
        known = number;
    }
}

struct Response {
    status: &'static str,
    kind: &'static str,
    location: Option<String>,
    body: Vec<u8>,
}

impl Response {
    fn text(status: &'static str, text: &str) -> Self {
        Self {
            status,
            kind: "text/plain; charset=utf-8",
            location: None,
            body: text.as_bytes().to_vec(),
        }
    }
}

fn without_query(target: &str) -> &str {
    target.split(['?', '#']).next().unwrap_or_default()
}

/// The address relative to the site, at the root or below the sub-path.
fn inside(target: &str) -> &str {
    let address = without_query(target);
    let inside = address.strip_prefix(SUB_PATH).unwrap_or(address);
    inside.trim_start_matches('/')
}

fn respond(folder: &Path, target: &str) -> Response {
    if without_query(target) == SUB_PATH.trim_end_matches('/') {
        let mut moved = Response::text("301 Moved Permanently", "moved");
        moved.location = Some(SUB_PATH.to_owned());
        return moved;
    }
    let file = file_of(inside(target)).map(|name| folder.join(name));
    match file.as_ref().map(std::fs::read) {
        Some(Ok(body)) => Response {
            status: "200 OK",
            kind: file.as_deref().map_or("", kind_of),
            location: None,
            body,
        },
        _ => Response::text("404 Not Found", "not found"),
    }
}

/// The file for an address; `None` if it is outside the site.
fn file_of(address: &str) -> Option<PathBuf> {
    let decoded = percent_decoded(address)?;
    let trimmed = decoded.trim_start_matches('/');
    let mut name = PathBuf::from(trimmed);
    let inside = name
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if trimmed.is_empty() || trimmed.ends_with('/') {
        name.push("index.html");
    }
    inside.then_some(name)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next()?, bytes.next()?];
            let hex = std::str::from_utf8(&digits).ok()?;
            decoded.push(u8::from_str_radix(hex, 16).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

fn kind_of(file: &Path) -> &'static str {
    let extension = file.extension().and_then(|e| e.to_str());
    match extension.unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "webmanifest" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "md" | "txt" | "yaml" | "yml" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_files_inside_the_site() {
        assert_eq!(file_of("/"), Some(PathBuf::from("index.html")));
        assert_eq!(file_of("vendor/"), Some(PathBuf::from("vendor/index.html")));
        assert_eq!(file_of("/a%20b.js"), Some(PathBuf::from("a b.js")));
        assert_eq!(file_of("/../secret"), None);
        assert_eq!(file_of("/%2e%2e/secret"), None);
        assert_eq!(file_of("/bad%zz"), None);
    }

    #[test]
    fn the_site_is_served_at_the_root_and_below_a_sub_path() {
        let folder = std::env::temp_dir().join(format!("kubestep-site-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        std::fs::write(folder.join("index.html"), "hello").expect("a file");
        let get = |target| respond(&folder, target);
        assert_eq!(get("/").body, b"hello");
        assert_eq!(get("/some/where/?a=b").body, b"hello");
        assert_eq!(get("/some/where").location.as_deref(), Some(SUB_PATH));
        assert_eq!(get("/elsewhere").status, "404 Not Found");
        std::fs::remove_dir_all(&folder).expect("the folder can be removed");
    }

    #[test]
    fn content_types_are_those_required_by_browsers() {
        let kind = |file: &str| kind_of(Path::new(file));
        assert_eq!(kind("page_bg.wasm"), "application/wasm");
        assert_eq!(kind("vendor/editor.js"), "text/javascript; charset=utf-8");
        assert_eq!(kind("style-01.css"), "text/css; charset=utf-8");
        assert_eq!(kind("LICENSE"), "application/octet-stream");
    }

    #[test]
    fn pages_are_notified_of_the_next_build() {
        let builds = Builds::new();
        let first = builds.after(0);
        let waiting = builds.clone();
        let page = thread::spawn(move || waiting.after(first));
        builds.one_more();
        assert_eq!(page.join().expect("the thread does not panic"), first + 1);
        assert_eq!(inside("/some/where/~built"), BUILT);
        assert_eq!(inside("/~built?again"), BUILT);
    }
}
