//! `cargo xtask serve`: the site, as strictly as it must work anywhere.

use std::{
    fs::{self, File},
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
    net::{TcpListener, TcpStream},
    ops::RangeInclusive,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, UNIX_EPOCH},
};

use crate::{
    Result,
    args::Args,
    build,
    http::{Request, Wanted, http_date, wanted},
    shell::root,
    site::{Place, Site, media_type},
};

/// The policy under which everything must work (`ARCHITECTURE.md`, invariant 9).
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
     style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'";

/// How long a kept-alive connection may be silent, and a client may refuse to take bytes.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn run(mut args: Args) -> Result {
    let port: u16 = match args.option("--port")? {
        Some(text) => text
            .parse()
            .map_err(|_| format!("--port takes a number up to 65535, not `{text}`"))?,
        None => 8080,
    };
    let mode = build::mode(&mut args)?;
    let (isolated, no_build) = (args.flag("--isolated"), args.flag("--no-build"));
    let also = args.options("--also")?;
    args.finish()?;
    if !no_build {
        build::package(mode)?;
    }
    let mut site = Site::default()
        .mount("/", &root().join("www"))?
        .mount("/timeside", &root().join("pkg/dist"))?;
    for option in also {
        site = site.mount_option(&option)?;
    }
    let listener = listen(port)?;
    println!(
        "serving http://{}/{}",
        listener.local_addr()?,
        if isolated {
            " (cross-origin isolated)"
        } else {
            ""
        }
    );
    let server = Arc::new(Server { site, isolated });
    for connection in listener.incoming() {
        let Ok(stream) = connection else { continue };
        let server = Arc::clone(&server);
        // A client that goes away ends its own thread, and nothing else.
        thread::spawn(move || server.converse(&stream));
    }
    Ok(())
}

fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port)).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("port {port} is in use: stop what listens there, or choose another: `cargo xtask serve --port {}`", port ^ 1)
        }
        io::ErrorKind::PermissionDenied => format!("port {port} may not be used by this account; choose one above 1023"),
        _ => format!("127.0.0.1:{port}: {error}"),
    }.into())
}

struct Server {
    site: Site,
    isolated: bool,
}

/// A status line and the headers that belong to it.
struct Head {
    status: &'static str,
    fields: Vec<(&'static str, String)>,
}

/// What follows the head.
enum Body {
    Text(&'static str),
    File(File, RangeInclusive<u64>),
    Empty,
}

impl Server {
    fn converse(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        while let Some(request) = Request::read(&mut reader) {
            let (head, body) = self.answer(&request);
            let keeps_alive = request.keeps_alive();
            self.send(stream, head, body, request.method == "HEAD", keeps_alive)?;
            if !keeps_alive {
                break;
            }
        }
        Ok(())
    }

    fn answer(&self, request: &Request) -> (Head, Body) {
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            return (
                Head::new("405 Method Not Allowed").with("Allow", "GET, HEAD"),
                Body::Text("only GET and HEAD\n"),
            );
        }
        match self.site.find(&request.target) {
            Place::File(path) => file(request, &path).unwrap_or_else(|_| not_found()),
            Place::Folder(path) => (
                Head::new("308 Permanent Redirect").with("Location", format!("{path}/")),
                Body::Empty,
            ),
            Place::Missing => not_found(),
        }
    }

    fn send(
        &self,
        mut to: &TcpStream,
        head: Head,
        body: Body,
        head_only: bool,
        keeps_alive: bool,
    ) -> io::Result<()> {
        let length = match &body {
            Body::Text(text) => text.len() as u64,
            Body::File(_, range) => byte_count(range),
            Body::Empty => 0,
        };
        let mut text = format!("HTTP/1.1 {}\r\n", head.status);
        let mut field = |name: &str, value: &str| text.extend([name, ": ", value, "\r\n"]);
        for (name, value) in &head.fields {
            field(name, value);
        }
        if matches!(body, Body::Text(_)) {
            field("Content-Type", "text/plain; charset=utf-8");
        }
        // A 304 must not tell another length than the file's.
        if !head.status.starts_with("304") {
            field("Content-Length", &length.to_string());
        }
        field("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        field("Cache-Control", "no-cache");
        field("X-Content-Type-Options", "nosniff");
        if self.isolated {
            field("Cross-Origin-Opener-Policy", "same-origin");
            field("Cross-Origin-Embedder-Policy", "require-corp");
            field("Cross-Origin-Resource-Policy", "same-origin");
        }
        field(
            "Connection",
            if keeps_alive { "keep-alive" } else { "close" },
        );
        text.push_str("\r\n");
        to.write_all(text.as_bytes())?;
        match body {
            _ if head_only => Ok(()),
            Body::Text(text) => to.write_all(text.as_bytes()),
            Body::File(file, range) => copy(file, range, to),
            Body::Empty => Ok(()),
        }
    }
}

impl Head {
    fn new(status: &'static str) -> Self {
        Self {
            status,
            fields: Vec::new(),
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }
}

fn not_found() -> (Head, Body) {
    (
        Head::new("404 Not Found"),
        Body::Text("there is nothing here\n"),
    )
}

/// A file, a part of it, or the news that the client already has it.
fn file(request: &Request, path: &Path) -> io::Result<(Head, Body)> {
    let facts = fs::metadata(path)?;
    let (len, modified) = (facts.len(), facts.modified()?);
    let age = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    let etag = format!("\"{:x}-{len:x}\"", age.as_nanos());
    let date = http_date(modified);
    let head = |status| {
        Head::new(status)
            .with("ETag", etag.clone())
            .with("Last-Modified", date.clone())
    };
    let knows_it = match request.header("if-none-match") {
        Some(tags) => tags
            .split(',')
            .any(|tag| matches!(tag.trim(), "*") || tag.trim().trim_start_matches("W/") == etag),
        None => request.header("if-modified-since") == Some(&date),
    };
    if knows_it {
        return Ok((head("304 Not Modified"), Body::Empty));
    }
    let same = request
        .header("if-range")
        .is_none_or(|validator| validator == etag || validator == date);
    let range = request.header("range").filter(|_| same);
    let with_type = |head: Head| {
        head.with("Content-Type", media_type(path))
            .with("Accept-Ranges", "bytes")
    };
    Ok(match wanted(range, len) {
        Wanted::Whole if len == 0 => (with_type(head("200 OK")), Body::Empty),
        Wanted::Whole => (
            with_type(head("200 OK")),
            Body::File(File::open(path)?, 0..=len - 1),
        ),
        Wanted::Part(part) => {
            let place = format!("bytes {}-{}/{len}", part.start(), part.end());
            (
                with_type(head("206 Partial Content")).with("Content-Range", place),
                Body::File(File::open(path)?, part),
            )
        }
        Wanted::Nothing => (
            head("416 Range Not Satisfiable").with("Content-Range", format!("bytes */{len}")),
            Body::Empty,
        ),
    })
}

fn byte_count(range: &RangeInclusive<u64>) -> u64 {
    range.end() - range.start() + 1
}

fn copy(mut file: File, range: RangeInclusive<u64>, mut to: &TcpStream) -> io::Result<()> {
    file.seek(SeekFrom::Start(*range.start()))?;
    let promised = byte_count(&range);
    let sent = io::copy(&mut file.take(promised), &mut to)?;
    // A file that became shorter meanwhile: the connection is out of step and must end.
    if sent == promised {
        Ok(())
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends one raw request to a server over `folder`, returns the raw answer.
    fn exchange(folder: &Path, isolated: bool, request: &str) -> String {
        let site = Site::default().mount("/", folder).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        let served = thread::spawn(move || Server { site, isolated }.converse(&stream).is_ok());
        client.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        assert!(served.join().unwrap());
        answer
    }

    fn folder(name: &str) -> std::path::PathBuf {
        let folder =
            std::env::temp_dir().join(format!("timeside-serve-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("ten.flac"), "0123456789").unwrap();
        fs::write(folder.join("empty.wav"), "").unwrap();
        folder
    }

    #[test]
    fn ranges_heads_and_failures() {
        let folder = folder("ranges");
        let ask = |head: &str| {
            exchange(
                &folder,
                false,
                &format!("{head}\r\nConnection: close\r\n\r\n"),
            )
        };
        let whole = ask("GET /ten.flac HTTP/1.1");
        assert!(
            whole.starts_with("HTTP/1.1 200 OK\r\n") && whole.ends_with("\r\n\r\n0123456789"),
            "{whole}"
        );
        assert!(
            whole.contains("\r\nContent-Type: audio/flac\r\n")
                && whole.contains("\r\nAccept-Ranges: bytes\r\n")
        );
        assert!(whole.contains(CONTENT_SECURITY_POLICY) && !whole.contains("Cross-Origin"));
        let part = ask("GET /ten.flac HTTP/1.1\r\nRange: bytes=2-4");
        assert!(
            part.starts_with("HTTP/1.1 206 ") && part.ends_with("\r\n\r\n234"),
            "{part}"
        );
        assert!(
            part.contains("\r\nContent-Range: bytes 2-4/10\r\n")
                && part.contains("\r\nContent-Length: 3\r\n")
        );
        let beyond = ask("GET /ten.flac HTTP/1.1\r\nRange: bytes=10-");
        assert!(
            beyond.starts_with("HTTP/1.1 416 ")
                && beyond.contains("\r\nContent-Range: bytes */10\r\n")
        );
        let head = ask("HEAD /ten.flac HTTP/1.1");
        assert!(
            head.contains("\r\nContent-Length: 10\r\n") && head.ends_with("\r\n\r\n"),
            "{head}"
        );
        assert!(ask("GET /empty.wav HTTP/1.1").contains("\r\nContent-Length: 0\r\n"));
        assert!(ask("GET /none HTTP/1.1").starts_with("HTTP/1.1 404 "));
        assert!(ask("POST / HTTP/1.1\r\nContent-Length: 0").starts_with("HTTP/1.1 405 "));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn validators_spare_the_body_and_a_stale_one_voids_the_range() {
        let folder = folder("validators");
        let ask = |fields: &str| {
            exchange(
                &folder,
                true,
                &format!("GET /ten.flac HTTP/1.1\r\nConnection: close\r\n{fields}\r\n\r\n"),
            )
        };
        let first = ask("X: y");
        assert!(first.contains("\r\nCross-Origin-Embedder-Policy: require-corp\r\n"));
        let field = |name: &str| {
            first
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .unwrap()
                .to_owned()
        };
        let (etag, date) = (field("ETag: "), field("Last-Modified: "));
        assert!(ask(&format!("If-None-Match: {etag}")).starts_with("HTTP/1.1 304 "));
        assert!(ask(&format!("If-Modified-Since: {date}")).starts_with("HTTP/1.1 304 "));
        assert!(ask(&format!("If-Range: {etag}\r\nRange: bytes=0-0")).starts_with("HTTP/1.1 206 "));
        assert!(ask("If-Range: \"old\"\r\nRange: bytes=0-0").ends_with("\r\n\r\n0123456789"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_connection_carries_several_requests() {
        let folder = folder("several");
        let answers = exchange(
            &folder,
            false,
            "GET /ten.flac HTTP/1.1\r\nRange: bytes=0-0\r\n\r\nGET /ten.flac HTTP/1.1\r\nConnection: close\r\nRange: bytes=9-\r\n\r\n",
        );
        assert_eq!(answers.matches("HTTP/1.1 206 ").count(), 2, "{answers}");
        fs::remove_dir_all(folder).unwrap();
    }
}
