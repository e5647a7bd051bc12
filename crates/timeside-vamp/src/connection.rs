//! The parent's end: starts a worker, asks it, and knows what became of it.

use crate::wire::{self, Request, tag};
use serde::de::DeserializeOwned;
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a process that hung up may take to end.
const END_LIMIT: Duration = Duration::from_secs(2);

/// Says how a worker is started: a program that calls [`worker::run`](crate::worker::run).
pub trait Launch: fmt::Debug + Send + Sync {
    /// The command; its standard streams are set by whoever starts it.
    ///
    /// # Errors
    /// If the program cannot be found.
    fn command(&self) -> io::Result<Command>;
}

/// A program that is a worker when it is given certain arguments.
#[derive(Debug, Clone)]
pub struct Program {
    path: Option<PathBuf>,
    arguments: Vec<OsString>,
}

impl Program {
    /// Another program.
    pub fn new<A: Into<OsString>>(
        path: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        Self {
            path: Some(path.into()),
            arguments: arguments.into_iter().map(Into::into).collect(),
        }
    }

    /// The program that is running, or what `TIMESIDE_VAMP_WORKER` names.
    pub fn this<A: Into<OsString>>(arguments: impl IntoIterator<Item = A>) -> Self {
        Self {
            path: None,
            arguments: arguments.into_iter().map(Into::into).collect(),
        }
    }
}

impl Launch for Program {
    fn command(&self) -> io::Result<Command> {
        let path = match (&self.path, env::var_os("TIMESIDE_VAMP_WORKER")) {
            (Some(path), _) => path.clone(),
            (None, Some(path)) => path.into(),
            (None, None) => env::current_exe()?,
        };
        let mut command = Command::new(path);
        command.args(&self.arguments);
        Ok(command)
    }
}

/// A worker, killed when dropped.
#[derive(Debug)]
pub(crate) struct Connection {
    child: Child,
    socket: UnixStream,
    time_limit: Duration,
    body: Vec<u8>,
}

/// What became of a plugin, to stand behind its name: `crashed (signal 11, segmentation fault)`.
pub(crate) type Reason = String;

impl Connection {
    /// Starts a worker. Each of its answers must come within `time_limit`.
    pub(crate) fn start(launch: &dyn Launch, time_limit: Duration) -> Result<Self, Reason> {
        let cannot = |e: io::Error| format!("cannot be run: its process does not start ({e})");
        let (socket, theirs) = UnixStream::pair().map_err(cannot)?;
        let mut command = launch.command().map_err(cannot)?;
        // The socket is its standard input, so that whatever a plugin prints goes nowhere.
        let child = command
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(cannot)?;
        // It still holds a copy of the worker's end, which would hide the worker's death.
        drop(command);
        let mut connection = Self {
            child,
            socket,
            time_limit,
            body: Vec::new(),
        };
        if connection.receive()? != tag::CONTROL || connection.body != wire::GREETING.as_bytes() {
            return Err("cannot be run: the program started for it is no worker".to_owned());
        }
        Ok(connection)
    }

    /// Asks and waits for the answer.
    pub(crate) fn ask<T: DeserializeOwned>(&mut self, request: &Request) -> Result<T, Reason> {
        let json = serde_json::to_vec(request).map_err(|e| format!("cannot be asked: {e}"))?;
        self.send(tag::CONTROL, &json)?;
        self.answer(tag::CONTROL)?;
        wire::parse(&self.body).map_err(|e| self.failure(&e))
    }

    /// Sends a message; [`Connection::features`] takes its answer.
    pub(crate) fn send(&mut self, kind: u8, body: &[u8]) -> Result<(), Reason> {
        let mut timed = self.timed();
        wire::write_message(&mut timed, kind, body).map_err(|e| self.failure(&e))
    }

    /// Waits for the features that the last message gave.
    pub(crate) fn features(&mut self) -> Result<wire::Features<'_>, Reason> {
        self.answer(tag::FEATURES)?;
        Ok(wire::Features::new(&self.body))
    }

    fn answer(&mut self, wanted: u8) -> Result<(), Reason> {
        match self.receive()? {
            kind if kind == wanted => Ok(()),
            tag::REFUSAL => Err(String::from_utf8_lossy(&self.body).into_owned()),
            _ => Err(self.failure(&io::ErrorKind::InvalidData.into())),
        }
    }

    fn receive(&mut self) -> Result<u8, Reason> {
        let mut body = std::mem::take(&mut self.body);
        let mut timed = self.timed();
        let kind = wire::read_message(&mut timed, &mut body).map_err(|e| self.failure(&e));
        self.body = body;
        kind
    }

    fn timed(&self) -> Timed<'_> {
        Timed {
            socket: &self.socket,
            deadline: Instant::now() + self.time_limit,
        }
    }

    /// What happened to the worker, in words.
    fn failure(&mut self, error: &io::Error) -> Reason {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => format!(
                "gave no answer for {} s and was stopped",
                self.time_limit.as_secs_f64()
            ),
            io::ErrorKind::InvalidData => nonsense(),
            _ => match self.end() {
                Some(status) => in_words(status),
                None => "hung up".to_owned(),
            },
        }
    }

    fn end(&mut self) -> Option<ExitStatus> {
        let deadline = Instant::now() + END_LIMIT;
        while Instant::now() < deadline {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            thread::sleep(Duration::from_millis(2));
        }
        None
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// For whoever finds a message unreadable.
pub(crate) fn nonsense() -> Reason {
    "gave an answer that makes no sense".to_owned()
}

fn in_words(status: ExitStatus) -> Reason {
    let Some(signal) = status.signal() else {
        let code = status.code().unwrap_or_default();
        return format!("ended its process (exit code {code})");
    };
    // The numbers that Linux and macOS share, and their two for a bus error.
    let name = match signal {
        4 => ", illegal instruction",
        6 => ", abort",
        7 | 10 => ", bus error",
        8 => ", arithmetic error",
        9 => ", killed",
        11 => ", segmentation fault",
        _ => "",
    };
    format!("crashed (signal {signal}{name})")
}

/// A socket whose reads and writes together must be done by a deadline.
struct Timed<'a> {
    socket: &'a UnixStream,
    deadline: Instant,
}

impl Timed<'_> {
    fn left(&self) -> io::Result<Option<Duration>> {
        match self.deadline.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => Ok(Some(left)),
            _ => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(self.left()?)?;
        self.socket.read(buffer)
    }
}

impl Write for Timed<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(self.left()?)?;
        self.socket.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}
