//! A static host, as small as can be: serves the built site at `/` and below a sub-path, as a
//! host that knows nothing about the page would.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::process::say;

/// The sub-path that serves the same site.
pub const SUB_PATH: &str = "/some/where/";

/// The most bytes that the head of a request may have.
const HEAD_LIMIT: u64 = 16 * 1024;

/// `cargo xtask preview`.
pub fn preview(root: &Path, port: u16) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).with_context(|| {
        format!("cannot listen on 127.0.0.1:{port}; choose another port with --port")
    })?;
    let folder = root.join("dist");
    ensure!(
        folder.join("index.html").is_file(),
        "there is no dist/index.html: run `cargo xtask dist` first"
    );
    say(format!(
        "dist/ is on http://127.0.0.1:{port}/ and http://127.0.0.1:{port}{SUB_PATH}"
    ));
    serve(&listener, folder);
    Ok(())
}

/// Serves a folder on a free port for as long as this process lives, and says which port it is.
pub fn in_background(folder: PathBuf) -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("cannot listen on 127.0.0.1")?;
    let port = listener.local_addr().context("no local address")?.port();
    thread::spawn(move || serve(&listener, folder));
    Ok(port)
}

fn serve(listener: &TcpListener, folder: PathBuf) {
    let folder = Arc::new(folder);
    for stream in listener.incoming().filter_map(Result::ok) {
        let folder = Arc::clone(&folder);
        // A browser that goes away in the middle of an answer is no error of ours.
        thread::spawn(move || drop(answer(stream, &folder)));
    }
}

fn answer(mut stream: TcpStream, folder: &Path) -> std::io::Result<()> {
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
    let response = match words.next() {
        Some(target) if method == "GET" || method == "HEAD" => respond(folder, target),
        _ => Response::text("405 Method Not Allowed", "only GET and HEAD"),
    };
    let location = response.location.as_ref();
    write!(
        stream,
        "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\
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

fn respond(folder: &Path, target: &str) -> Response {
    let address = target.split(['?', '#']).next().unwrap_or_default();
    if address == SUB_PATH.trim_end_matches('/') {
        let mut moved = Response::text("301 Moved Permanently", "moved");
        moved.location = Some(SUB_PATH.to_owned());
        return moved;
    }
    let inside = address.strip_prefix(SUB_PATH).unwrap_or(address);
    let file = file_of(inside).map(|name| folder.join(name));
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

/// The file of an address inside the site; `None` for one that leads out of it.
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
        std::fs::remove_dir_all(&folder).expect("the folder is ours");
    }
}
